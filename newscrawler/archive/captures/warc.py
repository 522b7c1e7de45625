"""WARC files (WARC 1.1, ISO 28500:2017): writing HTTP exchanges, reading records, closing what a crash left open.

A file is named after its run: `KEY-00001.warc.gz`; while it is written it ends in `.open` and is locked. Each
record is a gzip member of its own. What a record holds of an exchange is what the program received: the payload
byte for byte before decompression; header names in `Title-Case`, the transfer coding and the reason phrase gone,
because the HTTP client below takes them away.
"""

from __future__ import annotations

import base64
import errno
import fcntl
import os
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote, urlsplit

from isal import isal_zlib
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from newscrawler.archive.atomic import sync

SUFFIX = ".warc.gz"
OPEN_SUFFIX = ".open"
TORN_SUFFIX = ".torn"

MAX_RECORD_BYTES = 96 * 2**20
"""A record that inflates to more is taken for a bomb: a fetch ends at 16 MiB."""
COMPRESSION = 1
"""Of ISA-L: a quarter of zlib's time at level 5, for files that are a tenth larger (`docs/performance.md`)."""

NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
KIND_FIELD = "Newscrawler-Kind"
"""An extension field (WARC 1.1, 5.1): article, listing, homepage, robots or image."""

Headers = Sequence[tuple[bytes, bytes]]


class DamagedRecordError(Exception):
    """A record that cannot be read, or whose digest does not agree."""


@dataclass(frozen=True, slots=True)
class Original:
    """The record that a revisit stands for."""

    url: str
    fetched: str


@dataclass(slots=True)
class Exchange:
    """One request and its answer."""

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
    """IP address that answered, or empty."""
    original: Original | None = None
    """Set: a revisit record is written, without the payload."""
    profile: str = IDENTICAL


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands: file name, offset and length of its gzip member in bytes."""

    file: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Record:
    """A record that was read and whose digests agree."""

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
        """Whether the record is an answer of a portal, not a request or a description."""
        return self.type in ("response", "revisit")

    @property
    def mime(self) -> str:
        """The media type that the answer declares, without parameters."""
        if self.type == "revisit":
            return "warc/revisit"
        return mime_of(self.headers)


def mime_of(headers: Sequence[tuple[str, str]]) -> str:
    """Return the media type of these headers, `unk` where they declare none that can be read."""
    declared = next((value for name, value in headers if name.lower() == "content-type"), "")
    found = re.match(r"\s*([\w.+-]+/[\w.+-]+)", declared)
    return found[1].lower() if found else "unk"


class WarcWriter:
    """Writes the WARC files of one run into one folder. Not for several threads at once."""

    def __init__(
        self, folder: Path, key: str, info: Mapping[str, str], max_bytes: int, *, first_serial: int = 1
    ) -> None:
        """Make a writer; writers of one run in several processes begin their files at numbers far apart."""
        self._folder = folder
        self._key = key
        self._info = info
        self._max_bytes = max_bytes
        self._serial = first_serial - 1
        self._fd: int | None = None
        self._name = ""
        self._size = 0
        self._info_id = ""
        self._builder = _builder()

    def write(self, exchange: Exchange) -> Place:
        """Append the answer and its request; return where the answer stands. Raises OSError, the file unchanged."""
        if self._fd is not None and self._size >= self._max_bytes:
            self.close()
        if self._fd is None:
            self._open()
        response = self._response(exchange)
        member = _member(response)
        following = _member(self._request(exchange, response))
        place = Place(self._name, self._size, len(member))
        self._append(member + following)
        return place

    def sync(self) -> None:
        """Wait until all that was written is on the disk."""
        if self._fd is not None:
            os.fsync(self._fd)

    def close(self) -> None:
        """Finish the file: it gets its final name."""
        if self._fd is None:
            return
        os.fsync(self._fd)
        final = self._folder / self._name
        final.with_name(self._name + OPEN_SUFFIX).rename(final)
        os.close(self._fd)
        self._fd = None
        sync(self._folder)

    def _open(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        while True:
            self._serial += 1
            self._name = f"{self._key}-{self._serial:05d}{SUFFIX}"
            path = self._folder / (self._name + OPEN_SUFFIX)
            try:
                fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o644)
            except FileExistsError:
                continue
            # Another process may have taken the file for one that a crash left, before it was locked.
            fcntl.flock(fd, fcntl.LOCK_EX)
            if path.exists() and path.stat().st_ino == os.fstat(fd).st_ino:
                break
            os.close(fd)
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

    def _request(self, exchange: Exchange, response: ArcWarcRecord) -> ArcWarcRecord:
        parts = urlsplit(uri(exchange.url))
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = _RawHeaders(f"{exchange.method} {target} HTTP/1.1".encode(), exchange.request_headers)
        fields = self._fields(exchange)
        fields["WARC-Concurrent-To"] = response.rec_headers.get_header("WARC-Record-ID")
        fields["WARC-Payload-Digest"] = _EMPTY_DIGEST
        record = self._builder.create_warc_record(
            uri(exchange.url), "request", BytesIO(), 0, warc_headers_dict=fields, http_headers=headers
        )
        assert isinstance(record, ArcWarcRecord)  # noqa: S101 - warcio is untyped
        return record

    def _fields(self, exchange: Exchange) -> dict[str, str]:
        return {"WARC-Date": exchange.fetched, "WARC-Warcinfo-ID": self._info_id}


class _Writer(WARCWriter):  # type: ignore[misc]
    """warcio's writer with SHA-256 for all digests."""

    @staticmethod
    def _create_digester() -> Digester:
        return Digester("sha256")


class _RawHeaders(StatusAndHeaders):  # type: ignore[misc]
    """Headers written as the bytes they came as; warcio's own would be percent-encoded."""

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
    return isal_zlib.compress(writer.out.getbuffer(), COMPRESSION, zlib.MAX_WBITS + 16)


def _status_line(exchange: Exchange) -> bytes:
    try:
        phrase = HTTPStatus(exchange.status).phrase
    except ValueError:
        phrase = "Unknown"
    protocol = exchange.protocol if exchange.protocol in ("HTTP/1.0", "HTTP/1.1") else "HTTP/1.1"
    return f"{protocol} {exchange.status} {phrase}".encode()


def _line(value: bytes) -> bytes:
    """What would end a header line becomes a space (RFC 9110, 5.5)."""
    return value.translate(_NO_BREAKS)


_NO_BREAKS = bytes(32 if byte in b"\r\n\0" else byte for byte in range(256))


def uri(url: str) -> str:
    """Return a URL as a record can hold it: printable ASCII, the rest percent-encoded."""
    return quote(url, safe="!#$%&'()*+,/:;=?@[]~\\^`{|}\"<>")


def warc_digest(digest: str) -> str:
    """Return a SHA-256 in hexadecimal as WARC writes digests: `sha256:` and base 32."""
    return "sha256:" + base64.b32encode(bytes.fromhex(digest)).decode()


_EMPTY_DIGEST = warc_digest("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")


_TYPES = ("warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion", "continuation")


def read_record(stream: BinaryIO, offset: int) -> Record:
    """Read the record that begins at an offset; raises DamagedRecordError."""
    data, length = _inflate(stream, offset)
    try:
        found = next(iter(ArchiveIterator(BytesIO(data), check_digests=True)))
        payload = found.raw_stream.read()
        record = _record(found, payload, offset, length)
    except (ArchiveLoadFailed, EOFError, StopIteration, ValueError, TypeError, AttributeError, KeyError) as error:
        raise DamagedRecordError(f"no WARC record: {error}".rstrip(": ")) from None
    if not (found.rec_headers.get_header("Content-Length") or "").isdecimal() or found.raw_stream.limit:
        raise DamagedRecordError("its length does not agree")
    if record.type not in _TYPES or (record.is_capture and not 100 <= record.status <= 999):
        raise DamagedRecordError(f"it is no record of an exchange (type {record.type}, status {record.status})")
    if found.digest_checker.passed is False:
        raise DamagedRecordError(f"its digest does not agree ({'; '.join(found.digest_checker.problems)})")
    return record


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


def _record(found: ArcWarcRecord, payload: bytes, offset: int, length: int) -> Record:
    fields = found.rec_headers
    http = found.http_headers
    target, date = fields.get_header("WARC-Refers-To-Target-URI"), fields.get_header("WARC-Refers-To-Date")
    status = http.get_statuscode() if http is not None and found.rec_type != "request" else "0"
    return Record(
        offset=offset,
        length=length,
        type=str(found.rec_type),
        url=fields.get_header("WARC-Target-URI") or "",
        fetched=fields.get_header("WARC-Date") or "",
        kind=fields.get_header(KIND_FIELD) or "",
        digest=_hex_digest(fields.get_header("WARC-Payload-Digest") or ""),
        status=int(status) if status.isdecimal() else 0,
        headers=[(str(name), str(value)) for name, value in http.headers] if http is not None else [],
        payload=payload,
        original=Original(target, date) if target and date else None,
        profile=fields.get_header("WARC-Profile") or "",
    )


def _hex_digest(value: str) -> str:
    algorithm, _, text = value.partition(":")
    if algorithm.lower() != "sha256":
        return ""
    return text.lower() if len(text) == 64 else base64.b32decode(text).hex()


@contextmanager
def lock_abandoned(path: Path) -> Iterator[bool]:
    """Lock an open file and say whether it is abandoned: False while a crawl writes it, when it is gone, or a link."""
    try:
        fd = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ELOOP):
            raise
        yield False
        return
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        yield False
    else:
        yield path.exists() and path.stat().st_ino == os.fstat(fd).st_ino
    finally:
        os.close(fd)


def close_abandoned(path: Path, end: int) -> Path | None:
    """Give a file that a crash left open its final name, cut at `end`; return where the torn rest was put.

    The rest is copied before it is cut off; None when there is none. A file cut at 0 vanishes.
    """
    final = path.with_name(path.name.removesuffix(OPEN_SUFFIX))
    torn = None
    size = path.stat().st_size
    if end < size:
        torn = final.with_name(final.name + TORN_SUFFIX)
        torn.unlink(missing_ok=True)  # of a try that was cut off; were it a link, another file would be written over
        with path.open("rb") as source, torn.open("xb") as target:
            source.seek(end)
            while chunk := source.read(2**20):
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        os.truncate(path, end)
    if end:
        path.rename(final)
    else:
        path.unlink()
    sync(path.parent)
    return torn


def existing(path: Path) -> Path | None:
    """Return the path of a WARC file under its final name or, while it is written, under its open one.

    Links are not followed: those of a stranger's archive may lead anywhere.
    """
    if path.parent.is_symlink():
        return None
    opened = path.with_name(path.name + OPEN_SUFFIX)
    # Twice the final name: the file may be closed between the two looks.
    return next((found for found in (path, opened, path) if found.is_file() and not found.is_symlink()), None)


def files(folder: Path, suffix: str = SUFFIX) -> list[Path]:
    """Return the WARC files of a portal's folder, sorted. Links are not followed."""
    if folder.is_symlink():
        return []
    return sorted(path for path in folder.glob(f"*{suffix}") if path.is_file() and not path.is_symlink())
