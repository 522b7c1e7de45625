"""A row of links with names of brands (掌上宝鸡, 驼城视点) where no link of a homepage is named after a division.

Which city a brand means does not follow from its name. The page behind it says so in its title.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from newscrawler import places
from newscrawler.listings.article_urls import looks_like_article
from newscrawler.listings.links import title_weight
from newscrawler.listings.named_links import NamedLink
from newscrawler.listings.names_and_addresses import MAX_NAME

_LEAST, _MOST = 3, 40
"""Links of a row."""
_SHORTEST, _LONGEST = 2, 8
"""Han characters of a brand."""
_PART = 0.6
"""The part of a row's links whose pages are titled after divisions."""
_BLOCKS = 2
"""The blocks around a link that may be its row; the nearest is often an item of the link alone."""
_PARTS = re.compile(r"[_|\-–—>》«»›·,，\s]+")
_MOST_PARTS = 10


@dataclass(slots=True)
class BrandRow:
    """A row of links that may be brands of cities, and what the titles of their pages say."""

    links: list[NamedLink]
    named: dict[str, tuple[str, NamedLink]] = field(default_factory=dict)
    """The codes of the divisions of links that have one, with the links under the names of these, by URL."""

    def read_title(self, url: str, title: str, portal_name: str, province: places.Division) -> None:
        """Note the division that a part of a title names: `宝鸡-三秦网`, and no other."""
        parts = [part for part in _PARTS.split(title)[:_MOST_PARTS] if part and part not in portal_name]
        found = {one.code: one for part in parts if (one := _named_by(part, province))}
        link = next((one for one in self.links if one.url == url), None)
        if link is not None and len(found) == 1:
            division = next(iter(found.values()))
            self.named[url] = division.code, replace(link, names=(division.name,))

    def sections(self) -> list[NamedLink]:
        """Return the links under the names of their divisions; empty if most of the row have none, or share one."""
        codes = {code for code, _ in self.named.values()}
        is_row = len(codes) >= _LEAST and len(codes) == len(self.named) >= _PART * len(self.links)
        return [link for _, link in self.named.values()] if is_row else []


def find_brand_row(
    links: Iterable[NamedLink], province: places.Division, is_own: Callable[[str], bool]
) -> BrandRow | None:
    """Return the row of short names of which the most hold that of a division; None if no name of a row does."""
    rows: dict[Hashable, dict[str, NamedLink]] = {}
    for link in links:
        for block in link.blocks[:_BLOCKS]:
            rows.setdefault(block, {}).setdefault(link.url, link)
    best: tuple[int, list[NamedLink]] = (0, [])
    for row in rows.values():
        own = list(row.values())
        if _LEAST <= len(own) <= _MOST and all(_may_be_brand(link, is_own) for link in own):
            hints = _divisions_within(own, province)
            best = max(best, (hints, own), key=lambda one: one[0])
    return BrandRow(best[1]) if best[0] else None


def _named_by(text: str, province: places.Division) -> places.Division | None:
    """Return the division after which a part of a title is named, also by a name that is a word: 孝感频道."""
    if division := places.match_menu_name(text, province):
        return division
    within = places.named_within(text, province)
    return within.division if within and within.is_section_name(lambda _: False) else None


def _may_be_brand(link: NamedLink, is_own: Callable[[str], bool]) -> bool:
    name = link.names[0] if link.names else ""
    return is_own(link.url) and not looks_like_article(link.url) and _SHORTEST <= title_weight(name) <= _LONGEST


def _divisions_within(links: Sequence[NamedLink], province: places.Division) -> int:
    names = (name for link in links for name in islice(link.names, 2) if len(name) <= MAX_NAME)
    within = (places.named_within(name, province) for name in names if places.may_name_division(name, province))
    return len({one.division.code for one in within if one is not None and not one.is_word})
