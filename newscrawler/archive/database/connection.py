"""Opening an archive: checks, pragmas, migrations, and helpful errors."""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from newscrawler.archive.atomic import new_file
from newscrawler.archive.database.causes import cause_of, is_of_machine
from newscrawler.archive.database.migrations import (
    applied_migrations,
    apply_migrations,
    known_migrations,
    pending_migrations,
)
from newscrawler.archive.database.row_digests import changed_rows, digest_all, keep_digests, watch_rows
from newscrawler.archive.database.schema import check_writable_schema
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.errors import ArchiveError, EarlierBuildError, LockedError, UnavailableError
from newscrawler.archive.indexing.sync import watch_changes

logger = logging.getLogger(__name__)

APPLICATION_ID = 0x6E637733
"""`ncw3` in the file's header: identifies an archive among SQLite databases."""
EARLIER_APPLICATION_IDS = (0x6E637732,)
"""`ncw2`: archives of builds before the first release, which have other tables."""
HEADER_BYTES = 100
"""Length of the header of a SQLite file (SQLite file format, section 1.3)."""

BUSY_SECONDS = 60.0
"""How long a writer waits for another one. Transactions are short, so this is only reached when something is wrong."""
READ_SECONDS = 10.0
"""How long a reader waits. It waits only for a program that locks the whole file, or recovers it after a crash."""

MAX_CELL_BYTES = 32 * 2**20
"""The largest value that is read, and the largest row that is stored. The text of the largest page that is read (8 MiB)
fits; the archive of a stranger may hold values of gigabytes, each of which would be in memory as a whole."""

LOG_BYTES = 64 * 2**20
"""Size to which the write-ahead log is truncated after it was copied into the archive."""
CACHE_KIB = 65_536
"""Page cache of a writer. It is large, since the hashes of texts and reprints are spread over the whole file."""


class _Writer(sqlite3.Connection):
    """A connection that may write. A statement outside of `writing` gets its digests when the connection is closed."""

    def close(self) -> None:
        with suppress(sqlite3.Error):
            if self.execute("SELECT 1 FROM temp.changed_rows LIMIT 1").fetchone() and not self.in_transaction:
                with writing(self):
                    pass
        super().close()


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
    if _exists(path):
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
        with _closed_on_error(connection):
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
        with _closed_on_error(connection):
            check_version(connection, path)
            if pending := pending_migrations(connection):
                raise ArchiveError(
                    f"{path}: was written by an earlier newscrawler (it lacks {', '.join(pending)}). This command only "
                    f"reads; 'newscrawler repair --archive {path}', or any command that writes, brings the archive up "
                    "to date and keeps a copy. Nothing was changed."
                )
            connection.execute("PRAGMA query_only = ON")
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
    """Whether there is a file at this path; raise ArchiveError when the path cannot be that of an archive."""
    try:
        if path.is_dir():
            raise ArchiveError(f"{path}: is a directory; name a file, as in {path / 'archive.db'}.")
        if path.exists() and not path.is_file():
            raise ArchiveError(f"{path}: is not a regular file; name another path with --archive.")
        return path.exists()
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be reached: {error.strerror}; name another path with --archive.") from None


def _check_before_writing(path: Path) -> None:
    """Raise ArchiveError for a file that is not an archive, before a connection that may write is opened.

    Such a connection would copy another program's write-ahead log into its file, or roll back its journal.
    """
    try:
        with closing(connect(path, read_only=True, seconds=BUSY_SECONDS)) as connection:
            check_version(connection, path)
    except sqlite3.OperationalError as error:
        # If the creation of an archive was interrupted, it has a journal that only a writer can roll back. After a
        # wait for a lock, do not wait a second time.
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
        database_uri(path, read_only=read_only),
        uri=True,
        timeout=seconds,
        isolation_level=None,
        factory=sqlite3.Connection if read_only else _Writer,
    )
    with _closed_on_error(connection):
        distrust(connection)
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        owner = connection.execute("PRAGMA application_id").fetchone()[0]
        if owner in EARLIER_APPLICATION_IDS:
            raise _earlier_build(path)
        if tables and owner != APPLICATION_ID:
            raise ArchiveError(
                f"{path}: is a SQLite database, but not a newscrawler archive; name another path with --archive. "
                "It was left as it is."
            )
        if not read_only:
            connection.execute("PRAGMA temp_store = MEMORY")
            watch_changes(connection)
            watch_rows(connection)
    return connection


def distrust(connection: sqlite3.Connection) -> None:
    """Bound what the archive of a stranger can do: its views and triggers call nothing, no value fills the memory.

    A larger value than MAX_CELL_BYTES raises sqlite3.DataError when it is read.
    """
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_CELL_BYTES)


def database_uri(path: Path, *, read_only: bool) -> str:
    """Return the URI with which SQLite opens the file. Raises ArchiveError when a link stands beside it."""
    _refuse_links_beside(path)
    mode = "ro" if read_only else "rwc"
    if read_only and not os.access(path.parent, os.W_OK) and not _log_of(path).exists():
        # A reader of an archive in WAL mode needs a shared-memory file beside it, which cannot be created here.
        mode = "ro&immutable=1"
    return f"{path.absolute().as_uri()}?mode={mode}"


def _refuse_links_beside(path: Path) -> None:
    """Raise ArchiveError when a file that SQLite writes beside the archive is a link: it would follow it."""
    path = path.resolve()
    for suffix in ("-wal", "-shm", "-journal"):
        beside = path.with_name(path.name + suffix)
        if beside.is_symlink():
            raise ArchiveError(f"{beside}: is a symbolic link, which is not followed; remove it.")


def _set_wal_mode(connection: sqlite3.Connection) -> None:
    """Switch the file to a write-ahead log, so that readers and a writer do not wait for each other.

    When several programs open a new file at the same time, SQLite raises SQLITE_BUSY at once, whatever the timeout.
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
                f"{path}: the database is locked by another program; wait until it has finished, or end it."
            ) from None
        kind = UnavailableError if is_of_machine(error, path) else ArchiveError
        raise kind(_explained(path, error)) from None


def is_locked(error: sqlite3.Error) -> bool:
    """Whether an error means that another program locks the archive."""
    # Errors of the module sqlite3 itself have no code.
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF == sqlite3.SQLITE_BUSY


def _log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def check_version(connection: sqlite3.Connection, path: Path) -> None:
    """Raise ArchiveError when an archive has migrations that this program does not know."""
    unknown = sorted(set(applied_migrations(connection)) - set(known_migrations()))
    if unknown:
        # Late: every command opens an archive, and reading metadata of packages takes longer.
        from newscrawler.text.installation import upgrade_line

        raise ArchiveError(
            f"{path}: was written by a newer newscrawler (it has {', '.join(unknown)}); upgrade with "
            f"'{upgrade_line()}'. Nothing was changed."
        )


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
    if cause := cause_of(error):
        return f"{path}: cannot be opened: {cause} ({error})."
    if isinstance(error, sqlite3.OperationalError):
        return f"{path}: cannot be opened: {error}; check the permissions of file and folder, and the disk's space."
    return f"{path}: cannot be read ({error}); restore a backup or name another path with --archive."
