"""Boxes beside the list of a page that have content of their own below a heading: videos, a choice, what readers wrote.

A pager, a button or a field in such a box belongs to it. It says nothing about where the list ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from dataclasses import replace
from itertools import islice
from urllib.parse import urlsplit

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.links import is_of_pager, read_links, title_weight
from newscrawler.listings.more_links import MORE, more_links_of_blocks
from newscrawler.listings.pagers.view import PagerView

_HEADINGS = ("h2", "h3", "h4", "h5", "h6", "dt", "legend", "caption")
_OF_THE_LIST = re.compile(
    r"往期|往日|以往|过往|历史|更早|较早|旧闻|回顾|归档|存档|日期|年份|按[年月日时]|检索|查询|查找|列表|全部|更多|翻页|分页"
)
"""Headings of controls that belong to the list of the page."""
_OF_READERS = re.compile("评论|热评|网评|点评|留言|跟[帖贴]|回复|网友|互动|问答|论坛")
"""Headings of what readers wrote."""
_FOLDER_OF_READERS = re.compile(
    r"(?i)/(?:comments?|pinglun|pl|reviews?|repl(?:y|ies)|guest_?book|liuyan|message|feedback|hudong|bbs|forum|club)(?:[/._]|$)"
)
"""Addresses of such pages."""
_OF_PAGES = re.compile(r"\d\s?页|\d\s?条|记录|上一页|下一页")
_ROWS = ("li", "p", "dd", "td", "blockquote")
_MOST_ROWS = 200
_MOST_OF_A_PAGER = 30
_LONGEST_HEADING = 20
_LEAST_TITLE = 4
_LEVELS = 2
_MOST_HEADINGS = 200
_MOST_LINKS = 500


def without_other_boxes(view: PagerView, entries: Set[str]) -> PagerView:
    """Return a page without the boxes that have links, or texts with a pager, of their own below their heading.

    `entries` are the URLs of the list.
    """
    boxes = [*_other_boxes(view, entries), *_boxes_of_readers(view, entries)] if entries else []
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
        if box is None:
            continue
        has_links = any(_is_content(link) for link in islice(box.iter("a"), _MOST_LINKS))
        if has_links or (_has_texts(box, heading) and _turns_other_pages(view, box, heading)):
            yield box


def _has_texts(box: _Element, heading: _Element) -> bool:
    """Whether a box has rows of text without a link: what readers wrote."""
    rows = (row for row in islice(box.iter(*_ROWS), _MOST_ROWS) if row is not heading)
    texts = (text_up_to(row, 60).strip() for row in rows if next(row.iter("a", "input", "select"), None) is None)
    return any(title_weight(text) >= _LEAST_TITLE and not _OF_PAGES.search(text) for text in texts)


def _turns_other_pages(view: PagerView, box: _Element, heading: _Element) -> bool:
    """Whether the pager in a box of texts leads to pages unlike those of the list; by its heading if a script does."""
    urls = [url for link in islice(box.iter("a"), _MOST_LINKS) if (url := view.target(link.get("href") or ""))]
    return (
        not any(_is_of_list(view, url) for url in urls) if urls else _OF_READERS.search(text_up_to(heading)) is not None
    )


def _is_of_list(view: PagerView, url: str) -> bool:
    """Whether a page may be one of the list: it is like this page, or lies in its folder."""
    own, other = urlsplit(view.page_url), urlsplit(url)
    folder = own.path.rpartition("/")[0] + "/"
    is_below = folder != "/" and own.hostname == other.hostname and other.path.startswith(folder)
    return is_below or view.is_like_this_page(url)


def _boxes_of_readers(view: PagerView, entries: Set[str]) -> Iterator[_Element]:
    """Yield the boxes, which may have no heading, whose pager leads to pages of what readers wrote."""
    if _FOLDER_OF_READERS.search(urlsplit(view.page_url).path):
        return
    of_readers = (
        label
        for label in view.labels
        if label.url and is_of_pager(label.text) and _FOLDER_OF_READERS.search(urlsplit(label.url).path)
    )
    for label in islice(of_readers, _MOST_OF_A_PAGER):
        box = label.element
        for around in islice(label.element.iterancestors(), _LEVELS + 1):
            urls = [view.target(link.get("href") or "") for link in islice(around.iter("a"), _MOST_LINKS)]
            is_of_page = around.tag in ("body", "html") or around is view.root
            if is_of_page or any(url and (url in entries or _is_of_list(view, url)) for url in urls):
                break
            box = around
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
