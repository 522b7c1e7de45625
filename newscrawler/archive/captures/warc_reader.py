"""Reading records of WARC files. Every record is checked: type, length, digests, size when inflated."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from newscrawler.archive.captures.warc_record import KIND_FIELD, Original, hex_digest, mime_of

MAX_RECORD_BYTES = 96 * 2**20
"""A record that inflates to more is refused as a decompression bomb: a fetch ends at 16 MiB."""
_TYPES = ("warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion", "continuation")


class DamagedRecordError(Exception):
    """A record that cannot be read, or whose digest does not agree."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record that was read. Its digests agree."""

    offset: int
    length: int
    """Of the gzip member."""
    type: str
    url: str
    fetched: str
    kind: str
    digest: str
    """SHA-256 of the payload in hexadecimal; empty where the record has none."""
    status: int
    """0 where the record is no HTTP response."""
    headers: list[tuple[str, str]] = field(repr=False)
    payload: bytes = field(repr=False)
    original: Original | None = None
    profile: str = ""

    @property
    def is_capture(self) -> bool:
        """Whether the record is a response of a portal, not a request or a description."""
        return self.type in ("response", "revisit")

    @property
    def mime(self) -> str:
        """The media type that the response declares, without parameters."""
        if self.type == "revisit":
            return "warc/revisit"
        return mime_of(self.headers)


def read_record(stream: BinaryIO, offset: int) -> Record:
    """Read the record that begins at an offset; raises DamagedRecordError."""
    data, length = _inflate(stream, offset)
    try:
        raw = next(iter(ArchiveIterator(BytesIO(data), check_digests=True)))
        payload = raw.raw_stream.read()
        record = _record(raw, payload, offset, length)
    except (ArchiveLoadFailed, EOFError, StopIteration, ValueError, TypeError, AttributeError, KeyError) as error:
        raise DamagedRecordError(f"is not a WARC record: {error}".rstrip(": ")) from None
    if not (raw.rec_headers.get_header("Content-Length") or "").isdecimal() or raw.raw_stream.limit:
        raise DamagedRecordError("its length does not agree")
    if record.type not in _TYPES or (record.is_capture and not 100 <= record.status <= 999):
        raise DamagedRecordError(f"it is not a record of an exchange (type {record.type}, status {record.status})")
    if raw.digest_checker.passed is False:
        raise DamagedRecordError(f"its digest does not agree ({'; '.join(raw.digest_checker.problems)})")
    return record


def whole_records(path: Path, start: int = 0) -> Iterator[Record]:
    """Yield the records of a file from an offset on, up to the first that cannot be read, at the latest its end."""
    with path.open("rb") as stream:
        while True:
            try:
                record = read_record(stream, start)
            except DamagedRecordError:
                return
            yield record
            start += record.length


def _inflate(stream: BinaryIO, offset: int) -> tuple[bytes, int]:
    """Return the content of the gzip member at an offset, and the member's length."""
    stream.seek(offset)
    inflater = zlib.decompressobj(zlib.MAX_WBITS + 16)
    parts: list[bytes] = []
    size = taken = 0
    try:
        while not inflater.eof:
            data = inflater.unconsumed_tail
            if not data:
                data = stream.read(65_536)
                taken += len(data)
                if not data:
                    raise DamagedRecordError("it is cut off")
            part = inflater.decompress(data, MAX_RECORD_BYTES - size + 1)
            parts.append(part)
            size += len(part)
            if size > MAX_RECORD_BYTES:
                raise DamagedRecordError(f"it inflates to more than {MAX_RECORD_BYTES:,} bytes")
    except zlib.error as error:
        raise DamagedRecordError(f"it cannot be inflated ({error})") from None
    return b"".join(parts), taken - len(inflater.unused_data)


def _record(raw: ArcWarcRecord, payload: bytes, offset: int, length: int) -> Record:
    fields = raw.rec_headers
    http = raw.http_headers
    target, date = fields.get_header("WARC-Refers-To-Target-URI"), fields.get_header("WARC-Refers-To-Date")
    status = http.get_statuscode() if http is not None and raw.rec_type != "request" else "0"
    return Record(
        offset=offset,
        length=length,
        type=str(raw.rec_type),
        url=fields.get_header("WARC-Target-URI") or "",
        fetched=fields.get_header("WARC-Date") or "",
        kind=fields.get_header(KIND_FIELD) or "",
        digest=hex_digest(fields.get_header("WARC-Payload-Digest") or ""),
        status=int(status) if status.isdecimal() else 0,
        headers=[(str(name), str(value)) for name, value in http.headers] if http is not None else [],
        payload=payload,
        original=Original(target, date) if target and date else None,
        profile=fields.get_header("WARC-Profile") or "",
    )
