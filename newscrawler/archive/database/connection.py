"""Connecting to the file of an archive: what may be opened, what a stranger's file is kept from, how long to wait."""

from __future__ import annotations

import errno
import logging
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path

from newscrawler.archive.database.migrations import (
    applied_migrations,
    known_migrations,
)
from newscrawler.archive.database.row_digests import watch_rows
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.errors import ArchiveError, EarlierBuildError, NewerArchiveError
from newscrawler.archive.indexing.sync import watch_changes

logger = logging.getLogger(__name__)

APPLICATION_ID = 0x6E637733
"""`ncw3` in the file's header: identifies an archive among SQLite databases."""
EARLIER_APPLICATION_IDS = (0x6E637732,)
"""`ncw2`: archives of builds before the first release, which have other tables."""
_MOST_LOOKED_AT, _MOST_NAMED = 100, 3
"""Files beside an archive that is not there, which may be the ones that are meant."""
_MISSING = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
"""Errors that say that there is no file at a path."""
HEADER_BYTES = 100
"""Length of the header of a SQLite file (SQLite file format, section 1.3)."""

BUSY_SECONDS = 60.0
"""How long a writer waits for another one. Transactions are short, so this is only reached when something is wrong."""
READ_SECONDS = 10.0
"""How long a reader waits. It waits only for a program that locks the whole file, or recovers it after a crash."""

MAX_CELL_BYTES = 32 * 2**20
"""The largest value that is read, and the largest row that is stored. The text of the largest page that is read (8 MiB)
fits; the archive of a stranger may hold values of gigabytes, each of which would be in memory as a whole."""


class _Writer(sqlite3.Connection):
    """A connection that may write. A statement outside of `writing` gets its digests when the connection is closed."""

    def close(self) -> None:
        with suppress(sqlite3.Error):
            if self.execute("SELECT 1 FROM temp.changed_rows LIMIT 1").fetchone() and not self.in_transaction:
                with writing(self):
                    pass
        super().close()


def check_exists(path: Path) -> None:
    """Raise ArchiveError when there is no file at this path, or when it cannot be an archive of this version."""
    if not exists(path):
        raise ArchiveError(f"{path}: there is no archive yet; run 'newscrawler crawl', or name {_others(path)}.")
    if application_id(path) in EARLIER_APPLICATION_IDS:
        raise _earlier_build(path)


def _others(path: Path) -> str:
    """Return what to name with --archive: archives that lie beside it, as `make demo` leaves one."""
    found = []
    for other in islice(path.parent.glob("*.db"), _MOST_LOOKED_AT):
        with suppress(ArchiveError):
            if ".before-" not in other.name and application_id(other) == APPLICATION_ID:
                found.append(str(other))
    return f"{' or '.join(sorted(found)[:_MOST_NAMED])} with --archive" if found else "one with --archive"


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


def exists(path: Path) -> bool:
    """Whether there is a file at this path; raise ArchiveError when the path cannot be that of an archive."""
    try:
        # `Path.exists` of Python 3.14 says no where earlier ones raise.
        mode = path.stat().st_mode
    except OSError as error:
        if error.errno in _MISSING:
            return False
        raise ArchiveError(f"{path}: cannot be reached: {error.strerror}; name another path with --archive.") from None
    if stat.S_ISDIR(mode):
        raise ArchiveError(f"{path}: is a directory; name a file, as in {path / 'archive.db'}.")
    if not stat.S_ISREG(mode):
        raise ArchiveError(f"{path}: is not a regular file; name another path with --archive.")
    return True


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
    with closed_on_error(connection):
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


@contextmanager
def closed_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    """Close the connection when the block raises."""
    try:
        yield
    except BaseException:
        connection.close()
        raise


def is_locked(error: sqlite3.Error) -> bool:
    """Whether an error means that another program locks the archive."""
    # Errors of the module sqlite3 itself have no code.
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF == sqlite3.SQLITE_BUSY


def _log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def check_version(connection: sqlite3.Connection, path: Path) -> None:
    """Raise NewerArchiveError when an archive has migrations that this program does not know."""
    unknown = sorted(set(applied_migrations(connection)) - set(known_migrations()))
    if unknown:
        # Late: every command opens an archive, and reading metadata of packages takes longer.
        from newscrawler.text.installation import upgrade_line

        raise NewerArchiveError(
            f"{path}: was written by a newer newscrawler (it has {', '.join(unknown)}); upgrade with "
            f"'{upgrade_line()}'. Nothing was changed."
        )


def _earlier_build(path: Path) -> EarlierBuildError:
    captures = path.with_name("warc")
    return EarlierBuildError(
        f"{path}: was written by an earlier build of newscrawler, whose tables this version cannot read. It was left "
        f"as it is. Its captures, in the folder {captures}, can be read into a new archive in another folder, portal "
        f"by portal: 'newscrawler import {captures} --portal ID --archive NEW'."
    )
