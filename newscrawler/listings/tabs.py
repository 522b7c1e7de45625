"""Tabs of a front page: a row of links, and below it as many lists, of which the page shows one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.links import Link, title_weight

_LEAST, _MOST = 2, 10
"""Tabs of a row."""
_LONGEST_NAME = 8
_HEADLINE = 10
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
            lists = [child for child in islice(below.iterchildren("*"), _MOST + 1) if _has_headlines(child)]
            if len(lists) == len(tabs) == sum(1 for _ in row.iter("a")):
                found.update(zip((tab.element for tab in tabs), lists, strict=True))
    return found


def _has_headlines(block: _Element) -> bool:
    texts = (text_up_to(link, 60).strip() for link in islice(block.iter("a"), _MOST_LINKS))
    return sum(1 for text in texts if title_weight(text) >= _HEADLINE) >= _LEAST_HEADLINES
