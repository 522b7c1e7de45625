"""New archives in this process: copies of one that was made as ever, once, since most tests begin with a new archive.

The migrations take forty times as long as a copy of what they make. Tests of them and of opening apply them all the
same (`applying_migrations`), and so do all programs that tests start.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from newscrawler.archive import open_archive
from newscrawler.archive.database import connection as opening

_migrate = opening._migrate
_made: sqlite3.Connection | None = None


def copy_new_archives() -> None:
    """Let `open_archive` fill files that are empty with a copy."""
    opening._migrate = _copy_or_migrate


@contextmanager
def applying_migrations() -> Iterator[None]:
    """Let `open_archive` apply the migrations to files that are empty, as it does in the program."""
    before = opening._migrate
    opening._migrate = _migrate
    try:
        yield
    finally:
        opening._migrate = before


def _copy_or_migrate(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        _migrate(connection, path)
    else:
        _new_archive().backup(connection)


def _new_archive() -> sqlite3.Connection:
    global _made
    if _made is None:
        with tempfile.TemporaryDirectory() as folder, applying_migrations():
            _made = sqlite3.connect(":memory:", check_same_thread=False)
            with closing(open_archive(Path(folder) / "archive.db")) as made:
                made.backup(_made)
    return _made
