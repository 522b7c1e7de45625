"""The transfer coding `chunked` (RFC 9112, 7.1), which records of other crawlers keep in their payload."""

from __future__ import annotations

import re
from collections.abc import Sequence

_MAX_LINE = 4_096
"""Bytes of the line that begins a chunk, or of a trailer."""
_SIZE = re.compile(rb"[0-9A-Fa-f]{1,8}(?=[\t ;]|$)")


def is_chunked(headers: Sequence[tuple[str, str]]) -> bool:
    """Whether headers name the transfer coding `chunked`. The payload may have lost it nevertheless."""
    return any(name.lower() == "transfer-encoding" and "chunked" in value.lower() for name, value in headers)


class Dechunker:
    """Takes the parts of a chunked payload and returns what they hold, part by part. It holds one line at most."""

    def __init__(self) -> None:
        self._line = b""
        self._left = 0
        """Bytes of the present chunk that are still to come."""
        self._is_behind_chunk = False
        self.is_whole = False
        """Whether the last chunk has come."""
        self.is_broken = False
        """Whether this is not a chunked payload. Nothing is returned any more."""

    def take(self, data: bytes) -> bytes:
        """Return what the next part of the payload adds to the content."""
        content, at = bytearray(), 0
        while at < len(data) and not self.is_whole and not self.is_broken:
            if self._left:
                piece = data[at : at + self._left]
                content += piece
                at += len(piece)
                self._left -= len(piece)
                self._is_behind_chunk = not self._left
                continue
            end = data.find(b"\n", at)
            self._line += data[at : end if end >= 0 else len(data)]
            at = end + 1 if end >= 0 else len(data)
            if len(self._line) > _MAX_LINE:
                self.is_broken = True
            elif end >= 0:
                self._begin_chunk()
        return bytes(content)

    def _begin_chunk(self) -> None:
        line, self._line = self._line.rstrip(b"\r"), b""
        if self._is_behind_chunk:
            self._is_behind_chunk = False
            self.is_broken = bool(line)
            return
        size = _SIZE.match(line)
        if size is None:
            self.is_broken = True
            return
        self._left = int(size[0], 16)
        self.is_whole = not self._left


def dechunked(payload: bytes) -> bytes | None:
    """Return the content of a chunked payload, up to where it breaks off; None if it is not chunked."""
    dechunker = Dechunker()
    content = dechunker.take(payload)
    return None if dechunker.is_broken or not (content or dechunker.is_whole) else content
