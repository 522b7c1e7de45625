"""Reading records from WARC files of others, packed or not, and from packed ARC files.

Whatever a file holds, memory, time and faults are bounded.

What cannot be read is reported, and reading goes on where the next record begins. A record is only returned when it
ends where it says, so a length that is wrong hides no record behind it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from isal.igzip_lib import DECOMP_GZIP, IgzipDecompressor, IsalError

from newscrawler.archive.captures.warc_building import gzip_member
from newscrawler.archive.captures.warc_reader import MAX_HTTP_HEADER_BYTES, MAX_RECORD_BYTES
from newscrawler.archive.captures.warc_record import unbracketed
from newscrawler.importing.arc_header import arc_header
from newscrawler.importing.record_streams import (
    BETWEEN,
    END,
    GZIP_MAGIC,
    PART,
    WARC_MAGIC,
    FaultError,
    GzipMember,
    PlainFile,
)

MAX_SKIPPED_BYTES = 8 * 2**30
"""A record that is not wanted may have so many bytes: films are long."""
MAX_FAULTS = 1_000
"""Places of one file that cannot be read, after which the rest of it is left unread."""
_BLOCK = 2**20
"""Bytes that are read at once."""
_STEP = 6 * 2**10
"""Bytes that are inflated at once: what is behind a member is copied each time."""
_FIRST_LINE = re.compile(r"WARC/1\.[01]\r?\n")
_FIELD = re.compile(r"^([^:\s]+)[ \t]*:[ \t]*([^\r\n]*)", re.MULTILINE)
_FOLD = re.compile(r"\r?\n[ \t]+")
"""Where a field goes on in the next line."""
_LENGTH = re.compile(r"[0-9]{1,15}\Z")
_FIRST_LINES = (b"WARC/1.0\r\n", b"WARC/1.1\r\n")


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A record that is wanted, as a gzip member of its own."""

    offset: int
    """In the source, as it lies there."""
    fields: Mapping[str, str]
    """The fields of its header, with names in lower case."""
    member: bytes
    """The member as the source has it; packed anew where the source is not packed, packs several records, or is ARC."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A place that cannot be read."""

    offset: int
    reason: str


class Filter(Protocol):
    """Tells which records are wanted, by as little of them as possible."""

    def is_foreign(self, kind: str, url: str, /) -> bool:
        """Whether a record of this type and address is not wanted, whatever else its header says."""

    def by_fields(self, fields: Mapping[str, str], /) -> bool:
        """Whether a record may be wanted, by the fields of its header."""

    def by_head(self, fields: Mapping[str, str], head: bytes, /) -> bool:
        """Whether it is wanted, by the first bytes of its block, in which an HTTP header lies."""


class WarcRecords:
    """The records of one WARC file, which must be seekable."""

    def __init__(
        self, stream: BinaryIO, wanted: Filter, *, start: int = 0, on_read: Callable[[int], object] = bool
    ) -> None:
        """Read nothing yet. `start` is an offset that `on_read` was told.

        `on_read` is told, once per record, an offset from which reading can go on later: all records before it were
        read, and those that are wanted were taken by the caller.
        """
        self._stream = stream
        self._start = start
        self._wanted = wanted
        self._on_read = on_read
        self._block, self._block_at, self._is_end = b"", 0, False
        """Bytes that were read, where they lie in the file, and whether it ends with them."""

    def __iter__(self) -> Iterator[SourceRecord | Fault]:
        """Yield the records that are wanted, and what cannot be read. Raises OSError."""
        size = self._stream.seek(0, 2)
        offset, faults = self._start, 0
        while offset < size:
            try:
                for end, record in self._records_from(offset, size):
                    offset = end
                    if record is not None:
                        yield record
                    self._on_read(offset)
                return
            except FaultError as fault:
                faults += 1
                yield Fault(offset, str(fault))
                if faults == MAX_FAULTS:
                    yield Fault(
                        fault.rest_at, f"it has {MAX_FAULTS:,} places that cannot be read; the rest is left out"
                    )
                    return
                offset = self._next_record(max(fault.rest_at, offset + 1), size)

    def _records_from(self, offset: int, size: int) -> Iterator[tuple[int, SourceRecord | None]]:
        """Yield where the next record begins, and a record if it is wanted, up to the end or a fault."""
        while offset < size:
            block, last = self._bytes_from(offset)
            at = 0
            while length := self._length_of_foreign(block, at):
                at += length
                yield offset + at, None
                if at > last:
                    offset, at = offset + at, 0
                    block, last = self._bytes_from(offset)
            offset += at
            start = bytes(block[at : at + PART])
            if not start:
                return
            if start[:1] in BETWEEN:
                offset += max(1, len(start) - len(start.lstrip(BETWEEN)))
                continue
            if start.startswith(GZIP_MAGIC):
                source: GzipMember | PlainFile = GzipMember(self._stream, offset, start)
            elif start.startswith(WARC_MAGIC):
                source = PlainFile(self._stream, offset, size)
            else:
                raise FaultError("no WARC record begins here", offset + 1)
            for record in self._records_of(source, offset):
                # In the middle of a member nothing can begin.
                yield offset if isinstance(source, GzipMember) and not source.is_complete else source.end, record
            offset = source.end

    def _length_of_foreign(self, block: memoryview, at: int) -> int:
        """Return the length of the member that begins at a place; 0 if it is not seen at one look to be foreign.

        Nearly all records of a large set are foreign: this takes two thirds of the time of reading them as others.
        """
        inflater = IgzipDecompressor(DECOMP_GZIP)
        end = at + _STEP
        try:
            data = inflater.decompress(block[at:end])
            while not inflater.eof and len(data) <= PART and (part := block[end : end + _STEP]):
                end += _STEP
                data += inflater.decompress(part)
        except IsalError:  # type: ignore[misc]  # isal's stub declares an instance
            return 0
        if not inflater.eof or data[:10] not in _FIRST_LINES:
            return 0
        taken = min(end, len(block)) - at - len(inflater.unused_data)
        end = data.find(END)
        header = data[: end + 2]
        if b"\n " in header or b" :" in header or b"\t" in header:
            return 0  # lines that go on, spaces before a colon: nearly no program writes them
        names = header.lower()
        length = _value(header, names, b"\ncontent-length:")
        if not length.isdigit() or len(data) != end + len(END) + int(length) + len(END) or not data.endswith(END):
            return 0
        kind, url = _value(header, names, b"\nwarc-type:"), _value(header, names, b"\nwarc-target-uri:")
        if not kind or (not url and b"warc-target-uri" in names):
            return 0
        address = unbracketed(url.decode("utf-8", "replace"))
        is_foreign = self._wanted.is_foreign(kind.decode("utf-8", "replace"), address)
        return taken if is_foreign else 0

    def _bytes_from(self, offset: int) -> tuple[memoryview, int]:
        """Return what follows in the file, and up to where at least PART bytes follow, or all that there are."""
        have = self._block_at + len(self._block) - offset
        is_here = self._block_at <= offset and have >= 0
        if not (is_here and (have >= PART or self._is_end)):
            self._stream.seek(offset)
            self._block, self._block_at = self._stream.read(_BLOCK), offset
            self._is_end = len(self._block) < _BLOCK
        block = memoryview(self._block)[offset - self._block_at :]
        return block, len(block) if self._is_end else len(block) - PART

    def _records_of(self, source: GzipMember | PlainFile, offset: int) -> Iterator[SourceRecord | None]:
        """Yield the records of a member, nearly always one, or of a file that is not packed."""
        is_first = True
        while True:
            header, fields = _header(source)
            if header is None:
                return
            length = fields.get("content-length", "")
            if not _LENGTH.match(length):
                raise source.fault("its length is not a number")
            at = offset if is_first else source.position
            record = self._read(source, header, fields, int(length), at, is_first)
            is_first = False
            yield record
            if isinstance(source, GzipMember) and source.is_complete:
                return

    def _read(
        self,
        source: GzipMember | PlainFile,
        header: bytes,
        fields: Mapping[str, str],
        length: int,
        offset: int,
        is_first: bool,
    ) -> SourceRecord | None:
        is_wanted = self._wanted.by_fields(fields)
        if not is_wanted and length > MAX_SKIPPED_BYTES:
            raise source.fault(f"it has more than {MAX_SKIPPED_BYTES:,} bytes")
        head = source.read(min(length, MAX_HTTP_HEADER_BYTES)) if is_wanted else b""
        is_wanted = is_wanted and self._wanted.by_head(fields, head)
        if is_wanted and length > MAX_RECORD_BYTES:
            raise source.fault(f"it has more than {MAX_RECORD_BYTES:,} bytes")
        if not is_wanted:
            source.skip(length - len(head))
            source.end_record()
            return None
        block = head + source.read(length - len(head))
        if len(block) < length:
            raise source.fault("it is cut off, or its length is wrong")
        is_alone = source.end_record()
        if is_alone and is_first and isinstance(source, GzipMember) and not source.is_arc:
            return SourceRecord(offset, fields, source.packed())
        return SourceRecord(offset, fields, gzip_member(b"".join((header, block, END))))

    def _next_record(self, offset: int, size: int) -> int:
        """Return where the next record may begin, `size` if there is none."""
        overlap = b""
        at = offset
        self._stream.seek(offset)
        while part := self._stream.read(PART):
            data = overlap + part
            start = at - len(overlap)
            found = [place for magic in (GZIP_MAGIC, b"WARC/1.") if (place := data.find(magic)) >= 0]
            if found:
                return start + min(found)
            overlap = data[-8:]
            at += len(part)
        return size


def _value(header: bytes, names: bytes, name: bytes) -> bytes:
    """Return the first value of a field; empty: there is none. `names` is the header in lower case, as is `name`."""
    at = names.find(name)
    return header[at + len(name) : header.find(b"\r", at)].strip() if at >= 0 else b""


def target_uri(fields: Mapping[str, str]) -> str:
    """Return the address that the header of a record names."""
    return unbracketed(fields.get("warc-target-uri", ""))


def _header(source: GzipMember | PlainFile) -> tuple[bytes | None, dict[str, str]]:
    """Return the header of the next record with its fields; None at the end of the member or the file."""
    line = source.other_line() if isinstance(source, GzipMember) else None
    if isinstance(source, GzipMember) and line is not None:
        found = arc_header(line)
        if found is None:
            raise source.fault("no WARC record begins here")
        source.is_arc = True
        return found
    header = source.header()
    if header is None:
        return None, {}
    text = header.decode("utf-8", "replace")
    if not _FIRST_LINE.match(text):
        raise source.fault("no WARC record begins here")
    if "\n " in text or "\n\t" in text:
        text = _FOLD.sub(" ", text)
    # The first field of a name counts.
    fields = {name.lower(): value.rstrip() for name, value in reversed(_FIELD.findall(text))}
    return header, fields
