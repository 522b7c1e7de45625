"""Reading records of WARC files. Every record is checked: type, length, digests, size when inflated.

A record is read as a stream: memory holds its headers, whose size is bounded, one part of its block, and the payload
only for a caller who wants it.
"""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from isal import isal_zlib
from isal.igzip_lib import IsalError
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser

from newscrawler.archive.captures.chunks import Dechunker, is_chunked
from newscrawler.archive.captures.warc_record import (
    KIND_FIELD,
    RUN_FIELD,
    Original,
    hex_digest,
    mime_of,
    unbracketed,
    uri,
)

MAX_RECORD_BYTES = 96 * 2**20
"""A record that inflates to more is refused as a decompression bomb: a fetch ends at 16 MiB."""
MAX_FIELDS_BYTES = 64 * 2**10
"""The longest header of a record (WARC fields). Ours have less than 10 KiB."""
MAX_HTTP_HEADER_BYTES = 512 * 2**10
"""The longest header of a response or request: a fetch ends at 256 KiB."""
MAX_HEADER_LINES = 10_000
_PART = 64 * 2**10
_END = b"\r\n\r\n"
_HTTP_TYPES = ("response", "request", "revisit")
_DIGESTS = ("md5", "sha1", "sha256", "sha512")
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
    """0 where the record is no HTTP response; 200 for a saved page (`resource`), as replay tools count it."""
    headers: list[tuple[str, str]] = field(repr=False)
    payload_digest: str
    """SHA-256 of the payload that is in the record, hexadecimal."""
    payload: bytes = field(repr=False)
    """Empty when it was not asked for."""
    original: Original | None = None
    profile: str = ""
    described_file: str = ""
    """Of a `warcinfo`: the name of the file that it was written to. The records behind it come from there."""
    described_run: str = ""
    """Of a `warcinfo`: the key of the run that wrote the records behind it; empty where it does not say."""

    @property
    def is_capture(self) -> bool:
        """Whether the record is a response of a portal, or a saved page, not a request or a description."""
        return self.type in ("response", "revisit", "resource")

    @property
    def mime(self) -> str:
        """The media type that the response declares, without parameters."""
        if self.type == "revisit":
            return "warc/revisit"
        return mime_of(self.headers)


def read_record(stream: BinaryIO, offset: int, *, with_payload: bool = True) -> Record:
    """Read and check the record that begins at an offset; raises DamagedRecordError."""
    member = _Member(stream, offset)
    fields = _parsed(member.header(MAX_FIELDS_BYTES))
    if fields.protocol not in ("WARC/1.0", "WARC/1.1"):
        raise DamagedRecordError("is not a WARC record")
    kind, size = fields.get_header("WARC-Type") or "", fields.get_header("Content-Length") or ""
    if not re.fullmatch("[0-9]{1,12}", size) or int(size) > MAX_RECORD_BYTES:
        raise DamagedRecordError("its length does not agree")
    block = _Digest(fields.get_header("WARC-Block-Digest"), "block")
    # The payload digest of a revisit is that of the record to which it refers.
    payload = _Digest(None if kind == "revisit" else fields.get_header("WARC-Payload-Digest"), "payload")
    rest = int(size)
    http: StatusAndHeaders | None = None
    if kind in _HTTP_TYPES and rest:
        header = member.header(min(MAX_HTTP_HEADER_BYTES, rest))
        http = _parsed(header)
        block.update(header)
        rest -= len(header)
    sha256, parts = hashlib.sha256(), []
    # The standard means the payload without its transfer coding; many crawlers write the digest of what they received.
    dechunker = Dechunker() if http is not None and is_chunked(http.headers) else None
    content = _Digest(payload.declared if dechunker is not None else None, "payload")
    # Each part is hashed once for the payload where its digest is a SHA-256, as ours are.
    updates = [block.update, sha256.update, *([] if payload.shares(sha256) else [payload.update])]
    while rest:
        part = member.read(min(_PART, rest))
        if not part:
            raise DamagedRecordError("its length does not agree")
        for update in updates:
            update(part)
        if dechunker is not None:
            content.update(dechunker.take(part))
        if with_payload:
            parts.append(part)
        rest -= len(part)
    while part := member.read(_PART):
        if part.strip(b"\r\n"):
            raise DamagedRecordError("its length does not agree")
    block.check()
    if dechunker is None or not content.agrees():
        payload.check()
    record = _record(fields, http, offset, member.length, sha256.hexdigest(), b"".join(parts))
    if record.is_capture and not record.url:
        raise DamagedRecordError("it has no address")
    if record.type not in _TYPES or (record.is_capture and not 100 <= record.status <= 999):
        raise DamagedRecordError(f"it is not a record of an exchange (type {record.type}, status {record.status})")
    return record


def whole_records(path: Path, start: int = 0) -> Iterator[Record]:
    """Yield the records of a file from an offset on, up to the first that cannot be read, at the latest its end.

    They have no payload.
    """
    with path.open("rb") as stream:
        while True:
            try:
                record = read_record(stream, start, with_payload=False)
            except DamagedRecordError:
                return
            yield record
            start += record.length


class _Member:
    """The gzip member at an offset, inflated part by part. Raises DamagedRecordError."""

    def __init__(self, stream: BinaryIO, offset: int) -> None:
        stream.seek(offset)
        self._stream = stream
        self._inflater = isal_zlib.decompressobj(zlib.MAX_WBITS + 16)
        self._buffer = b""
        self._size = self._taken = 0

    @property
    def length(self) -> int:
        """The length of the member in the file, when it was read to its end."""
        return self._taken - len(self._inflater.unused_data)

    def read(self, size: int) -> bytes:
        """Return at most this many bytes; none at the end."""
        if not self._buffer:
            self._buffer = self._next_part()
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return data

    def header(self, limit: int) -> bytes:
        """Return everything up to the first empty line, which must come within this many bytes."""
        data = bytearray()
        while (end := data.find(_END, max(0, len(data) - _PART - len(_END)))) < 0:
            part = self.read(_PART)
            data += part
            if not part:
                raise DamagedRecordError("is not a WARC record")
            if len(data) > limit + _PART:
                break
        end += len(_END)
        if not len(_END) <= end <= limit:
            raise DamagedRecordError(f"its header is longer than {limit:,} bytes")
        self._buffer = bytes(data[end:]) + self._buffer
        return bytes(data[:end])

    def _next_part(self) -> bytes:
        part = b""
        try:
            while not part and not self._inflater.eof:
                data = self._inflater.unconsumed_tail
                if not data:
                    data = self._stream.read(_PART)
                    self._taken += len(data)
                    if not data:
                        raise DamagedRecordError("it is cut off")
                part = self._inflater.decompress(data, _PART)
        except IsalError as error:  # type: ignore[misc]  # isal's stub declares an instance
            raise DamagedRecordError(f"it cannot be inflated ({error})") from None
        self._size += len(part)
        if self._size > MAX_RECORD_BYTES:
            raise DamagedRecordError(f"it inflates to more than {MAX_RECORD_BYTES:,} bytes")
        return part


class _Digest:
    """A digest that a record declares; without one nothing is computed. Raises DamagedRecordError."""

    def __init__(self, declared: str | None, what: str) -> None:
        self._what = what
        self.declared = declared
        algorithm, _, self._expected = (declared or "").partition(":")
        algorithm = algorithm.lower().replace("-", "")
        if declared and algorithm not in _DIGESTS:
            raise DamagedRecordError(f"its {what} digest is of an unknown kind")
        self._hash = hashlib.new(algorithm, usedforsecurity=False) if declared else None
        self.update: Callable[[bytes], object] = self._hash.update if self._hash is not None else len

    def shares(self, other: hashlib._Hash) -> bool:
        """Take over another hash, if it is of the kind that is declared; return whether it is."""
        if self._hash is None or self._hash.name != other.name:
            return False
        self._hash = other
        return True

    def agrees(self) -> bool:
        """Whether what was computed is what is declared, in hexadecimal or base 32."""
        if self._hash is None:
            return True
        actual = self._hash.digest()
        expected = self._expected.lower().rstrip("=")
        return expected in (actual.hex(), base64.b32encode(actual).decode().lower().rstrip("="))

    def check(self) -> None:
        """Compare what was computed with what is declared."""
        if not self.agrees():
            raise DamagedRecordError(f"its digest does not agree ({self._what} digest {self._expected[:100]})")


def _parsed(header: bytes) -> StatusAndHeaders:
    if header.count(b"\n") > MAX_HEADER_LINES:
        raise DamagedRecordError(f"its header has more than {MAX_HEADER_LINES:,} lines")
    try:
        return StatusAndHeadersParser([], verify=False).parse(BytesIO(header))
    except (EOFError, ValueError):
        raise DamagedRecordError("is not a WARC record") from None


def _record(
    fields: StatusAndHeaders, http: StatusAndHeaders | None, offset: int, length: int, digest: str, payload: bytes
) -> Record:
    kind = str(fields.get_header("WARC-Type"))
    target, date = fields.get_header("WARC-Refers-To-Target-URI"), fields.get_header("WARC-Refers-To-Date")
    status = http.get_statuscode() if http is not None and kind != "request" else "0"
    headers = http.headers if http is not None else []
    if kind == "resource":
        status, headers = "200", [("Content-Type", fields.get_header("Content-Type") or "")]
    try:
        declared = hex_digest(fields.get_header("WARC-Payload-Digest") or "")
    except ValueError as error:
        raise DamagedRecordError(f"is not a WARC record: {error}") from None
    return Record(
        offset=offset,
        length=length,
        type=kind,
        url=_address(fields.get_header("WARC-Target-URI") or ""),
        fetched=fields.get_header("WARC-Date") or "",
        kind=fields.get_header(KIND_FIELD) or "",
        digest=declared,
        status=int(status) if status.isascii() and status.isdecimal() else 0,
        headers=[(str(name), str(value)) for name, value in headers],
        payload_digest=digest,
        payload=payload,
        original=Original(_address(target), date) if target and date else None,
        profile=fields.get_header("WARC-Profile") or "",
        described_file=(fields.get_header("WARC-Filename") or "") if kind == "warcinfo" else "",
        described_run=(fields.get_header(RUN_FIELD) or "") if kind == "warcinfo" else "",
    )


def _address(field: str) -> str:
    """Return the address in a field. Some crawlers write it as it stood on the page."""
    return uri(unbracketed(field))
