"""Sections of several cities whose lists show the same articles: what was read is not the list of the city.

A portal may show one box on the pages of all cities, such as its newest articles or those of other cities. Where the
rules took it for the list, articles get cities that are not theirs, and the list of the city itself was not read. One
article may belong to several cities, and so may half of a list; nearly all of a list do not. This is known only when
all lists are read. Fewer are enough where a script fills a place of the page: then they are a box's, and none of the
section's. Where the definition names the entries of a list, nothing is left to doubt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from newscrawler.crawling.context import CrawlContext
from newscrawler.crawling.regions import lie_apart, region_of
from newscrawler.crawling.sweep import Sweep

_LEAST = 5
"""Entries of a list that is doubted."""
_MOST = 0.8
"""The share of its entries that stand in lists of other cities."""


def doubt_shared_lists(context: CrawlContext, sweeps: Iterable[Sweep]) -> None:
    """Let sweeps be incomplete that ended with a list of which most entries stand in those of other cities, too."""
    ended = [
        (sweep, region_of(code))
        for sweep in sweeps
        if sweep.outcome in ("end", "unproven", "more") and (code := sweep.section.city_code)
    ]
    regions: dict[str, set[str]] = defaultdict(set)
    for sweep, region in ended:
        for name in sweep.seen:
            regions[name].add(region)
    for sweep, region in ended:
        if context.rules_of(sweep).entry is not None and not sweep.lost_rule:
            continue
        shared = [name for name in sweep.seen if any(lie_apart(region, one) for one in regions[name])]
        is_box = sweep.may_be_box and len(shared) == len(sweep.seen) > 0
        if is_box or (len(sweep.seen) >= _LEAST and len(shared) >= _MOST * len(sweep.seen)):
            # What was read says nothing about the section's own list.
            sweep.take_back(
                f"{len(shared)} of its {len(sweep.seen)} entries stand in the lists of other cities, too, such as "
                f"{min(shared)}; its own list may not have been understood; name its links in listing.entry"
            )
            if is_box:
                context.store.sections.withdraw(sweep, sorted(shared))
