"""Lists that show entries of earlier crawls, and none of those that stood on top of them: a page between is missing.

A server may send a new first page with an old second one: what stood between the two is on neither. The mark then
stays, so the next crawl reads down to what the mark's run knew, and finds it.
"""

from __future__ import annotations

from collections.abc import Iterable

from newscrawler.crawling.context import CrawlContext
from newscrawler.crawling.sweep import Sweep

SKIPPED = "new entries stand directly above old ones, and none that stood above those before is in it any more"
"""Why a listing is not trusted whose pages seem to be of different times."""


def distrust_skips(context: CrawlContext, sweeps: Iterable[Sweep]) -> None:
    """Let the mark of sweeps stay whose lists lack all that stood on top when the mark's run read them."""
    for sweep in sweeps:
        if sweep.outcome in ("mark", "end", "unproven", "more") and not sweep.distrust and sweep.skips_its_top:
            sweep.distrust = SKIPPED
            context.store.sections.drop_bookmark(sweep)
            context.warn(f"section {sweep.name}: {SKIPPED}")
