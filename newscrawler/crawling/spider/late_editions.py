"""Editions below the mark that are asked for again: those that may come late, and those that may not be finished.

A newspaper may publish an edition days after newer ones, and the pages of an edition one after the other. A sweep that
stops at the mark would see neither. So it first asks for each day without an edition on which the newspaper's rhythm
lets expect one, and for editions that were read only when they were new.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from newscrawler.crawling.context import CrawlContext
from newscrawler.crawling.spider.edition_state import Progress
from newscrawler.crawling.sweep import Sweep

LATE_DAYS = 60
"""How old a missing edition may be that every crawl asks for: older ones are asked for in turn."""
OLDER_PER_CRAWL = 20
"""Older missing editions that a crawl asks for. Where there are no more of them, every crawl asks for all."""
BEFORE_OLDEST = 14
"""Days before the oldest edition that may have one, too."""
RHYTHM_WEEKS = 4
"""Weeks before and after a day from which it is known whether the newspaper appears on its day of the week."""
FREE_WEEKS = 3
"""Weeks without an edition on a day of the week, that of the day among them, that show that there is none on it."""
READ_AGAIN = (1, 2, 3, 7)
"""Days after its day at which an edition is read again, with the first crawl after each."""


def late_days(
    today: date, known: Collection[date], below: int, since: str | None = None, new: Collection[date] = ()
) -> list[int]:
    """Return how many days ago editions were that may still come, the newest first.

    `known` are the days of the editions that earlier crawls read, `new` those that this one has read. `below` is how
    many days ago the last edition was that was asked for. A day after the newest edition is none, nor is one before
    `since`.
    """
    if not known:
        return []
    known = {*known, *new}
    oldest, newest = min(known), max(known)
    first, last = max(below + 1, (today - newest).days + 1), (today - oldest).days + BEFORE_OLDEST
    days = ((days_ago, today - timedelta(days=days_ago)) for days_ago in range(first, last + 1))
    late = [
        days_ago
        for days_ago, day in days
        if day not in known and (since is None or day.isoformat() >= since) and _is_expected(day, known, oldest, newest)
    ]
    young = [days_ago for days_ago in late if days_ago <= LATE_DAYS]
    older = late[len(young) :]
    start = today.toordinal() * OLDER_PER_CRAWL % len(older) if len(older) > OLDER_PER_CRAWL else 0
    return young + sorted([*older[start:], *older[:start]][:OLDER_PER_CRAWL])


def _is_expected(day: date, known: Collection[date], oldest: date, newest: date) -> bool:
    """Whether a newspaper appears on the day of the week of a day, in the weeks around it."""
    weeks = [day + timedelta(weeks=week) for week in range(-RHYTHM_WEEKS, RHYTHM_WEEKS + 1)]
    if any(one in known for one in weeks):
        return True
    return oldest < day and sum(1 for one in weeks if oldest < one < newest) < FREE_WEEKS


def unfinished_days(today: date, read: Mapping[date, date | None], below: int, since: str | None = None) -> list[int]:
    """Return how many days ago editions were that are to be read again, the newest first.

    `read` has the day on which each edition was read last, None if perhaps not whole.
    """
    unfinished = []
    for day, last in read.items():
        now = (today - day).days
        is_due = now <= LATE_DAYS if last is None else any((last - day).days < age <= now for age in READ_AGAIN)
        if now > below and is_due and (since is None or day.isoformat() >= since):
            unfinished.append(now)
    return sorted(unfinished)


def next_edition_below_mark(context: CrawlContext, sweep: Sweep, progress: Progress, days_ago: int) -> int | None:
    """Return how many days ago the next edition was that is asked for below the mark; None if the sweep is not there.

    While there is one, the sweep has not ended: an interrupted crawl must not move the mark.
    """
    if sweep.outcome == "mark" and progress.below_mark is None:
        known = context.store.sections.editions_read(sweep.section.id, sweep.section.complete_run)
        late = late_days(progress.today, known, days_ago, sweep.since, progress.days_read)
        unfinished = unfinished_days(progress.today, known, days_ago, sweep.since)
        progress.below_mark = sorted({*late, *unfinished})
        progress.days_read.update(known)
    elif sweep.is_over and sweep.outcome != "mark":
        return None
    if not progress.below_mark:
        if progress.below_mark is None:
            return None
        progress.below_mark = _named_days(progress, sweep.since)
    if not progress.below_mark:
        sweep.end("mark")
        return None
    sweep.read_on_below_mark()
    return progress.below_mark.pop(0)


def _named_days(progress: Progress, since: str | None) -> list[int]:
    """Return how many days ago editions were that calendars and indexes of the pages read name, and that are new."""
    ages = {(progress.today - day).days for day in progress.named_days() if since is None or day.isoformat() >= since}
    return sorted(days_ago for days_ago in ages if 0 <= days_ago <= LATE_DAYS)
