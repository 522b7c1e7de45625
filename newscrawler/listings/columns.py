"""The columns of a front page: blocks with a heading, a few links and 更多, which leads to a listing of its own.

A city's link on a portal's homepage often opens such a front page (a sub-portal) instead of a listing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.article_urls import looks_like_article
from newscrawler.listings.dates_beside import set_dates
from newscrawler.listings.entries import Entry
from newscrawler.listings.heading_rows import headings_in_rows
from newscrawler.listings.link_lists import ListKey
from newscrawler.listings.links import (
    HEADLINE,
    MAX_LINKS,
    Link,
    headlines_below,
    read_links,
    set_items,
    title_weight,
)
from newscrawler.listings.more_links import (
    HEADING_CLASS,
    HEADINGS,
    LONGEST_NAME,
    MORE,
    MOST_LEVELS,
    block_of,
    heading_before,
    is_more,
    is_of_choice,
    more_links_of_blocks,
    name_of_block,
    text_beside,
)
from newscrawler.listings.tabs import lists_of_tabs
from newscrawler.text.urls import identity, resolve

MAX_COLUMNS = 30
"""The most columns of one front page that are followed; the rest is told."""
_LEAST_COLUMNS = 2
"""A page with a single 更多 is a listing with a ranking beside it."""
_ENTRIES_OF_A_BLOCK = 60
_LONGEST_HEADING = 8
"""Han characters of the name of a column."""
_LEAST_HEADLINES = 3
"""Headlines of a block whose heading is a link to a column."""
_MOST_WRAPPERS = 3
"""Elements around the link of a heading that hold nothing else."""
_MOST_RULES = 3
"""Elements below a heading of which all but the last show nothing, as a rule does."""
_DECORATION = re.compile(r"^[\s·•|]+|[\s>＞»›|]+$")
_LEAST_OWN = 2
"""Articles of the portal's own that make a block whose 更多 leads nowhere."""
_LONGEST_MORE = 10
_MOST_CONTROLS = 60
_MOST_LOST = 5
_MOST_UNNAMED = 100
"""Columns of a page before the last one whose name is looked for in a block without a heading."""


@dataclass(frozen=True, slots=True)
class Column:
    """A listing to which a block of a front page leads."""

    name: str
    url: str
    """Absolute."""
    entries: tuple[Entry, ...] = ()
    """The articles that the block shows."""
    list_key: ListKey | None = None
    """Which list of its pages it is, if it shares them with other lists."""
    shown: frozenset[str] = frozenset()
    """With `list_key`: URLs of all lists of articles on the page before its first one."""
    is_block: bool = False
    """Whether it is the 更多 of a block with a heading and articles, which is no ranking or the like."""


def find_columns(
    root: _Element, base_url: str, page_url: str, is_own: Callable[[str], bool]
) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
    """Return the columns of a front page, in the order of the page, and listings elsewhere to which blocks lead.

    There are none if it is not a front page.

    A column lies on the page's own host, if that host belongs to the section alone, else in the page's own folder. At
    most `MAX_COLUMNS` + 1 are returned; one more than `MAX_COLUMNS` tells that there are too many.
    """
    scope = _scope(page_url)
    if scope is None:
        return (), ()
    links = read_links(root, base_url)
    own = identity(page_url)
    named = _names_by_url(links)
    lists = headings_in_rows(links) | lists_of_tabs(links)
    blocks = more_links_of_blocks(links, is_own)
    headings = {identity(link.url): blocks[link.element] for link in links if link.element in blocks}
    columns: dict[str, Column] = {}
    elsewhere: dict[str, Column] = {}
    for link in links:
        name = identity(link.url)
        if name in columns or name in elsewhere or name == own or not is_own(link.url):
            continue
        # An address with a number says nothing: /c4240 may be an article or a column.
        if looks_like_article(link.url) and link.element not in blocks and link.element not in lists:
            continue
        if not (is_more(link) or _is_heading(link) or link.element in lists):
            continue
        block = lists[link.element] if link.element in lists else block_of(link.element)
        title = named.get(name) or heading_before(block, link.element) or text_beside(link)
        if not title and len(columns) + len(elsewhere) < _MOST_UNNAMED:
            title = name_of_block(block, link.element)
        if not _is_within(link.url, scope):
            is_block = name in headings and not is_of_choice(headings[name])
            entries = _entries(block, base_url, is_own, heading=link.url) if is_block else ()
            elsewhere[name] = Column(title, link.url, entries, is_block=is_block)
            continue
        columns[name] = Column(
            title or f"column {len(columns) + 1}", link.url, _entries(block, base_url, is_own, heading=link.url)
        )
        if len(columns) > MAX_COLUMNS:
            break
    return tuple(columns.values()) if len(columns) >= _LEAST_COLUMNS else (), tuple(elsewhere.values())


def _scope(page_url: str) -> tuple[str, str] | None:
    """Return the host and the folder within which a section's columns lie."""
    parts = urlsplit(page_url)
    host = (parts.hostname or "").removeprefix("www.")
    path = parts.path
    if not host:
        return None
    folder = path if path.endswith("/") else path.rpartition("/")[0] + "/"
    stem = re.sub(r"\.\w{1,6}$", "", path) + "/"
    # /yichang.html has its columns in /yichang/.
    if not path.endswith("/") and not re.search(r"/(?:index|default|list)\.\w+$", path):
        folder = stem
    return host, folder


def _is_within(url: str, scope: tuple[str, str]) -> bool:
    parts = urlsplit(url)
    host, folder = scope
    return (parts.hostname or "").removeprefix("www.") == host and parts.path.startswith(folder)


def _is_heading(link: Link) -> bool:
    """Whether a link is the heading of a block of headlines."""
    if not 2 <= title_weight(link.title) <= _LONGEST_HEADING:
        return False
    node = link.element.getparent()
    for _ in range(2):
        if node is None:
            return False
        if node.tag in HEADINGS or HEADING_CLASS.search(node.get("class") or ""):
            return headlines_below(block_of(link.element), _ENTRIES_OF_A_BLOCK) >= _LEAST_HEADLINES
        node = node.getparent()
    return _stands_above_headlines(link)


def _stands_above_headlines(link: Link) -> bool:
    """Whether a link is all that an element shows, and headlines follow directly: a heading, whatever its markup."""
    node = link.element
    for _ in range(_MOST_WRAPPERS):
        parent = node.getparent()
        if (
            parent is None
            or parent.tag in ("body", "html")
            or _DECORATION.sub("", text_up_to(parent, 60)) != link.title
        ):
            break
        node = parent
    if node is link.element:
        return False
    below = islice(node.itersiblings("*"), _MOST_RULES)
    shown = next((element for element in below if text_up_to(element, 1).strip()), None)
    return shown is not None and headlines_below(shown, _ENTRIES_OF_A_BLOCK) >= _LEAST_HEADLINES


def _names_by_url(links: list[Link]) -> dict[str, str]:
    """Map each address to the shortest name under which the page links to it, other than 更多."""
    names: dict[str, str] = {}
    for link in links:
        title = link.title.strip("·•|>＞» \u3000")
        if not title or len(title) > LONGEST_NAME or MORE.match(title):
            continue
        known = names.get(name := identity(link.url))
        if known is None or len(title) < len(known):
            names[name] = title
    return names


def _entries(block: _Element, base_url: str, is_own: Callable[[str], bool], heading: str = "") -> tuple[Entry, ...]:
    """Return the headlines of a block; `heading` is the URL to which its heading leads."""
    all_links = read_links(block, base_url)[:_ENTRIES_OF_A_BLOCK]
    # A block holds names of columns, too, which are short; its headlines are long or have the address of an article.
    links = [
        link
        for link in all_links
        if is_own(link.url)
        and link.url != heading
        and not MORE.match(link.title)
        and (looks_like_article(link.url) or title_weight(link.title) >= HEADLINE)
    ]
    set_items(links, all_links)
    set_dates(links)
    entries: dict[str, Entry] = {}
    for link in links:
        if link.title and (link.url not in entries or len(link.title) > len(entries[link.url].title)):
            entries[link.url] = Entry(link.url, link.title, link.date_text)
    return tuple(entries.values())


def lost_columns(
    root: _Element,
    base_url: str,
    columns: Sequence[Column],
    is_own: Callable[[str], bool],
    among: Set[str] | None = None,
) -> tuple[str, ...]:
    """Return a sentence for each block of a front page with articles of the portal's own that leads on to no column.

    A block of another portal's articles is not the section's. With `among`, the URLs of the page's
    entries, a block counts that shows some of them, and neither others nor all.
    """
    shown = {identity(entry.url) for column in columns for entry in column.entries}
    found: dict[str, None] = {}
    for control, url in islice(_controls(root, base_url), _MOST_CONTROLS):
        if (url and is_own(url)) or len(found) >= _MOST_LOST:
            continue
        block, entries = _own_block(control, base_url, is_own)
        # A second 更多 of a block that leads to a column, or one that belongs to several blocks.
        if block is None or any(identity(entry.url) in shown for entry in entries):
            continue
        if among is not None and not {entry.url for entry in entries} < among:
            continue
        name = name_of_block(block, control) or entries[0].title[:20]
        host = (urlsplit(url).hostname or "").removeprefix("www.")
        found.setdefault(
            f"the link of {name} leads to {host}, which does not belong to the portal; "
            f'allowed_hosts = ["{host}"] in the definition adds it'
            if host
            else f"the link 更多 of {name} has no address"
        )
    return tuple(found)


def _controls(root: _Element, base_url: str) -> Iterator[tuple[_Element, str]]:
    """Yield what says 更多, and where it leads; empty if that is no page."""
    for element in islice(root.iter("a", "span", "em", "i", "button"), MAX_LINKS):
        text = text_up_to(element, _LONGEST_MORE + 1).strip()
        if not text or len(text) > _LONGEST_MORE or not MORE.match(text):
            continue
        if element.tag == "a":
            href = (element.get("href") or "").strip()
            yield element, "" if href.startswith("#") else resolve(base_url, href) or ""
        elif element.get("onclick") and next(element.iterancestors("a"), None) is None:
            yield element, ""


def _own_block(
    control: _Element, base_url: str, is_own: Callable[[str], bool]
) -> tuple[_Element | None, tuple[Entry, ...]]:
    """Return the nearest element around a control that holds articles of the portal's own, and these."""
    for around in islice(control.iterancestors(), MOST_LEVELS):
        if around.tag in ("body", "html"):
            break
        entries = _entries(around, base_url, is_own)
        if len(entries) >= _LEAST_OWN:
            return around, entries
    return None, ()
