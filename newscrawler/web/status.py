"""The status pages: coverage, runs, alarms, and the metrics for Prometheus."""

from __future__ import annotations

import sqlite3
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response

from newscrawler.archive.filters import known_portal
from newscrawler.archive.reports import coverage as coverage_report
from newscrawler.archive.runs import arguments_text, find_runs, list_runs, run_events, run_robots
from newscrawler.monitoring.alarms import list_alarms
from newscrawler.monitoring.metrics import metrics_text
from newscrawler.web.fleet_watch import metrics_of
from newscrawler.web.rendering import page
from newscrawler.web.request import BadRequestError, PageRequest
from newscrawler.web.request_filters import portals_of

MOST_DOCUMENTS = 500
RUNS = 50
_COUNTS = (
    "listed",
    "new",
    "changed",
    "unchanged",
    "kept",
    "failed",
    "blocked",
    "gone",
    "skipped",
    "not articles",
    "requests",
    "bytes",
)


def _portal(request: PageRequest, connection: sqlite3.Connection) -> str | None:
    """Return the id of the portal that the address names. Raises FilterError for an unknown one."""
    portal = request.one("portal")
    return known_portal(connection, portal) if portal else None


def coverage(request: PageRequest, connection: sqlite3.Connection) -> Response:
    """Answer `/coverage`: one row per section; with `section` one row per month; with `state` its documents, too."""
    portal = _portal(request, connection)
    section, state = request.one("section"), request.one("state")
    if state and state not in coverage_report.STATES:
        raise BadRequestError(
            "there is no state {name!r}; there are {known}.", name=state[:40], known=", ".join(coverage_report.STATES)
        )
    if state and not (portal and section):
        raise BadRequestError("documents are listed by section; name 'portal' and 'section', too.")
    by_month = bool(portal and section)
    rows = request.cache.get(
        connection,
        ("coverage", portal, by_month),
        lambda later: coverage_report.coverage_table(later, portal=portal, by_month=by_month),
    )
    if section:
        rows = [row for row in rows if row["section"] == section]
        if not rows:
            raise HTTPException(404)
    documents: list[dict[str, Any]] = []
    if state:
        listed = coverage_report.listed_urls(
            connection, portal=portal, sections=[section] if section else None, state=state
        )
        documents = listed[:MOST_DOCUMENTS]
    return page(
        "coverage.html",
        request,
        rows=rows,
        states=coverage_report.STATES,
        portal_names=portals_of(request, connection),
        portal=portal,
        section=section,
        state=state,
        documents=documents,
        most=MOST_DOCUMENTS,
        empty=coverage_report.empty_sections(connection, portal=portal) if not section else [],
    )


def runs(request: PageRequest, connection: sqlite3.Connection) -> Response:
    """Answer `/runs`: the newest runs, of all portals or one."""
    portal = _portal(request, connection)
    number = request.number("page", 1, 10_000)
    newest = list_runs(connection, portal=portal, limit=number * RUNS + 1)
    rows = newest[(number - 1) * RUNS : number * RUNS]
    return page(
        "runs.html",
        request,
        portal_names=portals_of(request, connection),
        runs=rows,
        portal=portal,
        number=number,
        is_last=len(newest) <= number * RUNS,
    )


def run(request: PageRequest, connection: sqlite3.Connection) -> Response:
    """Answer `/run/KEY`: one run in full."""
    key = request.path_params["key"]
    record = next((one for one in find_runs(connection, key) if one["key"] == key), None)
    if record is None:
        raise HTTPException(404)
    counts = record["counts"]
    return page(
        "run.html",
        request,
        portal_names=portals_of(request, connection),
        run=record,
        arguments=arguments_text(record["arguments"]),
        counts=[(name, counts[name]) for name in _COUNTS if name in counts],
        responses=_table(counts, "responses"),
        filled=_table(counts, "filled"),
        stored=sum(counts.get(name, 0) for name in ("new", "changed", "unchanged", "kept")),
        settings=_table(counts, "settings"),
        sections=_table(counts, "sections"),
        robots=run_robots(connection, record["id"]),
        events=run_events(connection, record["id"])[:MOST_DOCUMENTS],
    )


def _table(counts: dict[str, Any], name: str) -> list[tuple[str, Any]]:
    table = counts.get(name)
    return list(table.items()) if isinstance(table, dict) else []


def alarms(request: PageRequest, connection: sqlite3.Connection) -> Response:
    """Answer `/alarms`: open alarms; with `all=1` closed and accepted ones, too."""
    portal = _portal(request, connection)
    show_all = request.one("all") == "1"
    return page(
        "alarms.html",
        request,
        alarms=list_alarms(connection, portals=[portal] if portal else [], only_open=not show_all),
        show_all=show_all,
        portal_names=portals_of(request, connection),
        portal=portal,
    )


def metrics(request: PageRequest, connection: sqlite3.Connection) -> Response:
    """Answer `/metrics` in the text format of Prometheus: as `newscrawler health --metrics`, and of a fleet."""
    body = request.cache.get(connection, "metrics", metrics_text)
    if request.fleet is not None:
        body += metrics_of(request.fleet)
    headers = {"Cache-Control": "no-cache"}
    return PlainTextResponse(body, headers=headers, media_type="text/plain; version=0.0.4; charset=utf-8")


def check(connection: sqlite3.Connection) -> None:
    """Read a little of what the pages read: an archive that cannot be read is noticed before the server starts."""
    connection.execute("SELECT count(*) FROM search_documents").fetchone()
    connection.execute("SELECT * FROM articles_flat LIMIT 1").fetchone()
