"""Writing HTTP exchanges as WARC records (WARC 1.1, ISO 28500:2017).

Each record is a gzip member of its own. It holds what the program received: the payload byte for byte, before
decompression. The HTTP client below takes three things away: the case of header names (they are written in
`Title-Case`), the transfer coding, and the reason phrase.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from isal import isal_zlib
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from newscrawler.archive.atomic import sync
from newscrawler.archive.captures.warc_files import OPEN_SUFFIX, SUFFIX, lock_path
from newscrawler.archive.captures.warc_record import (
    EMPTY_DIGEST,
    IDENTICAL,
    KIND_FIELD,
    NOT_MODIFIED,
    Headers,
    Original,
    RecordLocation,
    uri,
    warc_digest,
)
from newscrawler.archive.lock_files import release, try_lock
from newscrawler.text.clock import stamp

if TYPE_CHECKING:
    from filelock import FileLock

COMPRESSION = 1
"""Level of ISA-L: a quarter of zlib's time at level 5, for files that are a tenth larger
(`docs/explanation/performance.md`)."""
_EMPTY_DIGEST = warc_digest(EMPTY_DIGEST)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its response."""

    kind: str
    url: str
    fetched: str
    """When the request was made, as `clock.stamp` writes it."""
    method: str
    request_headers: Headers
    status: int
    protocol: str
    headers: Headers
    payload: bytes
    """As received, before decompression."""
    digest: str
    """SHA-256 of the payload, hexadecimal."""
    address: str = ""
    """IP address of the server, or empty."""
    original: Original | None = None
    """Set: a revisit record is written, without the payload."""
    profile: str = IDENTICAL
    request_body: bytes = b""
    """The body of a POST."""
    is_document: bool = False
    """Whether the payload is the document that a browser made of a response, and no response itself."""


class WarcWriter:
    """Writes the WARC files of one run into one folder. Not for several threads at once."""

    def __init__(
        self, folder: Path, key: str, info: Mapping[str, str], max_bytes: int, *, first_serial: int = 1
    ) -> None:
        """Make a writer. Processes that write for one run need a `first_serial` each, far apart."""
        self._folder = folder
        self._key = key
        self._info = info
        self._max_bytes = max_bytes
        self._serial = first_serial - 1
        self._fd: int | None = None
        self._lock: FileLock | None = None
        self._name = ""
        self._size = 0
        self._info_id = ""
        self._builder = _builder()

    def write(self, exchange: Exchange) -> RecordLocation:
        """Append the response and its request; return the location of the response.

        Raises OSError; the file is then unchanged.
        """
        self._begin()
        if exchange.is_document:
            is_new = exchange.original is None
            return self._place(_member(self._document(exchange) if is_new else self._response(exchange)), b"")
        response = self._response(exchange)
        return self._place(_member(response), _member(self._request(exchange, response)))

    def copy(self, member: bytes, url: str, origin: Mapping[str, str]) -> RecordLocation:
        """Append a record of another file as it is, a gzip member of its own, and one that says where it comes from.

        `url` is the address of the record, `origin` the fields of the `metadata` record. Raises OSError; the file is
        then unchanged.
        """
        self._begin()
        lines = "".join(f"{name}: {value}\r\n" for name, value in origin.items()).encode()
        fields = {"WARC-Date": stamp(), "WARC-Warcinfo-ID": self._info_id}
        record = self._builder.create_warc_record(
            url,
            "metadata",
            BytesIO(lines),
            len(lines),
            warc_content_type="application/warc-fields",
            warc_headers_dict=fields,
        )
        return self._place(member, _member(record))

    @property
    def end(self) -> tuple[str, int]:
        """The name of the present file, and how many bytes it has; an empty name: none is open."""
        return (self._name, self._size) if self._fd is not None else ("", 0)

    def _begin(self) -> None:
        """Open a file, if none is open or the present one is full."""
        if self._fd is not None and self._size >= self._max_bytes:
            self.close()
        if self._fd is None:
            self._open()

    def _place(self, member: bytes, following: bytes) -> RecordLocation:
        """Append a member and the one that belongs to it; return the location of the first."""
        location = RecordLocation(self._name, self._size, len(member))
        self._append(member + following)
        return location

    def sync(self) -> None:
        """Wait until all that was written is on the disk."""
        if self._fd is not None:
            os.fsync(self._fd)

    def close(self) -> None:
        """Finish the file and give it its final name."""
        if self._fd is None:
            return
        os.fsync(self._fd)
        final = self._folder / self._name
        final.with_name(self._name + OPEN_SUFFIX).rename(final)
        os.close(self._fd)
        self._fd = None
        if self._lock is not None:
            release(self._lock)
            self._lock = None
        sync(self._folder)

    def _open(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        while True:
            self._serial += 1
            self._name = f"{self._key}-{self._serial:05d}{SUFFIX}"
            path = self._folder / (self._name + OPEN_SUFFIX)
            # The lock comes first: a file without it counts as left by a crash.
            lock = try_lock(lock_path(path))
            if lock is None:
                continue
            try:
                fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o644)
            except OSError as error:
                release(lock)
                if isinstance(error, FileExistsError):
                    continue
                raise
            break
        self._lock = lock
        self._fd, self._size = fd, 0
        record = _builder().create_warcinfo_record(self._name, self._info)
        self._info_id = record.rec_headers.get_header("WARC-Record-ID")
        self._append(_member(record))
        sync(self._folder)

    def _append(self, data: bytes) -> None:
        assert self._fd is not None  # noqa: S101 - write() has opened it
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._fd, view) :]
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._fd, self._size)
            raise
        self._size += len(data)

    def _response(self, exchange: Exchange) -> ArcWarcRecord:
        headers = _RawHeaders(_status_line(exchange), exchange.headers)
        fields = self._fields(exchange)
        if exchange.address:
            fields["WARC-IP-Address"] = exchange.address
        fields[KIND_FIELD] = exchange.kind
        if exchange.profile != NOT_MODIFIED or exchange.original is None:
            fields["WARC-Payload-Digest"] = warc_digest(exchange.digest)
        if exchange.original is not None:
            fields["WARC-Profile"] = exchange.profile
            fields["WARC-Refers-To-Target-URI"] = uri(exchange.original.url)
            fields["WARC-Refers-To-Date"] = exchange.original.fetched
        kind, payload = ("response", exchange.payload) if exchange.original is None else ("revisit", b"")
        record = self._builder.create_warc_record(
            uri(exchange.url), kind, BytesIO(payload), len(payload), warc_headers_dict=fields, http_headers=headers
        )
        assert isinstance(record, ArcWarcRecord)  # noqa: S101 - warcio is untyped
        return record

    def _document(self, exchange: Exchange) -> ArcWarcRecord:
        """Return the record of a document: a resource (WARC 1.1, 6.4), since no server sent it so."""
        fields = self._fields(exchange)
        fields[KIND_FIELD] = exchange.kind
        fields["WARC-Payload-Digest"] = warc_digest(exchange.digest)
        mime = next((value for name, value in exchange.headers if name.lower() == b"content-type"), b"text/html")
        record = self._builder.create_warc_record(
            uri(exchange.url),
            "resource",
            BytesIO(exchange.payload),
            len(exchange.payload),
            warc_headers_dict=fields,
            warc_content_type=mime.decode("latin-1"),
        )
        assert isinstance(record, ArcWarcRecord)  # noqa: S101 - warcio is untyped
        return record

    def _request(self, exchange: Exchange, response: ArcWarcRecord) -> ArcWarcRecord:
        parts = urlsplit(uri(exchange.url))
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = _RawHeaders(f"{exchange.method} {target} HTTP/1.1".encode(), exchange.request_headers)
        fields = self._fields(exchange)
        fields["WARC-Concurrent-To"] = response.rec_headers.get_header("WARC-Record-ID")
        body = exchange.request_body
        fields["WARC-Payload-Digest"] = warc_digest(hashlib.sha256(body).hexdigest()) if body else _EMPTY_DIGEST
        record = self._builder.create_warc_record(
            uri(exchange.url), "request", BytesIO(body), len(body), warc_headers_dict=fields, http_headers=headers
        )
        assert isinstance(record, ArcWarcRecord)  # noqa: S101 - warcio is untyped
        return record

    def _fields(self, exchange: Exchange) -> dict[str, str]:
        return {"WARC-Date": exchange.fetched, "WARC-Warcinfo-ID": self._info_id}


def described(name: str, info: Mapping[str, str]) -> bytes:
    """Return the record that begins a file of this name, with these fields."""
    return _member(_builder().create_warcinfo_record(name, info))


class _Writer(WARCWriter):  # type: ignore[misc]
    """The writer of warcio with SHA-256 for all digests."""

    @staticmethod
    def _create_digester() -> Digester:
        return Digester("sha256")


class _RawHeaders(StatusAndHeaders):  # type: ignore[misc]
    """Headers as the bytes that were received; warcio would percent-encode them."""

    def __init__(self, first_line: bytes, headers: Headers) -> None:
        super().__init__("", [("", "")])
        lines = [first_line, *(b"%b: %b" % (_line(name), _line(value)) for name, value in headers)]
        self._block = b"\r\n".join(lines) + b"\r\n\r\n"

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        self.headers_buff = self._block


def _builder() -> _Writer:
    return _Writer(BytesIO(), gzip=False, warc_version="1.1")


def _member(record: ArcWarcRecord) -> bytes:
    writer = _builder()
    writer.write_record(record)
    return gzip_member(writer.out.getbuffer())


def gzip_member(record: bytes | memoryview) -> bytes:
    """Return a record as a gzip member of its own."""
    return bytes(isal_zlib.compress(record, COMPRESSION, zlib.MAX_WBITS + 16))


def _status_line(exchange: Exchange) -> bytes:
    try:
        phrase = HTTPStatus(exchange.status).phrase
    except ValueError:
        phrase = "Unknown"
    protocol = exchange.protocol if exchange.protocol in ("HTTP/1.0", "HTTP/1.1") else "HTTP/1.1"
    return f"{protocol} {exchange.status} {phrase}".encode()


def _line(value: bytes) -> bytes:
    """Replace what would end a header line with spaces (RFC 9110, 5.5)."""
    return value.translate(_NO_BREAKS)


_NO_BREAKS = bytes(32 if byte in b"\r\n\0" else byte for byte in range(256))
