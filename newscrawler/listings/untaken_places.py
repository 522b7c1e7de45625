"""Places that a homepage names, and whose pages are not read: why, for the reader of the crawl's warnings."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

from newscrawler import places
from newscrawler.listings.article_urls import looks_like_article
from newscrawler.listings.named_links import NamedLink
from newscrawler.listings.names_and_addresses import MAX_NAME
from newscrawler.text.urls import identity

MOST = 10
"""The most that is told of each kind."""
_LEAST_IN_SCRIPTS = 2
"""Divisions in scripts that make a menu of places; one may be the seat of the portal."""
_LEAST_BESIDE_PICTURE = 2
"""Sections in a menu whose pictures may be sections, too."""
_PART = 0.6
"""The part of a menu's links that are sections where its pictures may be sections."""
_LEAST_IN_LETTERS = 2
_SYLLABLE = (
    "(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    "(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|ui|uo|ue|er|a|e|i|u|o))"
)
_IN_LETTERS = re.compile(rf"(?:{_SYLLABLE}){{2,4}}", re.IGNORECASE)
"""A name of a place in Latin letters: Jingmen, SUIZHOU."""
_LATIN = re.compile(r"[A-Za-z]{5,18}")

Told = tuple[str, str]
"""An address of the homepage, and what is told about it."""


def sharing_an_address(shared: Iterable[tuple[NamedLink, places.Division]], found: set[str]) -> Iterator[Told]:
    """Tell which divisions without a section have the link of another: one of the two may be a slip of the menu."""
    names: dict[str, list[str]] = {}
    for link, division in shared:
        of_address = names.setdefault(link.url, [])
        if division.name not in of_address:
            of_address.append(division.name)
    for url, several in names.items():
        if any(name not in found for name in several):
            shown = "、".join(several[:MOST])
            yield url, f"the links of {shown} lead to the same page, which is not read (sections.extra adds it)"


def at_a_second_address(
    candidates: Iterable[tuple[NamedLink, places.Division]], chosen: dict[str, str]
) -> Iterator[Told]:
    """Tell of sections that have another page under their name. `chosen` are the addresses that are read, by code."""
    told: set[str] = set()
    for link, division in candidates:
        address = identity(link.url)
        is_read = any(identity(url) == address for url in chosen.values())
        if division.code not in chosen or is_read or address in told or looks_like_article(link.url):
            continue
        told.add(address)
        if len(told) <= MOST:
            name = next(iter(link.names), division.name)
            yield link.url, f"{division.name} has a second link, {name}, which is not read (sections.extra adds it)"


def in_scripts(texts: Iterable[str], province: places.Division, known: set[str]) -> list[str]:
    """Return the divisions that scripts name beside those of the sections, if there are several.

    `known` are the names of the divisions that have a link.
    """
    found: dict[str, None] = {}
    for text in texts:
        if len(text) <= MAX_NAME and places.may_name_division(text, province):
            division = places.match_menu_name(text, province)
            if division is not None and division.name not in known:
                found.setdefault(division.name)
    return list(found)[:MOST] if len(found) >= _LEAST_IN_SCRIPTS else []


def without_a_name(
    unnamed: Iterable[NamedLink], sections: Sequence[NamedLink], is_own: Callable[[str], bool]
) -> list[NamedLink]:
    """Return the pictures without a name that stand in menus of sections."""
    of_menu: dict[Hashable, set[str]] = {}
    for link in sections:
        for block in link.blocks[:2]:
            of_menu.setdefault(block, set()).add(link.url)
    urls = {link.url for link in sections}
    pictures: dict[Hashable, dict[str, NamedLink]] = {}
    for picture in unnamed:
        if (
            not picture.names
            and is_own(picture.url)
            and picture.url not in urls
            and not looks_like_article(picture.url)
        ):
            for block in picture.blocks[:2]:
                pictures.setdefault(block, {}).setdefault(picture.url, picture)
    found: dict[str, NamedLink] = {}
    for block, of_block in pictures.items():
        number = len(of_menu.get(block, ()))
        if number >= _LEAST_BESIDE_PICTURE and number >= _PART * (number + len(of_block)):
            found |= of_block
    return list(found.values())[:MOST]


def in_letters(
    links: Iterable[NamedLink], sections: Sequence[NamedLink], is_own: Callable[[str], bool]
) -> list[NamedLink]:
    """Return the links beside sections whose names are several Chinese names in Latin letters."""
    blocks = {block for link in sections for block in link.blocks[:2]}
    menus: dict[Hashable, dict[str, NamedLink]] = {}
    for link in links:
        name = link.names[0].strip() if link.names else ""
        if _LATIN.fullmatch(name) and _IN_LETTERS.fullmatch(name) and is_own(link.url):
            for block in link.blocks[:2]:
                if block in blocks:
                    menus.setdefault(block, {}).setdefault(link.url, link)
    several = (menu for menu in menus.values() if len(menu) >= _LEAST_IN_LETTERS)
    return list({url: link for menu in several for url, link in menu.items()}.values())[:MOST]
