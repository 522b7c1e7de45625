"""Pagers that a template writes from variables of a script: `var nowPage = 0; var pageTotal = 3; document.write(…)`.

The values of variables and the sums of texts are read; conditions and loops are not. Whether there is a next page
follows from the number of pages that the script states.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from newscrawler.listings.pagers.reading import PagerReading
from newscrawler.listings.pagers.script_text import call_arguments, evaluate
from newscrawler.listings.pagers.view import PagerView

_WRITE = re.compile(r"document\.write(?:ln)?\s*(?=\()")
_LINK = re.compile(
    r"""<a\b[^>]{0,300}?href\s*=\s*\\?["']?([^"'\s>\\]{1,300})[^>]{0,200}>\s*[\[【<]?(?:&lt;)?\s*下一?页"""
)
_PAGES = re.compile(
    r"(?i)(?<![\w.])(?:m_nPageCount|_?nPageCount|page_?count|page_?total|total_?pages?|count_?page|page_?all|size)"
    r"['\"]?\s*[:=]\s*['\"]?(\d{1,6})(?![\w.])"
)
_RECORDS = re.compile(r"(?i)(?<![\w.])(?:m_|_)?n?record_?count['\"]?\s*[:=]\s*['\"]?(\d{1,7})(?![\w.])")
_SIZE = re.compile(r"(?i)(?<![\w.])(?:m_|_)?n?page_?size['\"]?\s*[:=]\s*['\"]?(\d{1,4})(?![\w.])")
_CURRENT = re.compile(
    r"(?i)(?<![\w.])(?:m_nCurrPage|_?nCurrIndex|current(?:_?page)?|cur_?page|now_?page)['\"]?\s*[:=]\s*['\"]?(\d{1,6})(?![\w.])"
)
_NAME = re.compile(
    r"(?i)(?<![\w.])(?:m_sPageName|_?sPageName|prefix|page_?name|file_?name)['\"]?\s*[:=]\s*['\"]([\w./-]{1,80})['\"]"
)
_SUFFIX = re.compile(
    r"(?i)(?<![\w.])(?:m_sPageExt|_?sPageExt|suffix|page_?ext|file_?ext|ext)['\"]?\s*[:=]\s*['\"]\.?(s?html?|jspx?|aspx?|php)['\"]"
)
_MAX_WRITES = 50


def read_variables(view: PagerView) -> PagerReading | None:
    """Read a pager from the variables of a script: a link that it writes, or the parts of its file names."""
    for script in view.scripts:
        if reading := _named_parts(view, script) or _written(view, script):
            return reading
    return None


def _named_parts(view: PagerView, script: str) -> PagerReading | None:
    """Read the number of pages, this page, and the name and the suffix of the files."""
    pages = _pages(script)
    current, name, suffix = (pattern.search(script) for pattern in (_CURRENT, _NAME, _SUFFIX))
    if pages is None or current is None or name is None or suffix is None:
        return None
    first = 1 if int(current[1]) == view.number else 0
    if int(current[1]) - first + 1 >= pages:
        return PagerReading("variables of a script", is_last=True, pages=pages)
    url = view.target(f"{name[1]}_{int(current[1]) + 1}.{suffix[1]}")
    return PagerReading("variables of a script", url or "", pages=pages) if url else None


def _pages(script: str) -> int | None:
    """Return the number of pages: the one that a script states, or what its numbers of records make."""
    if pages := _PAGES.search(script):
        return int(pages[1])
    records, size = _RECORDS.search(script), _SIZE.search(script)
    return -(-int(records[1]) // int(size[1])) if records and size and int(size[1]) else None


def _written(view: PagerView, script: str) -> PagerReading | None:
    """Read the link 下一页 that a script writes."""
    pages = _PAGES.search(script)
    if pages is None:
        return None
    for text in _writings(view, script):
        link = _LINK.search(text)
        if link is None:
            continue
        if view.number >= int(pages[1]):
            return PagerReading("a link of a script", is_last=True, pages=int(pages[1]))
        if url := view.target(link[1]):
            return PagerReading("a link of a script", url, pages=int(pages[1]))
    return None


def _writings(view: PagerView, script: str) -> Iterator[str]:
    for match in islice(_WRITE.finditer(script), _MAX_WRITES):
        arguments = call_arguments(script, match.end())
        text = evaluate(arguments, view.variables) if arguments else None
        if text:
            yield text
