"""What a fleet is doing, seen from its engine."""

from __future__ import annotations

from typing import Any

from newscrawler.fleet.leases import Leases


def fleet_status(leases: Leases) -> dict[str, Any]:
    """Return workers, portals and the collector as the engine has them. Raises UnavailableError.

    A portal is `crawling`, `refused` (its newest parcel was not taken in), `waiting` (for the collector) or `idle`.
    """
    entries = {portal: seen.entry for portal, seen in leases.look().items()}
    reports = leases.reports("portal")
    portals = []
    for portal, entry in sorted(entries.items()):
        report = reports.get(portal, {})
        taken = str(report.get("taken", ""))
        if entry.holder:
            state = "crawling"
        elif entry.shipped and entry.shipped == report.get("refused"):
            state = "refused"
        else:
            state = "waiting" if entry.shipped != taken else "idle"
        portals.append(
            {
                "portal": portal,
                "state": state,
                "holder": entry.holder,
                "home": entry.home,
                "token": entry.token,
                "started": entry.started,
                "finished": entry.finished,
                "status": entry.status,
                "parcel": entry.sequence,
                "taken": report.get("sequence", 0) if taken else 0,
                "reason": report.get("reason", ""),
            }
        )
    workers = [{"worker": name, **facts} for name, facts in sorted(leases.reports("worker").items())]
    return {"workers": workers, "portals": portals, "collector": leases.reports("collector").get("main", {})}
