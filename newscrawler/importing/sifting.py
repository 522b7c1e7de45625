"""Sifting files: each is read once, by one of several processes, and what is wanted is kept in a file of its own.

A sifted file is the unit of work: it knows how far its source was read, so a killed import goes on there. What it holds
is taken into parts later, by one process, in the order of the sources.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from newscrawler.importing.foreign_hosts import ForeignHosts
from newscrawler.importing.saved_pages import record_of_page
from newscrawler.importing.selection import Selection
from newscrawler.importing.sources import Source, SourceError, opened, readable, unreadable
from newscrawler.importing.warc_records import Fault, SourceRecord, WarcRecords
from newscrawler.portals import Portal

COMMIT_SECONDS = 5.0
COMMIT_RECORDS = 500
_TABLES = (
    """CREATE TABLE IF NOT EXISTS found (
         id INTEGER PRIMARY KEY, offset INTEGER NOT NULL, fields TEXT, member BLOB, fault TEXT)""",
    "CREATE TABLE IF NOT EXISTS owners (portal INTEGER, found INTEGER, PRIMARY KEY (portal, found)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS state (id INTEGER PRIMARY KEY CHECK (id = 1), value TEXT NOT NULL)",
)


@dataclass(slots=True)
class SiftState:
    """How far a source is."""

    offset: int = 0
    records: int = 0
    refused: list[dict[str, int]] = field(default_factory=list)
    """Of each portal: records that are not wanted, by reason."""
    nobodys: dict[str, int] = field(default_factory=dict)
    """Records of which it is not known whose they are, by reason."""
    hosts: dict[str, int] = field(default_factory=dict)
    """Hosts of no portal with the most records, and about how many each has."""
    unread: str = ""
    """Why the source could not be read to its end; empty: it was."""
    is_done: bool = False

    def text(self) -> str:
        """Return it as JSON."""
        return json.dumps({name: getattr(self, name) for name in self.__slots__}, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of the sources: it can be sent to another process."""

    portals: tuple[Portal, ...]
    since: str = ""
    until: str = ""
    captured: datetime | None = None


def sift(source: Source, path: Path, wanted: Wanted, on_read: Callable[[int], object] = bool) -> None:
    """Read a source from where its sifted file says, and put into that file what is wanted. Raises OSError."""
    with closing(open_sifted(path)) as connection:
        state = state_of(connection)
        if state.is_done:
            return
        refused = [Counter(one) for one in state.refused] or [Counter[str]() for _ in wanted.portals]
        selection = Selection(wanted.portals, wanted.since, wanted.until, refused, ForeignHosts(state.hosts))
        committed, left = time.monotonic(), 0

        def commit() -> None:
            nonlocal committed, left
            state.refused = [dict(one) for one in refused]
            state.hosts = selection.foreign.most_frequent()
            connection.execute("INSERT OR REPLACE INTO state VALUES (1, ?)", (state.text(),))
            connection.commit()
            committed, left = time.monotonic(), 0

        def read(offset: int) -> None:
            state.records += 1
            state.offset = offset
            on_read(offset)
            if left >= COMMIT_RECORDS or time.monotonic() - committed > COMMIT_SECONDS:
                commit()

        try:
            with _stream(source, path.parent) as stream:
                if source.root is not None:
                    state.records += 1
                    found_ones: Iterator[SourceRecord | Fault] = _saved_page(source, wanted, selection, state)
                else:
                    found_ones = iter(WarcRecords(stream, selection, start=state.offset, on_read=read))
                for found in readable(found_ones, source):
                    _put(connection, found, selection.owners)
                    left += 1
        except SourceError as error:
            state.unread = str(error)
        state.is_done = True
        commit()


def open_sifted(path: Path) -> sqlite3.Connection:
    """Open a sifted file; one that cannot be used, since the machine stopped, is made anew."""
    try:
        return _connected(path)
    except sqlite3.DatabaseError:
        remove(path)
        return _connected(path)


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    for statement in _TABLES:
        connection.execute(statement)
    return connection


def remove(path: Path) -> None:
    """Remove a sifted file."""
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)


def state_of(connection: sqlite3.Connection) -> SiftState:
    """Return how far the source of a sifted file is."""
    row = connection.execute("SELECT value FROM state").fetchone()
    return SiftState(**json.loads(row[0])) if row else SiftState()


def _put(connection: sqlite3.Connection, found: SourceRecord | Fault, owners: Sequence[int]) -> None:
    if isinstance(found, Fault):
        connection.execute("INSERT INTO found (offset, fault) VALUES (?, ?)", (found.offset, found.reason))
        return
    fields = json.dumps(dict(found.fields), ensure_ascii=False)
    cursor = connection.execute(
        "INSERT INTO found (offset, fields, member) VALUES (?, ?, ?)", (found.offset, fields, found.member)
    )
    connection.executemany("INSERT INTO owners VALUES (?, ?)", [(number, cursor.lastrowid) for number in owners])


@contextmanager
def _stream(source: Source, folder: Path) -> Iterator[BinaryIO]:
    try:
        with opened(source, folder) as stream:
            yield stream
    except OSError as error:
        raise unreadable(source, error) from None


def _saved_page(source: Source, wanted: Wanted, selection: Selection, state: SiftState) -> Iterator[SourceRecord]:
    page = record_of_page(source, selection.owns, wanted.captured)
    if isinstance(page, SourceRecord):
        if selection.by_fields(page.fields):
            yield page
    elif page:
        state.nobodys[page] = state.nobodys.get(page, 0) + 1


def file_of(folder: Path, number: int) -> Path:
    """Return the path of the sifted file of a source."""
    return folder / f"{number:06d}.sifted"
