"""When a portal is due, by the schedule of its definition and what the fleet knows of its newest crawl."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from newscrawler.fleet.leases import PortalEntry
from newscrawler.portals import Portal
from newscrawler.portals.schedule import Times
from newscrawler.text.clock import stamp

CLOCK_ERROR = timedelta(minutes=5)
"""A crawl that began so much later than now began by a wrong clock."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
STICKY = timedelta(minutes=10)
"""How long a portal that is due waits for the worker that has its archive."""


@dataclass(frozen=True, slots=True)
class FleetPortal:
    """A portal that a fleet crawls."""

    portal: Portal
    name: str
    """Id, or path of the definition, as the command takes it."""


@dataclass(frozen=True, slots=True)
class Due:
    """Work that is due."""

    since: datetime
    command: Literal["crawl", "refresh"]

    def marks(self, entry: PortalEntry, now: datetime) -> dict[str, str]:
        """Return what an entry says when this begins now."""
        if self.command == "refresh":
            return {"command": self.command, "refreshed": stamp(now)}
        # The times of refreshes count from the first crawl.
        refreshed = entry.refreshed if _is_known(entry.refreshed, now) else stamp(now)
        return {"command": self.command, "started": stamp(now), "refreshed": refreshed}


def due_work(portal: Portal, entry: PortalEntry, now: datetime) -> Due | None:
    """Return what is due; None: nothing is. A crawl comes before a refresh."""
    if entry.holder and entry.command == "refresh" and _is_known(entry.started, now):
        # Its worker died.
        return Due(_LONG_AGO, "refresh")
    if not _is_known(entry.started, now) or entry.holder:
        # Never crawled, by a wrong clock, or its worker died. Before all that are late: a fleet may be late for ever.
        return Due(_LONG_AGO, "crawl")
    if (crawl := _missed(portal.schedule.crawl_times, entry.started, now)) is not None:
        return Due(crawl, "crawl")
    refresh = _missed(portal.schedule.refresh_times, entry.refreshed, now) if _is_known(entry.refreshed, now) else None
    return Due(refresh, "refresh") if refresh is not None else None


def late_seconds(portal: Portal, entry: PortalEntry, now: datetime) -> int | None:
    """Return how long ago the next crawl should have begun; 0: it is not due. None: nothing says when one began."""
    if not _is_known(entry.started, now):
        return None
    missed = _missed(portal.schedule.crawl_times, entry.started, now)
    return int((now - missed).total_seconds()) if missed is not None else 0


def seconds_of(text: object) -> float | None:
    """Return a time of an entry or of a report as seconds since 1970; None where it is none."""
    moment = _moment(text)
    return moment.timestamp() if moment is not None else None


def _is_known(began: str, now: datetime) -> bool:
    moment = _moment(began)
    return moment is not None and moment <= now + CLOCK_ERROR


def _missed(times: Times | None, began: str, now: datetime) -> datetime | None:
    """Return the first time of a schedule since this moment."""
    moment = _moment(began)
    fired = times.between(moment, now, most=1) if times is not None and moment is not None else []
    return fired[0] if fired else None


def _moment(text: object) -> datetime | None:
    try:
        return datetime.strptime(str(text), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
