"""Addresses of listing pages, those that are asked for with POST included.

The body of a POST stands behind `#!post:` in the address. So a page has one text as its address, which can be compared,
kept as a bookmark and given to the next reader; only the request takes it apart. No address of a portal gets there with
such an ending: `plain` removes it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import quote, unquote, unquote_plus

from newscrawler.text.urls import identity

_MARK = "#!post:"
_KEY = re.compile(r"\{([A-Za-z_]\w{0,60})\}")
_DEEPEST = 3
_NOT_ESCAPED = "-_.!~*'()"


def post_address(url: str, body: str) -> str:
    """Return the address of the page that a POST with this body brings."""
    return f"{plain(url)}{_MARK}{quote(body, safe='')}"


def plain(url: str) -> str:
    """Return a URL without a fragment."""
    return url.partition("#")[0]


def post_body(address: str) -> str | None:
    """Return the body of the POST that an address asks for; None for GET."""
    _, mark, body = address.partition(_MARK)
    return unquote(body) if mark else None


def page_identity(address: str) -> str:
    """Return what tells the pages of a listing apart: the identity of the URL, with a digest of the body of a POST."""
    body = post_body(address)
    if body is None:
        return identity(address)
    return f"{identity(plain(address))}{_MARK}{sha256(body.encode()).hexdigest()}"


def filled_body(template: str, url: str) -> str:
    """Return the body of a request in which `{name}` stands for a parameter of a URL's query.

    Raises ValueError for a name that the query does not have.
    """
    own = parameters(plain(url))
    is_json = template.lstrip().startswith(("{", "["))

    def value(match: re.Match[str]) -> str:
        if match[1] not in own:
            raise ValueError(f"listing.json.body has {{{match[1]}}}, which is no parameter of the section's address")
        text = own[match[1]]
        return json.dumps(text, ensure_ascii=False)[1:-1] if is_json else quote(text, safe="")

    return _KEY.sub(value, template)


def parameters(address: str) -> dict[str, str]:
    """Return the parameters of a request in their order: those of the query, then those of the body.

    Members of JSON, in a body or as the value of a parameter, have dotted names: `page.no`.
    """
    found: dict[str, str] = {}
    for name, value in _pairs(plain(address).partition("?")[2]):
        found.update(_flat(name, value))
    body = post_body(address)
    if body is not None:
        data = _object(body)
        found.update(_members("", data, 0) if data is not None else dict(_pairs(body)))
    return found


def with_parameters(address: str, changes: Mapping[str, str]) -> str:
    """Return an address with other values of parameters; new ones are added to the body of a POST, else to the query.

    What is not changed stays as it was written.
    """
    base, mark, query = plain(address).partition("?")
    body = post_body(address)
    left = dict(changes)
    query = _changed(query, left)
    if body is not None:
        data = _object(body)
        if data is not None:
            for name, value in left.items():
                _set(data, name.split("."), value)
            body = _dumped(data)
        else:
            body = _added(_changed(body, left), left)
    else:
        query = _added(query, left)
    url = f"{base}?{query}" if query or mark else base
    return url if body is None else post_address(url, body)


def _pairs(query: str) -> Iterator[tuple[str, str]]:
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if name:
            yield unquote_plus(name), unquote_plus(value)


def _flat(name: str, value: str) -> dict[str, str]:
    data = _object(value)
    return {name: value} if data is None else _members(f"{name}.", data, 0)


def _members(prefix: str, data: dict[str, Any], depth: int) -> dict[str, str]:
    members: dict[str, str] = {}
    for name, value in data.items():
        if isinstance(value, dict) and depth < _DEEPEST:
            members.update(_members(f"{prefix}{name}.", value, depth + 1))
        elif isinstance(value, (str, int)) and not isinstance(value, bool):
            members[f"{prefix}{name}"] = str(value)
    return members


def _object(text: str) -> dict[str, Any] | None:
    if not text.lstrip().startswith("{"):
        return None
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _changed(query: str, left: dict[str, str]) -> str:
    """Return a query with those parameters changed that it has, which are taken out of `left`."""
    parts = []
    for part in query.split("&"):
        raw_name, _, raw_value = part.partition("=")
        name, value = unquote_plus(raw_name), unquote_plus(raw_value)
        data = _object(value)
        if data is not None and (inside := [key for key in left if key.startswith(f"{name}.")]):
            for key in inside:
                _set(data, key.removeprefix(f"{name}.").split("."), left.pop(key))
            part = f"{raw_name}={quote(_dumped(data), safe='')}"
        elif name in left:
            part = f"{raw_name}={quote(left.pop(name), safe=_NOT_ESCAPED)}"
        parts.append(part)
    return "&".join(parts)


def _added(query: str, left: Mapping[str, str]) -> str:
    new = [f"{quote(name, safe=_NOT_ESCAPED)}={quote(value, safe=_NOT_ESCAPED)}" for name, value in left.items()]
    return "&".join([*([query] if query else []), *new])


def _set(data: dict[str, Any], path: list[str], value: str) -> None:
    for name in path[:-1]:
        inner = data.get(name)
        if not isinstance(inner, dict):
            return
        data = inner
    old = data.get(path[-1])
    is_number = (isinstance(old, int) or old is None) and value.isdecimal() and len(value) < 19
    data[path[-1]] = int(value) if is_number else value


def _dumped(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
