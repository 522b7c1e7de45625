"""Boxes beside the list of a page that have a heading and content of their own: videos, the digital paper, a choice.

A pager, a button or a field in such a box belongs to it. It says nothing about where the list ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import replace
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.links import title_weight
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


def _other_boxes(view: PagerView, entries: Set[str]) -> Iterator[_Element]:
    for heading in islice(view.iter(*_HEADINGS), _MOST_HEADINGS):
        box = _box_of(view, heading, entries)
        if box is not None and any(_is_content(link) for link in islice(box.iter("a"), _MOST_LINKS)):
            yield box


def is_in_other_box(view: PagerView, element: _Element, entries: Set[str]) -> bool:
    """Whether an element stands below the heading of such a box, which may have no other link."""
    around = list(islice(element.iterancestors(), _LEVELS + 1))
    for box in around:
        for heading in islice(box.iter(*_HEADINGS), _MOST_HEADINGS):
            if heading in around or heading is element or _box_of(view, heading, entries) is not box:
                continue
            following = box.getnext()
            if following is None or not _holds(view, following, entries):
                return True  # not the head of the list
    return False


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
