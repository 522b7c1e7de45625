"""Runs that a process that died left open: reporting and closing them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from newscrawler.archive.database.locks import PortalBusyError, lock_portal
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.errors import ArchiveError
from newscrawler.archive.integrity.problem import Problem
from newscrawler.archive.runs import close_dead_runs


def open_run_notes(connection: sqlite3.Connection, path: Path) -> Iterator[Problem]:
    """Yield a note per run that is open although no process crawls its portal."""
    runs = connection.execute("SELECT key, portal FROM runs WHERE outcome = 'running' ORDER BY id").fetchall()
    for key, portal in runs:
        if not _is_crawling(path, portal):
            what = "was left open: its process ended without closing it"
            yield Problem("run", key, what, "the portal's next crawl closes it", is_note=True)


def close_open_runs(connection: sqlite3.Connection, path: Path) -> list[str]:
    """Close the runs that are open although no process crawls their portal; return one sentence per portal."""
    repairs = []
    for (portal,) in connection.execute("SELECT DISTINCT portal FROM runs WHERE outcome = 'running'").fetchall():
        try:
            lock = lock_portal(path, portal)
        except PortalBusyError:
            continue
        try:
            with writing(connection):
                count = close_dead_runs(connection, portal)
        finally:
            lock.release()
        repairs.append(f"runs of {portal}: {count} left open were closed as interrupted")
    return repairs


def _is_crawling(path: Path, portal: str) -> bool:
    try:
        lock_portal(path, portal).release()
    except PortalBusyError:
        return True
    except ArchiveError:
        # The folder cannot be written, so there is no way to tell.
        return True
    return False
