"""Links that stand in the menu of a portal's cities and name none of its divisions: a county, a zone, an unusual name.

A menu is one of cities if most of its links are sections. Counties and zones in it are sections, too. So are they in a
small menu that holds nothing but places. What else it holds is told: the gazetteer may not know it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence, Set

from newscrawler import places
from newscrawler.listings.article_urls import looks_like_article, url_shape
from newscrawler.listings.links import title_weight
from newscrawler.listings.named_links import NamedLink
from newscrawler.listings.place_menus import places_in_general

MOST = 10
"""Links of a portal that are told."""
_LEAST_SECTIONS = 3
_LEAST_AMONG_PLACES, _PART_AMONG_PLACES = 2, 0.5
"""Sections of a menu that holds nothing but places, and the part of its places that they are."""
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
    found: dict[str, NamedLink] = {}
    for menu in _menus(links):
        own = [link for link in menu.values() if is_own(link.url)]
        of_cities = sum(link.url in urls for link in own)
        if of_cities >= _LEAST_SECTIONS and of_cities >= _PART * len(own):
            found |= {url: found.get(url, link) for url, link in menu.items() if url not in urls}
    return list(found.values())


def in_menus_of_places(
    links: Iterable[NamedLink],
    sections: Sequence[NamedLink],
    province: places.Division,
    is_own: Callable[[str], bool],
) -> list[NamedLink]:
    """Return the counties and zones beside those of the sections in menus that hold nothing but places.

    Such a menu may be small: 济宁, 滕州, 菏泽. A name that is also a word means a place in it (石狮
    among 泉州 and 漳州), if its address has the form of those of the sections.
    """
    urls = {link.url for link in sections}
    found: dict[str, NamedLink] = {}
    for menu in _menus(links):
        of_cities = [link for link in menu.values() if link.url in urls]
        forms = {_form(link.url) for link in of_cities}
        beside = [link for link in menu.values() if is_own(link.url) and link.url not in urls and not _is_service(link)]
        is_of_places = len(of_cities) >= _PART_AMONG_PLACES * (len(of_cities) + len(beside))
        if len(of_cities) < _LEAST_AMONG_PLACES or not beside or not is_of_places:
            continue
        if all(_place_of(link, province, may_be_word=_form(link.url) in forms) for link in beside):
            found |= {link.url: found.get(link.url, link) for link in beside}
    return list(found.values())


def _menus(links: Iterable[NamedLink]) -> Iterable[dict[str, NamedLink]]:
    """Return the links of each block, each address once. The nearest block is often an item of the link alone."""
    menus: dict[Hashable, dict[str, NamedLink]] = {}
    for link in links:
        for block in link.blocks[:2]:
            menus.setdefault(block, {}).setdefault(link.url, link)
    return menus.values()


def _form(url: str) -> str:
    """Return what the addresses of sections have in common; a city may have a host of its own."""
    host, _, path = url_shape(url).partition("/")
    return f"{host.count('.')}/{path}"


def _is_service(link: NamedLink) -> bool:
    name = link.names[0] if link.names else ""
    return _SERVICE.search(name) is not None or places_in_general(name) > 0


def may_be_places(links: Iterable[NamedLink]) -> list[NamedLink]:
    """Return those links of menus that may lead to sections by their names and addresses."""
    return [link for link in links if _may_be_a_place(link)][:MOST]


def counties_and_zones(
    links: Iterable[NamedLink],
    sections: Sequence[tuple[str, places.Division]],
    province: places.Division,
    among_places: Set[str] = frozenset(),
) -> list[tuple[NamedLink, str, places.Division | None]]:
    """Return those links of menus that are named after counties and zones, with the name and division of the section.

    A portal that lists 韩城 or 东湖高新区 beside its cities has a section about it. Counties whose pages lie below that
    of a city are columns of that city. A zone has no division of its own. It belongs to the city in its name, if it
    has one. `sections` are address and division of those that were found. A link with one of the addresses
    `among_places` stands in a menu that holds nothing but places.
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
        named = _place_of(link, province, may_be_word=link.url in among_places)
        if named is None or (named[1] is not None and named[1].code in taken):
            continue
        name, county = named
        if county is None:
            within = places.named_within(name, province)
            is_in = within is not None and not within.before and within.division.short in name
            found.setdefault(name, (link, name, within.division if within and is_in else None))
        else:
            found.setdefault(county.name, (link, county.name, county))
    return list(found.values())


def _place_of(
    link: NamedLink, province: places.Division, *, may_be_word: bool
) -> tuple[str, places.Division | None] | None:
    """Return the county that a link is named after, or the name of a zone without a division; None for neither."""
    for name in link.names[:4]:
        if county := places.match_county_name(name, province, may_be_word=may_be_word):
            return county.name, county
        if zone := places.zone_name(name):
            return zone, None
    return None


def _may_be_a_place(link: NamedLink) -> bool:
    name = link.names[0] if link.names else ""
    return (
        _SHORTEST <= title_weight(name) <= _LONGEST
        and not _SERVICE.search(name)
        and not places_in_general(name)
        and not looks_like_article(link.url)
    )
