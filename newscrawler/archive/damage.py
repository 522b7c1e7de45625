"""How far a damaged SQLite file can still be read. Only looks: the file is opened for reading and never changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from newscrawler.archive.connection import APPLICATION_ID

HEADER = b"SQLite format 3\0"
_TABLES = ("articles", "versions", "texts", "credits", "urls", "listing_sightings", "captures", "runs")
"""What a user would miss."""
MESSAGES = 5


@dataclass(frozen=True, slots=True)
class Readable:
    """How many rows of a table can be read from its beginning on; `error` is empty where all can."""

    table: str
    rows: int
    error: str


def header_problem(path: Path) -> str:
    """Say what is wrong with the beginning of an archive's file or with its size; empty when nothing is.

    Empty, too, for a file that never was an archive. SQLite's file format, section 1.3, has the fields.
    """
    with path.open("rb") as stream:
        header = stream.read(100)
    ours = len(header) == 100 and int.from_bytes(header[68:72], "big") == APPLICATION_ID
    if header[:16] != HEADER:
        return "its first bytes are not those of a SQLite file" if ours else ""
    if not ours:
        return ""
    page = int.from_bytes(header[16:18], "big")
    page = 65_536 if page == 1 else page
    pages = int.from_bytes(header[28:32], "big")
    size = path.stat().st_size
    # With a log beside it the newest pages may stand there only.
    log = path.with_name(f"{path.name}-wal")
    if size < pages * page and not (log.exists() and log.stat().st_size):
        return f"it was cut off: {size:,} of {pages * page:,} bytes are there"
    return ""


def structure_problems(connection: sqlite3.Connection) -> tuple[list[str], bool]:
    """Return what SQLite's own check of the file finds, and whether it is about indexes only (they can be rebuilt)."""
    try:
        found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(100)")]
    except sqlite3.DatabaseError as error:
        return [str(error)], False
    found = [] if found == ["ok"] else found
    indexes = (" missing from index ", "wrong # of entries in index ", "non-unique entry in index ")
    return found, bool(found) and all(any(mark in f" {text}" for mark in indexes) for text in found)


def readable_tables(path: Path) -> Iterator[Readable]:
    """Yield how far each of the tables that matter can be read."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        for table in _TABLES:
            rows = 0
            try:
                for _ in connection.execute(f"SELECT * FROM {table} NOT INDEXED"):
                    rows += 1
            except sqlite3.DatabaseError as error:
                yield Readable(table, rows, str(error))
            else:
                yield Readable(table, rows, "")
