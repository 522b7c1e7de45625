"""The sections of a portal: the links on its homepage that are named after the province's divisions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lxml.etree import _Element

from newscrawler import places
from newscrawler.listings.entries import read_links


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a portal: its name, its URL, and its division, if it is about one."""

    name: str
    url: str
    division: places.Division | None


def find_sections(
    root: _Element, base_url: str, province: places.Division, is_own: Callable[[str], bool]
) -> list[Section]:
    """Return one section per division, in the order of the page.

    If several links have a division's name, the link that stands among links to the most divisions is taken: those
    are the navigation, while a headline or a footer names one or two.
    """
    named = [
        (link, division)
        for link in read_links(root, base_url)
        if len(link.title) <= 20
        and is_own(link.url)
        and (division := places.match_division(link.title, province)) is not None
    ]
    divisions_of_block: dict[_Element, set[str]] = {}
    for link, division in named:
        for ancestor in link.element.iterancestors():
            divisions_of_block.setdefault(ancestor, set()).add(division.code)
    best: dict[str, tuple[int, Section]] = {}
    for link, division in named:
        # Only the nearest blocks tell a navigation from a single link; in the whole body all links are equal.
        blocks = [block for block in link.element.iterancestors() if block.tag not in ("body", "html")][:4]
        neighbours = max((len(divisions_of_block[block]) for block in blocks), default=1)
        known = best.get(division.code)
        if known is None or neighbours > known[0]:
            best[division.code] = (neighbours, Section(division.name, link.url, division))
    return [section for _, section in best.values()]
