"""Missed runs: crawls that did not happen although a schedule or a habit says so."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime

from newscrawler.archive.database.transaction import writing
from newscrawler.monitoring import alarms
from newscrawler.monitoring.sections import missed_run
from newscrawler.portals import DefinitionError, Portal, load_portals
from newscrawler.text.clock import stamp
from newscrawler.text.definitions import validate


def check_schedules(connection: sqlite3.Connection, *, now: datetime | None = None) -> None:
    """Open an alarm for each portal of the archive whose crawl is overdue."""
    now = now or datetime.now(UTC)
    portals, _ = load_portals()
    known = {portal.id: portal for portal in portals}
    for identifier, text in connection.execute("SELECT id, definition FROM portals ORDER BY id").fetchall():
        portal = known.get(identifier) or _as_crawled(text)
        times = portal.schedule.crawl_times if portal else None
        finding = missed_run(connection, identifier, now, times.longest_gap() if times else None)
        if finding is not None:
            with writing(connection):
                alarms.record(connection, identifier, None, [finding], seen=stamp(now))


def _as_crawled(text: str) -> Portal | None:
    """Return the definition used by the last crawl, for a portal that is named by its path."""
    try:
        return validate(json.loads(text), Portal, "the archive's definition")
    except (ValueError, DefinitionError):
        return None
