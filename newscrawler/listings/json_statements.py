"""What an answer in JSON says about its list: pages, entries, more, the next cursor."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from newscrawler.text.json_data import scalar

_PAGE_COUNT_NAMES = re.compile(
    r"(?:page_?count|total_?pages?|page_?total|pages|countpage|last_?page|max_?page)", re.IGNORECASE
)
_TOTAL_NAMES = re.compile(
    r"(?:total|all_?(?:count|num|total|records?)|total_?(?:count|num|number|records?|elements|size|rows)|record_?count|count_?total|rec_?count)",
    re.IGNORECASE,
)
_MORE_NAMES = re.compile(r"(?:has_?(?:more|next)(?:_?page)?|is_?more|more|have_?more|load_?more)", re.IGNORECASE)
_LAST_NAMES = re.compile(r"(?:is_?(?:last|end)(?:_?page)?|last_?page|no_?more|end|last|finished)", re.IGNORECASE)
PAGE_NAMES = re.compile(
    r"(?:page|page_?(?:no|num|number|index)|cur(?:rent)?_?page(?:_?(?:no|num|index))?|current|p|pn|cp|pg)",
    re.IGNORECASE,
)
_CURSOR_NAMES = re.compile(
    r"(?:next_?(?:cursor|token|id|key|max_?id|page_?token|start|offset|index|page|page_?no)|cursor|page_?token|scroll_?id"
    r"|(?:max|min|last)_?(?:id|key|cursor|file_?id|sort|score))",
    re.IGNORECASE,
)
_LINK_NAMES = re.compile(r"next(?:_?(?:url|link|href|page_?url|page_?link))?", re.IGNORECASE)
_NEXT_NAMES = re.compile(rf"(?=next)(?:{_LINK_NAMES.pattern}|{_CURSOR_NAMES.pattern})", re.IGNORECASE)
NOTHING = frozenset(("", "0", "-1", "false", "null", "none"))
"""What answers name in place of a next page, in small letters."""
MAX_CURSOR = 500
"""Characters of a cursor."""
_STATED_NODES = 500


@dataclass(slots=True)
class Stated:
    """What an answer says about its list."""

    pages: int | None = None
    entries: int | None = None
    has_more: bool | None = None
    has_empty_array: bool = False
    page_name: str = ""
    """The name under which it states the number of the page."""
    next_link: str = ""
    cursor: tuple[str, str] | None = None
    """Name and value of what the next request has to send."""
    no_next: str = ""
    """The name under which it names no next page: `"next": 0`."""


def stated_by(data: Any, paths: Sequence[str] = (), shown: int = 0) -> Stated:
    """Return what an answer says about its list.

    `paths` are those of the arrays of its entries (`arrays_of`). What stands in an object around one of them counts, or
    in an object beside it that holds no list of its own: `hasMore` of a list of comments says nothing. Without entries
    all objects count that are not in a list. `shown` is the number of entries: an object that states fewer is about
    something else.
    """
    stated = Stated(has_empty_array=data == [])
    for value in islice(_around(data, paths) if paths else _objects(data), _STATED_NODES):
        if any(_TOTAL_NAMES.fullmatch(name) and _number(child, shown) < shown for name, child in value.items()):
            continue
        for name, child in value.items():
            _note(stated, name, child)
    return stated


def _around(data: Any, paths: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the objects around arrays, the nearest first, each with those beside the array that hold no list."""
    for path in paths:
        around: list[dict[str, Any]] = []
        value = data
        for name in ("", *path.partition("[")[0].split(".")):
            value = value.get(name) if isinstance(value, dict) and name else value
            if isinstance(value, dict):
                around.append(value)
        for one in reversed(around):
            yield one
            yield from (child for child in one.values() if isinstance(child, dict) and not _has_list(child))


def _has_list(value: dict[str, Any]) -> bool:
    children = list(value.values())
    inner = [grandchild for child in children if isinstance(child, dict) for grandchild in child.values()]
    return any(isinstance(child, list) for child in [*children, *inner])


def _objects(data: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects of an answer that are not in a list."""
    stack = [data] if isinstance(data, dict) else []
    while stack:
        value = stack.pop()
        yield value
        stack += [child for child in value.values() if isinstance(child, dict)]


def _note(stated: Stated, name: str, value: Any) -> None:
    text = scalar(value)
    number = int(text) if text.isdecimal() and len(text) < 10 else None
    flag = _flag(value)
    if number is not None and stated.pages is None and _PAGE_COUNT_NAMES.fullmatch(name):
        stated.pages = number
    elif number is not None and stated.entries is None and _TOTAL_NAMES.fullmatch(name):
        stated.entries = number
    elif flag is not None and stated.has_more is None and _MORE_NAMES.fullmatch(name):
        stated.has_more = flag
    elif stated.has_more is None and (flag is False or value is True) and _LAST_NAMES.fullmatch(name):
        # 1 may be the number of the last page.
        stated.has_more = not flag
    elif number is not None and not stated.page_name and PAGE_NAMES.fullmatch(name):
        stated.page_name = name
    elif isinstance(value, str) and _LINK_NAMES.fullmatch(name) and re.match(r"https?://|/|\?", text):
        stated.next_link = stated.next_link or text
    elif _is_nothing(value) and _NEXT_NAMES.fullmatch(name):
        stated.no_next = stated.no_next or name
    elif text and text != "0" and len(text) <= MAX_CURSOR and stated.cursor is None and _CURSOR_NAMES.fullmatch(name):
        stated.cursor = name, text
    elif isinstance(value, list) and not value:
        stated.has_empty_array = True


def _is_nothing(value: Any) -> bool:
    return (
        value is None
        or value is False
        or (isinstance(value, (str, int)) and value is not True and scalar(value).lower() in NOTHING)
    )


def _number(value: Any, instead: int) -> int:
    text = scalar(value)
    return int(text) if text.isdecimal() and len(text) < 10 else instead


def _flag(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    text = scalar(value).lower()
    return {**dict.fromkeys(("1", "true", "y", "yes"), True), **dict.fromkeys(("0", "false", "n", "no"), False)}.get(
        text
    )
