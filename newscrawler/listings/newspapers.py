"""Digital newspapers: one edition per day, its pages (版面), and the articles of each page.

The most common shape is Founder's: `/html/2024-05/20/node_1.htm` is page one of an edition. Its list of pages links to
`node_2.htm` and so on, and each page links to its articles, `content_123456.htm`. Checked on test pages only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from urllib.parse import urlsplit

from newscrawler.extraction.page import Page
from newscrawler.listings.entries import Entry, looks_like_article, read_links

_PLACEHOLDER = re.compile(r"\{(yyyy|yy|mm|dd|m|d)\}")
_PAGE_NAME = re.compile(r"/(?:node|page|layout|ban|bm)[-_]?\d+[^/]*\.\w+$", re.IGNORECASE)
_PAGE_LABEL = re.compile(r"第?\s{0,3}[A-Z]?\d{1,3}\s{0,3}版|[A-Z]\d{1,3}[:：]|^\s{0,9}\d{1,3}\s{0,3}版")
_EMPTY_TITLES = ("上一版", "下一版", "上一期", "下一期", "返回", "版面导航", "pdf")


def is_edition_template(url: str) -> bool:
    """Tell whether a section's URL is a template with a date, as in `/html/{yyyy}-{mm}/{dd}/node_1.htm`."""
    return _PLACEHOLDER.search(url) is not None


def edition_url(template: str, day: date) -> str:
    """Return the URL of a day's edition."""
    values = {
        "yyyy": f"{day.year:04d}",
        "yy": f"{day.year % 100:02d}",
        "mm": f"{day.month:02d}",
        "dd": f"{day.day:02d}",
        "m": str(day.month),
        "d": str(day.day),
    }
    return _PLACEHOLDER.sub(lambda match: values[match[1]], template)


def read_edition_page(
    page: Page, base_url: str, is_own: Callable[[str], bool], article_url: re.Pattern[str] | None
) -> tuple[list[Entry], list[str]]:
    """Return the articles of one page of an edition, and the URLs of the edition's pages that it links to."""
    folder = urlsplit(base_url).path.rpartition("/")[0]
    entries: dict[str, Entry] = {}
    pages: dict[str, None] = {}
    for link in read_links(page.root, base_url):
        path = urlsplit(link.url).path
        # Links to the editions of other days lead out of this folder.
        if not is_own(link.url) or not path.startswith(f"{folder}/"):
            continue
        if _PAGE_NAME.search(path) or (_PAGE_LABEL.search(link.title) and not looks_like_article(link.url)):
            pages.setdefault(link.url)
        elif (article_url.search(link.url) if article_url else looks_like_article(link.url)) and link.title:
            known = entries.get(link.url)
            if link.title.lower() not in _EMPTY_TITLES and (known is None or len(link.title) > len(known.title)):
                entries[link.url] = Entry(link.url, link.title, "")
    return list(entries.values()), list(pages)
