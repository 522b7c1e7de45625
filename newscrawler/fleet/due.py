"""When a portal is due, by the schedule of its definition and what the fleet knows of its newest crawl."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from newscrawler.fleet.leases import PortalEntry
from newscrawler.portals import Portal

CLOCK_ERROR = timedelta(minutes=5)
"""A crawl that began so much later than now began by a wrong clock."""
STICKY = timedelta(minutes=10)
"""How long a portal that is due waits for the worker that has its archive."""


@dataclass(frozen=True, slots=True)
class FleetPortal:
    """A portal that a fleet crawls."""

    portal: Portal
    name: str
    """Id, or path of the definition, as the command takes it."""


def due_since(portal: Portal, entry: PortalEntry, now: datetime) -> datetime | None:
    """Return since when a crawl is due; None: it is not."""
    if not _is_known(entry, now) or entry.holder:
        # Never crawled, by a wrong clock, or its worker died.
        return now - STICKY
    return _missed(portal, entry, now)


def late_seconds(portal: Portal, entry: PortalEntry, now: datetime) -> int | None:
    """Return how long ago the next crawl should have begun; 0: it is not due. None: nothing says when one began."""
    if not _is_known(entry, now):
        return None
    missed = _missed(portal, entry, now)
    return int((now - missed).total_seconds()) if missed is not None else 0


def seconds_of(text: object) -> float | None:
    """Return a time of an entry or of a report as seconds since 1970; None where it is none."""
    moment = _moment(text)
    return moment.timestamp() if moment is not None else None


def _is_known(entry: PortalEntry, now: datetime) -> bool:
    started = _moment(entry.started)
    return started is not None and started <= now + CLOCK_ERROR


def _missed(portal: Portal, entry: PortalEntry, now: datetime) -> datetime | None:
    """Return the first time of the schedule since the newest crawl began."""
    started, times = _moment(entry.started), portal.schedule.crawl_times
    fired = times.between(started, now, most=1) if times is not None and started is not None else []
    return fired[0] if fired else None


def _moment(text: object) -> datetime | None:
    try:
        return datetime.strptime(str(text), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
