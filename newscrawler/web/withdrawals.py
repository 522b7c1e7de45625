"""The page of what portals withdrew and edited, by portal and month."""

from __future__ import annotations

import re
import sqlite3

from starlette.responses import Response

from newscrawler.archive.filters import known_portal
from newscrawler.archive.reports.withdrawals import KINDS, count_by_month, list_changes
from newscrawler.web.rendering import page
from newscrawler.web.request import BadRequestError, PageRequest
from newscrawler.web.request_filters import portals_of

PAGE = 50
_MOST_PAGES = 2_000
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


def withdrawals(request: PageRequest, connection: sqlite3.Connection) -> Response:
    """Answer `/withdrawals`: counts by portal and month, and the articles; `kind=edited` lists the edits."""
    portal = request.one("portal")
    chosen = known_portal(connection, portal) if portal else None
    kind, month = request.one("kind", KINDS[0]), request.one("month")
    if kind not in KINDS:
        raise BadRequestError("there is no kind {name!r}; there are {known}.", name=kind[:40], known=", ".join(KINDS))
    if month and not _MONTH.fullmatch(month):
        raise BadRequestError("{value!r} is not a valid month; write it as in 2019-07.", value=month[:40])
    number = request.number("page", 1, _MOST_PAGES)
    rows = list_changes(connection, kind, portal=chosen, month=month, limit=PAGE + 1, offset=(number - 1) * PAGE)
    counted = request.cache.get(connection, "withdrawals", count_by_month)
    return page(
        "withdrawals.html",
        request,
        kind=kind,
        portal=chosen,
        month=month,
        rows=rows[:PAGE],
        counted=[row for row in counted if chosen in (None, row.portal)],
        portal_names=portals_of(request, connection),
        number=number,
        is_last=len(rows) <= PAGE,
    )
