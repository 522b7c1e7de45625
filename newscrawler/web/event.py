"""The page of an event: who wrote first, who followed, what changed, and who else wrote about it."""

from __future__ import annotations

import sqlite3
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from newscrawler.archive.captures.images import list_thumbnails
from newscrawler.archive.reprint_cluster import Cluster, Member, body_of, change_of, compared, read_cluster
from newscrawler.archive.search.hits import read_entries
from newscrawler.research.events import DAYS, same_event
from newscrawler.web.article import record_of
from newscrawler.web.rendering import page
from newscrawler.web.request import PageRequest

_MOST_ENTRIES = 50


def event(request: PageRequest, connection: sqlite3.Connection) -> Response:
    """Answer `/article/ID/event`."""
    record = record_of(request, connection)
    cluster = read_cluster(connection, record.n)
    near = same_event(connection, record.n)
    known = {member.n for member in cluster.members} if cluster else {record.n}
    others = [one.n for one in near or () if one.n not in known][:_MOST_ENTRIES]
    entries = read_entries(connection, others)
    return page(
        "event.html",
        request,
        record=record,
        cluster=cluster,
        rows=_rows(connection, cluster) if cluster else [],
        has_vector=near is not None,
        days=DAYS,
        entries=entries,
        thumbnails=list_thumbnails(connection, (entry.id for entry in entries)),
    )


def _rows(connection: sqlite3.Connection, cluster: Cluster) -> list[dict[str, Any]]:
    latest = max((_hours(member) or 0 for member in cluster.members), default=0)
    return [
        {
            "member": member,
            "is_origin": member is cluster.origin,
            "change": None if member is cluster.origin else change_of(connection, cluster.origin, member),
            "bar": round(100 * max(_hours(member) or 0, 0) / latest, 1) if latest > 0 else 0,
        }
        for member in cluster.members
    ]


def _hours(member: Member) -> float | None:
    """Return how much later a member is, in hours; where a page shows no time, by its day."""
    if member.hours_late is not None:
        return member.hours_late
    return None if member.days_late is None else member.days_late * 24.0


def compare(request: PageRequest, connection: sqlite3.Connection) -> Response:
    """Answer `/article/ID/event/OTHER`: what a reprint changed of the origin."""
    record = record_of(request, connection)
    cluster = read_cluster(connection, record.n)
    if cluster is None:
        raise HTTPException(404)
    other = next((one for one in cluster.members if one.id == request.path_params["other"]), None)
    if other is None or other is cluster.origin:
        raise HTTPException(404)
    origin = cluster.origin
    texts = (
        ("title", origin.title, other.title),
        ("body", body_of(connection, origin.n), body_of(connection, other.n)),
    )
    return page(
        "compare.html",
        request,
        record=record,
        origin=origin,
        other=other,
        differences=[(name, compared(old, new)) for name, old, new in texts if old != new],
    )
