"""Links of a listing page to other pages that may belong to the listing: years, older news, tabs, far page numbers.

A pager that ends proves the end of a listing only if nothing else on its pages leads further. A link is such a lead
when its address is the page's own with another number, or lies in a folder below the section's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import urlsplit

from lxml.etree import _Element

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
_SERVICE = re.compile(
    r"首页|关于|联系|版权|广告|招聘|声明|地图|投稿|登录|注册|帮助|客户端|举报|合作|订阅|搜索|简介|English|RSS|APP",
    re.IGNORECASE,
)
"""Names of pages that are not about news."""
LEAST_OF_A_MENU = 3
"""Leads in one element that make a menu."""
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
    is_in_menu: bool = False
    """Whether it stands in a menu: with others in one element."""
    is_period: bool = False
    """Whether it is a year or a month of the listing, which has pages of its own."""


def find_leftovers(view: PagerView, entries: set[str], is_own: Callable[[str], bool]) -> tuple[Leftover, ...]:
    """Return the leads of a page to other pages of its listing. `entries` are the URLs of its articles."""
    folder = urlsplit(view.page_url).path.rpartition("/")[0] + "/"
    leads: dict[str, Leftover] = {}
    menus: dict[_Element, list[str]] = {}
    for text, url, element in _labels(view):
        if url in leads or url in entries or not is_own(url):
            continue
        if len(leads) >= MOST:
            break
        is_like, is_below = view.is_like_this_page(url), _is_in_folder(url, view.page_url, folder)
        number = _NUMBER.fullmatch(text)
        if _PERIOD.fullmatch(text) and (is_like or (is_below and folder != "/")):
            leads[url] = Leftover(url, text, is_further=False, is_below=True, is_period=True)
        elif is_like and not looks_like_article(url):
            if _BACK.search(text) or (number and int(number[1]) <= view.number):
                continue
            is_near = number is None or int(number[1]) == view.number + 1
            is_last = _LAST.search(text) is not None
            leads[url] = Leftover(url, text, is_near and not is_last, is_last=is_last)
        elif is_below and title_weight(text) <= _LONGEST_LABEL and is_listing_path(urlsplit(url).path):
            if element is not None and not _SERVICE.search(text):
                menus.setdefault(_menu_of(element), []).append(url)
            leads[url] = Leftover(url, text, is_further=False, is_below=True)
    in_menus = {url for urls in menus.values() if len(urls) >= LEAST_OF_A_MENU for url in urls}
    leads = {url: replace(lead, is_in_menu=url in in_menus) for url, lead in leads.items()}
    if folder == "/":
        # The folder of a host's first page is the whole host: only its menu counts.
        leads = {url: lead for url, lead in leads.items() if lead.is_in_menu or not lead.is_below or lead.is_period}
    # What stands in a frame of the section's own folder is a part of its page.
    for frame in islice(view.iter("iframe", "frame"), _MOST_FRAMES):
        source = view.target(frame.get("src") or "")
        if source and source not in leads and is_own(source) and folder != "/":
            label = (frame.get("title") or "frame")[:_LONGEST_LABEL]
            if _is_in_folder(source, view.page_url, folder):
                leads[source] = Leftover(source, label, is_further=False, is_below=True)
    return tuple(leads.values())


def _is_in_folder(url: str, page_url: str, folder: str) -> bool:
    parts = urlsplit(url)
    is_host = parts.hostname == urlsplit(page_url).hostname
    return is_host and parts.path.startswith(folder) and parts.path != folder


def _menu_of(link: _Element) -> _Element:
    """Return the element that holds a link's menu: its parent, or above an item of the link alone."""
    node = link
    for _ in range(3):
        parent = node.getparent()
        if parent is None:
            break
        node = parent
        if next(islice(node.iter("a"), 1, None), None) is not None:
            break
    return node


def _labels(view: PagerView) -> Iterator[tuple[str, str, _Element | None]]:
    """Yield the names, URLs and elements of links, and of the options of lists, which have no menu around them."""
    for label in view.labels:
        if label.url and label.text:
            yield label.text, label.url, label.element if label.is_text else None
    for option in islice(view.iter("option"), _MOST_OPTIONS):
        url = view.target(option.get("value") or "")
        if url and (text := text_up_to(option, 30).strip()):
            yield text, url, None
