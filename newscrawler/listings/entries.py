"""Reading a listing page: its entries with the dates beside them, without a selector.

A listing page has many links: the list itself, the navigation, a ranking at the side, related sections at the bottom.
What a link is follows from several kinds of evidence, not from its address alone:

- its list: the links of a listing stand in similar elements of one container path. Portals often split one list into
  several `<ul>`s of the same class; these count as one, because containers are compared by their path of tags and
  classes;
- the dates beside the links of that list;
- their titles: those of articles are sentences, those of a menu are words;
- their addresses: shapes that content systems give to articles, shapes that turned out to be articles before, and
  shapes that the links of the list share.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, replace
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.extraction.selectors import select
from newscrawler.listings.article_urls import looks_like_article, url_shape
from newscrawler.listings.dates_beside import set_dates
from newscrawler.listings.json_rules import JsonRules
from newscrawler.listings.link_lists import LEAST_TITLE, NO_LIST, LinkList, ListBefore, ListKey, group_by_path
from newscrawler.listings.links import HEADLINE, Link, is_of_pager, read_links, set_items, set_titles, title_weight
from newscrawler.listings.list_evidence import best_list, split_choices
from newscrawler.listings.more_links import more_links_of_blocks, mores_below_titles
from newscrawler.listings.own_folder import lists_of_own_folder, members_by_address, own_folder
from newscrawler.listings.ranges import links_of_ranges
from newscrawler.listings.side_by_side import columns_of, leads_above

_PINNED = re.compile(r"置顶|^\s*[\[【(（]?顶[\]】)）]|\btop\b|zhiding", re.IGNORECASE)
_NODES_OF_AN_ITEM = 200
_FEWEST_HEADLINES = 3
"""Links with headlines that show that articles have addresses like that of the page."""


@dataclass(frozen=True, slots=True)
class ListingRules:
    """What is known of a portal's listings beside the general rules: its definition, and what it showed before."""

    entry: str | None = None
    next: str | None = None
    article_url: re.Pattern[str] | None = None
    article_shapes: frozenset[str] = frozenset()
    """Shapes of addresses (`url_shape`) that turned out to be articles."""
    columns: bool = True
    """Whether a section's front page is followed into its columns."""
    json: JsonRules | None = None
    """Rules for a listing that is JSON."""
    list_key: ListKey | None = None
    """Which list of the page is the main one; None: the one with the most text and dates."""
    shown: frozenset[str] = frozenset()
    """With `list_key`: URLs that the page before the first one showed, where the pager of that list began."""
    furniture: frozenset[str] = frozenset()
    """URLs of the entries of a list that is the same on each page; it is none of the listing's."""
    before: ListBefore = NO_LIST
    """The main list of the page before. A last page may have too few links to be a list."""
    counts_down: bool = False
    """Whether the pager of the listing counts its pages down, as its first page showed."""
    read: Set[str] = frozenset()
    """The pages of the listing that were read, as far as they are known (`page_identity`)."""
    other_sections: frozenset[str] = frozenset()
    """The addresses of sections of other cities: a folder in which one lies is not the section's own."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of a listing."""

    url: str
    """Absolute."""
    title: str
    date_text: str
    """The date beside the link, as printed, or empty."""
    pinned: bool = False
    is_beside: bool = False
    """Whether it stands beside the list only, as in a ranking: its place says nothing about the list's order."""
    page: str = ""
    """The name of the newspaper page (版名), or empty."""
    page_no: str = ""
    """The number of the newspaper page (版次), or empty."""
    source: str = ""
    """The outlet that data names, or empty."""
    keys: tuple[tuple[str, str], ...] = ()
    """What data gives to keys of the address of the article's own data."""
    box: int = 0
    """The number on its page of the element that holds its row."""


@dataclass(frozen=True, slots=True)
class EntryReading:
    """The entries of a page, and the links that were judged to be no entries."""

    entries: list[Entry]
    """In the order of the page, each URL once."""
    others: tuple[str, ...] = ()
    """The portal's own addresses among the page's other links with a title, those with the longest titles first."""
    headlines: frozenset[str] = frozenset()
    """Those of them whose titles are as long as headlines."""
    links: tuple[Link, ...] = ()
    """The links of the entries; an entry may have several."""
    lists: tuple[LinkList, ...] = ()
    """The lists of articles of the page, the main one first."""

    def without(self, elements: Set[_Element]) -> EntryReading:
        """Return the reading without the entries to which only these links lead."""
        if not elements:
            return self
        links = tuple(link for link in self.links if link.element not in elements)
        return replace(self, entries=entries_of(links), links=links)


def read_entries(root: _Element, base_url: str, rules: ListingRules, is_own: Callable[[str], bool]) -> EntryReading:
    """Return the entries of a listing page, and a count of the other links.

    `is_own(url)` tells whether a URL belongs to the portal; links of the list that lead elsewhere are returned too.
    """
    all_links = read_links(root, base_url)
    links, lists = _main_list(all_links, base_url, rules, is_own)
    if rules.entry:
        wanted = _inside(select(root, rules.entry))
        links = [link for link in all_links if link.element in wanted and _is_allowed(link.url, rules, is_own)]
        set_items(links, all_links)
        set_dates(links)
        own = {id(link) for link in links}
        main = LinkList("", links)
        lists = [main, *(one for one in lists if not any(id(link) in own for link in one.links))] if links else lists
    entries = entries_of(links)
    others = _others(all_links, {entry.url for entry in entries}, is_own)
    headlines = frozenset(url for url, weight in others.items() if weight >= HEADLINE)
    return EntryReading(entries, tuple(others), headlines, tuple(links), tuple(lists))


def entries_of(links: Iterable[Link]) -> list[Entry]:
    """Return the entries to which links with a title lead, each URL once. Links need an item and a date."""
    entries: dict[str, Entry] = {}
    # Thousands of links may share an item.
    items: dict[_Element, tuple[str, str]] = {}
    boxes: dict[_Element | None, int] = {}
    for link in links:
        if (item := items.get(link.item)) is None:
            item = items[link.item] = _text_and_names(link.item)
        box = boxes.setdefault(link.item.getparent(), len(boxes))
        entry = Entry(link.url, link.title, link.date_text, _is_pinned(link, *item), link.is_beside, box=box)
        known = entries.get(link.url)
        if known is not None:
            # A picture and its headline are two links to one article: the longer text is its title, either has a date.
            longer, other = (entry, known) if len(entry.title) > len(known.title) else (known, entry)
            if known.is_beside and not entry.is_beside:
                del entries[link.url]  # its place is that in the list
            entry = replace(
                longer,
                date_text=longer.date_text or other.date_text,
                is_beside=known.is_beside and entry.is_beside,
            )
        entries[link.url] = entry
    return [entry for entry in entries.values() if entry.title]


def _inside(elements: Sequence[_Element]) -> set[_Element]:
    """Return these elements and those inside of them."""
    return {inner for element in elements for inner in element.iter()}


def _is_allowed(url: str, rules: ListingRules, is_own: Callable[[str], bool]) -> bool:
    """Whether the definition's pattern lets a URL be an article. It says nothing about links that leave the portal."""
    return rules.article_url is None or rules.article_url.search(url) is not None or not is_own(url)


def _main_list(
    all_links: list[Link], base_url: str, rules: ListingRules, is_own: Callable[[str], bool]
) -> tuple[list[Link], list[LinkList]]:
    """Return the links of the main list, and all lists of articles, the main one first."""

    def is_known(url: str) -> bool:
        if rules.article_url is not None and is_own(url):
            return rules.article_url.search(url) is not None
        shape = url_shape(url)
        if shape in rules.article_shapes or shape in before.shapes:
            return True
        # What has an address like that of the page is a listing of another section: /list/4247.html on /list/4175.html.
        return url_shape(url, keeps_folders=True) not in own_shapes and looks_like_article(url)

    own_page = base_url.partition("#")[0]
    own_shapes = _shapes_of_listings(own_page, all_links)
    before = rules.before
    no_entries = {*more_links_of_blocks(all_links, is_own), *links_of_ranges(link.element for link in all_links)}
    no_entries |= mores_below_titles(all_links)
    links = [
        link
        for link in all_links
        if link.url != own_page
        and (link.title or is_known(link.url))
        and (title_weight(link.title) >= LEAST_TITLE or is_known(link.url))
        and not is_of_pager(link.title)
        and link.element not in no_entries
        and _is_allowed(link.url, rules, is_own)
    ]
    set_items(links, all_links, before.path)
    set_titles(links)
    set_dates(links)
    lists = [
        one
        for one in split_choices(group_by_path(links))
        if (one.is_list_of_articles(is_known, is_own) or before.continues_in(one))
        and not rules.furniture.issuperset(link.url for link in one.links)
        and not (rules.list_key is None and before.has_box(one))
    ]
    if not lists:
        return [], []
    if rules.list_key is not None and (wanted := rules.list_key.find(lists)):
        # A pager that changes other lists of the page, too, turns the pages of all of them.
        changed = [one for one in wanted[1:] if sum(link.url in rules.shown for link in one.links) * 2 < len(one.links)]
        return [link for one in (wanted[0], *changed) for link in one.links], wanted
    continued = next((one for one in lists if before.continues_in(one)), None)
    folder = own_folder(own_page, all_links, rules.other_sections)
    best = continued or best_list(lists_of_own_folder(lists, folder), folder)
    urls = {link.url for link in best.links}
    # Pictures, and 详细 with the date below a headline, lead to the articles of the main list: they are a part of it.
    lists = [best, *(one for one in lists if one is not best and not urls.issuperset(link.url for link in one.links))]
    members = {id(link) for link in (*columns_of(best, lists), *leads_above(best, lists))}
    if best.dated > 0:
        # A pinned entry often has another style, and a short title is one of a list all the same: they have the
        # container and a date beside them.
        containers = set(best.by_container())
        members |= {id(link) for link in links if link.date_text and link.item.getparent() in containers}
        short = _short_titles(all_links, links, containers, rules, is_own)
        set_dates(short)
        links = [*links, *(link for link in short if link.date_text)]
        members |= {id(link) for link in short}
        order = {id(link): position for position, link in enumerate(all_links)}
        links.sort(key=lambda link: order[id(link)])
    by_address = members_by_address(links, lists, own_page, folder) - members
    for link in links:
        link.is_beside = id(link) in by_address
    members |= by_address
    members |= {id(link) for link in links if link.url in urls and link.date_text}
    return [link for link in links if id(link) in members], lists


def _shapes_of_listings(own_page: str, links: Iterable[Link]) -> frozenset[str]:
    """Return the shapes of a page's own address; empty if links with headlines have them, and so articles."""
    own = (own_page, own_page.partition("?")[0])
    shapes = frozenset(url_shape(url, keeps_folders=True) for url in own)
    headlines = (
        link
        for link in links
        if title_weight(link.title) >= HEADLINE and url_shape(link.url, keeps_folders=True) in shapes
    )
    return frozenset() if next(islice(headlines, _FEWEST_HEADLINES - 1, None), None) is not None else shapes


def _short_titles(
    all_links: list[Link],
    links: list[Link],
    containers: set[_Element],
    rules: ListingRules,
    is_own: Callable[[str], bool],
) -> list[Link]:
    """Return the only links of those items of the list that have a short title, with their items set."""
    taken = {id(link) for link in links}
    items_of_links = {link.item for link in links}
    alone: dict[_Element, list[Link]] = {}
    for link in all_links:
        if id(link) in taken or not link.title or is_of_pager(link.title) or not _is_allowed(link.url, rules, is_own):
            continue
        item: _Element | None = link.element
        while item is not None and item.getparent() not in containers:
            item = item.getparent()
        if item is not None and item not in items_of_links:
            alone.setdefault(item, []).append(link)
    short = []
    for item, found in alone.items():
        if len(found) == 1:
            found[0].item = item
            short += found
    return short


def _others(links: list[Link], entries: set[str], is_own: Callable[[str], bool]) -> dict[str, int]:
    """Return the portal's other addresses with the weight of their titles, those with the longest titles first."""
    others: dict[str, int] = {}
    for link in links:
        if link.title and link.url not in entries and is_own(link.url):
            others[link.url] = max(title_weight(link.title), others.get(link.url, 0))
    return dict(sorted(others.items(), key=lambda one: -one[1]))


def _text_and_names(item: _Element) -> tuple[str, str]:
    """Return the beginning of an item's text, and the classes and images of its first elements."""
    nodes = islice(item.iter("*"), _NODES_OF_AN_ITEM)
    names = " ".join(f"{node.get('class') or ''} {node.get('src') or ''}" for node in nodes if node.tag != "a")
    return text_up_to(item, 300), names


def _is_pinned(link: Link, text: str, names: str) -> bool:
    """Tell whether the item with this text and these names marks its link as pinned."""
    return _PINNED.search(text.replace(link.title, " ")) is not None or "置顶" in text or "zhiding" in names
