"""Sections whose page shows the newest entries of their only column, and says nothing about its own end.

One block with one 更多 is no front page by itself. Where the column to which it leads was read to its proven end, and
has all its entries, the section is what the column is. This is known at the end of the crawl. Of several columns one
may have the newest entries of a list that leads nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable

from newscrawler.crawling.listing_end import NOTHING_PROVES
from newscrawler.crawling.sweep import Sweep


def end_with_column(sweeps: Iterable[Sweep]) -> None:
    """Let sweeps end with their only column if it has every entry of their only page."""
    for sweep in sweeps:
        if (sweep.outcome, sweep.reason) != ("unproven", NOTHING_PROVES) or sweep.pages != 1 or sweep.distrust:
            continue
        column = sweep.columns[0] if sweep.columns and len(sweep.columns) == 1 else None
        is_proven = column is not None and column.outcome in ("end", "columns", "mark")
        if column is not None and is_proven and sweep.seen and sweep.seen <= column.seen:
            sweep.outcome, sweep.reason = "columns", "a front page of 1 columns"
