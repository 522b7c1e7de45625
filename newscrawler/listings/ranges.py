"""Rows of ranges that number pages by their entries: 1-10, 11-20, 21-30."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice, pairwise

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.text.patterns import late

Range = tuple[int, int]
"""The first and the last entry of a page, from 1."""
_RANGE = late(
    r"\s*(?:共\s?\d{1,6}\s?[条篇])?[\s\u00a0\[【(（第|,，、:：]*(\d{1,6})\s?(?:[-–—－~～至到]|\.\.)\s?(\d{1,6})[\s\u00a0]?[条篇则项]?[\s\u00a0\]】)）|,，、]*"
)
_FEWEST_ENTRIES = 2
"""Entries of a page. 1-1, 2-2 numbers something else."""
_LONGEST = 24
_MOST_TEXTS = 300
_WRAPPERS = frozenset({"li", "span", "td", "b", "strong", "font", "em", "dd"})


def range_in(text: str) -> Range | None:
    """Return the range that a short text is; None if it is something else."""
    match = _RANGE.fullmatch(text)
    return (int(match[1]), int(match[2])) if match is not None else None


def pages_of(ranges: Sequence[Range]) -> list[int] | None:
    """Return the numbers of the pages to which ranges stand, in their order; None if they do not follow each other.

    All pages have as many entries, but for the last one. So dates (1-10, 2-11) and scores are no pages.
    """
    size = ranges[0][1] - ranges[0][0] + 1 if ranges else 0
    if len(ranges) < 2 or size < _FEWEST_ENTRIES:
        return None
    for before, after in pairwise(ranges):
        if after[0] != before[1] + 1 or before[1] - before[0] + 1 != size:
            return None
    last = ranges[-1][1] - ranges[-1][0] + 1
    if not 1 <= last <= size or (ranges[0][0] - 1) % size:
        return None
    return [(first - 1) // size + 1 for first, _ in ranges]


def links_of_ranges(links: Iterable[_Element]) -> set[_Element]:
    """Return the links that stand in such rows: 11-20 looks like a day, and a row of days like a list."""
    rows: dict[_Element, list[_Element]] = {}
    for link in links:
        if range_in(text_up_to(link, _LONGEST)) is None:
            continue
        row = link.getparent()
        inner = link
        # Not by the number of children, which lxml counts one by one.
        while row is not None and row.tag in _WRAPPERS and inner.getprevious() is None and inner.getnext() is None:
            inner, row = row, row.getparent()
        if row is not None:
            rows.setdefault(row, []).append(link)
    found: set[_Element] = set()
    for row, inside in rows.items():
        texts = (str(text) for text in islice(row.itertext(), _MOST_TEXTS))
        if pages_of([one for text in texts if (one := range_in(text)) is not None]):
            found.update(inside)
    return found
