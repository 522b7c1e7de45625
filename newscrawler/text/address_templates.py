"""Templates of addresses: `/news/{yyyy}/{mm}{dd}/{id}.html`, filled with values of a JSON object or of an address.

The values come from a portal, so they never change where a request goes: they are escaped, and the host is always the
one that the template names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from urllib.parse import parse_qsl, quote, urlsplit

_KEY = re.compile(r"\{([A-Za-z_][\w.]{0,60})\}")
_BRACE = re.compile(r"[{}]")
_HOST_AND_PATH = re.compile(r"(?:https?://[^/{}?#]+)?/(?!/)|\{[\w.]+\}\Z")
MAX_VALUE = 300
"""Characters of a value; a longer one is no id."""
WHOLE = re.compile(r"\{[A-Za-z_][\w.]{0,60}\}\Z")
"""A template that is one key: its value is the whole address."""


def check_template(value: str) -> str:
    """Return a template as it is; raises ValueError for a text that is none."""
    if _BRACE.search(_KEY.sub("", value)):
        raise ValueError("has a brace that belongs to no key; use for example /news/{id}.html")
    if not _HOST_AND_PATH.match(value):
        raise ValueError("must begin with / or with http:// and a host without a key, as in /news/{id}.html")
    if not _KEY.search(value):
        raise ValueError("has no key; use for example /news/{id}.html")
    return value


def keys_of(template: str) -> list[str]:
    """Return the keys of a template in their order, each once."""
    return list(dict.fromkeys(_KEY.findall(template)))


def values_of(url: str, pattern: str | None = None) -> dict[str, str]:
    """Return the values that an address gives to keys: parameters, also of its route, and named groups of a pattern."""
    parts = urlsplit(url)
    values = dict([*parse_qsl(parts.query), *parse_qsl(parts.fragment.partition("?")[2])])
    if pattern is not None and (match := re.search(pattern, url)):
        values |= {name: value for name, value in match.groupdict().items() if value}
    return values


def address_from(
    template: str, url: str, pattern: str | None = None, others: Mapping[str, str] = MappingProxyType({})
) -> str | None:
    """Return the address that a template makes of another address; None if a key has no value.

    `pattern` is the definition's for such addresses, whose named groups go before the parameters. What neither has may
    be one of the `others`.
    """
    values = {**others, **values_of(url, pattern)}
    return fill(template, url, lambda key: values.get(key, ""))


def read_keys(text: str) -> dict[str, str]:
    """Return the values of keys that an archive holds as JSON; what is no such text has none."""
    try:
        values = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    if not isinstance(values, dict):
        return {}
    return {key: value for key, value in values.items() if isinstance(value, str)}


def keys_missing(template: str, url: str, pattern: str | None = None) -> list[str]:
    """Return the keys of a template to which an address gives no value."""
    values = values_of(url, pattern)
    return [key for key in keys_of(template) if not values.get(key)]


def fill(template: str, base: str, value_of: Callable[[str], str]) -> str | None:
    """Return the absolute URL that a template makes.

    `value_of(key)` returns the value of a key, or an empty text where there is none. None if a value is missing or too
    long, or if the address would be on another host than the template says, or in another folder. The host is free only
    where the template is one key.
    """
    # Each command reads all definitions; few of them have a template.
    from newscrawler.text.urls import resolve

    values = {key: value_of(key) for key in keys_of(template)}
    if WHOLE.match(template):
        (address,) = values.values()
        return resolve(base, address) if address else None
    if not all(value and len(value) <= MAX_VALUE for value in values.values()):
        return None
    folders = (part for key in _KEY.findall(template.partition("?")[0]) for part in values[key].split("/"))
    if not {".", ".."}.isdisjoint(folders):
        return None
    wanted = resolve(base, _KEY.sub("x", template))

    def replacement(match: re.Match[str]) -> str:
        value = values[match[1]]
        before, after = template[: match.start()], template[match.end() :]
        if "?" in before:
            return quote(value, safe="")
        # A folder may be given as `/a/b/`: the template says where the slashes stand.
        value = value.lstrip("/") if before.endswith("/") else value
        return quote(value.rstrip("/") if after.startswith("/") else value, safe="/")

    url = resolve(base, _KEY.sub(replacement, template))
    if url is None or wanted is None:
        return None
    return url if urlsplit(url).netloc == urlsplit(wanted).netloc else None
