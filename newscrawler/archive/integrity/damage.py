"""How far a damaged SQLite file can still be read. The file is only read."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from newscrawler.archive.database.causes import cause_of
from newscrawler.archive.database.connection import APPLICATION_ID, HEADER_BYTES, application_id, database_uri, distrust

HEADER = b"SQLite format 3\0"
_TABLES = ("articles", "versions", "texts", "credits", "urls", "listing_sightings", "captures", "runs")
"""The tables whose loss matters to users."""


@dataclass(frozen=True, slots=True)
class Readable:
    """How many rows of a table can be read from the first on; `error` is empty when all can be read."""

    table: str
    rows: int
    error: str


def header_problem(path: Path) -> str:
    """Return what is wrong with the header of an archive's file or with its size; empty when nothing is wrong.

    It is also empty for a file that was never an archive. The fields are those of section 1.3 of SQLite's file format.
    """
    with path.open("rb") as stream:
        header = stream.read(HEADER_BYTES)
    ours = application_id(path) == APPLICATION_ID
    if header[:16] != HEADER:
        return "its first bytes are not those of a SQLite file" if ours else ""
    if not ours:
        return ""
    declared, size = _declared_size(header), path.stat().st_size
    # The newest pages may be in the write-ahead log only.
    log = path.with_name(f"{path.name}-wal")
    if size < declared and not (log.exists() and log.stat().st_size):
        return f"it was cut off: {size:,} of {declared:,} bytes are there"
    return ""


_OF_SEARCH_INDEX = re.compile(r"^fts5: |\bfts5 table\b", re.IGNORECASE)


def structure_problems(connection: sqlite3.Connection) -> tuple[list[str], bool]:
    """Return the errors of SQLite's integrity check, and whether only indexes are affected, which can be rebuilt.

    Raises sqlite3.Error when the check cannot run: the disk is full, or another program locks the archive.
    """
    try:
        errors = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(100)")]
    except sqlite3.DatabaseError as error:
        if cause_of(error):
            raise
        return [str(error)], False
    # SQLite 3.44 and later look into the search indexes, too: those are checked apart, and can be made again.
    errors = [error for error in errors if error != "ok" and not _OF_SEARCH_INDEX.search(error)]
    indexes = (" missing from index ", "wrong # of entries in index ", "non-unique entry in index ")
    return errors, bool(errors) and all(any(phrase in f" {error}" for phrase in indexes) for error in errors)


@contextmanager
def readable(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection that reads as much of a damaged archive as possible.

    SQLite refuses a file that is shorter than its header says, or that has a wrong header. Such a file is read from a
    temporary copy with a repaired header, whose missing end is filled with zeros.
    """
    with ExitStack() as stack:
        if header_problem(path):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="newscrawler-damaged-")))
            path = _repaired_copy(path, folder)
        connection = stack.enter_context(closing(sqlite3.connect(database_uri(path, read_only=True), uri=True)))
        distrust(connection)
        yield connection


def _repaired_copy(path: Path, folder: Path) -> Path:
    copied = folder / "copy.db"
    shutil.copyfile(path, copied)
    with copied.open("r+b") as stream:
        stream.write(HEADER)
        header = HEADER + stream.read(84)
    os.truncate(copied, max(_declared_size(header), copied.stat().st_size))
    return copied


def _declared_size(header: bytes) -> int:
    """Return the length of a file as its header gives it, in bytes."""
    page = int.from_bytes(header[16:18], "big")
    return (65_536 if page == 1 else page) * int.from_bytes(header[28:32], "big")


def readable_tables(path: Path) -> Iterator[Readable]:
    """Yield how far each of the most important tables can be read."""
    with readable(path) as connection:
        for table in _TABLES:
            rows = 0
            try:
                for _ in connection.execute(f"SELECT * FROM {table} NOT INDEXED"):
                    rows += 1
            except sqlite3.DatabaseError as error:
                yield Readable(table, rows, str(error))
            else:
                yield Readable(table, rows, "")
