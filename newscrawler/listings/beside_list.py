"""Whether something stands beside the list of a page, or beside another one: a ranking, a menu."""

from __future__ import annotations

from collections.abc import Set
from itertools import islice

from lxml.etree import _Element

from newscrawler.listings.article_urls import looks_like_article
from newscrawler.listings.other_boxes import OtherBoxes
from newscrawler.listings.pagers.view import PagerView

_LEVELS_AROUND = 5
_LINKS_AROUND = 500


class BesideList:
    """What stands beside a list, whose entries have the URLs `entries`. Elements around many others are read once."""

    def __init__(self, view: PagerView, entries: Set[str]) -> None:
        self._view = view
        self._entries = entries
        self._other_boxes = OtherBoxes(view, entries)
        self._of_list: dict[_Element, bool | None] = {}

    def has(self, element: _Element) -> bool:
        """Whether the nearest element around one that holds links to articles holds those of the list.

        What stands below the heading of another box is not beside it.
        """
        if self._other_boxes.hold(element):
            return False
        around = map(self._is_of_list, islice(element.iterancestors(), _LEVELS_AROUND))
        return next((is_of_list for is_of_list in around if is_of_list is not None), False)

    def _is_of_list(self, around: _Element) -> bool | None:
        """Whether most articles to which an element links are entries of the list; None if it links to none."""
        if around not in self._of_list:
            links = islice(around.iter("a"), _LINKS_AROUND)
            urls = [self._view.target(link.get("href") or "") for link in links]
            of_list = sum(1 for url in urls if url in self._entries)
            others = sum(1 for url in urls if url and url not in self._entries and looks_like_article(url))
            self._of_list[around] = of_list > others if of_list or others else None
        return self._of_list[around]
