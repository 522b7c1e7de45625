"""What a page states in words about its listing: 共 5 页, 第 2/5 页, 共 96 条记录."""

from __future__ import annotations

import re

from newscrawler.listings.pagers.reading import PagerReading
from newscrawler.listings.pagers.view import PagerView

_PAGES = re.compile(
    r"(?:共|总共|共有|总页数|页数)\s*[:：]?\s*(\d{1,6})\s*页|第\s*\d{1,6}\s*页?\s*/\s*(?:共|总)?\s*(\d{1,6})\s*页"
    r"|页次?\s*[:：]\s*\d{1,6}\s*/\s*(\d{1,6})|(?<![\d/.-])\d{1,5}\s*/\s*(\d{1,5})\s*页"
)
_ENTRIES = re.compile(
    r"(?<!本页)(?<!每页)(?<!当前页)(?<!此页)(?:共|总共|共有|总计)\s*[:：]?\s*(\d{1,7})\s*(?:条|篇|个?记录|则)"
)
_NEAR = 60
"""Characters around the number of entries in which a pager's words must stand."""
_PAGER_WORDS = re.compile(r"页|记录")
_LONGEST_TITLE = 400


def read_counts(view: PagerView) -> PagerReading | None:
    """Read the number of pages and of entries that the page states."""
    pages = entries = None
    for match in _PAGES.finditer(view.text):
        pages = int(next(group for group in match.groups() if group))
    for match in _ENTRIES.finditer(view.text):
        around = view.text[max(0, match.start() - _NEAR) : match.start()] + view.text[match.end() : match.end() + _NEAR]
        if "记录" in match.group() or _PAGER_WORDS.search(around):
            entries = int(match[1])
    if pages is None and entries is None:
        return None
    is_last = pages is not None and view.number >= pages
    sign = f"it states {pages} pages" if pages is not None and not is_last else ""
    return PagerReading("stated count", is_last=is_last, pages=pages, entries=entries, sign=sign)
