"""Links of a menu in which some cities have a brand of their own and others plain names: 云上宜昌 beside 鄂州频道."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

from newscrawler import places
from newscrawler.listings.article_urls import looks_like_article
from newscrawler.listings.named_links import NamedLink

_BLOCKS = 6
"""The blocks around a link that count: those of its own page, and those of the page in which it is a part."""
_LEAST_DIVISIONS = 3
"""Divisions in a menu in which a brand may be that of a section."""
_PART = 0.6
"""The part of a menu's links that are named after divisions where it is one of cities."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A link that is named after a division."""

    link: NamedLink
    division: places.Division
    certainty: int
    is_own: bool


def near(link: NamedLink) -> tuple[Hashable, ...]:
    """Return the blocks around a link that count, nearest first."""
    return link.blocks[:_BLOCKS]


def divisions_of_blocks(candidates: Iterable[Candidate]) -> dict[Hashable, set[str]]:
    """Return the codes of the divisions that the links of a block are named after, by block."""
    divisions: dict[Hashable, set[str]] = {}
    for candidate in candidates:
        for block in near(candidate.link):
            divisions.setdefault(block, set()).add(candidate.division.code)
    return divisions


def among_sections(
    branded: Sequence[tuple[Candidate, bool]],
    candidates: Sequence[Candidate],
    links: Iterable[NamedLink],
    is_own: Callable[[str], bool],
) -> list[Candidate]:
    """Return those links with a brand that stand in the menu of the portal's cities.

    云上宜昌 and 看十堰 are cities beside 鄂州频道 and 今日神农架. In a box of their own they may be guides for
    tourists, so the menu must hold the link of a section: of a division that no larger menu names. `branded` are the
    links with a brand, and whether the name in it is also a word (看东方): such a name does not make a menu.
    """
    if not branded:
        return []
    plain = divisions_of_blocks(candidates)
    largest: dict[str, tuple[int, Candidate]] = {}
    for one in candidates:
        size = max((len(plain[block]) for block in near(one.link)), default=1)
        if one.division.code not in largest or size > largest[one.division.code][0]:
            largest[one.division.code] = (size, one)
    has_menu = any(size > 1 for size, _ in largest.values())
    of_sections = {block for _, one in largest.values() for block in near(one.link)}
    own: dict[Hashable, set[str]] = {}
    for link in links:
        if is_own(link.url):
            for block in near(link):
                own.setdefault(block, set()).add(link.url)
    divisions = divisions_of_blocks([*candidates, *(one for one, is_word in branded if not is_word)])

    def is_in_menu_of_cities(one: Candidate) -> bool:
        # The nearest block is often an item of the link alone.
        menu = next((block for block in near(one.link) if len(own.get(block, ())) > 1), None)
        if menu is None or (menu not in of_sections and has_menu):
            return False
        named = divisions.get(menu, set())
        return len(named) >= _LEAST_DIVISIONS and len(named | {one.division.code}) >= _PART * len(own[menu])

    return [one for one, _ in branded if not looks_like_article(one.link.url) and is_in_menu_of_cities(one)]
