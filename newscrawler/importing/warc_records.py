"""Reading records from WARC files of others, packed or not. Whatever a file holds, memory, time and faults are bounded.

What cannot be read is reported, and reading goes on where the next record begins. A record is only returned when it
ends where it says, so a length that is wrong hides no record behind it.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from isal import isal_zlib
from isal.igzip_lib import IsalError

from newscrawler.archive.captures.warc_reader import MAX_FIELDS_BYTES, MAX_HTTP_HEADER_BYTES, MAX_RECORD_BYTES
from newscrawler.archive.captures.warc_writer import COMPRESSION

MAX_SKIPPED_BYTES = 8 * 2**30
"""A record that is not wanted may have so many bytes: films are long."""
MAX_FAULTS = 1_000
"""Places of one file that cannot be read, after which the rest of it is left unread."""
_PART = 64 * 2**10
_GZIP_MAGIC = b"\x1f\x8b\x08"
_WARC_MAGIC = b"WARC/"
_END = b"\r\n\r\n"
_BETWEEN = b"\r\n\0"
"""What may stand between two records: empty lines, and the padding of tapes and disks."""
_FIRST_LINE = re.compile(rb"WARC/1\.[01]\r?\Z")
_LENGTH = re.compile(r"[0-9]{1,15}\Z")


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A record that is wanted, as a gzip member of its own."""

    offset: int
    """In the source, as it lies there."""
    fields: Mapping[str, str]
    """The fields of its header, with names in lower case."""
    member: bytes
    """The member as the source has it; packed anew where the source is not packed, or packs several records in one."""


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


class _FaultError(Exception):
    """The record cannot be read. `rest_at` is where to look for the next one."""

    def __init__(self, reason: str, rest_at: int) -> None:
        super().__init__(reason)
        self.rest_at = rest_at


class WarcRecords:
    """The records of one WARC file, which must be seekable."""

    def __init__(self, stream: BinaryIO, wanted: Filter, *, on_read: Callable[[int], object] = bool) -> None:
        """Read nothing yet. `on_read` is told the offset that is reached, once per record."""
        self._stream = stream
        self._wanted = wanted
        self._on_read = on_read
        self.count = 0
        """Records so far, wanted or not."""

    def __iter__(self) -> Iterator[SourceRecord | Fault]:
        """Yield the records that are wanted, and what cannot be read. Raises OSError."""
        size = self._stream.seek(0, 2)
        offset = faults = 0
        while offset < size:
            try:
                for end, record in self._records_from(offset, size):
                    offset = end
                    self._on_read(offset)
                    if record is not None:
                        yield record
                return
            except _FaultError as fault:
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
        source: _Gzip | _Plain | None = None
        while offset < size:
            start = source.rest if isinstance(source, _Gzip) else b""
            if len(start) < len(_WARC_MAGIC):
                self._stream.seek(offset)
                start = self._stream.read(_PART)
            if start[:1] in _BETWEEN:
                offset += len(start) - len(start.lstrip(_BETWEEN))
                source = None
                continue
            if start.startswith(_GZIP_MAGIC):
                source = _Gzip(self._stream, offset, start)
            elif start.startswith(_WARC_MAGIC):
                source = _Plain(self._stream, offset, size)
            else:
                raise _FaultError("no WARC record begins here", offset + 1)
            for record in self._records_of(source, offset):
                yield source.end, record
            offset = source.end

    def _records_of(self, source: _Gzip | _Plain, offset: int) -> Iterator[SourceRecord | None]:
        """Yield the records of a member, nearly always one, or of a file that is not packed."""
        is_first = True
        while True:
            header, fields = _header(source)
            if header is None:
                return
            self.count += 1
            length = fields.get("content-length", "")
            if not _LENGTH.match(length):
                raise source.fault("its length is not a number")
            at = offset if is_first else source.position
            record = self._read(source, header, fields, int(length), at, is_first)
            is_first = False
            yield record

    def _read(
        self,
        source: _Gzip | _Plain,
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
        if is_alone and is_first and isinstance(source, _Gzip):
            return SourceRecord(offset, fields, source.packed())
        member = isal_zlib.compress(b"".join((header, block, _END)), COMPRESSION, zlib.MAX_WBITS + 16)
        return SourceRecord(offset, fields, member)

    def _next_record(self, offset: int, size: int) -> int:
        """Return where the next record may begin, `size` if there is none."""
        overlap = b""
        at = offset
        self._stream.seek(offset)
        while part := self._stream.read(_PART):
            data = overlap + part
            start = at - len(overlap)
            found = [place for magic in (_GZIP_MAGIC, b"WARC/1.") if (place := data.find(magic)) >= 0]
            if found:
                return start + min(found)
            overlap = data[-8:]
            at += len(part)
        return size


def _header(source: _Gzip | _Plain) -> tuple[bytes | None, dict[str, str]]:
    """Return the header of the next record with its fields; None at the end of the member or the file."""
    header = source.header()
    if header is None:
        return None, {}
    lines = header[: -len(_END)].split(b"\n")
    if not _FIRST_LINE.match(lines[0]):
        raise source.fault("no WARC record begins here")
    fields: dict[str, str] = {}
    name = ""
    for line in lines[1:]:
        text = line.decode("utf-8", "replace").rstrip("\r")
        if text[:1] in (" ", "\t") and name:  # a line that goes on
            fields[name] += f" {text.strip()}"
            continue
        name, _, value = text.partition(":")
        name = name.strip().lower()
        fields.setdefault(name, value.strip())
    return header, fields


class _Gzip:
    """One gzip member, inflated part by part."""

    def __init__(self, stream: BinaryIO, offset: int, start: bytes) -> None:
        """Take a member and its first bytes, or all of it with what follows."""
        self._stream = stream
        self._start = start
        self._inflater = isal_zlib.decompressobj(zlib.MAX_WBITS + 16)
        self._offset = self.position = offset
        self._buffer = b""
        self._taken = 0
        """Bytes of the file that the inflater has got."""

    @property
    def rest(self) -> bytes:
        """What was read of the file behind the member, once it was read."""
        return self._inflater.unused_data

    def packed(self) -> bytes:
        """Return the whole member as it lies in the file, once it was read."""
        self._stream.seek(self._offset)
        return self._stream.read(self.end - self._offset)

    @property
    def end(self) -> int:
        """Where the member ends in the file, once it was read."""
        return self._offset + self._taken - len(self._inflater.unused_data)

    def fault(self, reason: str) -> _FaultError:
        """Return the error of the present record. The next one is looked for behind its first bytes."""
        return _FaultError(reason, self.end if self._inflater.eof else self._offset + 1)

    def header(self) -> bytes | None:
        """Return everything up to the first empty line; None at the end of the member."""
        self._buffer = self._buffer.lstrip(_BETWEEN)
        while True:
            end = self._buffer.find(_END)
            if 0 <= end <= MAX_FIELDS_BYTES:
                end += len(_END)
                header, self._buffer = self._buffer[:end], self._buffer[end:]
                return header
            if len(self._buffer) > MAX_FIELDS_BYTES:
                raise self.fault(f"its header is longer than {MAX_FIELDS_BYTES:,} bytes")
            part = self._next_part()
            if not part and not self._buffer:
                return None
            if not part:
                raise self.fault("no WARC record begins here")
            self._buffer = (self._buffer + part).lstrip(_BETWEEN)

    def read(self, size: int) -> bytes:
        """Return this many bytes, fewer at the end of the member."""
        parts, left = [self._buffer[:size]], size - len(self._buffer)
        self._buffer = self._buffer[size:]
        while left > 0 and (part := self._next_part()):
            parts.append(part[:left])
            self._buffer = part[left:]
            left -= len(part)
        return b"".join(parts)

    def skip(self, size: int) -> None:
        """Pass over this many bytes."""
        left = size - len(self._buffer)
        self._buffer = self._buffer[size:]
        while left > 0:
            part = self._next_part()
            if not part:
                raise self.fault("it is cut off, or its length is wrong")
            self._buffer = part[left:]
            left -= len(part)

    def end_record(self) -> bool:
        """Check that the record ends here; return whether the member ends, too. Else another record begins."""
        while len(self._buffer) < len(_END) + len(_WARC_MAGIC) and (part := self._next_part()):
            self._buffer += part
        self._buffer = self._buffer.lstrip(_BETWEEN)
        if self._buffer and not self._buffer.startswith(_WARC_MAGIC):
            raise self.fault("its length is wrong")
        return not self._buffer and self._inflater.eof

    def _next_part(self) -> bytes:
        part = b""
        try:
            while not part and not self._inflater.eof:
                data = self._inflater.unconsumed_tail
                if not data:
                    data = self._next_packed()
                    self._taken += len(data)
                    if not data:
                        raise self.fault("it is cut off")
                part = self._inflater.decompress(data, _PART)
        except IsalError as error:  # type: ignore[misc]  # isal's stub declares an instance
            raise self.fault(f"it cannot be inflated ({error})") from None
        return part

    def _next_packed(self) -> bytes:
        if not self._taken:
            return self._start
        self._stream.seek(self._offset + self._taken)
        return self._stream.read(_PART)


class _Plain:
    """The rest of a file that is not packed."""

    def __init__(self, stream: BinaryIO, offset: int, size: int) -> None:
        self._stream = stream
        self._size = size
        self._behind_header = offset
        self.position = self.end = offset

    def fault(self, reason: str) -> _FaultError:
        """Return the error of the present record. The next one is looked for behind its header."""
        return _FaultError(reason, self._behind_header)

    def header(self) -> bytes | None:
        """Return everything up to the first empty line; None if something else than a record begins."""
        self._stream.seek(self.position)
        data = self._stream.read(MAX_FIELDS_BYTES)
        self.end = self.position
        if not data.startswith(_WARC_MAGIC):
            return None
        end = data.find(_END)
        if end < 0:
            self._behind_header = self.position + len(_WARC_MAGIC)
            raise self.fault("its header does not end")
        end += len(_END)
        self._behind_header = self._at = self.position + end
        return data[:end]

    def read(self, size: int) -> bytes:
        """Return this many bytes, fewer at the end of the file."""
        self._stream.seek(self._at)
        data = self._stream.read(size)
        self._at += len(data)
        return data

    def skip(self, size: int) -> None:
        """Pass over this many bytes."""
        self._at += size

    def end_record(self) -> bool:
        """Check that the record ends here; return whether the file ends, too."""
        if self._at > self._size:
            raise self.fault("it is cut off, or its length is wrong")
        self._stream.seek(self._at)
        behind = self._stream.read(len(_END) + len(_WARC_MAGIC))
        rest = behind.lstrip(_BETWEEN)
        is_next = not rest or (_WARC_MAGIC.startswith(rest[: len(_WARC_MAGIC)]) and len(rest) < len(behind))
        if not is_next and not behind.startswith(_END):
            raise self.fault("its length is wrong")
        self.position = self.end = self._at + len(behind) - len(rest)
        return self.end >= self._size
