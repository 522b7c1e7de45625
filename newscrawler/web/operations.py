"""How the archive came to be: coverage, runs, alarms, and the numbers for Prometheus."""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlite_utils import Database

from newscrawler.archive.filters import known_portal
from newscrawler.archive.reports import coverage as covered
from newscrawler.archive.runs import find_runs, list_runs, run_events, run_robots
from newscrawler.archive.suppression import suppressed_urls
from newscrawler.monitoring.alarms import list_alarms
from newscrawler.monitoring.metrics import metrics_text
from newscrawler.web.pages import Answer, NoSuchPageError, Visit, WrongRequestError, page

MOST_DOCUMENTS = 500
RUNS = 50
_COUNTS = ("listed", "new", "changed", "unchanged", "kept", "failed", "blocked", "gone", "skipped", "requests", "bytes")


def coverage(db: Database, visit: Visit) -> Answer:
    """Answer `/coverage`: a row a section; with `section` a row a month; with `state` its documents."""
    portal = visit.one("portal") or None
    if portal:
        known_portal(db, portal)
    section, state = visit.one("section"), visit.one("state")
    if state and state not in covered.STATES:
        raise WrongRequestError(
            "there is no state {name!r}; there are {known}.", name=state[:40], known=", ".join(covered.STATES)
        )
    if state and not (portal and section):
        raise WrongRequestError("documents are listed by section; name 'portal' and 'section', too.")
    by_month = bool(portal and section)
    rows = visit.kept.get(
        db,
        ("coverage", portal, by_month),
        lambda later: covered.coverage_table(later, portal=portal, by_month=by_month),
    )
    if section:
        rows = [row for row in rows if row["section"] == section]
        if not rows:
            raise NoSuchPageError
    documents: list[dict[str, Any]] = []
    if state:
        hidden = suppressed_urls(db.conn)
        found = covered.listed_urls(db, portal=portal, section=section, state=state)
        documents = [row for row in found if row["url"] not in hidden][:MOST_DOCUMENTS]
    return page(
        "coverage.html",
        visit,
        rows=rows,
        states=covered.STATES,
        portals=[row["id"] for row in db.query("SELECT id FROM portals ORDER BY id")],
        portal=portal,
        section=section,
        state=state,
        documents=documents,
        most=MOST_DOCUMENTS,
        empty=covered.empty_sections(db, portal=portal) if not section else [],
    )


def runs(db: Database, visit: Visit) -> Answer:
    """Answer `/runs`: the newest crawls, optionally of one portal."""
    portal = visit.one("portal") or None
    number = visit.number("page", 1, 10_000)
    found = list_runs(db, portal=portal, limit=number * RUNS + 1)
    shown = found[(number - 1) * RUNS : number * RUNS]
    return page("runs.html", visit, runs=shown, portal=portal, number=number, is_last=len(found) <= number * RUNS)


def run(db: Database, visit: Visit) -> Answer:
    """Answer `/run/KEY`: one crawl in full."""
    found = [one for one in find_runs(db, visit.names["key"]) if one["key"] == visit.names["key"]]
    if not found:
        raise NoSuchPageError
    one = found[0]
    hidden = suppressed_urls(db.conn)
    counts = one["counts"]
    return page(
        "run.html",
        visit,
        run=one,
        counts=[(name, counts[name]) for name in _COUNTS if name in counts],
        responses=_table(counts, "responses"),
        filled=_table(counts, "filled"),
        stored=sum(counts.get(name, 0) for name in ("new", "changed", "unchanged", "kept")),
        settings=_table(counts, "settings"),
        sections=_table(counts, "sections"),
        robots=run_robots(db, one["id"]),
        events=[event for event in run_events(db, one["id"]) if event["url"] not in hidden][:MOST_DOCUMENTS],
    )


def _table(counts: dict[str, Any], name: str) -> list[tuple[str, Any]]:
    found = counts.get(name)
    return list(found.items()) if isinstance(found, dict) else []


def alarms(db: Database, visit: Visit) -> Answer:
    """Answer `/alarms`: open ones; with `all=1` closed and accepted ones, too."""
    portal = visit.one("portal") or None
    if portal:
        known_portal(db, portal)
    show_all = visit.one("all") == "1"
    found = list_alarms(db.conn, portals=[portal] if portal else [], only_open=not show_all)
    return page("alarms.html", visit, alarms=found, show_all=show_all, portal=portal, hidden=suppressed_urls(db.conn))


def metrics(db: Database, visit: Visit) -> Answer:
    """Answer `/metrics` in the text format of Prometheus: what `newscrawler health --metrics` writes."""
    body = visit.kept.get(db, "metrics", lambda later: metrics_text(later.conn))
    return Answer(body, content_type="text/plain; version=0.0.4; charset=utf-8", headers={"Cache-Control": "no-cache"})


def check(connection: sqlite3.Connection) -> None:
    """Read a little of what the pages read: an archive that cannot be read is noticed before the server starts."""
    connection.execute("SELECT count(*) FROM search_documents").fetchone()
    connection.execute("SELECT * FROM articles_flat LIMIT 1").fetchone()
