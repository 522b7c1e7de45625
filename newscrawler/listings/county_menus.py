"""The menu of counties on a city's page: links that are named after the counties of the city, side by side.

Each leads to a listing of the city's own, wherever its address lies.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable

from newscrawler.listings.columns import Column
from newscrawler.listings.named_links import blocks_of
from newscrawler.listings.pagers.view import PagerView
from newscrawler.places import Division
from newscrawler.text.numerals import without_list_number

LEAST = 2
"""Counties that make a menu; one alone may be a headline's word."""
_AROUND = re.compile(r"[\s·•|>＞»›\[\]【】()（）]+")
_ABOUT = re.compile(r"(?:新闻|频道|要闻|动态|资讯|之窗|在线|网|站|分站)$")


def county_columns(view: PagerView, counties: Iterable[Division]) -> tuple[Column, ...]:
    """Return the links of a page to its city's counties as columns; none without a menu of them."""
    by_name = {name: county for county in counties for name in county.names}
    found: dict[str, tuple[Division, frozenset[Hashable]]] = {}
    of_block: dict[Hashable, set[str]] = {}
    for label in view.labels:
        county = by_name.get(name := _AROUND.sub("", without_list_number(label.text))) or by_name.get(
            _ABOUT.sub("", name)
        )
        if county is None or not label.url or label.url in found:
            continue
        blocks = frozenset(blocks_of(label.element))
        found[label.url] = county, blocks
        for block in blocks:
            of_block.setdefault(block, set()).add(county.code)
    return tuple(
        Column(county.name, url)
        for url, (county, blocks) in found.items()
        if any(len(of_block[block]) >= LEAST for block in blocks)
    )
