"""The sections of a portal: the links on its homepage that are named after the province's divisions."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urlsplit

from newscrawler import places
from newscrawler.listings.branded_places import Candidate, among_sections, divisions_of_blocks, near
from newscrawler.listings.named_links import NamedLink
from newscrawler.listings.names_and_addresses import MAX_NAME
from newscrawler.listings.unnamed_places import (
    counties_and_zones,
    in_menus_of_places,
    in_menus_of_sections,
    may_be_places,
)
from newscrawler.listings.untaken_places import Told, at_a_second_address, sharing_an_address

_LEAST_OF_A_MENU = 2
"""Other divisions beside a link that means a city only among them."""
_LONGEST_BRAND = 3
_EXACT, _FORMER, _BRANDED = 2, 1, 0
"""How sure a name is: a name of today, a former name, a name with a brand around it."""


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a portal: its name, its URL, and its division, if it is about one."""

    name: str
    url: str
    division: places.Division | None


@dataclass(frozen=True, slots=True)
class ForeignSection:
    """A division whose link leads to a host that does not belong to the portal."""

    name: str
    url: str

    @property
    def host(self) -> str:
        """The host, as `allowed_hosts` of a definition takes it."""
        return (urlsplit(self.url).hostname or "").removeprefix("www.")


@dataclass(frozen=True, slots=True)
class Navigation:
    """The sections of a portal, and the divisions that have a link in the same menu, but to another host."""

    sections: list[Section] = field(default_factory=list)
    foreign: list[ForeignSection] = field(default_factory=list)
    unnamed: list[NamedLink] = field(default_factory=list)
    """Links in the menus of the sections that name no division."""
    untaken: list[Told] = field(default_factory=list)
    """Links that name a division and are not read, and why."""


_Named = tuple[NamedLink, places.Division | None, places.NamedWithin | None]
"""A link, the division that it is named after, and what stands around its name."""


def find_navigation(
    links: Sequence[NamedLink], province: places.Division, is_own: Callable[[str], bool], portal_name: str = ""
) -> Navigation:
    """Return one section per division, in the order of the links; then counties and zones that menus list beside them.

    If several links have a division's name, the link that stands among links to the most divisions is taken: those
    are the navigation, while a headline or a footer names one or two. Only then the certainty of the name counts.
    `is_own(url)` tells whether a URL belongs to the portal.
    """
    all_candidates = _candidates(links, province, is_own, portal_name)
    candidates = _without_shared(all_candidates)
    own = [candidate for candidate in candidates if candidate.is_own]
    divisions_of_block = divisions_of_blocks(own)
    best: dict[str, tuple[tuple[int, int], Candidate]] = {}
    for candidate in own:
        neighbours = max((len(divisions_of_block[block]) for block in near(candidate.link)), default=1)
        rank = (neighbours, candidate.certainty)
        known = best.get(candidate.division.code)
        if known is None or rank > known[0]:
            best[candidate.division.code] = (rank, candidate)
    sections = [Section(each.division.name, each.link.url, each.division) for _, each in best.values()]
    chosen = {block for _, each in best.values() for block in near(each.link)}
    of_sections = [each.link for _, each in best.values()]
    beside = in_menus_of_sections(links, of_sections, is_own)
    among_places = in_menus_of_places(links, of_sections, province, is_own)
    placed = counties_and_zones(
        [*beside, *among_places],
        [(each.link.url, each.division) for _, each in best.values()],
        province,
        {link.url for link in among_places},
    )
    sections += [Section(name, link.url, division) for link, name, division in placed if is_own(link.url)]
    named = {
        link.url
        for link, division, within in filter(None, (_name_of(link, province) for link in beside))
        if division or (within and within.division.code in best)
    }
    named |= {link.url for link, *_ in placed}
    unnamed = may_be_places(link for link in beside if is_own(link.url) and link.url not in named)
    foreign = _foreign(candidates, set(best), chosen)
    foreign += [ForeignSection(name, link.url) for link, name, _ in placed if not is_own(link.url)]
    found = {section.name for section in sections} | {each.name for each in foreign}
    single = {candidate.link.url for candidate in candidates}
    shared = [(one.link, one.division) for one in all_candidates if one.is_own and one.link.url not in single]
    addresses = {code: each.link.url for code, (_, each) in best.items()}
    others = [(one.link, one.division) for one in own if one.certainty != _FORMER]
    untaken = [*sharing_an_address(shared, found), *at_a_second_address(others, addresses)]
    return Navigation(sections, foreign, unnamed, untaken)


def _without_shared(candidates: list[Candidate]) -> list[Candidate]:
    """Return the candidates whose address is that of one division only: an address of several is about none of them."""
    divisions: dict[str, set[str]] = {}
    for candidate in candidates:
        divisions.setdefault(candidate.link.url, set()).add(candidate.division.code)
    return [candidate for candidate in candidates if len(divisions[candidate.link.url]) == 1]


def _foreign(candidates: list[Candidate], found: set[str], blocks: set[Hashable]) -> list[ForeignSection]:
    """Return the divisions without a section whose link leads elsewhere: in a menu of sections, or of such links."""
    elsewhere = [each for each in candidates if not each.is_own and each.division.code not in found]
    divisions_of_block = divisions_of_blocks(elsewhere)
    foreign: dict[str, ForeignSection] = {}
    for each in elsewhere:
        around = near(each.link)
        is_menu = any(len(divisions_of_block[block]) > 1 for block in around)
        if any(block in blocks for block in around) or (is_menu and not found):
            foreign.setdefault(each.division.code, ForeignSection(each.division.name, each.link.url))
    return list(foreign.values())


def _candidates(
    links: Sequence[NamedLink], province: places.Division, is_own: Callable[[str], bool], portal_name: str
) -> list[Candidate]:
    named = [each for link in links if (each := _name_of(link, province))]
    around_names: dict[tuple[str, str], dict[Hashable, set[str]]] = {}
    """What stands around a name, to the divisions with the same around them, by block: 红网长沙站, 红网株洲站."""
    for link, _, within in named:
        if within:
            of_block = around_names.setdefault((within.before, within.after), {})
            for block in near(link):
                of_block.setdefault(block, set()).add(within.division.code)
    candidates: list[Candidate] = []
    for link, division, within in named:
        if division is not None:
            certainty = _EXACT if any(division.short in name for name in link.names) else _FORMER
            candidates.append(Candidate(link, division, certainty, is_own(link.url)))
        elif within is not None:
            of_block = around_names[within.before, within.after]
            is_repeated = any(len(of_block[block]) > 1 for block in near(link))
            if _is_branded(within, is_repeated, portal_name):
                candidates.append(Candidate(link, within.division, _BRANDED, is_own(link.url)))
    candidates += _meant_among_cities(links, named, province, is_own, candidates)
    if not candidates:
        return _of_mixed_brands(named, is_own)
    return candidates + among_sections(_of_unlike_brands(named, is_own, portal_name), candidates, links, is_own)


def _of_mixed_brands(named: Sequence[_Named], is_own: Callable[[str], bool]) -> list[Candidate]:
    """Return the links of a menu in which each city has a brand of its own: 爱怀化, 我的益阳, 无线邵阳.

    They count where no other link is named after a division: 走进怀化 and 魅力益阳 may lead to guides for tourists.
    """
    found = [
        Candidate(link, within.division, _BRANDED, is_own(link.url))
        for link, division, within in named
        if division is None
        and within
        and not within.is_word
        and not within.after
        and len(within.before) <= _LONGEST_BRAND
    ]
    divisions = divisions_of_blocks(found)
    return [one for one in found if any(len(divisions[block]) > _LEAST_OF_A_MENU for block in near(one.link))]


def _of_unlike_brands(
    named: Sequence[_Named], is_own: Callable[[str], bool], portal_name: str
) -> list[tuple[Candidate, bool]]:
    """Return the links whose names are a division's with a short brand of its own, and whether that is also a word."""

    def is_brand(text: str) -> bool:
        return len(text) <= _LONGEST_BRAND or text in portal_name

    return [
        (Candidate(link, within.division, _BRANDED, is_own(link.url)), within.is_word)
        for link, division, within in named
        if division is None and within and within.is_section_name(is_brand)
    ]


def _meant_among_cities(
    links: Sequence[NamedLink],
    named: Sequence[_Named],
    province: places.Division,
    is_own: Callable[[str], bool],
    candidates: list[Candidate],
) -> list[Candidate]:
    """Return the links that mean a city only because others of their menu do.

    They have the province's name (吉林), or one that is also a word, in the wording of a section (今日孝感).
    """
    divisions = divisions_of_blocks(candidates)

    def is_among_others(link: NamedLink, city: places.Division) -> bool:
        return any(len(divisions.get(block, set()) - {city.code}) >= _LEAST_OF_A_MENU for block in near(link))

    found: list[Candidate] = []
    if city := places.city_of_the_same_name(province):
        found += [
            Candidate(link, city, _FORMER, is_own(link.url))
            for link in links
            if any("".join(name.split()) == province.short for name in link.names) and is_among_others(link, city)
        ]
    for link, division, within in named:
        is_word = division is None and within is not None and within.is_word
        if is_word and within and within.is_section_name(lambda text: False) and is_among_others(link, within.division):
            found.append(Candidate(link, within.division, _BRANDED, is_own(link.url)))
    return found


def _is_branded(within: places.NamedWithin, is_repeated: bool, portal_name: str) -> bool:
    """Whether what stands around a name is a brand: the portal's own, or one that other divisions of the menu have."""
    if within.is_word and not is_repeated:
        return False
    return within.is_section_name(lambda text: is_repeated or (len(text) > 1 and text in portal_name))


def _name_of(link: NamedLink, province: places.Division) -> _Named | None:
    """Return the division that a link is named after, and what stands around its name; None if there is neither."""
    for name in islice(link.names, 4):
        if len(name) <= MAX_NAME and places.may_name_division(name, province):
            division, within = places.match_menu_name(name, province), places.named_within(name, province)
            if division or (within and (within.before or within.after)):
                return link, division, within
    return None
