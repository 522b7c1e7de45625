"""Tabs beside a list whose addresses a script loads: `<span class="on" data-url="/tab/0.html">要闻</span>`.

The page shows the list of one of them. Those of the others are lists of the section, too, and are read as its columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.beside_list import BesideList
from newscrawler.listings.leftovers import Leftover
from newscrawler.listings.links import is_of_pager, title_weight
from newscrawler.listings.names_and_addresses import may_be_asked_for
from newscrawler.listings.pagers.view import PagerView

_MARKED = re.compile(
    r"(?i)(?:^|[\s_-])(?:active|current|cur|curr|on|now|selected|select|this|hover|act|checked)(?:$|[\s_-])"
)
_ROWS = ("ul", "ol", "div", "p", "dl", "tr", "nav", "h2", "h3", "section")
_LEAST, _MOST = 2, 12
"""Tabs of a row."""
_LONGEST_NAME = 8
_MOST_ROWS = 20_000
_MOST_FOUND = 10
"""Rows of a page of which it is looked at where they stand."""


def addressed_tabs(view: PagerView, entries: Set[str], is_own: Callable[[str], bool]) -> tuple[Leftover, ...]:
    """Return the tabs of a page of which one is marked as shown, the others have an address, and no link leads there.

    `entries` are the URLs of the list beside which they stand.
    """
    found: dict[str, Leftover] = {}
    beside = BesideList(view, entries)
    for row, tabs in islice(_rows(view), _MOST_FOUND):
        if all(map(is_own, tabs)) and entries.isdisjoint(tabs) and beside.has(row):
            found |= {
                url: Leftover(url, name, is_further=False, is_below=True, is_list=True) for url, name in tabs.items()
            }
    return tuple(found.values())


def _rows(view: PagerView) -> Iterator[tuple[_Element, dict[str, str]]]:
    """Yield rows of tabs with the addresses and names of those tabs that are not shown."""
    for row in islice(view.iter(*_ROWS), _MOST_ROWS):
        if not _LEAST <= len(row) <= _MOST:
            continue
        items = [item for item in row if isinstance(item.tag, str)]
        names = [text_up_to(item, _LONGEST_NAME * 2 + 1).strip() for item in items]
        if len({item.tag for item in items}) != 1 or not all(map(_is_name, names)):
            continue
        others = [(item, name) for item, name in zip(items, names, strict=True) if not _is_marked(item)]
        addresses = [_address(view, item) for item, _ in others]
        if len(others) == len(items) - 1 and all(addresses):
            tabs = {url: name for url, (_, name) in zip(addresses, others, strict=True) if url}
            yield row, tabs


def _is_name(text: str) -> bool:
    return 2 <= title_weight(text) <= _LONGEST_NAME and not is_of_pager(text)


def _is_marked(item: _Element) -> bool:
    return any(_MARKED.search(node.get("class") or "") for node in (item, *islice(item.iter("a", "span"), 2)))


def _address(view: PagerView, item: _Element) -> str | None:
    """Return the address that an attribute of a tab holds; None if a link leads somewhere, or if it has none."""
    nodes = list(islice(item.iter("*"), 4))
    if any(view.target(node.get("href") or "") for node in nodes if not (node.get("href") or "#").startswith("#")):
        return None
    for node in nodes:
        for name, value in node.attrib.items():
            if (
                str(name).startswith("data-")
                and may_be_asked_for(str(value).strip())
                and (url := view.target(str(value)))
            ):
                return url
    return None
