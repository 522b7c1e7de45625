"""A WARC file as a stream of bytes, packed or not, in which records are read and passed over."""

from __future__ import annotations

import zlib
from typing import BinaryIO

from isal import isal_zlib
from isal.igzip_lib import IsalError

from newscrawler.archive.captures.warc_reader import MAX_FIELDS_BYTES

PART = 64 * 2**10
GZIP_MAGIC = b"\x1f\x8b\x08"
WARC_MAGIC = b"WARC/"
END = b"\r\n\r\n"
BETWEEN = b"\r\n\0"
"""What may stand between two records: empty lines, and the padding of tapes and disks."""


_PACKED_TOGETHER = (
    "its length is wrong, or several ARC records are packed as one; 'warcio recompress' packs each by itself"
)


class FaultError(Exception):
    """The record cannot be read. `rest_at` is where to look for the next one."""

    def __init__(self, reason: str, rest_at: int) -> None:
        super().__init__(reason)
        self.rest_at = rest_at


class GzipMember:
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
        self.is_arc = False
        """Whether its record is an ARC record."""

    @property
    def rest(self) -> bytes:
        """What was read of the file behind the member, once it was read."""
        return self._inflater.unused_data

    @property
    def is_complete(self) -> bool:
        """Whether the whole member was read."""
        return not self._buffer and self._inflater.eof

    def packed(self) -> bytes:
        """Return the whole member as it lies in the file, once it was read."""
        self._stream.seek(self._offset)
        return self._stream.read(self.end - self._offset)

    @property
    def end(self) -> int:
        """Where the member ends in the file, once it was read."""
        return self._offset + self._taken - len(self._inflater.unused_data)

    def fault(self, reason: str) -> FaultError:
        """Return the error of the present record. The next one is looked for behind its first bytes."""
        return FaultError(reason, self.end if self._inflater.eof else self._offset + 1)

    def other_line(self) -> bytes | None:
        """Return the first line, if something else than a WARC record follows: an ARC record, or a fault."""
        while len(self._buffer) < len(WARC_MAGIC) and (part := self._next_part()):
            self._buffer = (self._buffer + part).lstrip(BETWEEN)
        if not self._buffer or self._buffer.startswith(WARC_MAGIC):
            return None
        while (end := self._buffer.find(b"\n")) < 0 and len(self._buffer) <= MAX_FIELDS_BYTES:
            part = self._next_part()
            if not part:
                break
            self._buffer += part
        line, self._buffer = self._buffer[: end + 1], self._buffer[end + 1 :]
        return line

    def header(self) -> bytes | None:
        """Return everything up to the first empty line; None at the end of the member."""
        self._buffer = self._buffer.lstrip(BETWEEN)
        while True:
            end = self._buffer.find(END)
            if 0 <= end <= MAX_FIELDS_BYTES:
                end += len(END)
                header, self._buffer = self._buffer[:end], self._buffer[end:]
                return header
            if len(self._buffer) > MAX_FIELDS_BYTES:
                raise self.fault(f"its header is longer than {MAX_FIELDS_BYTES:,} bytes")
            part = self._next_part()
            if not part and not self._buffer:
                return None
            if not part:
                raise self.fault("no WARC record begins here")
            self._buffer = (self._buffer + part).lstrip(BETWEEN)

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
        while len(self._buffer) < len(END) + len(WARC_MAGIC) and (part := self._next_part()):
            self._buffer += part
        self._buffer = self._buffer.lstrip(BETWEEN)
        if self._buffer and not self._buffer.startswith(WARC_MAGIC):
            raise self.fault(_PACKED_TOGETHER if self.is_arc else "its length is wrong")
        return self.is_complete

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
                part = self._inflater.decompress(data, PART)
        except IsalError as error:  # type: ignore[misc]  # isal's stub declares an instance
            raise self.fault(f"it cannot be inflated ({error})") from None
        return part

    def _next_packed(self) -> bytes:
        if not self._taken:
            return self._start
        self._stream.seek(self._offset + self._taken)
        return self._stream.read(PART)


class PlainFile:
    """The rest of a file that is not packed."""

    def __init__(self, stream: BinaryIO, offset: int, size: int) -> None:
        self._stream = stream
        self._size = size
        self._behind_header = offset
        self.position = self.end = offset

    def fault(self, reason: str) -> FaultError:
        """Return the error of the present record. The next one is looked for behind its header."""
        return FaultError(reason, self._behind_header)

    def header(self) -> bytes | None:
        """Return everything up to the first empty line; None if something else than a record begins."""
        self._stream.seek(self.position)
        data = self._stream.read(MAX_FIELDS_BYTES)
        self.end = self.position
        if not data.startswith(WARC_MAGIC):
            return None
        end = data.find(END)
        if end < 0:
            self._behind_header = self.position + len(WARC_MAGIC)
            raise self.fault("its header does not end")
        end += len(END)
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
        behind = self._stream.read(len(END) + len(WARC_MAGIC))
        rest = behind.lstrip(BETWEEN)
        is_next = not rest or (WARC_MAGIC.startswith(rest[: len(WARC_MAGIC)]) and len(rest) < len(behind))
        if not is_next and not behind.startswith(END):
            raise self.fault("its length is wrong")
        self.position = self.end = self._at + len(behind) - len(rest)
        return self.end >= self._size
