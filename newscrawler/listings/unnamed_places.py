"""Links that stand in the menu of a portal's cities and name none of its divisions: a county, a zone, an unusual name.

A menu is one of cities if most of its links are sections. Counties and zones in it are sections, too. What else it
holds is told: the gazetteer may not know it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence

from newscrawler import places
from newscrawler.listings.article_urls import looks_like_article
from newscrawler.listings.links import title_weight
from newscrawler.listings.named_links import NamedLink
from newscrawler.listings.place_menus import places_in_general

MOST = 10
"""Links of a portal that are told."""
_LEAST_SECTIONS = 3
_PART = 0.6
"""The part of a menu's links that are sections."""
_SHORTEST, _LONGEST = 2, 8
"""Han characters of a name."""
_SERVICE = re.compile(
    r"首页|主页|返回|更多|全部|所有|其他|其它|关于|联系|登录|注册|搜索|客户端|微信|微博|投稿|爆料|English|App|导航|切换|选择"
)


def in_menus_of_sections(
    links: Iterable[NamedLink], sections: Sequence[NamedLink], is_own: Callable[[str], bool]
) -> list[NamedLink]:
    """Return the links beside those of the sections, in the same menus, each address once."""
    urls = {link.url for link in sections}
    menus: dict[Hashable, dict[str, NamedLink]] = {}
    for link in links:
        # The nearest block is often an item of the link alone.
        for block in link.blocks[:2]:
            menus.setdefault(block, {}).setdefault(link.url, link)
    found: dict[str, NamedLink] = {}
    for menu in menus.values():
        own = [link for link in menu.values() if is_own(link.url)]
        of_cities = sum(link.url in urls for link in own)
        if of_cities >= _LEAST_SECTIONS and of_cities >= _PART * len(own):
            found |= {url: found.get(url, link) for url, link in menu.items() if url not in urls}
    return list(found.values())


def may_be_places(links: Iterable[NamedLink]) -> list[NamedLink]:
    """Return those links of menus that may lead to sections by their names and addresses."""
    return [link for link in links if _may_be_a_place(link)][:MOST]


def counties_and_zones(
    links: Iterable[NamedLink], sections: Sequence[tuple[str, places.Division]], province: places.Division
) -> list[tuple[NamedLink, str, places.Division | None]]:
    """Return those links of menus that are named after counties and zones, with the name and division of the section.

    A portal that lists 韩城 or 东湖高新区 beside its cities has a section about it. Counties whose pages lie below that
    of a city are columns of that city. A zone has no division of its own. It belongs to the city in its name, if it
    has one. `sections` are address and division of those that were found.
    """
    taken = {division.code for _, division in sections}
    addresses = [url for url, _ in sections]
    folders = tuple(
        folder
        for url in addresses
        if sum(other.startswith(folder := url.rpartition("/")[0] + "/") for other in addresses) == 1
    )
    found: dict[str, tuple[NamedLink, str, places.Division | None]] = {}
    for link in links:
        if link.url.startswith(folders) or looks_like_article(link.url):
            continue
        for name in link.names[:4]:
            county = places.match_county_name(name, province)
            if county is not None and county.code not in taken:
                found.setdefault(county.name, (link, county.name, county))
                break
            if county is None and (zone := places.zone_name(name)):
                within = places.named_within(zone, province)
                is_in = within is not None and not within.before and within.division.short in zone
                found.setdefault(zone, (link, zone, within.division if within and is_in else None))
                break
    return list(found.values())


def _may_be_a_place(link: NamedLink) -> bool:
    name = link.names[0] if link.names else ""
    return (
        _SHORTEST <= title_weight(name) <= _LONGEST
        and not _SERVICE.search(name)
        and not places_in_general(name)
        and not looks_like_article(link.url)
    )
