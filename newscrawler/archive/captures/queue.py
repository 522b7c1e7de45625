"""From response to row: the captures of a crawl that wait for the next batch.

The order is: `add` takes over a response, `write` puts its record on the disk before a transaction begins, and
`add_row`, within the transaction, adds its row. A `CaptureKey` names the capture all the way.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from newscrawler.archive.captures import cdxj
from newscrawler.archive.captures.rows import NewCapture, add_capture, find_newest_page, find_same
from newscrawler.archive.captures.warc_building import Exchange
from newscrawler.archive.captures.warc_files import folder_of, opened_file
from newscrawler.archive.captures.warc_reader import DamagedRecordError, read_record
from newscrawler.archive.captures.warc_record import (
    IDENTICAL,
    NOT_MODIFIED,
    Original,
    RecordLocation,
    mime_of,
)
from newscrawler.archive.captures.warc_writer import WarcWriter


@dataclass(frozen=True, slots=True, weakref_slot=True)
class CaptureKey:
    """Names a capture of this crawl, from its response on. Its row id is known once its batch is written."""

    number: int
    """Counts the captures of this queue, from 1."""
    is_revisit: bool = False


class CaptureQueue:
    """The captures of one crawl of one portal between response and row.

    Records are written batch by batch: many in a row cost half of what single ones do. Not for several threads.
    """

    def __init__(self, connection: sqlite3.Connection, portal: str, run: int, writer: WarcWriter) -> None:
        """Make an empty queue. `writer` writes into the folder of the portal."""
        self._connection = connection
        self._portal = portal
        self._run = run
        self._writer = writer
        self._root = folder_of(connection)
        self._folder = self._root / portal
        self._count = 0
        self._waiting: deque[tuple[CaptureKey, Exchange, NewCapture]] = deque()
        self._written: dict[CaptureKey, tuple[NewCapture, RecordLocation]] = {}
        self._lines: list[str] = []
        self._row_ids: WeakKeyDictionary[CaptureKey, int] = WeakKeyDictionary()
        self.waiting_bytes = 0
        """Bytes of the payloads that are not written yet."""

    def add(self, exchange: Exchange) -> CaptureKey:
        """Take over an exchange; it becomes a revisit where the archive holds its payload already."""
        exchange, capture = self._with_reference(exchange)
        self._count += 1
        key = CaptureKey(self._count, is_revisit=capture.refers_to is not None)
        self._waiting.append((key, exchange, capture))
        self.waiting_bytes += len(exchange.payload)
        return key

    def write(self) -> None:
        """Write the records that wait, and return when they are on the disk.

        Raises OSError. What could not be written still waits, and nothing that depends on it may be committed.
        """
        while self._waiting:
            key, exchange, capture = self._waiting[0]
            location = self._writer.write(exchange)
            self._written[key] = capture, location
            self._lines.append(_index_line(exchange, capture, location))
            self.waiting_bytes -= len(exchange.payload)
            self._waiting.popleft()
        if self._lines:
            self._writer.sync()
            lines, self._lines = self._lines, []
            cdxj.append(self._folder, lines)

    def add_row(self, connection: sqlite3.Connection, key: CaptureKey) -> None:
        """Add the row of a capture that was written, in the caller's transaction."""
        capture, location = self._written.pop(key)
        self._row_ids[key] = add_capture(connection, self._portal, self._run, capture, location)

    def row_id(self, key: CaptureKey) -> int | None:
        """Return the row id of a capture; None when it has no row. It is known as long as anybody holds the key."""
        return self._row_ids.get(key)

    def close(self) -> None:
        """Finish the WARC file and sort the index. Raises OSError."""
        self._writer.close()
        cdxj.sort(self._folder)

    def _with_reference(self, exchange: Exchange) -> tuple[Exchange, NewCapture]:
        capture = NewCapture(exchange.kind, exchange.url, exchange.fetched, exchange.status, exchange.digest)
        if exchange.status == 304:
            newest = find_newest_page(self._connection, exchange.url)
            if newest is not None and self._is_validated(exchange, newest):
                original = Original(newest["url"], newest["fetched"])
                return (
                    replace(exchange, original=original, profile=NOT_MODIFIED),
                    replace(capture, refers_to=newest["id"], digest=newest["digest"]),
                )
        elif exchange.payload and (same := find_same(self._connection, exchange.url, exchange.digest)):
            row_id, original = same
            return replace(exchange, original=original, profile=IDENTICAL), replace(capture, refers_to=row_id)
        return exchange, capture

    def _is_validated(self, exchange: Exchange, newest: dict[str, Any]) -> bool:
        """Whether the portal's 304 confirms this very capture: the request sent its validators."""
        if not newest["file"]:
            return False
        stored = _headers_at(self._root, newest["file"], newest["offset"])
        sent = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in exchange.request_headers}
        pairs = [(sent.get("if-none-match"), "etag"), (sent.get("if-modified-since"), "last-modified")]
        validators = [(value, name) for value, name in pairs if value is not None]
        return bool(validators) and all(stored.get(name) == value for value, name in validators)


def _headers_at(root: Path, file: str, offset: int) -> dict[str, str]:
    """Return the headers of a record, names in lower case; none when it cannot be read."""
    try:
        with opened_file(root, file) as stream:
            return {name.lower(): value for name, value in read_record(stream, offset, with_payload=False).headers}
    except (DamagedRecordError, OSError):
        return {}


def _index_line(exchange: Exchange, capture: NewCapture, location: RecordLocation) -> str:
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in exchange.headers]
    return cdxj.line(
        exchange.url,
        exchange.fetched,
        mime="warc/revisit" if exchange.original else mime_of(headers),
        status=exchange.status,
        digest=capture.digest,
        offset=location.offset,
        length=location.length,
        file=location.file,
    )
