"""Crawls that did not happen, by the schedules of the definitions."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

from newscrawler.archive.clock import stamp
from newscrawler.monitoring import alarms
from newscrawler.monitoring.sections import missed_run
from newscrawler.portals import load_portals


def review_schedules(connection: sqlite3.Connection, *, now: datetime | None = None) -> None:
    """Open an alarm for each portal of the archive whose crawl is overdue."""
    now = now or datetime.now(UTC)
    portals, _ = load_portals()
    every = {portal.id: times.longest_gap() for portal in portals if (times := portal.schedule.crawl_times)}
    for (portal,) in connection.execute("SELECT id FROM portals ORDER BY id").fetchall():
        finding = missed_run(connection, portal, now, every.get(portal))
        if finding is not None:
            connection.execute("BEGIN IMMEDIATE")
            alarms.record(connection, portal, None, [finding], seen=stamp(now))
            connection.execute("COMMIT")
