"""What a fleet is doing, seen from its engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from newscrawler.fleet.due import FleetPortal, late_seconds
from newscrawler.fleet.leases import Leases, PortalEntry
from newscrawler.portals import Portal


def fleet_status(leases: Leases, portals: Iterable[FleetPortal] = (), *, now: datetime | None = None) -> dict[str, Any]:
    """Return workers, portals and the collector as the engine has them. Raises UnavailableError.

    A portal is `crawling`, `refused` (its newest parcel was not taken in), `waiting` (for the collector), `idle` or
    `new`: no worker has leased it yet. It is `late` by so many seconds; None where that is not known, as of a portal
    that is not among `portals`, whose definitions are at hand. What reports say is not trusted to have its form.
    """
    now = now or datetime.now(UTC)
    known = {one.portal.id: one.portal for one in portals}
    entries = {portal: seen.entry for portal, seen in leases.look(known).items()}
    reports = leases.reports("portal")
    workers = [_worker(name, facts) for name, facts in sorted(leases.reports("worker").items())]
    collector = leases.reports("collector").get("main", {})
    alarms = collector.get("alarms")
    return {
        "workers": workers,
        "portals": [
            _portal(portal, entry, reports.get(portal, {}), known.get(portal), now)
            for portal, entry in sorted(entries.items())
        ],
        "collector": {**collector, "seen": _text(collector.get("seen"))},
        "alarms": {str(kind): _number(count) for kind, count in alarms.items()} if isinstance(alarms, dict) else {},
    }


def _portal(
    name: str, entry: PortalEntry, report: Mapping[str, Any], portal: Portal | None, now: datetime
) -> dict[str, Any]:
    taken = _text(report.get("taken"))
    if entry.holder:
        state = "crawling"
    elif entry.token == 0:
        state = "new"
    elif entry.shipped and entry.shipped == report.get("refused"):
        state = "refused"
    else:
        state = "waiting" if entry.shipped != taken else "idle"
    in_archive = _number(report.get("sequence")) if taken else 0
    return {
        "portal": name,
        "state": state,
        "holder": entry.holder,
        "home": entry.home,
        "token": entry.token,
        "started": entry.started,
        "finished": entry.finished,
        "status": entry.status,
        "late": late_seconds(portal, entry, now) if portal else None,
        "parcel": entry.sequence,
        "taken": in_archive,
        "reason": _text(report.get("reason")),
    }


def _worker(name: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    crawling = facts.get("crawling")
    return {
        "worker": name,
        **facts,
        "seen": _text(facts.get("seen")),
        "program": _text(facts.get("program")),
        "crawling": [str(one) for one in crawling] if isinstance(crawling, list) else [],
        "drained": facts.get("drained") is True,
    }


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value < 2**31 else 0
