"""Pruning: captures that the archive can do without are removed, and small WARC files are joined, portal by portal."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from newscrawler.archive.captures.packing import archives_that_share, replace_files
from newscrawler.archive.captures.prunable import Pack, packs
from newscrawler.archive.captures.replaced import finish_replacements
from newscrawler.archive.captures.rows import CaptureError
from newscrawler.archive.database.locks import PortalBusyError, lock_portal
from newscrawler.archive.progress import Progress, unwatched

MAX_BYTES = 2**30
"""Size up to which files are joined."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was done with some files of one portal and month, or what would be."""

    portal: str
    month: str
    files: int
    """How many files there were; one is left, or none where all captures were removed."""
    captures: int
    removed: int
    """How many captures were removed."""
    size: int
    """Bytes of the files."""
    freed: int
    """By how many bytes they shrink: of a plan, what the removed records need."""
    problem: str = ""
    """Why nothing was done, in a sentence."""


def planned(connection: sqlite3.Connection, portal: str, *, before: str) -> Iterator[Pruned]:
    """Yield what pruning a portal would do with runs that ended before a moment of our clock. Nothing is changed."""
    # For a temporary table. A connection for reading cannot write to the file either way.
    connection.execute("PRAGMA query_only = OFF")
    for pack in packs(connection, portal, before=before, max_bytes=MAX_BYTES):
        yield _pruned(pack, pack.removable_bytes)


def prune(
    connection: sqlite3.Connection, archive: Path, portal: str, *, before: str, progress: Progress = unwatched
) -> Iterator[Pruned]:
    """Prune the captures of a portal, of runs that ended before a moment of our clock; yield what was done.

    Files that are not sound, or that another archive in the folder needs, stay as they are. A crawl of the portal must
    not be running: then one result with a problem is all. Raises OSError, ArchiveError.
    """
    try:
        lock = lock_portal(archive, portal)
    except PortalBusyError as error:
        yield Pruned(portal, "", 0, 0, 0, 0, 0, str(error))
        return
    try:
        finish_replacements(connection, portal)
        all_packs = packs(connection, portal, before=before, max_bytes=MAX_BYTES)
        for number, pack in enumerate(all_packs):
            progress(f"captures of {portal}", number, len(all_packs))
            if others := list(archives_that_share(archive, pack)):
                problem = f"{others[0]} has captures in the same files; move it with its captures, or remove it"
                yield _pruned(pack, 0, problem)
                continue
            try:
                yield _pruned(pack, replace_files(connection, pack))
            except CaptureError as error:
                yield _pruned(pack, 0, str(error))
    finally:
        lock.release()


def _pruned(pack: Pack, freed: int, problem: str = "") -> Pruned:
    return Pruned(
        pack.portal,
        pack.month,
        len(pack.files),
        sum(file.captures for file in pack.files),
        0 if problem else pack.removable,
        pack.size,
        freed,
        problem,
    )
