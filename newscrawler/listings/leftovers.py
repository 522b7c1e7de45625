"""Links of a listing page to other pages that may belong to the listing: years, older news, tabs, far page numbers.

A pager that ends proves the end of a listing only if nothing else on its pages leads further. A link is such a lead
when its address is the page's own with another number, or lies in a folder below the section's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.article_urls import is_listing_path, looks_like_article
from newscrawler.listings.links import title_weight
from newscrawler.listings.pagers.view import PagerView

_BACK = re.compile(r"首页|第一页|上一?页|前一?页|前页|上页|prev|first|home|«|‹|返回", re.IGNORECASE)
_LAST = re.compile(r"尾页|末页|最后|最末|last|end", re.IGNORECASE)
_NUMBER = re.compile(r"[\s\[【(第]{0,3}(\d{1,6})[\s\]】)页]{0,3}")
_PERIOD = re.compile(
    r"\s*(?:19|20)\d\d\s?(?:年(?:度)?\s?(?:\d{1,2}\s?月(?:份)?)?|[-/.]\d{1,2}|)\s*(?:[(（]\s?\d{1,6}\s?[)）])?\s*"
)
"""A year or a month, perhaps with the number of its articles."""
_LONGEST_LABEL = 12
_MOST_OPTIONS = 500
_MOST_FRAMES = 10
MOST = 100
"""The most leads of one page; a page of more folders is a portal of its own."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """A lead to more."""

    url: str
    label: str
    is_further: bool
    """Whether it may be followed as the next page: it leads on in the same pager, and not to its last page."""
    is_below: bool = False
    """Whether it lies in the folder of the section's own."""
    is_last: bool = False
    """Whether it is the last page of the pager: 尾页."""
    is_period: bool = False
    """Whether it is a year or a month of the listing, which has pages of its own."""


def find_leftovers(view: PagerView, entries: set[str], is_own: Callable[[str], bool]) -> tuple[Leftover, ...]:
    """Return the leads of a page to other pages of its listing. `entries` are the URLs of its articles."""
    folder = urlsplit(view.page_url).path.rpartition("/")[0] + "/"
    host = urlsplit(view.page_url).hostname
    leads: dict[str, Leftover] = {}

    def is_below(url: str) -> bool:
        path = urlsplit(url).path
        return folder != "/" and path.startswith(folder) and path != folder

    for text, url in _labels(view):
        if url in leads or url in entries or not is_own(url):
            continue
        if len(leads) >= MOST:
            break
        is_near = view.is_like_this_page(url) or (urlsplit(url).hostname == host and is_below(url))
        if is_near and _PERIOD.fullmatch(text):
            leads[url] = Leftover(url, text, is_further=False, is_below=True, is_period=True)
            continue
        number = _NUMBER.fullmatch(text)
        is_short = title_weight(text) <= _LONGEST_LABEL
        if view.is_like_this_page(url) and not looks_like_article(url):
            if _BACK.search(text) or (number and int(number[1]) <= view.number):
                continue
            is_near = number is None or int(number[1]) == view.number + 1
            is_last = _LAST.search(text) is not None
            leads[url] = Leftover(url, text, is_near and not is_last, is_last=is_last)
        elif urlsplit(url).hostname == host and is_short and is_below(url) and is_listing_path(urlsplit(url).path):
            leads[url] = Leftover(url, text, is_further=False, is_below=True)
    # What stands in a frame of the section's own folder is a part of its page.
    for frame in islice(view.iter("iframe", "frame"), _MOST_FRAMES):
        source = view.target(frame.get("src") or "")
        if source and source not in leads and is_own(source) and _is_in_folder(source, host, folder):
            label = (frame.get("title") or "frame")[:_LONGEST_LABEL]
            leads[source] = Leftover(source, label, is_further=False, is_below=True)
    return tuple(leads.values())


def _is_in_folder(url: str, host: str | None, folder: str) -> bool:
    parts = urlsplit(url)
    return folder != "/" and parts.hostname == host and parts.path.startswith(folder) and parts.path != folder


def _labels(view: PagerView) -> Iterator[tuple[str, str]]:
    """Yield the names and URLs of links, and of the options of lists."""
    for label in view.labels:
        if label.url and label.text:
            yield label.text, label.url
    for option in islice(view.iter("option"), _MOST_OPTIONS):
        url = view.target(option.get("value") or "")
        if url and (text := text_up_to(option, 30).strip()):
            yield text, url
