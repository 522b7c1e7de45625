"""Lists beside the main one that have a pager of their own: pictures, videos, a tab.

A pager belongs to the list with which it shares the nearest block: it turns the pages of that list, and says nothing
about where another one ends. So the pager of a second list is neither a way on of the main list nor a proof of its end.
A second list whose pager leads to pages like this one, or into the section's own folder, belongs to the section: it is
read as a column.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import urlsplit

from lxml.etree import Element, _Element

from newscrawler.listings.entries import Entry, entries_of
from newscrawler.listings.link_lists import LinkList, ListKey
from newscrawler.listings.links import Link
from newscrawler.listings.list_evidence import names_ranking
from newscrawler.listings.more_links import heading_before
from newscrawler.listings.own_folder import folder_of
from newscrawler.listings.pagers import PagerView, read_ways
from newscrawler.listings.pagers.numbers import number_rows

MOST = 5
"""Second lists of one page that are read."""
_MOST_CONTAINERS = 60
"""Containers of lists around which a pager is looked for."""
_DEEPEST = 100
"""Elements around a link that are looked at."""


@dataclass(frozen=True, slots=True)
class SecondList:
    """A list of articles beside the main one."""

    name: str
    """Its heading, or empty."""
    key: ListKey
    links: tuple[Link, ...]
    next_url: str
    """The absolute URL of its next page; empty if its pager ends on this page."""
    is_own: bool
    """Whether its pages are pages of the section."""
    sign: str = ""
    """What shows that it goes on in a way that cannot be followed; empty if nothing does."""

    @property
    def entries(self) -> list[Entry]:
        """The articles that it shows on this page."""
        return entries_of(self.links)


@dataclass(frozen=True, slots=True)
class _Part:
    """A container of a list's items with a pager in the block around it that holds no other list."""

    path: str
    position: int
    """Of the container among those of its path."""
    links: tuple[Link, ...]
    block: _Element
    next_url: str
    """Empty if the pager ends here, or a script follows it."""
    sign: str = ""
    """What shows that a script turns the pages."""


def split_second_lists(
    view: PagerView, main: Sequence[Link], lists: Sequence[LinkList]
) -> tuple[PagerView, tuple[SecondList, ...]]:
    """Return what is left of a page without the blocks of second lists that have a pager, and these lists.

    `main` are the links of the main list; `lists` are all lists of articles of the page, the main one first.
    """
    if not lists:
        return view, ()
    found = list(_parts(view, main, lists))
    of_main = [part for part in found if part.path == lists[0].path]
    # One list is often split into several containers, of which the last has the pager below it. Only pagers that lead
    # to different pages make several lists of them.
    others = of_main[1:] if len({part.next_url for part in of_main}) > 1 else []
    others += [part for part in found if part not in of_main]
    if not others:
        return view, ()
    left_out = frozenset(element for part in others for element in part.block.iter())
    second: dict[str, SecondList] = {}
    for part in others:
        # The parts of one list share a next page. A list of one page has none.
        name = part.next_url or f"{part.path} {part.position}"
        if name not in second and len(second) < MOST:
            second[name] = _second_list(view, part, lists, found)
    return replace(view, left_out=left_out), tuple(second.values())


def _second_list(view: PagerView, part: _Part, lists: Sequence[LinkList], found: Sequence[_Part]) -> SecondList:
    name = heading_before(part.block, part.links[0].element)
    is_own = not part.next_url or _is_of_section(view, part.next_url)
    if names_ranking(name) and (not part.next_url or not _folders(part.links) & _folders(lists[0].links)):
        is_own = False  # what readers of the whole portal like
    if part.sign:
        # No address of a page shows whose list it is, only those of its articles.
        folder = folder_of(view.page_url)
        is_own = bool(folder) and sum(link.url.startswith(folder) for link in part.links) * 2 > len(part.links)
    if part.path == lists[0].path or len({other.next_url for other in found if other.path == part.path}) > 1:
        return SecondList(name, ListKey(part.path, part.position), part.links, part.next_url, is_own, part.sign)
    links = next(one.links for one in lists if one.path == part.path)
    return SecondList(name, ListKey(part.path), tuple(links), part.next_url, is_own, part.sign)


def _parts(view: PagerView, main: Sequence[Link], lists: Sequence[LinkList]) -> Iterator[_Part]:
    """Yield the containers of lists that have a pager in the block around them."""
    containers = [
        (one.path, position, container, links)
        for one in lists
        for position, (container, links) in enumerate(one.by_container().items())
    ][:_MOST_CONTAINERS]
    if len(containers) < 2:
        return
    below: Counter[_Element] = Counter()
    for element in {link.element for link in main} | {link.element for *_, links in containers for link in links}:
        below.update(islice(element.iterancestors(), _DEEPEST))
    # What the address of the page says is said of the main list, and of no block.
    of_address = read_ways(replace(view, root=Element("div")))
    for path, position, container, links in containers:
        # A headline stands in the block of the page, around all of its lists.
        holds_others = path != lists[0].path and below[container] > len({link.element for link in links})
        block = None if holds_others else _block(container, below)
        if block is None:
            continue
        first = links[0].element
        before = []
        for element in block.iter():
            if element is first:
                break
            before.append(element)
        below_it = replace(view, root=block, left_out=frozenset(before))
        ways = read_ways(below_it)
        sign = next(iter((*ways.signs, *ways.hints)), "") if path != lists[0].path else ""
        if (ways.next_urls or ways.end) and (ways.next_urls, ways.end) != (of_address.next_urls, of_address.end):
            yield _Part(path, position, tuple(links), block, ways.next_urls[0] if ways.next_urls else "")
        elif sign and _turns_pages(below_it, len({link.url for link in links})):
            yield _Part(path, position, tuple(links), block, "", sign)


def _turns_pages(view: PagerView, entries: int) -> bool:
    """Whether a row of numbers turns the pages of a list. One with a number for each entry shows one at a time."""
    return any(len(items) < entries for items, _ in number_rows(view))


def _block(container: _Element, below: Counter[_Element]) -> _Element | None:
    """Return the highest element around a container that holds no link of another list."""
    own = below[container]
    block = None
    node: _Element | None = container
    for _ in range(_DEEPEST):
        if node is None or node.tag in ("body", "html") or below[node] > own:
            break
        block, node = node, node.getparent()
    return block


def _is_of_section(view: PagerView, url: str) -> bool:
    """Tell whether a page is one of the section: like this page, or in its folder."""
    if view.is_like_this_page(url):
        return True
    own, other = urlsplit(view.page_url), urlsplit(url)
    folder = own.path.rpartition("/")[0] + "/"
    return folder != "/" and other.hostname == own.hostname and other.path.startswith(folder)


def _folders(links: Sequence[Link]) -> set[tuple[str, str]]:
    """Return the hosts and first folders in which the articles of a list lie."""
    parts = (urlsplit(link.url) for link in links)
    return {(one.netloc, one.path.split("/")[1] if one.path.count("/") > 1 else "") for one in parts}
