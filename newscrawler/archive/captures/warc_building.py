"""HTTP exchanges as WARC records (WARC 1.1, ISO 28500:2017), each a gzip member of its own.

A record holds what the program received: the payload byte for byte, before decompression. The HTTP client below takes
three things away: the case of header names (they are written in `Title-Case`), the transfer coding, and the reason
phrase.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from urllib.parse import urlsplit

from isal import isal_zlib
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from newscrawler.archive.captures.warc_record import (
    EMPTY_DIGEST,
    IDENTICAL,
    KIND_FIELD,
    NOT_MODIFIED,
    RUN_FIELD,
    Headers,
    Original,
    uri,
    warc_digest,
)
from newscrawler.text.clock import stamp

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


class Builder:
    """Makes the records of one WARC file. All refer to the `warcinfo` record that stands before them."""

    def __init__(self) -> None:
        self._builder = _builder()
        self._info_id = ""

    def info(self, name: str, info: Mapping[str, str], run: str) -> bytes:
        """Return the record that begins a file of this name, or what a run writes to it.

        `info` has its fields, `run` is the key of the run. The records that are made next refer to it.
        """
        record = self._builder.create_warcinfo_record(name, info)
        record.rec_headers.add_header(RUN_FIELD, run)
        self._info_id = record.rec_headers.get_header("WARC-Record-ID")
        return _member(record)

    def exchange(self, exchange: Exchange) -> tuple[bytes, bytes]:
        """Return the record of a response and that of its request. For a document of a browser there is only one."""
        if exchange.is_document:
            is_new = exchange.original is None
            return _member(self._document(exchange) if is_new else self._response(exchange)), b""
        response = self._response(exchange)
        return _member(response), _member(self._request(exchange, response))

    def metadata(self, url: str, fields: Mapping[str, str]) -> bytes:
        """Return a record that says something about the one before it, which has this address."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode()
        record = self._builder.create_warc_record(
            url,
            "metadata",
            BytesIO(lines),
            len(lines),
            warc_content_type="application/warc-fields",
            warc_headers_dict={"WARC-Date": stamp(), "WARC-Warcinfo-ID": self._info_id},
        )
        return _member(record)

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
