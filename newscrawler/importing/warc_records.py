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

from newscrawler.archive.captures.warc_reader import MAX_HTTP_HEADER_BYTES, MAX_RECORD_BYTES
from newscrawler.archive.captures.warc_writer import gzip_member
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
_FIRST_LINE = re.compile(r"WARC/1\.[01]\r?\n")
_FIELD = re.compile(r"^([^:\s]+)[ \t]*:[ \t]*([^\r\n]*)", re.MULTILINE)
_FOLD = re.compile(r"\r?\n[ \t]+")
"""Where a field goes on in the next line."""
_LENGTH = re.compile(r"[0-9]{1,15}\Z")


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
        source: GzipMember | PlainFile | None = None
        while offset < size:
            start = source.rest if isinstance(source, GzipMember) else b""
            if len(start) < len(WARC_MAGIC):
                self._stream.seek(offset)
                start = self._stream.read(PART)
            if start[:1] in BETWEEN:
                offset += len(start) - len(start.lstrip(BETWEEN))
                source = None
                continue
            if start.startswith(GZIP_MAGIC):
                source = GzipMember(self._stream, offset, start)
            elif start.startswith(WARC_MAGIC):
                source = PlainFile(self._stream, offset, size)
            else:
                raise FaultError("no WARC record begins here", offset + 1)
            for record in self._records_of(source, offset):
                # In the middle of a member nothing can begin.
                yield offset if isinstance(source, GzipMember) and not source.is_complete else source.end, record
            offset = source.end

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


def target_uri(fields: Mapping[str, str]) -> str:
    """Return the address that the header of a record names: some programs write it in angle brackets."""
    return fields.get("warc-target-uri", "").removeprefix("<").removesuffix(">")


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
