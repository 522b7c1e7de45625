"""Tabs of a front page: a row of links, and below it as many lists, of which the page shows one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from lxml.etree import _Element

from newscrawler.listings.links import Link, headlines_below, title_weight

_LEAST, _MOST = 2, 10
"""Tabs of a row."""
_LONGEST_NAME = 8
_LEAST_HEADLINES = 2
_MOST_LEVELS = 3
"""Elements around a tab's link below which its row is looked for."""
_MOST_LINKS = 200


def lists_of_tabs(links: Sequence[Link]) -> dict[_Element, _Element]:
    """Map the link of each tab to the element that holds its list. `links` are those of the page in their order."""
    found: dict[_Element, _Element] = {}
    rows: dict[_Element, list[Link]] = {}
    for link in links:
        if 2 <= title_weight(link.title) <= _LONGEST_NAME:
            for row in islice(link.element.iterancestors(), _MOST_LEVELS):
                rows.setdefault(row, []).append(link)
    for row, tabs in rows.items():
        if _LEAST <= len(tabs) <= _MOST and (below := row.getnext()) is not None:
            children = islice(below.iterchildren("*"), _MOST + 1)
            lists = [child for child in children if headlines_below(child, _MOST_LINKS) >= _LEAST_HEADLINES]
            if len(lists) == len(tabs) == sum(1 for _ in row.iter("a")):
                found.update(zip((tab.element for tab in tabs), lists, strict=True))
    return found
