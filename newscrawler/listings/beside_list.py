"""Whether something stands beside the list of a page, or beside another one: a ranking, a menu."""

from __future__ import annotations

from collections.abc import Set
from itertools import islice

from lxml.etree import _Element

from newscrawler.listings.article_urls import looks_like_article
from newscrawler.listings.other_boxes import is_in_other_box
from newscrawler.listings.pagers.view import PagerView

_LEVELS_AROUND = 5
_LINKS_AROUND = 500


def is_beside_list(view: PagerView, element: _Element, entries: Set[str]) -> bool:
    """Whether the nearest element around one that holds links to articles holds those of the list.

    What stands below the heading of another box is not beside it. `entries` are the URLs of the list.
    """
    if is_in_other_box(view, element, entries):
        return False
    for around in islice(element.iterancestors(), _LEVELS_AROUND):
        urls = [view.target(other.get("href") or "") for other in islice(around.iter("a"), _LINKS_AROUND)]
        of_list = sum(1 for url in urls if url in entries)
        others = sum(1 for url in urls if url and url not in entries and looks_like_article(url))
        if of_list or others:
            return of_list > others
    return False
