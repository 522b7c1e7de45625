"""Runs whose process died: who holds a portal's lock knows of them, closes their records and judges them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from newscrawler.archive import ArchiveError
from newscrawler.archive.database.connection import writing
from newscrawler.archive.database.locks import lock_portal
from newscrawler.archive.runs import close_dead_runs
from newscrawler.monitoring.review import review


def running_portals(connection: sqlite3.Connection) -> list[str]:
    """Return the portals that have a run without an end: it is under way, or its process was killed."""
    rows = connection.execute("SELECT DISTINCT portal FROM runs WHERE outcome = 'running' ORDER BY portal")
    return [row[0] for row in rows]


def close_crashed_runs(connection: sqlite3.Connection, archive: str | Path) -> list[str]:
    """Close the runs whose process died, which the portal's free lock tells; return their portals.

    Where the lock cannot be taken, a crawl is under way, or nobody can know: the run is left as it is.
    """
    closed = []
    for portal in running_portals(connection):
        try:
            lock = lock_portal(archive, portal)
        except ArchiveError:
            continue
        try:
            with writing(connection):
                # A run that ended well since its portal was listed is running no more.
                if close_dead_runs(connection, portal):
                    closed.append(portal)
        finally:
            lock.release()
    return closed


def evaluate_newest_runs(connection: sqlite3.Connection, archive: str | Path) -> None:
    """Judge the newest run of each portal, also one that was cut off, unless that was done."""
    close_crashed_runs(connection, archive)
    review(connection)
