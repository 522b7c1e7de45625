"""The menu of counties on a city's page: links or options that are named after the counties of the city, side by side.

Each leads to a listing of the city's own, wherever its address lies.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.columns import Column
from newscrawler.listings.named_links import blocks_of
from newscrawler.listings.options import target_of_option
from newscrawler.listings.pagers.view import PagerView
from newscrawler.places import Division
from newscrawler.text.numerals import without_list_number

LEAST = 2
"""Counties that make a menu; one alone may be a headline's word."""
_MOST_OPTIONS = 500
_LONGEST = 30
_AROUND = re.compile(r"[\s·•|>＞»›\[\]【】()（）]+")
_ABOUT = re.compile(r"(?:新闻|频道|要闻|动态|资讯|之窗|在线|网|站|分站)$")


def county_columns(view: PagerView, counties: Iterable[Division]) -> tuple[Column, ...]:
    """Return what leads from a page to its city's counties as columns; none without a menu of them."""
    by_name = {name: county for county in counties for name in county.names}
    found: dict[str, tuple[Division, frozenset[Hashable]]] = {}
    of_block: dict[Hashable, set[str]] = {}
    for text, element, url in _ways(view):
        name = _AROUND.sub("", without_list_number(text))
        county = by_name.get(name) or by_name.get(_ABOUT.sub("", name))
        if county is None or not (address := url or target_of_option(view, element)) or address in found:
            continue
        blocks = frozenset(blocks_of(element))
        found[address] = county, blocks
        for block in blocks:
            of_block.setdefault(block, set()).add(county.code)
    return tuple(
        Column(county.name, url)
        for url, (county, blocks) in found.items()
        if any(len(of_block[block]) >= LEAST for block in blocks)
    )


def _ways(view: PagerView) -> Iterator[tuple[str, _Element, str | None]]:
    """Yield the names and elements of links and options; an option has no URL yet."""
    yield from ((label.text, label.element, label.url) for label in view.labels if label.url)
    for option in islice(view.iter("option"), _MOST_OPTIONS):
        yield text_up_to(option, _LONGEST), option, None
