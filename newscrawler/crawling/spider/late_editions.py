"""Editions that may have come late: days below the mark that are asked for again while an edition can still come.

A newspaper may publish an edition days after newer ones. A sweep that stops at the mark would not see it. So it asks
again, once, for each day of the last two weeks without an edition on which the newspaper's rhythm lets expect one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date, timedelta

from newscrawler.crawling.context import CrawlContext
from newscrawler.crawling.spider.edition_state import Progress
from newscrawler.crawling.sweep import Sweep

LATE_DAYS = 14
"""How old a missing edition may be that is asked for again."""
RHYTHM_DAYS = 56
"""How old editions may be from which the days of the week are known on which the newspaper appears."""
FREE_WEEKS = 2
"""Weeks without an edition on a day of the week that show, when no week has one, that there is none on it."""


def late_days(today: date, known: Collection[date], below: int, since: str | None = None) -> list[int]:
    """Return how many days ago editions were that may still come, the newest first.

    `known` are the days of the editions that are known. `below` is how many days ago the last edition was that was
    asked for. A day before the oldest edition or after the newest one is none, nor is one before `since`.
    """
    last = [day for day in known if (today - day).days <= RHYTHM_DAYS]
    if not last:
        return []
    oldest, newest = min(last), max(last)
    between = [oldest + timedelta(days=number) for number in range((newest - oldest).days)]
    free = Counter(day.weekday() for day in between if day not in known)
    never = {weekday for weekday, times in free.items() if times >= FREE_WEEKS} - {day.weekday() for day in last}
    late = []
    for days_ago in range(below + 1, LATE_DAYS + 1):
        day = today - timedelta(days=days_ago)
        is_expected = oldest < day < newest and day not in known and day.weekday() not in never
        if is_expected and (since is None or day.isoformat() >= since):
            late.append(days_ago)
    return late


def next_late_edition(context: CrawlContext, sweep: Sweep, progress: Progress, days_ago: int) -> int | None:
    """Return how many days ago the next edition was that may have come late; None if the sweep is not at its mark.

    While there is one, the sweep has not ended: an interrupted crawl must not move the mark.
    """
    if sweep.outcome == "mark" and progress.late is None:
        known = context.store.sections.edition_days(sweep.section.id)
        progress.late = late_days(progress.today, known, days_ago, sweep.since)
    elif sweep.is_over and sweep.outcome != "mark":
        return None
    if not progress.late:
        if progress.late is not None:
            sweep.end("mark")
        return None
    sweep.read_on_below_mark()
    return progress.late.pop(0)
