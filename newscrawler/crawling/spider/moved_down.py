"""Known entries that a list no longer shows because they moved into columns of its section: years, months.

At the turn of a year a list of this year's articles holds new ones only. Those of last year stand in a column that the
same crawl read, often after the list, so nothing is missing between them. This is known at the end of the crawl.
"""

from __future__ import annotations

from collections.abc import Iterable

from newscrawler.crawling.context import CrawlContext
from newscrawler.crawling.sweep import GAP, Sweep

_READ = ("end", "unproven", "mark", "since", "columns")
"""Outcomes of a column that was read without a gap, from its top down to what is known or to where it ends."""


def close_gaps(context: CrawlContext, sweeps: Iterable[Sweep]) -> None:
    """Let sweeps that met no known entry end as their last page proves, if their columns show the newest known ones."""
    for sweep in sweeps:
        known_run = sweep.known_run
        if (sweep.outcome, sweep.reason) != ("more", GAP) or known_run is None:
            continue
        columns = [section for section, one in sweep.all_columns.items() if one.outcome in _READ and not one.has_gap]
        context.store.flush()
        if columns and context.store.sections.are_known_in(sweep.section.id, known_run, columns):
            sweep.close_gap()
