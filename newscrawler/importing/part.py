"""A part: a small archive of its own, with its WARC files, which an import builds and the archive takes in.

So an import that is stopped changes nothing, and an import is joined with what the archive has by the rules of a merge,
at the cost of what it brings.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from newscrawler import __version__
from newscrawler.archive import runs
from newscrawler.archive.captures import cdxj
from newscrawler.archive.captures.rows import NewCapture, add_capture, find_origin
from newscrawler.archive.captures.warc_files import OPEN_SUFFIX, SUFFIX, captures_folder
from newscrawler.archive.captures.warc_reader import DamagedRecordError, Record, read_record
from newscrawler.archive.captures.warc_record import IDENTICAL, RecordLocation
from newscrawler.archive.captures.warc_writer import WarcWriter
from newscrawler.archive.database.opening import open_archive
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.errors import ArchiveError
from newscrawler.archive.undo import UNDONE
from newscrawler.crawling.recording.run_record import portal_values
from newscrawler.importing.warc_records import SourceRecord
from newscrawler.portals import Portal

COMMAND = "import"
MAX_FILE_BYTES = 2**30
BATCH = 500
"""Captures whose rows are added in one transaction."""
WITHOUT_ORIGINAL = "the record to which it refers is missing"
# What an import brought that was undone is imported again; what another portal of the same host has, this one lacks.
_COUNTS = f"""AND (SELECT r.portal FROM runs r WHERE r.id = c.run) = ?
  AND NOT EXISTS (SELECT 1 FROM run_events e WHERE e.run = c.run AND e.reason LIKE '{UNDONE}%')"""
_STATE = """
CREATE TABLE IF NOT EXISTS import_notes (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS import_index (line TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS import_waiting (id INTEGER PRIMARY KEY, member BLOB NOT NULL, origin TEXT NOT NULL);
"""
_TABLES = ("import_notes", "import_index", "import_waiting", "import_plan")
"""What an import must know to go on after it was killed. `Part.finish` drops it."""


class DamagedPartError(Exception):
    """What an import that was killed left cannot be used."""


class Part:
    """The archive of one import while it is built."""

    def __init__(
        self, folder: Path, portal: Portal, arguments: Mapping[str, Any], target: sqlite3.Connection | None
    ) -> None:
        """Make an empty part in a folder, or open the one that is there.

        `target` is the archive for which it is; None: there is none yet. Raises DamagedPartError if what is there
        cannot be used.
        """
        self.path = folder / "part.db"
        self.portal = portal
        self.target = target
        self._folder = captures_folder(self.path) / portal.id
        try:
            self.connection = open_archive(self.path)
        except ArchiveError as error:
            raise DamagedPartError(str(error)) from None
        with writing(self.connection):
            for statement in filter(str.strip, _STATE.split(";")):
                self.connection.execute(statement)
            row = self.connection.execute("SELECT id, key, finished FROM runs").fetchone()
            if row is None:
                number = runs.start_run(self.connection, portal_values(portal), command=COMMAND, arguments=arguments)
                row = self.connection.execute("SELECT id, key, finished FROM runs WHERE id = ?", (number,)).fetchone()
        self.run, self.key = int(row[0]), str(row[1])
        self.is_finished = row[2] is not None
        """Whether all was read, and the part only has to be taken in."""
        files = 0 if self.is_finished else self._settle_files()
        info = {
            "software": f"newscrawler/{__version__}",
            "format": "WARC File Format 1.1",
            "description": "records of other files, as they are; the metadata record behind each one says whence",
            "isPartOf": self.key,
        }
        self._writer = WarcWriter(self._folder, self.key, info, MAX_FILE_BYTES, first_serial=files + 1)
        self._rows: list[tuple[NewCapture, RecordLocation, str]] = []
        self._uncommitted: set[tuple[str, str, str]] = set()
        self._waiting: list[tuple[bytes, str]] = []
        """Revisits that are to wait until all records to which they may refer were read."""
        self._events: list[tuple[str | None, str]] = []
        self.captures = int(self.connection.execute("SELECT count(*) FROM captures").fetchone()[0])
        """Records that were copied."""

    def _settle_files(self) -> int:
        """Cut a WARC file that a kill left open where the last row ends; return how many files there are.

        Raises DamagedPartError.
        """
        if not self._folder.is_dir():
            return 0
        last, end = self.noted("warc", ("", 0))
        files = 0
        for path in sorted(self._folder.iterdir()):
            name = path.name.removesuffix(OPEN_SUFFIX)
            if not name.endswith(SUFFIX):
                continue
            if name > last:
                path.unlink()
                continue
            if name == last and path.stat().st_size < end:
                raise DamagedPartError(f"{path}: has {path.stat().st_size:,} bytes of {end:,}")
            if name == last:
                os.truncate(path, end)
            path.rename(path.with_name(name))
            files += 1
        return files

    # What the import must know after a kill

    def add_failure(self, url: str | None, reason: str) -> None:
        """Let the run name something that cannot be read, with the next commit."""
        self._events.append((url, reason))

    def note(self, name: str, value: object) -> None:
        """Note a value that JSON can hold, inside of a transaction of the caller, with which it is committed."""
        text = json.dumps(value, ensure_ascii=False)
        self.connection.execute("INSERT OR REPLACE INTO import_notes VALUES (?, ?)", (name, text))

    def noted(self, name: str, default: Any = None) -> Any:
        """Return what was noted under a name, as JSON gives it back; the default if nothing was."""
        row = self.connection.execute("SELECT value FROM import_notes WHERE name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else default

    # Copying

    @property
    def is_full(self) -> bool:
        """Whether so many captures were copied that a commit is due."""
        return len(self._rows) >= BATCH

    def add(self, source: SourceRecord, origin: Mapping[str, str]) -> str:
        """Copy a record. Returns why it is not copied, or an empty string.

        "known" stands for a record that the archive, or the part, has. `origin` says where the record is from: fields
        of the metadata record behind it. A revisit waits for `add_revisits`.
        """
        try:
            record = read_record(BytesIO(source.member), 0, with_payload=False)
        except DamagedRecordError as error:
            return f"damaged: {error}"
        if record.type == "revisit":
            self._waiting.append((source.member, json.dumps(dict(origin), ensure_ascii=False)))
            return ""
        return self._copy(source.member, origin, record, NewCapture(*_values(record), record.payload_digest))

    def add_revisits(self) -> Iterator[str]:
        """Copy the revisits whose original the part has; yield for each what `add` returns."""
        self.commit()
        query = "SELECT id, member, origin FROM import_waiting ORDER BY id LIMIT ?"
        while rows := self.connection.execute(query, (BATCH,)).fetchall():
            yield from [self._add_revisit(member, json.loads(origin)) for _, member, origin in rows]
            self.commit(f"DELETE FROM import_waiting WHERE id <= {int(rows[-1][0])}")

    def _add_revisit(self, member: bytes, origin: Mapping[str, str]) -> str:
        record = read_record(BytesIO(member), 0, with_payload=False)
        first = find_origin(self.connection, record.original, record.digest) if record.original else None
        if first is None or record.profile.rpartition("/")[2] != IDENTICAL.rpartition("/")[2]:
            return WITHOUT_ORIGINAL
        return self._copy(member, origin, record, NewCapture(*_values(record), first["digest"], first["id"]))

    def has_capture(self, url: str, date: str) -> bool:
        """Whether the archive, or the part, has a capture of this address and second."""
        query = f"SELECT 1 FROM captures c WHERE url = ? AND substr(fetched, 1, 19) = ? {_COUNTS} LIMIT 1"
        return any(archive.execute(query, (url, date[:19], self.portal.id)).fetchone() for archive in self._archives)

    @property
    def _archives(self) -> list[sqlite3.Connection]:
        return [self.connection] if self.target is None else [self.connection, self.target]

    def _copy(self, member: bytes, origin: Mapping[str, str], record: Record, capture: NewCapture) -> str:
        if self._is_known(capture):
            return "known"
        digest = {"importedDigest": f"sha256:{hashlib.sha256(member).hexdigest()}"}
        location = self._writer.copy(member, record.url, {**origin, **digest})
        self._rows.append((capture, location, record.mime))
        self._uncommitted.add((capture.url, capture.fetched, capture.digest))
        self.captures += 1
        return ""

    def _is_known(self, capture: NewCapture) -> bool:
        values = (capture.url, capture.fetched, capture.digest)
        if values in self._uncommitted:
            return True
        query = f"SELECT 1 FROM captures c WHERE url = ? AND fetched = ? AND digest = ? {_COUNTS} LIMIT 1"
        return any(archive.execute(query, (*values, self.portal.id)).fetchone() for archive in self._archives)

    def commit(self, statement: str = "", /, **notes: object) -> None:
        """Add the rows of the captures that were copied; the notes and the statement belong to them."""
        self._writer.sync()
        end = self._writer.end
        with writing(self.connection):
            for capture, location, _ in self._rows:
                add_capture(self.connection, self.portal.id, self.run, capture, location)
            lines = [(_index_line(*row),) for row in self._rows]
            self.connection.executemany("INSERT INTO import_index VALUES (?)", lines)
            self.connection.executemany("INSERT INTO import_waiting (member, origin) VALUES (?, ?)", self._waiting)
            for name, value in notes.items():
                self.note(name, value)
            if end[0]:
                self.note("warc", end)
            for url, reason in self._events:
                runs.add_event(self.connection, self.run, "failed", url=url, section=None, reason=reason)
            if statement:
                self.connection.execute(statement)
        self._rows, self._waiting, self._events = [], [], []
        self._uncommitted = set()

    def finish_captures(self) -> None:
        """Finish the WARC file and the index; no record can be added any more. Raises OSError."""
        self.commit()
        self._writer.close()
        if self._folder.is_dir():
            rows = self.connection.execute("SELECT line FROM import_index")
            cdxj.rebuild(self._folder, (line for (line,) in rows))

    def finish(self, *, counts: Mapping[str, Any], outcome: str, reason: str) -> None:
        """Finish the run, and close the part so that it can be taken in."""
        with writing(self.connection):
            for table in _TABLES:
                self.connection.execute(f"DROP TABLE IF EXISTS {table}")
            runs.finish_run(self.connection, self.run, outcome=outcome, reason=reason, counts=counts)
        self.connection.close()


def _values(record: Record) -> tuple[str, str, str, int]:
    return "unknown", record.url, record.fetched, record.status


def _index_line(capture: NewCapture, location: RecordLocation, mime: str) -> str:
    return cdxj.line(
        capture.url,
        capture.fetched,
        mime=mime,
        status=capture.status,
        digest=capture.digest,
        offset=location.offset,
        length=location.length,
        file=location.file,
    )
