"""Opening an archive: created or brought up to date for writing, or as it is for reading; errors name cause and fix."""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from newscrawler.archive.atomic import new_file
from newscrawler.archive.database import connection as connecting
from newscrawler.archive.database.causes import cause_of, is_of_machine
from newscrawler.archive.database.connection import (
    APPLICATION_ID,
    check_exists,
    check_version,
    closed_on_error,
    connect,
    exists,
    is_locked,
)
from newscrawler.archive.database.migrations import applied_migrations, apply_migrations, pending_migrations
from newscrawler.archive.database.row_digests import changed_rows, digest_all, keep_digests
from newscrawler.archive.database.schema import check_writable_schema
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.errors import ArchiveError, LockedError, OlderArchiveError, UnavailableError

logger = logging.getLogger(__name__)

LOG_BYTES = 64 * 2**20
"""Size to which the write-ahead log is truncated after it was copied into the archive."""
CACHE_KIB = 65_536
"""Page cache of a writer. It is large, since the hashes of texts and reprints are spread over the whole file."""


def open_archive(path: str | Path, *, creates: bool = True) -> sqlite3.Connection:
    """Open the archive at this path for writing; create or migrate it where needed.

    With `creates` false, it must exist.

    Before an archive is migrated, a copy of its file is kept beside it, and the log says so.

    Raises ArchiveError when the path is a directory, not writable, not an archive, of a newer version, or has a schema
    that makes it unsafe to write to it; LockedError when another program holds it for longer than a writer waits.
    """
    path = Path(path)
    if not creates:
        check_exists(path)
    if exists(path):
        if not os.access(path, os.W_OK):
            raise ArchiveError(f"{path}: is read-only; make it writable or name another with --archive.")
        with _errors_explained(path):
            _check_before_writing(path)
    else:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArchiveError(f"{path}: its folder cannot be created: {error.strerror}.") from None
    with _errors_explained(path):
        connection = connect(path, read_only=False)
        with closed_on_error(connection):
            _set_wal_mode(connection)
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")
            connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
            connection.execute("PRAGMA foreign_keys = ON")
            _migrate(connection, path)
            keep_digests(connection)
    return connection


def open_archive_read_only(path: str | Path, *, seconds: float | None = None) -> sqlite3.Connection:
    """Open an existing archive for reading only, also in a folder or on a disk that cannot be written.

    It waits `seconds` for a program that locks the archive, by default READ_SECONDS. Raises ArchiveError when there is
    no file, when it is not an archive, or when it is of an earlier version; LockedError after the wait.
    """
    path = Path(path)
    check_exists(path)
    with _errors_explained(path):
        connection = connect(path, read_only=True, seconds=seconds)
        with closed_on_error(connection):
            check_version(connection, path)
            if pending := pending_migrations(connection):
                raise OlderArchiveError(
                    f"{path}: was written by an earlier newscrawler (it lacks {', '.join(pending)}). This command only "
                    f"reads; 'newscrawler repair --archive {path}', or any command that writes, brings the archive up "
                    "to date and keeps a copy. Nothing was changed."
                )
            connection.execute("PRAGMA query_only = ON")
    return connection


def _check_before_writing(path: Path) -> None:
    """Raise ArchiveError for a file that is not an archive, before a connection that may write is opened.

    Such a connection would copy another program's write-ahead log into its file, or roll back its journal.
    """
    try:
        with closing(connect(path, read_only=True, seconds=connecting.BUSY_SECONDS)) as connection:
            check_version(connection, path)
    except sqlite3.OperationalError as error:
        # If the creation of an archive was interrupted, it has a journal that only a writer can roll back. After a
        # wait for a lock, do not wait a second time.
        if is_locked(error):
            raise


def _set_wal_mode(connection: sqlite3.Connection) -> None:
    """Switch the file to a write-ahead log, so that readers and a writer do not wait for each other.

    When several programs open a new file at the same time, SQLite raises SQLITE_BUSY at once, whatever the timeout.
    """
    deadline = time.monotonic() + connecting.BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not is_locked(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


@contextmanager
def _errors_explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        if is_locked(error):
            raise LockedError(
                f"{path}: the database is locked by another program; wait until it has finished, or end it."
            ) from None
        kind = UnavailableError if is_of_machine(error, path) else ArchiveError
        raise kind(_explained(path, error)) from None


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Apply pending migrations under one write lock, so that two crawls that start together do it once."""
    check_version(connection, path)
    check_writable_schema(connection, path)
    if not pending_migrations(connection):
        return
    with writing(connection):
        check_version(connection, path)
        # Another program may have applied them during the wait for the lock.
        if pending := pending_migrations(connection):
            if applied_migrations(connection):
                _keep_copy(path, pending)
            changed = _changed_keys(connection)
            apply_migrations(connection)
            digest_all(connection, changed)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _keep_copy(path: Path, pending: Sequence[str]) -> None:
    """Copy the file of an archive that is about to be migrated. Raises ArchiveError when that is not possible."""
    copied = path.with_name(f"{path.stem}.before-{pending[0]}{path.suffix}")
    try:
        with (
            new_file(copied) as new,
            closing(connect(path, read_only=True)) as source,
            closing(sqlite3.connect(new)) as target,
        ):
            source.backup(target)
            # A single file can be read from a read-only disk.
            target.execute("PRAGMA journal_mode = DELETE")
    except (OSError, sqlite3.Error) as error:
        raise ArchiveError(
            f"{path}: has to be brought up to date, but no copy can be kept as {copied.name}: {error}. Make room on "
            "the disk. Nothing was changed."
        ) from None
    logger.warning(
        "%s is brought up to date (%s). It is kept as it was as %s; remove that file when all is well.",
        path,
        ", ".join(pending),
        copied,
    )


def _changed_keys(connection: sqlite3.Connection) -> set[tuple[str, object]]:
    """Return table and key of the rows that are not as they were stored: a migration must not hide that."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'row_digests'").fetchone():
        return set()
    return {(rows.table, key) for rows in changed_rows(connection) for key in rows.keys}


def _explained(path: Path, error: sqlite3.DatabaseError) -> str:
    if "not a database" in str(error):
        return f"{path}: is not a SQLite file; name another path with --archive. It was left as it is."
    if cause := cause_of(error):
        return f"{path}: cannot be opened: {cause} ({error})."
    if isinstance(error, sqlite3.OperationalError):
        return f"{path}: cannot be opened: {error}; check the permissions of file and folder, and the disk's space."
    return f"{path}: cannot be read ({error}); restore a backup or name another path with --archive."
