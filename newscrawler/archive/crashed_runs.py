"""Crashed runs: their process died and left them open. Whoever holds the lock of the portal may close them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from newscrawler.archive.database.locks import lock_portal
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.errors import ArchiveError
from newscrawler.archive.rows import select_rows

_REASON = "the process ended without closing the run; the next crawl goes on from there"


def close_crashed_runs(connection: sqlite3.Connection, archive: str | Path) -> dict[str, int]:
    """Close the crashed runs of all portals. Return how many, by portal; portals without any are left out.

    Where the lock of the portal cannot be taken, a crawl may be in progress, and its run stays as it is.
    """
    closed = {}
    for portal in sorted({row["portal"] for row in open_runs(connection)}):
        try:
            lock = lock_portal(archive, portal)
        except ArchiveError:
            continue
        try:
            with writing(connection):
                # The run may have ended normally in the meantime.
                if count := close_crashed_runs_of(connection, portal):
                    closed[portal] = count
        finally:
            lock.release()
    return closed


def close_crashed_runs_of(connection: sqlite3.Connection, portal: str) -> int:
    """Close what a killed process left open of a portal: runs become `interrupted`, sweeps `cut`; return how many runs.

    Needs the lock of the portal, so that no other crawl of it is alive, and a transaction. A run's end is the last
    moment of which the archive knows.
    """
    rows = connection.execute("SELECT id FROM runs WHERE portal = ? AND outcome = 'running'", (portal,)).fetchall()
    for (run,) in rows:
        connection.execute(
            """UPDATE runs SET outcome = 'interrupted', reason = ?2, finished = max(started,
                 coalesce((SELECT max(seen) FROM run_events WHERE run = ?1), ''),
                 coalesce((SELECT max(last_seen) FROM listing_sightings WHERE last_run = ?1), ''))
               WHERE id = ?1""",
            (run, _REASON),
        )
        connection.execute(
            "UPDATE sweeps SET outcome = 'cut', finished = (SELECT finished FROM runs WHERE id = ?1) "
            "WHERE run = ?1 AND outcome = 'running'",
            (run,),
        )
    return len(rows)


def open_runs(connection: sqlite3.Connection) -> list[dict[str, str]]:
    """Return key and portal of the runs without an end, oldest first. They are in progress, or they crashed."""
    return select_rows(connection, "SELECT key, portal FROM runs WHERE outcome = 'running' ORDER BY id")


def may_be_crawling(archive: str | Path, portal: str) -> bool:
    """Whether a process crawls the portal into the archive. True as well where the lock cannot be tried."""
    try:
        lock_portal(archive, portal).release()
    except ArchiveError:
        return True
    return False
