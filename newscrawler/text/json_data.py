"""JSON and JSONP: what looks like them, and reading them without trust in what was sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

MAX_DEPTH = 12
"""Levels of objects and arrays below which nothing is looked for."""
MAX_NODES = 20_000
"""Objects and arrays of one answer that are looked at."""
_TAGS = re.compile(r"<[^<>]{0,200}>")
_PLAIN_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_JSONP = re.compile(r"\s{0,20}(?:/\*\*/)?\s{0,20}[\w.$\[\]'\"]{0,80}\s{0,20}\(\s{0,20}(?=[\[{])")
_MOST_DIGITS = 100


def without_tags(text: str) -> str:
    """Return a text of data without the tags that it may hold."""
    return _TAGS.sub("", text)


def quoted_name(name: str) -> str:
    """Return the name of a member as JMESPath writes it: in quotes, unless it is a plain one."""
    return name if _PLAIN_NAME.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def looks_like_json(body: bytes, content_type: str | None) -> bool:
    """Tell whether a response is JSON or JSONP, by its first bytes or its type."""
    head = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    named = content_type is not None and ("json" in content_type or "javascript" in content_type)
    is_jsonp = _JSONP.match(head.decode("latin-1")) is not None
    return head[:1] in (b"{", b"[") or is_jsonp or (named and not head.startswith(b"<"))


def parse_json(body: bytes) -> Any:
    """Return the object or array that JSON or JSONP holds; None if it holds none or is not valid."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        return parse_json_text(text)
    return None


def parse_json_text(text: str) -> Any:
    """Return the object or array that a text of JSON or JSONP holds; None if it holds none or is not valid."""
    if match := _JSONP.match(text.lstrip("\ufeff")):
        text = text.lstrip("\ufeff")[match.end() :].rstrip().rstrip(";").rstrip().removesuffix(")")
    try:
        data = json.loads(text, parse_int=_integer)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, (dict, list)) else None


def _integer(digits: str) -> int:
    """Return a number; 0 for one that is too long to be one. Python refuses more than 4,300 digits."""
    return int(digits) if len(digits) < _MOST_DIGITS else 0


def containers(data: Any) -> Iterator[dict[str, Any] | list[Any]]:
    """Yield all objects and arrays of an answer in their order, down to `MAX_DEPTH` levels, at most `MAX_NODES`."""
    stack = [(data, 0)]
    seen = 0
    while stack and seen < MAX_NODES:
        value, depth = stack.pop()
        if not isinstance(value, (dict, list)):
            continue
        seen += 1
        yield value
        if depth < MAX_DEPTH:
            children = value.values() if isinstance(value, dict) else value
            below = [(child, depth + 1) for child in children if isinstance(child, (dict, list))]
            stack.extend(reversed(below))


def scalar(value: Any) -> str:
    """Return a text or a number as text; empty for anything else."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else ""
