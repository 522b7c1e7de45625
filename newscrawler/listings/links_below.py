"""Links below the list of a page, whatever they are called, but for those of its pager.

Such a link means nothing by itself: pages print, share and lead to other parts of their portal. One that only the last
page of a listing has, below its pager, leads to what follows the list: an archive.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice

from lxml.etree import _Element

from newscrawler.listings.article_urls import looks_like_article
from newscrawler.listings.beside_list import BesideList
from newscrawler.listings.leftovers import BACK, LONGEST_LABEL, PERIOD, SERVICE, Leftover, form_of_articles
from newscrawler.listings.links import MAX_LINKS, is_of_pager, title_weight
from newscrawler.listings.pagers.view import PagerView
from newscrawler.text.patterns import late

_FURNITURE = late(
    r"顶部|顶端|TOP|打印|分享|收藏|反馈|纠错|二维码|微信|微博|下载|评论|留言|登陆|退出|隐私|备案|许可|网警|print|share|login",
    re.IGNORECASE,
)
"""Further names of what pages have at their foot, beside those of pages that are not about news."""
_OF_OLDER = late(r"历史|往期|往年|旧[版站闻网]|老[版站]|归档|存档|档案|资料库|以前|之前|更早|archive", re.IGNORECASE)
"""What a link says of what is older than the list: it may lead to another host, and have a longer name."""
_LONGEST_OF_OLDER = 24
_MOST_CANDIDATES = 60
"""Links of a page of which it is looked at where they stand."""


def find_links_below(
    view: PagerView, entries: set[str], main: set[str], is_own: Callable[[str], bool]
) -> tuple[Leftover, ...]:
    """Return the links beside the list of a page and below its last entry that turn no pages and are no articles.

    `entries` are the URLs of the entries, `main` those of the list itself: a box below it may have some, too.
    """
    below = _links_below_last(view, main)
    beside = BesideList(view, entries)
    is_article = form_of_articles(entries, view.page_url)
    found: dict[str, Leftover] = {}
    candidates = (label for label in view.labels if label.url and label.element in below)
    for label in islice(candidates, _MOST_CANDIDATES):
        url, text = label.url or "", label.text.strip()
        is_of_older = _OF_OLDER.search(text) is not None
        if url in found or url in entries or not (is_of_older or is_own(url)) or view.is_like_this_page(url):
            continue
        is_of_a_pager = is_of_pager(text) or BACK.search(text) or PERIOD.fullmatch(text)
        is_long = title_weight(text) > (_LONGEST_OF_OLDER if is_of_older else LONGEST_LABEL)
        is_other = SERVICE.search(text) or _FURNITURE.search(text) or is_long
        if is_of_a_pager or is_other or is_article(url) or looks_like_article(url) or not beside.has(label.element):
            continue
        found[url] = Leftover(url, text or "a picture", is_further=False)
    return tuple(found.values())


def _links_below_last(view: PagerView, entries: set[str]) -> set[_Element]:
    """Return the links that stand below the last entry. A ranking below the list may show one of its entries again."""
    below: set[_Element] = set()
    found: set[str] = set()
    for link in islice(view.iter("a"), MAX_LINKS):
        url = view.target(link.get("href") or "")
        if url in entries and url not in found:
            found.add(url)
            below.clear()
        else:
            below.add(link)
    return below
