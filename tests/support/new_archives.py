"""New archives are copies of one that was made as ever, once, since most tests and their crawls begin with a new archive.

The migrations take forty times as long as a copy of what they make. Tests of them and of opening apply them all the
same (`applying_migrations`), and so do programs with an interpreter of their own.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

from newscrawler.archive import open_archive
from newscrawler.archive.database import opening

_migrate = opening._migrate


def copy_new_archives() -> None:
    """Let `open_archive` fill files that are empty with a copy, in this process and in copies of it."""
    _new_archive()
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
    if _is_empty(connection):
        with _locked(path.parent):
            # Another process may have filled it during the wait for the lock.
            if _is_empty(connection):
                with closing(sqlite3.connect(":memory:")) as made:
                    made.deserialize(_new_archive())
                    made.backup(connection)
                return
    _migrate(connection, path)


def _is_empty(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@cache
def _new_archive() -> bytes:
    """The bytes of an archive without rows, made by the migrations."""
    with (
        tempfile.TemporaryDirectory() as folder,
        applying_migrations(),
        closing(open_archive(Path(folder) / "archive.db")) as made,
        closing(sqlite3.connect(":memory:")) as copy,
    ):
        # What is in memory has no write-ahead log, and cannot be read if it says that it has.
        made.execute("PRAGMA journal_mode = DELETE")
        made.backup(copy)
        return copy.serialize()
