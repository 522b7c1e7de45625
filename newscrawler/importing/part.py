"""A part: a small archive of its own, with its WARC files, which an import builds and a merge takes in.

So an import that is stopped changes nothing, and an import is joined with what the archive has by the rules of a merge.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from newscrawler import __version__
from newscrawler.archive import runs
from newscrawler.archive.captures import cdxj
from newscrawler.archive.captures.rows import NewCapture, add_capture, find_origin
from newscrawler.archive.captures.warc_files import captures_folder
from newscrawler.archive.captures.warc_reader import DamagedRecordError, Record, read_record
from newscrawler.archive.captures.warc_record import IDENTICAL, RecordLocation
from newscrawler.archive.captures.warc_writer import WarcWriter
from newscrawler.archive.database.connection import open_archive
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.undo import UNDONE
from newscrawler.crawling.recording.run_record import portal_values
from newscrawler.importing.warc_records import SourceRecord
from newscrawler.portals import Portal

COMMAND = "import"
MAX_FILE_BYTES = 2**30
MAX_REVISITS = 100_000
"""Revisits that wait until the record to which they refer was read; memory holds them."""
BATCH = 500
"""Captures whose rows are added in one transaction."""
WITHOUT_ORIGINAL = "the record to which it refers is missing"


class Part:
    """The archive of one import while it is built."""

    def __init__(
        self, folder: Path, portal: Portal, arguments: Mapping[str, Any], target: sqlite3.Connection | None
    ) -> None:
        """Make an empty part in a folder. `target` is the archive for which it is; None: there is none yet."""
        self.path = folder / "part.db"
        self.portal = portal
        self.target = target
        self.connection = open_archive(self.path)
        with writing(self.connection):
            self.run = runs.start_run(self.connection, portal_values(portal), command=COMMAND, arguments=arguments)
        self.key = str(self.connection.execute("SELECT key FROM runs").fetchone()[0])
        self._folder = captures_folder(self.path) / portal.id
        info = {
            "software": f"newscrawler/{__version__}",
            "format": "WARC File Format 1.1",
            "description": "records of other files, as they are; the metadata record behind each one says whence",
            "isPartOf": self.key,
        }
        self._writer = WarcWriter(self._folder, self.key, info, MAX_FILE_BYTES)
        self._rows: list[tuple[NewCapture, RecordLocation, str]] = []
        self._uncommitted: set[tuple[str, str, str]] = set()
        self._waiting: list[tuple[SourceRecord, str]] = []
        self.captures = 0
        """Records that were copied."""

    def add(self, source: SourceRecord, name: str) -> str:
        """Copy a record of the source with this name. Returns why it is not copied, or an empty string.

        "known" stands for a record that the archive, or the part, has.
        """
        try:
            record = read_record(BytesIO(source.member), 0, with_payload=False)
        except DamagedRecordError as error:
            return f"damaged: {error}"
        if record.type == "revisit":
            if len(self._waiting) == MAX_REVISITS:
                return WITHOUT_ORIGINAL
            self._waiting.append((source, name))
            return ""
        return self._copy(source, name, record, NewCapture(*_values(record), record.payload_digest))

    def add_revisits(self) -> list[str]:
        """Copy the revisits whose original the part has; return for each what `add` returns."""
        self.commit()
        waiting, self._waiting = self._waiting, []
        return [self._add_revisit(source, name) for source, name in waiting]

    def _add_revisit(self, source: SourceRecord, name: str) -> str:
        record = read_record(BytesIO(source.member), 0, with_payload=False)
        origin = find_origin(self.connection, record.original, record.digest) if record.original else None
        if origin is None or record.profile.rpartition("/")[2] != IDENTICAL.rpartition("/")[2]:
            return WITHOUT_ORIGINAL
        return self._copy(source, name, record, NewCapture(*_values(record), origin["digest"], origin["id"]))

    def _copy(self, source: SourceRecord, name: str, record: Record, capture: NewCapture) -> str:
        if self._is_known(capture):
            return "known"
        origin = {
            "importedFrom": name,
            "importedOffset": str(source.offset),
            "importedDigest": f"sha256:{hashlib.sha256(source.member).hexdigest()}",
        }
        location = self._writer.copy(source.member, record.url, origin)
        self._rows.append((capture, location, record.mime))
        self._uncommitted.add((capture.url, capture.fetched, capture.digest))
        self.captures += 1
        if len(self._rows) == BATCH:
            self.commit()
        return ""

    def _is_known(self, capture: NewCapture) -> bool:
        values = (capture.url, capture.fetched, capture.digest)
        if values in self._uncommitted:
            return True
        # What an import brought that was undone is imported again.
        query = f"""SELECT 1 FROM captures c WHERE url = ? AND fetched = ? AND digest = ?
          AND NOT EXISTS (SELECT 1 FROM run_events e WHERE e.run = c.run AND e.reason LIKE '{UNDONE}%') LIMIT 1"""
        archives = [self.connection] if self.target is None else [self.connection, self.target]
        return any(archive.execute(query, values).fetchone() for archive in archives)

    def commit(self) -> None:
        """Add the rows of the captures that were copied."""
        if not self._rows:
            return
        with writing(self.connection):
            for capture, location, _ in self._rows:
                add_capture(self.connection, self.portal.id, self.run, capture, location)
        lines = [
            cdxj.line(
                capture.url,
                capture.fetched,
                mime=mime,
                status=capture.status,
                digest=capture.digest,
                offset=location.offset,
                length=location.length,
                file=location.file,
            )
            for capture, location, mime in self._rows
        ]
        cdxj.append(self._folder, lines)
        self._rows = []
        self._uncommitted = set()

    def finish_captures(self) -> None:
        """Finish the WARC file and the index; no record can be added any more. Raises OSError."""
        self.commit()
        self._writer.close()
        if self._folder.is_dir():
            cdxj.sort(self._folder)

    def finish(self, *, counts: Mapping[str, Any], outcome: str, reason: str) -> None:
        """Finish the run, and close the part so that it can be merged."""
        with writing(self.connection):
            runs.finish_run(self.connection, self.run, outcome=outcome, reason=reason, counts=counts)
        self.connection.close()


def _values(record: Record) -> tuple[str, str, str, int]:
    return "unknown", record.url, record.fetched, record.status
