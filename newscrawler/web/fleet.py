"""The page of a fleet: machines, leases, lag and parcels, with the facts of `newscrawler fleet status`."""

from __future__ import annotations

import sqlite3
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from newscrawler.archive.suppressed_names import SuppressedNames
from newscrawler.web.rendering import page
from newscrawler.web.request import PageRequest
from newscrawler.web.request_filters import portals_of

_PORTALS = 200
"""Portals on one page."""


def fleet(request: PageRequest, connection: sqlite3.Connection) -> Response:
    """Answer `/fleet`: what needs attention first, refused parcels, then the portals that are late."""
    watch = request.fleet
    if watch is None:
        raise HTTPException(404)
    reading = watch.newest()
    status = reading.status or {"workers": [], "portals": [], "collector": {"seen": ""}, "alarms": {}}
    ranked = sorted(status["portals"], key=lambda one: (one["state"] != "refused", -(one["late"] or 0), one["portal"]))
    number = request.number("page", 1, 10_000)
    names = SuppressedNames.read(connection)
    shown = [
        {**one, "reason": names.removed_from(one["reason"]) or ""}
        for one in ranked[(number - 1) * _PORTALS : number * _PORTALS]
    ]
    return page(
        "fleet.html",
        request,
        reading=reading,
        workers=status["workers"],
        collector=status["collector"],
        alarms=sorted(status["alarms"].items()),
        counted={state: sum(one["state"] == state for one in ranked) for state in ("crawling", "refused", "waiting")},
        held={one["worker"]: [] for one in status["workers"]}
        | {holder: sorted(p["portal"] for p in ranked if p["holder"] == holder) for holder in _holders(ranked)},
        portals=shown,
        total=len(ranked),
        unknown=sum(one["late"] is None for one in ranked),
        late=sum((one["late"] or 0) > 0 for one in ranked),
        waiting=sum(max(0, one["parcel"] - one["taken"]) for one in ranked),
        portal_names=portals_of(request, connection),
        number=number,
        is_last=number * _PORTALS >= len(ranked),
    )


def _holders(portals: list[dict[str, Any]]) -> set[str]:
    return {one["holder"] for one in portals if one["holder"]}
