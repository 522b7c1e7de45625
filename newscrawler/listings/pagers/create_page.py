"""The arguments of `createPageHTML` and its like: pages, this page, the name and the suffix of the files.

`createPageHTML(3, 0, "index", "shtml")` is that of TRS WCM. Sites change the order, add the number of all entries, the
size of a page or the id of an element, count from 1, or give an object: `{total: 3, current: 0, prefix: "index"}`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise, permutations
from typing import NamedTuple

from newscrawler.listings.pagers.script_text import literal, split_arguments
from newscrawler.listings.pagers.view import PagerView

_CREATE = re.compile(r"create_?page_?(?:html|nav|link)?\w{0,10}", re.IGNORECASE)
CALL = re.compile(
    rf"\b(?P<name>{_CREATE.pattern}|\w{{0,12}}pag(?:e|er|ing|ination)\w{{0,12}}|\w{{0,12}}f[ea]nye\w{{0,12}})"
    r"\s*(?=\()",
    re.IGNORECASE,
)
"""A call of such a function. One that is not called `createPage…` has to say the name of the files, too."""
_SUFFIX = re.compile(r"\.?(?:s?html?|jspx?|aspx?|php)")
_IN_ADDRESS = re.compile(r"[-_](\d{1,6})\.\w{2,5}(?:[?#]|$)")
_PAGES = ("pagecount", "totalpage", "totalpages", "pagetotal", "countpage", "maxpage", "allpage", "pages", "pagesum")
_ENTRIES = ("total", "count", "totalcount", "recordcount", "records")
_SIZE = ("pagesize", "size", "perpage", "limit", "rows")
_CURRENT = (
    "current",
    "curr",
    "cur",
    "currentpage",
    "currpage",
    "curpage",
    "nowpage",
    "page",
    "pageindex",
    "index",
    "pageno",
)
_NAME = ("prefix", "name", "pagename", "filename", "file", "basename")
_EXTENSION = ("suffix", "ext", "pageext", "fileext", "extension")
_MEMBER = re.compile(r"\s*['\"]?([A-Za-z_$][\w$]{0,40})['\"]?\s*:\s*(.{1,200})", re.DOTALL)
_QUOTIENT = re.compile(r"Math\.ceil\(\s*([\w.]{1,40})\s*/\s*([\w.]{1,40})\s*\)")
_MOST_NUMBERS = 6

Argument = str | int | None


class Pages(NamedTuple):
    """What such a call says."""

    pages: int
    current: int
    """This page, as the site counts."""
    name: str
    """Of the files, without the number of the page."""
    suffix: str
    """Of the files, without a dot."""
    most: int
    """The number of pages, if it is the highest of the arguments that may be it."""
    fewest: int
    """The same with the lowest."""


def pages_of_call(view: PagerView, function: str, arguments: str) -> Pages | None:
    """Read the arguments of a call by what they are; None if they do not write a pager."""
    parts = split_arguments(arguments)
    is_create = _CREATE.fullmatch(function) is not None
    for part in parts:
        if part.startswith("{") and part.endswith("}"):
            return _of_object(view, part[1:-1])
    values = [_value(view, part) for part in parts]
    suffixes = [n for n, value in enumerate(values) if isinstance(value, str) and _SUFFIX.fullmatch(value)]
    if not suffixes:
        return None
    name = values[suffixes[0] - 1] if suffixes[0] else None
    if not isinstance(name, str) or not name:
        name = "index" if is_create else ""
    numbers = _numbers(view, values)
    if numbers is None or not name:
        return None
    pages, current, most, fewest = numbers
    return Pages(pages, current, name, str(values[suffixes[0]]).lstrip("."), most, fewest)


def _value(view: PagerView, argument: str) -> Argument:
    if quotient := _QUOTIENT.fullmatch(argument):
        entries, size = (_value(view, one) for one in quotient.groups())
        return -(-entries // size) if isinstance(entries, int) and isinstance(size, int) and size else None
    value = literal(argument)
    if value is None:  # the name of a variable
        value = view.variables.get(argument)
    if isinstance(value, str) and value.isdecimal() and len(value) < 7:
        return int(value)
    return value


def _of_object(view: PagerView, text: str) -> Pages | None:
    members: dict[str, Argument] = {}
    for part in split_arguments(text):
        if match := _MEMBER.fullmatch(part):
            members[match[1].replace("_", "").lower()] = _value(view, match[2].strip())

    def number(names: Sequence[str]) -> int | None:
        return next((value for name in names if isinstance(value := members.get(name), int)), None)

    def word(names: Sequence[str]) -> str:
        return next((value for name in names if isinstance(value := members.get(name), str)), "")

    pages, entries, size, current = map(number, (_PAGES, _ENTRIES, _SIZE, _CURRENT))
    name, suffix = word(_NAME), word(_EXTENSION)
    if pages is None and entries is not None:
        # Beside the size of a page it is the number of entries, else that of pages.
        pages = -(-entries // size) if size else entries
    pages = size if pages is None else pages
    if pages is None or current is None or not name or not _SUFFIX.fullmatch(suffix):
        return None
    return Pages(pages, current, name, suffix.lstrip("."), pages, pages)


def _numbers(view: PagerView, values: Sequence[Argument]) -> tuple[int, int, int, int] | None:
    """Return the number of pages, that of this page, and the most and the fewest pages that there may be.

    This page's is the one in its address, or its place in the sweep. The number of pages stands before or behind it; of
    two that do, the number of entries is the one that is not lower. None if the arguments do not have both.
    """
    numbers = [(n, value) for n, value in enumerate(values) if isinstance(value, int)][:_MOST_NUMBERS]
    own = _IN_ADDRESS.search(view.page_url) if view.number > 1 else None
    found: list[tuple[tuple[bool, bool, int], bool, int, int]] = []
    for (at, pages), (beside, current) in permutations(numbers, 2):
        if current > pages or current not in (view.number - 1, view.number):
            continue
        others = [value for n, value in numbers if n not in (at, beside)]
        likeness = (own is not None and int(own[1]) != current, beside < at, abs(at - beside))
        found.append((likeness, bool(others) and max(others) < pages, pages, current))
    if found:
        best = min(found)
        alike = [pages for likeness, _, pages, current in found if (likeness, current) == (best[0], best[3])]
        return best[2], best[3], max(alike), min(alike)
    pairs = [(one, two) for (n, one), (m, two) in pairwise(numbers) if m == n + 1]
    if not pairs:
        return None
    pages, current = max(pairs[0]), min(pairs[0])  # some write this page before the number of pages
    return pages, current, pages, pages
