"""The lists of a page: links whose items stand in containers of the same path, and what tells a list of articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from lxml.etree import _Element

from newscrawler.listings.article_urls import has_identifier, url_shape
from newscrawler.listings.links import Link, title_weight

LEAST_TITLE = 5
"""Han characters of a title below which a link is a word of a menu, unless its list shows otherwise."""
_SENTENCE = 10
"""Han characters that the titles of a list without dates have on average, if they are headlines."""
_LONGEST_TITLE = 30
"""Characters of a title that count; what is longer is a summary."""
_LEAST_UNDATED = 4
"""Links of a list that nothing but its titles and the likeness of its addresses tells from a menu."""
_MOST_IN_BOXES = 2_000
"""Links beside the lists of pages that are remembered."""


@dataclass(slots=True)
class LinkList:
    """Links whose items are in containers of the same path."""

    path: str
    links: list[Link] = field(default_factory=list)
    is_choice: bool = False
    """Whether it has the elements of another list, and a heading that calls it a choice: 为您推荐."""

    @property
    def dated(self) -> float:
        """The share of its links that have a date."""
        return sum(1 for link in self.links if link.date_text) / len(self.links)

    def weight(self) -> float:
        """Return how much speaks for its being the main list of the page: text and dates.

        A picture and its headline are two links to one article, which counts once.
        """
        lengths: dict[str, int] = {}
        for link in self.links:
            lengths[link.url] = max(min(len(link.title), _LONGEST_TITLE), lengths.get(link.url, 0))
        return sum(lengths.values()) * (0.2 + self.dated)

    def is_list_of_articles(self, is_known: Callable[[str], bool], is_own: Callable[[str], bool]) -> bool:
        """Weigh what speaks for articles: dates, known shapes of addresses, or headlines with like addresses."""
        number = len(self.links)
        titles = sum(title_weight(link.title) for link in self.links) / number
        known = sum(1 for link in self.links if is_known(link.url)) / number
        if self.dated >= 0.5:
            return titles >= LEAST_TITLE or known >= 0.5 or number >= 3
        if known >= 0.5:
            return titles >= LEAST_TITLE
        if number < _LEAST_UNDATED or titles < _SENTENCE:
            return False
        shapes = Counter(url_shape(link.url) for link in self.links if is_own(link.url))
        shape, most = shapes.most_common(1)[0] if shapes else ("", 0)
        return most / number >= 0.6 and has_identifier(shape)

    def by_container(self) -> dict[_Element, list[Link]]:
        """Map each element that holds items to their links, in the order of the page."""
        containers: dict[_Element, list[Link]] = {}
        for link in self.links:
            if (container := link.item.getparent()) is not None:
                containers.setdefault(container, []).append(link)
        return containers


def group_by_path(links: Iterable[Link]) -> list[LinkList]:
    """Return the lists in which these links stand. Links need a `path`."""
    lists: dict[str, LinkList] = {}
    for link in links:
        if link.title or link.date_text:
            lists.setdefault(link.path, LinkList(link.path)).links.append(link)
    return list(lists.values())


@dataclass(frozen=True, slots=True)
class ListBefore:
    """The main list of the page before this one, and the boxes beside the lists of all pages before.

    The pages of a listing have one template.
    """

    path: str = ""
    """Empty before a first page."""
    urls: frozenset[str] = frozenset()
    shapes: frozenset[str] = frozenset()
    """Of the addresses of its links (`url_shape`)."""
    boxes: frozenset[tuple[str, str]] = frozenset()
    """Paths and URLs of the other lists of the pages before."""

    @classmethod
    def of(cls, lists: Sequence[LinkList], before: ListBefore) -> ListBefore:
        """Describe the lists of a page, the main one first, and the boxes of the pages `before` it."""
        if not lists:
            return NO_LIST
        urls = frozenset(link.url for link in lists[0].links)
        boxes = before.boxes.union((one.path, link.url) for one in lists[1:] for link in one.links)
        boxes = boxes if len(boxes) <= _MOST_IN_BOXES else before.boxes
        return cls(lists[0].path, urls, frozenset(map(url_shape, urls)), boxes)

    def continues_in(self, one: LinkList) -> bool:
        """Whether a list of the next page goes on with this one: the same place, and not the same links."""
        return one.path == self.path and not all(link.url in self.urls for link in one.links)

    def has_box(self, one: LinkList) -> bool:
        """Whether a list of the next page stood beside those before, with the same links."""
        return self.boxes.issuperset((one.path, link.url) for link in one.links)


NO_LIST = ListBefore()


@dataclass(frozen=True, slots=True)
class ListKey:
    """How a list is found again on another page of the same template."""

    path: str
    container: int | None = None
    """The position of its container among those of its path, from 0; None if it has all of them."""

    def find(self, lists: Sequence[LinkList]) -> list[LinkList]:
        """Return the lists of a page with the one of this key first; empty if the page has no such list."""
        own = next((one for one in lists if one.path == self.path), None)
        if own is None:
            return []
        others = [one for one in lists if one is not own]
        containers = list(own.by_container().values())
        if self.container is None or len(containers) == 1:
            return [own, *others]
        if self.container >= len(containers):
            return []
        rest = [link for n, links in enumerate(containers) if n != self.container for link in links]
        return [LinkList(self.path, containers[self.container]), LinkList(self.path, rest), *others]
