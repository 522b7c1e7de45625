"""Elements that are named like a pager."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml.etree import _Element

from newscrawler.listings.pagers.view import PagerView

_PAGER_NAME = re.compile(
    r"(?i)(?:^|[\s_-])(?:pages?|pg|(?:kk)?pager|paging|pagination|fenye|fanye|laypage|page-?(?:nav|bar|list|turn|num|box|code|wrap|container)"
    r"|turn-?page|list-?page|m-page|page_?div|displaypagenum)(?:$|[\s_-])"
)
_SLIDER = re.compile(r"(?i)carousel|swiper|slick|slide|flexslider|owl-")
"""Names of what turns pictures, whose dots and arrows are named like a pager."""
_MAX_ELEMENTS = 20_000


def pager_elements(view: PagerView) -> Iterator[_Element]:
    """Yield the elements of a page that are named like a pager."""
    yield from filter(is_named_like_pager, islice(view.iter("div", "ul", "p", "span", "nav", "td"), _MAX_ELEMENTS))
    # <el-pagination :total="33">, which a script replaces by a pager.
    yield from (element for element in islice(view.iter(), _MAX_ELEMENTS) if str(element.tag).endswith("-pagination"))


def is_named_like_pager(element: _Element) -> bool:
    """Whether the class or the id of an element is that of a pager."""
    names = (element.get("class") or "", element.get("id") or "")
    return any(name and _PAGER_NAME.search(name) and not _SLIDER.search(name) for name in names)
