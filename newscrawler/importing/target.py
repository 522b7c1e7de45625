"""The archive into which an import goes, as the import finds it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from newscrawler.archive.database.connection import connect
from newscrawler.archive.database.migrations import applied_migrations
from newscrawler.archive.database.opening import open_archive, open_archive_read_only


def opened_target(archive: Path, *, dry_run: bool) -> sqlite3.Connection | None:
    """Open an archive for reading before an import writes to it; None where there is none yet.

    One of an earlier version is brought up to date first, but not by a dry run. A file without any table is no archive
    yet: the program that was to create it was killed. Raises ArchiveError.
    """
    if not archive.exists():
        return None
    if not dry_run:
        open_archive(archive).close()
    elif _is_unfinished(archive):
        return None
    return open_archive_read_only(archive)


def _is_unfinished(archive: Path) -> bool:
    with closing(connect(archive, read_only=True)) as connection:
        try:
            return not applied_migrations(connection)
        except sqlite3.DatabaseError:
            return False  # opening it says what is wrong
