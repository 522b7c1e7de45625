"""Opening an archive: checks, pragmas, migrations, and errors that say what to do."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from newscrawler.archive.database.migrations import (
    applied_migrations,
    apply_migrations,
    known_migrations,
    pending_migrations,
)
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.errors import ArchiveError, EarlierBuildError, LockedError
from newscrawler.archive.indexing.sync import watch_changes

APPLICATION_ID = 0x6E637733
"""`ncw3` in the file's header: tells an archive from any other SQLite database."""
EARLIER_APPLICATION_IDS = (0x6E637732,)
"""`ncw2`: archives of builds before the first release, which have other tables."""
HEADER_BYTES = 100
"""Length of the header of a SQLite file (SQLite file format, section 1.3)."""

BUSY_SECONDS = 60.0
"""How long a writer waits for another one; transactions are short, so this is never reached in health."""
READ_SECONDS = 10.0
"""How long a reader waits. Writers do not hinder it: only who locks the whole file does, or mends it after a crash."""

LOG_BYTES = 64 * 2**20
"""What the write-ahead log is cut to once it has been copied into the archive."""
CACHE_KIB = 65_536
"""Pages that a writer keeps in memory: the hashes of texts and reprints are spread over the whole file."""


def open_archive(path: str | Path) -> sqlite3.Connection:
    """Open the archive at this path for writing, made or migrated where needed.

    Raises ArchiveError when the path is a directory, not writable, not an archive, or of a newer version; LockedError
    when another program holds it for longer than a writer waits.
    """
    path = Path(path)
    if _exists(path):
        if not os.access(path, os.W_OK):
            raise ArchiveError(f"{path}: is read-only; make it writable or name another with --archive.")
        with _errors_explained(path):
            _look_first(path)
    else:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArchiveError(f"{path}: its folder cannot be made: {error.strerror}.") from None
    with _errors_explained(path):
        connection = connect(path, read_only=False)
        with _closed_on_error(connection):
            _log_ahead(connection)
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")
            connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
            connection.execute("PRAGMA foreign_keys = ON")
            _migrate(connection, path)
    return connection


def open_archive_read_only(path: str | Path, *, seconds: float | None = None) -> sqlite3.Connection:
    """Open an existing archive for reading only; it may lie in a folder or on a disk that cannot be written.

    It waits `seconds` for a program that holds the archive, by default READ_SECONDS. Raises ArchiveError when there is
    none, when it is no archive, or when it needs a migration that cannot be made; LockedError when it waited in vain.
    """
    path = Path(path)
    check_exists(path)
    with _errors_explained(path):
        connection = connect(path, read_only=True, seconds=seconds)
        with _closed_on_error(connection):
            check_version(connection, path)
            stale = bool(pending_migrations(connection))
            connection.execute("PRAGMA query_only = ON")
    if stale:
        connection.close()
        open_archive(path).close()
        return open_archive_read_only(path, seconds=seconds)
    return connection


def check_exists(path: Path) -> None:
    """Raise ArchiveError when there is no file at this path, or when it cannot be an archive of this version."""
    if not _exists(path):
        raise ArchiveError(f"{path}: there is no archive yet; run 'newscrawler crawl', or name one with --archive.")
    if application_id(path) in EARLIER_APPLICATION_IDS:
        raise _earlier_build(path)


def application_id(path: Path) -> int | None:
    """Return the application id in the header of a SQLite file, which may be damaged; None when it has no header.

    Raises ArchiveError when the file cannot be read.
    """
    try:
        with path.open("rb") as stream:
            header = stream.read(HEADER_BYTES)
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be opened: {error.strerror}; check the permissions.") from None
    return int.from_bytes(header[68:72], "big") if len(header) == HEADER_BYTES else None


def _exists(path: Path) -> bool:
    """Whether there is a file at this path; raises ArchiveError when what is there cannot be one."""
    try:
        if path.is_dir():
            raise ArchiveError(f"{path}: is a directory; name a file, as in {path / 'archive.db'}.")
        if path.exists() and not path.is_file():
            raise ArchiveError(f"{path}: is not a regular file; name another path with --archive.")
        return path.exists()
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be reached: {error.strerror}; name another path with --archive.") from None


def _look_first(path: Path) -> None:
    """Refuse what is no archive of ours without a connection that may write.

    Such a connection would fold a stranger's write-ahead log into the file, or roll its journal back.
    """
    try:
        with closing(connect(path, read_only=True, seconds=BUSY_SECONDS)) as connection:
            check_version(connection, path)
    except sqlite3.OperationalError as error:
        # An archive that was cut off while it was made has a journal that only a writer can clear. But who waited for
        # a lock in vain does not wait once more.
        if is_locked(error):
            raise


def connect(path: Path, *, read_only: bool, seconds: float | None = None) -> sqlite3.Connection:
    """Connect to the file as it is, without migrations.

    It waits `seconds` for locks, by default READ_SECONDS or, to write, BUSY_SECONDS.
    Raises ArchiveError when it is another program's database, sqlite3.DatabaseError when it cannot be read.
    """
    if seconds is None:
        seconds = READ_SECONDS if read_only else BUSY_SECONDS
    connection = sqlite3.connect(
        database_uri(path, read_only=read_only), uri=True, timeout=seconds, isolation_level=None
    )
    with _closed_on_error(connection):
        # A stranger's archive may bring views and triggers of its own: they get no function that could do harm.
        connection.execute("PRAGMA trusted_schema = OFF")
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        owner = connection.execute("PRAGMA application_id").fetchone()[0]
        if owner in EARLIER_APPLICATION_IDS:
            raise _earlier_build(path)
        if tables and owner != APPLICATION_ID:
            raise ArchiveError(
                f"{path}: is a SQLite database, but no newscrawler archive; name another path with --archive. "
                "It was left as it is."
            )
        if not read_only:
            connection.execute("PRAGMA temp_store = MEMORY")
            watch_changes(connection)
    return connection


def database_uri(path: Path, *, read_only: bool) -> str:
    """Return the URI by which SQLite opens the file."""
    mode = "ro" if read_only else "rwc"
    if read_only and not os.access(path.parent, os.W_OK) and not _log_of(path).exists():
        # A reader of an archive in WAL mode needs a shared-memory file beside it, which nobody can make here.
        mode = "ro&immutable=1"
    return f"{path.absolute().as_uri()}?mode={mode}"


def _log_ahead(connection: sqlite3.Connection) -> None:
    """Have the file written through a log, so that readers and a writer do not wait for one another.

    Of several that open a new file at once, SQLite tells some at once that it is locked, whatever their timeout.
    """
    deadline = time.monotonic() + BUSY_SECONDS
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
def _closed_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise


@contextmanager
def _errors_explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        if is_locked(error):
            raise LockedError(
                f"{path}: the database is locked by another program; wait until it is done, or end it."
            ) from None
        raise ArchiveError(_explained(path, error)) from None


def is_locked(error: sqlite3.Error) -> bool:
    """Whether an error says that another program holds the archive."""
    # Errors of sqlite3's own, not of SQLite, have no code.
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF == sqlite3.SQLITE_BUSY


def _log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def check_version(connection: sqlite3.Connection, path: Path) -> None:
    """Raise ArchiveError when an archive has migrations that this program does not know."""
    unknown = sorted(set(applied_migrations(connection)) - set(known_migrations()))
    if unknown:
        raise ArchiveError(
            f"{path}: was written by a newer newscrawler (it has {', '.join(unknown)}); upgrade with "
            "'pip install --upgrade newscrawler'. Nothing was changed."
        )


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Apply what is missing under one write lock, so that two crawls that start together do it once."""
    check_version(connection, path)
    if not pending_migrations(connection):
        return
    with writing(connection):
        check_version(connection, path)
        # Another program may have applied them while this one waited for the lock.
        if pending_migrations(connection):
            apply_migrations(connection)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _earlier_build(path: Path) -> EarlierBuildError:
    return EarlierBuildError(
        f"{path}: was written by an earlier build of newscrawler, whose tables this version cannot read. It was left "
        f"as it is. Keep it together with its folder {path.with_name('warc')}: the command 'newscrawler import' of a "
        "coming version reads the captures in that folder into a new archive. Until then, crawl into a new archive in "
        "another folder: name it with --archive."
    )


def _explained(path: Path, error: sqlite3.DatabaseError) -> str:
    if "not a database" in str(error):
        return f"{path}: is not a SQLite file; name another path with --archive. It was left as it is."
    if isinstance(error, sqlite3.OperationalError):
        return f"{path}: cannot be opened: {error}; check the permissions of file and folder, and the disk's space."
    return f"{path}: cannot be read ({error}); restore a backup or name another path with --archive."
