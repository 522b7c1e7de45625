"""Sections of which most entries are lists: the issues of a weekly, specials, a front page of columns.

A list is surely no article, so it is settled without a failure. Where the entries of a section are lists, its articles
stand one level below and none of them was read. This is known only when the entries are.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from newscrawler.crawling.context import CrawlContext
from newscrawler.crawling.sweep import Sweep

_LEAST = 3
"""Lists among the entries of a section that is doubted; one may be a special."""
_MOST_ENTRIES = 1_000
"""Entries of a section that are looked up, at most."""


def doubt_lists_of_lists(context: CrawlContext, sweeps: Iterable[Sweep]) -> None:
    """Let sweeps be incomplete of whose entries more are lists than stored articles."""
    context.store.flush()
    for sweep in sweeps:
        if sweep.outcome not in ("end", "unproven", "mark", "since") or len(sweep.seen) < _LEAST:
            continue
        lists, stored = context.store.frontier.lists_among(islice(sweep.seen, _MOST_ENTRIES))
        if len(lists) >= max(_LEAST, stored + 1):
            number, total, url = len(lists), len(sweep.seen), min(lists)
            # What was read says nothing about the articles in them.
            sweep.take_back(f"{number} of its {total} entries are lists, such as {url}; name them in [sections]")
