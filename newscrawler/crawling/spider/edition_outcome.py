"""How a sweep of a newspaper's editions ends: at the first edition, at a date, or because it cannot go on."""

from __future__ import annotations

from datetime import timedelta

from newscrawler.crawling.spider.edition_state import Progress
from newscrawler.crawling.sweep import Sweep

MAX_MISSING_EDITIONS = 30
"""Missing editions in a row that end the sweep, at least: the newspaper's archive begins here."""
_GAPS = 2
"""Gaps of the length of the longest one that end it: those of a monthly are longer than 30 days."""
_LONGEST_GAP = 190
MAX_EDITIONS = 40_000
"""Days that are asked for: more than a hundred years. A server may invent an edition for every day."""


def outcome_of(sweep: Sweep, progress: Progress, days_ago: int, *, was_seen: bool) -> tuple[str, str]:
    """Return how the sweep ends after this day, and why; the former is empty if it goes on.

    `was_seen` says whether an earlier crawl has seen an edition.
    """
    oldest = progress.today - timedelta(days=days_ago)
    is_since_reached = sweep.since is not None and (oldest - timedelta(days=1)).isoformat() < sweep.since
    is_last = days_ago + 1 >= MAX_EDITIONS
    fewest = max(MAX_MISSING_EDITIONS, _GAPS * min(progress.longest_gap, _LONGEST_GAP) + 1)
    if not is_since_reached and not is_last and progress.missing < fewest:
        return "", ""
    if not progress.editions:
        if is_since_reached and was_seen and not progress.unproven:
            return "since", ""  # no edition on these days
        why = "earlier crawls saw some" if was_seen else f"is the address {sweep.url} right?"
        instead = f" ({progress.unproven})" if progress.unproven else ""
        return "failed", f"the editions from {oldest} to {progress.today} are all missing{instead}; {why}"
    if is_since_reached:
        return "since", ""
    if is_last:
        return "failed", f"the editions of more than {MAX_EDITIONS:,} days look endless"
    if progress.unproven:
        return "unproven", (
            f"the edition of {progress.oldest} may not be the first: in place of older ones the server "
            f"answers with something else than 404 or 410 ({progress.unproven})"
        )
    return ("more", progress.unread) if progress.unread else ("end", "")
