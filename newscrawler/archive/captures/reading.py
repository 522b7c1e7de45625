"""Reading captured pages from their WARC files."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from newscrawler.archive.captures.decoding import DecodingError
from newscrawler.archive.captures.payloads import body_of
from newscrawler.archive.captures.rows import CaptureError, get_capture
from newscrawler.archive.captures.warc_files import folder_of, opened_file
from newscrawler.archive.captures.warc_reader import DamagedRecordError, Record, read_record
from newscrawler.archive.captures.warc_record import NOT_MODIFIED, uri


@dataclass(frozen=True, slots=True)
class CapturedPage:
    """A page as it was received."""

    url: str
    status: int
    headers: list[tuple[str, str]]
    body: bytes
    """Decompressed, as extraction reads it."""
    raw: bytes
    """As received."""
    fetched: str

    def header(self, name: str) -> str | None:
        """Return the first value of a header, None when there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def read_capture(connection: sqlite3.Connection, row: Mapping[str, Any]) -> CapturedPage:
    """Return the page of a capture, by its row. For a revisit, the payload is that of the capture it refers to.

    Headers and status are those of the capture itself, but for a 304: then the whole page that it confirmed is
    returned. Raises CaptureError.
    """
    root = folder_of(connection)
    record = checked_record(root, row)
    payload = record.payload
    if row["refers_to"] is not None:
        origin = get_capture(connection, row["refers_to"])
        if origin["refers_to"] is not None or origin["digest"] != row["digest"]:
            raise CaptureError(f"{_where(row)}: refers to capture {row['refers_to']}, which has another payload")
        original = checked_record(root, origin)
        payload = original.payload
        if record.profile == NOT_MODIFIED:
            record = original
    try:
        body = body_of(payload, record.headers)
    except DecodingError as error:
        raise CaptureError(f"{_where(row)}: {error}") from None
    return CapturedPage(
        url=str(row["url"]),
        status=record.status,
        headers=record.headers,
        body=body,
        raw=payload,
        fetched=str(row["fetched"]),
    )


def checked_record(root: Path, row: Mapping[str, Any]) -> Record:
    """Read the record that a row points to. Raises CaptureError when it does not agree with the row."""
    if not row["file"] or ".." in Path(row["file"]).parts or Path(row["file"]).is_absolute():
        raise CaptureError(f"capture {row['id']} names no WARC file")
    try:
        opening = _elsewhere[root][-1] if root in _elsewhere else partial(opened_file, root)
        with opening(row["file"]) as stream:
            record = read_record(stream, row["offset"])
    except FileNotFoundError as error:
        raise CaptureError(str(error)) from None
    except (DamagedRecordError, OSError) as error:
        raise CaptureError(f"{_where(row)}: {error}") from None
    if problem := disagreement(row, record):
        raise CaptureError(f"{_where(row)}: {problem}")
    return record


Opening = Callable[[str], AbstractContextManager[BinaryIO]]
_elsewhere: dict[Path, list[Opening]] = {}
"""Folders of WARC files that lie elsewhere: what opens a file of them, several times where several tasks read."""


@contextmanager
def captures_elsewhere(root: Path, opening: Opening) -> Iterator[None]:
    """Let captures of an archive whose folder is `root` be read from where `opening` opens their files by name."""
    _elsewhere.setdefault(root, []).append(opening)
    try:
        yield
    finally:
        _elsewhere[root].remove(opening)
        if not _elsewhere[root]:
            del _elsewhere[root]


def record_bytes(root: Path, row: Mapping[str, Any]) -> bytes:
    """Return a record as it is in its file: a whole gzip member, so also a WARC file. Raises CaptureError.

    `checked_record` or `read_capture` has checked what the row points to.
    """
    try:
        with opened_file(root, row["file"]) as stream:
            stream.seek(row["offset"])
            return stream.read(int(row["length"]))
    except FileNotFoundError as error:
        raise CaptureError(str(error)) from None


def disagreement(row: Mapping[str, Any], record: Record) -> str:
    """Return in what a record differs from its row; empty when it does not."""
    if not record.is_capture:
        return f"the record is a {record.type}"
    if record.url != uri(row["url"]):
        return f"the record is of {record.url}, not of {row['url']}"
    if (record.status, record.length) != (row["status"], row["length"]):
        return f"status and length are {record.status}, {record.length}, not {row['status']}, {row['length']}"
    if (record.type == "revisit") != (row["refers_to"] is not None):
        return f"the record is a {record.type}"
    if record.fetched != row["fetched"]:
        return f"it was fetched at {record.fetched}, not at {row['fetched']}"
    actual = record.digest if record.type == "revisit" else record.payload_digest
    if actual and actual != row["digest"]:
        return f"the digest is {actual}, not {row['digest']}"
    return ""


def _where(row: Mapping[str, Any]) -> str:
    return f"{row['file']} at {row['offset']:,}"
