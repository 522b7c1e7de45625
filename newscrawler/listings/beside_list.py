"""Whether something stands beside the list of a page, or beside another one: a ranking, a menu."""

from __future__ import annotations

from collections import Counter
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
        self._links: dict[_Element, tuple[int, Counter[str]]] = {}

    def has(self, element: _Element) -> bool:
        """Whether the nearest element around one that holds links to articles holds those of the list.

        What stands below the heading of another box is not beside it. The address of a link itself, which may look
        like that of an article, says nothing.
        """
        if self._other_boxes.hold(element):
            return False
        own = self._view.target(element.get("href") or "") or ""
        for around in islice(element.iterancestors(), _LEVELS_AROUND):
            of_list, others = self._links_in(around)
            number_of_others = others.total() - others[own]
            if of_list or number_of_others:
                return of_list > number_of_others
        return False

    def _links_in(self, around: _Element) -> tuple[int, Counter[str]]:
        """Return the number of links to entries of the list in an element, and the addresses of other articles."""
        if around not in self._links:
            links = islice(around.iter("a"), _LINKS_AROUND)
            urls = [self._view.target(link.get("href") or "") for link in links]
            others = Counter(url for url in urls if url and url not in self._entries and looks_like_article(url))
            self._links[around] = sum(1 for url in urls if url in self._entries), others
        return self._links[around]
