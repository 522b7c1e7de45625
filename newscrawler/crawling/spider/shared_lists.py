"""Sections of several cities whose lists show the same articles: what was read is not the list of the city.

A portal may show one box on the pages of all cities, such as its newest articles or those of other cities. Where the
rules took it for the list, articles get cities that are not theirs, and the list of the city itself was not read. One
article may belong to several cities, and so may half of a list; nearly all of a list do not. This is known only when
all lists are read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from newscrawler.crawling.sweep import Sweep

LEAST = 5
"""Entries of a list that is doubted."""
_MOST = 0.8
"""The share of its entries that stand in lists of other cities."""
_PROVINCES_AND_CITIES = ("0000", "00")
"""How the codes of provinces and of cities end (GB/T 2260)."""


def doubt_shared_lists(sweeps: Iterable[Sweep]) -> None:
    """Let sweeps be incomplete that ended with a list of which most entries stand in those of other cities, too."""
    ended = [one for one in sweeps if one.outcome in ("end", "unproven") and one.section.city_code]
    regions: dict[str, set[str]] = defaultdict(set)
    for sweep in ended:
        for name in sweep.seen:
            regions[name].add(_region(sweep.section.city_code))
    for sweep in ended:
        own = _region(sweep.section.city_code)
        shared = [name for name in sweep.seen if any(not _is_within(own, one) for one in regions[name])]
        if len(sweep.seen) >= LEAST and len(shared) >= _MOST * len(sweep.seen):
            sweep.outcome = "more"
            sweep.reason = (
                f"{len(shared)} of its {len(sweep.seen)} entries stand in the lists of other cities, too, such as "
                f"{min(shared)}; its own list may not have been understood; name its links in listing.entry"
            )


def _region(code: str | None) -> str:
    """Return the part of a division's code that the codes of all divisions within it begin with."""
    code = code or ""
    end = next((end for end in _PROVINCES_AND_CITIES if code.endswith(end)), "")
    return code.removesuffix(end)


def _is_within(one: str, other: str) -> bool:
    """Whether one of two regions lies in the other one: a county's articles stand in the list of its city, too."""
    return one.startswith(other) or other.startswith(one)
