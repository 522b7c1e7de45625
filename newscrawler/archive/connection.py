"""Opening an archive: checks, pragmas, migrations, and errors that say what to do."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

from sqlite_utils import Database

from newscrawler.archive.schema import migrations

APPLICATION_ID = 0x6E637732
"""`ncw2` in the file's header: tells an archive from any other SQLite database."""

BUSY_SECONDS = 60.0
"""How long a writer waits for another one; transactions are short, so this is never reached in health."""


class ArchiveError(Exception):
    """An archive that cannot be used; the message names the path, the cause and the fix."""


def open_archive(path: str | Path) -> Database:
    """Open the archive at this path for writing, made or migrated where needed.

    Raises ArchiveError when the path is a directory, not writable, not an archive, or of a newer version.
    """
    path = Path(path)
    _check_path(path)
    if path.exists() and not os.access(path, os.W_OK):
        raise ArchiveError(f"{path}: is read-only; make it writable or name another with --archive.")
    if not path.exists():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArchiveError(f"{path}: its folder cannot be made: {error.strerror}.") from None
    try:
        db = Database(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None))
        _check_is_archive(db, path)
        db.conn.execute("PRAGMA journal_mode = WAL")
        db.conn.execute("PRAGMA synchronous = NORMAL")
        db.conn.execute("PRAGMA foreign_keys = ON")
        _migrate(db, path)
    except sqlite3.OperationalError as error:
        raise ArchiveError(
            f"{path}: cannot be opened for writing: {error}; check the folder's permissions and disk space."
        ) from None
    except sqlite3.DatabaseError as error:
        raise ArchiveError(_not_an_archive(path, error)) from None
    return db


def open_archive_read_only(path: str | Path) -> Database:
    """Open an existing archive for reading only.

    Raises ArchiveError when there is none, when it is no archive, or when it needs a migration first.
    """
    path = Path(path)
    _check_path(path)
    if not path.exists():
        raise ArchiveError(f"{path}: there is no archive yet; run 'newscrawler crawl', or name one with --archive.")
    try:
        db = Database(
            sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=BUSY_SECONDS, isolation_level=None)
        )
        _check_is_archive(db, path)
        _check_version(db, path)
        stale = migrations.pending(db)
    except sqlite3.DatabaseError as error:
        raise ArchiveError(_not_an_archive(path, error)) from None
    if stale:
        db.conn.close()
        open_archive(path).conn.close()
        return open_archive_read_only(path)
    db.conn.execute("PRAGMA query_only = ON")
    return db


def _check_path(path: Path) -> None:
    if path.is_dir():
        raise ArchiveError(f"{path}: is a directory; name a file, as in {path / 'archive.db'}.")


def _check_is_archive(db: Database, path: Path) -> None:
    """Refuse a database that is somebody else's; an empty file is a new archive."""
    tables = db.conn.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    owner = db.conn.execute("PRAGMA application_id").fetchone()[0]
    if tables and owner != APPLICATION_ID:
        raise ArchiveError(
            f"{path}: is a SQLite database, but no newscrawler archive; name another path with --archive."
        )


def _check_version(db: Database, path: Path) -> None:
    known = {migration.name for migration in migrations._migrations}
    unknown = sorted({applied.name for applied in migrations.applied(db)} - known)
    if unknown:
        raise ArchiveError(
            f"{path}: was written by a newer newscrawler (it has {', '.join(unknown)}); upgrade with "
            "'pip install --upgrade newscrawler'. Nothing was changed."
        )


def _migrate(db: Database, path: Path) -> None:
    """Apply what is missing under one write lock, so that two crawls that start together do it once."""
    _check_version(db, path)
    if not migrations.pending(db):
        return
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        _check_version(db, path)
        migrations.apply(db)
        db.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.conn.execute("COMMIT")
    except BaseException:
        if db.conn.in_transaction:
            db.conn.execute("ROLLBACK")
        raise


def _not_an_archive(path: Path, error: sqlite3.DatabaseError) -> str:
    if "not a database" in str(error):
        return f"{path}: is not a SQLite file; name another path with --archive. It was left as it is."
    return f"{path}: cannot be read ({error}); restore a backup or name another path with --archive."
