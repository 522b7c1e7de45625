"""Crashed runs: their process died. Whoever holds the lock of the portal closes and evaluates them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from newscrawler.archive import ArchiveError
from newscrawler.archive.database.locks import lock_portal
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.runs import close_dead_runs
from newscrawler.monitoring.evaluation import evaluate_newest


def running_portals(connection: sqlite3.Connection) -> list[str]:
    """Return the portals that have a run without an end: it is in progress, or its process was killed."""
    rows = connection.execute("SELECT DISTINCT portal FROM runs WHERE outcome = 'running' ORDER BY portal")
    return [row[0] for row in rows]


def close_crashed_runs(connection: sqlite3.Connection, archive: str | Path) -> list[str]:
    """Close the runs whose process died, as shown by the free lock of the portal; return their portals.

    Where the lock cannot be taken, a crawl may be in progress, and its run stays as it is.
    """
    closed = []
    for portal in running_portals(connection):
        try:
            lock = lock_portal(archive, portal)
        except ArchiveError:
            continue
        try:
            with writing(connection):
                # The run may have ended normally in the meantime.
                if close_dead_runs(connection, portal):
                    closed.append(portal)
        finally:
            lock.release()
    return closed


def evaluate_newest_runs(connection: sqlite3.Connection, archive: str | Path) -> None:
    """Evaluate the newest run of each portal, crashed ones included, unless it was evaluated before."""
    close_crashed_runs(connection, archive)
    evaluate_newest(connection)
