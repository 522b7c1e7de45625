"""Boxes beside the list of a page that have a heading and content of their own: videos, the digital paper, a choice.

A pager, a button or a field in such a box belongs to it. It says nothing about where the list ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from dataclasses import replace
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.links import read_links, title_weight
from newscrawler.listings.more_links import MORE, more_links_of_blocks
from newscrawler.listings.pagers.view import PagerView

_HEADINGS = ("h2", "h3", "h4", "h5", "h6", "dt", "legend", "caption")
_OF_THE_LIST = re.compile(
    r"往期|往日|以往|过往|历史|更早|较早|旧闻|回顾|归档|存档|日期|年份|按[年月日时]|检索|查询|查找|列表|全部|更多|翻页|分页"
)
"""Headings of controls that belong to the list of the page."""
_LONGEST_HEADING = 20
_LEAST_TITLE = 4
_LEVELS = 2
_MOST_HEADINGS = 200
_MOST_LINKS = 500


def without_other_boxes(view: PagerView, entries: Set[str]) -> PagerView:
    """Return a page without the boxes that have links of their own below their heading.

    `entries` are the URLs of the list.
    """
    boxes = list(_other_boxes(view, entries)) if entries else []
    if not boxes:
        return view
    return replace(view, left_out=view.left_out | {element for box in boxes for element in box.iter()})


def without_more_of_blocks(view: PagerView, is_own: Callable[[str], bool]) -> PagerView:
    """Return a page without the links 更多 of its blocks, which lead to listings of their own, never to the next page.

    `is_own(url)` tells whether a URL belongs to the portal.
    """
    if not any(MORE.match(label.text) for label in view.labels):
        return view
    blocks = more_links_of_blocks(read_links(view.root, view.base_url), is_own)
    return replace(view, left_out=view.left_out.union(blocks)) if blocks else view


def _other_boxes(view: PagerView, entries: Set[str]) -> Iterator[_Element]:
    for heading in islice(view.iter(*_HEADINGS), _MOST_HEADINGS):
        box = _box_of(view, heading, entries)
        if box is not None and any(_is_content(link) for link in islice(box.iter("a"), _MOST_LINKS)):
            yield box


class OtherBoxes:
    """Such boxes around elements of a page; they may have no other link. Each is read once.

    `entries` are the URLs of the list.
    """

    def __init__(self, view: PagerView, entries: Set[str]) -> None:
        self._view = view
        self._entries = entries
        self._boxes: dict[_Element, _Element | None] = {}
        self._headings: dict[_Element, list[_Element]] = {}

    def hold(self, element: _Element) -> bool:
        """Whether an element stands below the heading of such a box."""
        around = list(islice(element.iterancestors(), _LEVELS + 1))
        return any(
            heading not in around and heading is not element for box in around for heading in self._headings_of(box)
        )

    def _headings_of(self, box: _Element) -> list[_Element]:
        """Return the headings of a box; none if it is the head of the list."""
        if box not in self._headings:
            headings = islice(box.iter(*_HEADINGS), _MOST_HEADINGS)
            own = [heading for heading in headings if self._box_of(heading) is box]
            following = box.getnext() if own else None
            is_head = following is not None and _holds(self._view, following, self._entries)
            self._headings[box] = [] if is_head else own
        return self._headings[box]

    def _box_of(self, heading: _Element) -> _Element | None:
        if heading not in self._boxes:
            self._boxes[heading] = _box_of(self._view, heading, self._entries)
        return self._boxes[heading]


def _box_of(view: PagerView, heading: _Element, entries: Set[str]) -> _Element | None:
    """Return the element that holds what stands below a heading; None if that is the list, or controls of it."""
    text = text_up_to(heading, _LONGEST_HEADING + 1).strip()
    if not text or len(text) > _LONGEST_HEADING or _OF_THE_LIST.search(text):
        return None
    box = heading.getparent()
    for _ in range(_LEVELS):
        if box is None or box.tag in ("body", "html") or _holds(view, box, entries):
            return None
        if not _is_row(box, heading):
            return box
        box = box.getparent()
    return None


def _is_row(box: _Element, heading: _Element) -> bool:
    """Whether an element holds a heading and short links beside it only: 更多."""
    links = [link for link in islice(box.iter("a"), _MOST_LINKS) if link not in heading.iter("a")]
    has_fields = next(box.iter("input", "select", "img", "li"), None) is not None
    return not has_fields and not any(_is_content(link) for link in links)


def _is_content(link: _Element) -> bool:
    has_image = next(link.iter("img"), None) is not None
    return bool(link.get("href")) and (has_image or title_weight(text_up_to(link, 60).strip()) >= _LEAST_TITLE)


def _holds(view: PagerView, element: _Element, entries: Set[str]) -> bool:
    return any(view.target(link.get("href") or "") in entries for link in islice(element.iter("a"), _MOST_LINKS))
