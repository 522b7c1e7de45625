"""Whole files on servers and in object storage, read part by part as if they lay here."""

from __future__ import annotations

import io
import re
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast
from urllib.parse import urlsplit

from newscrawler.archive.storage import filesystem
from newscrawler.importing.remote.client import Client, RemoteError
from newscrawler.text.installation import install_line

BLOCK = 4 * 2**20
"""Bytes of one request."""
KEPT = 3
"""Blocks that are kept: a record is read again from its beginning."""
STORES = ("s3", "s3a", "gs", "gcs", "oss", "az", "abfs", "abfss", "file")
"""What fsspec opens. Not others: a list of files may be a stranger's, and fsspec guards no addresses."""
_RANGE = re.compile(r"bytes [0-9]+-[0-9]+/([0-9]{1,18})")


def is_address(text: str) -> bool:
    """Whether a text is an address from which files can be read."""
    return urlsplit(text).scheme in ("http", "https", *STORES) and "://" in text and "::" not in text


@contextmanager
def open_address(url: str, delay: float) -> Iterator[BinaryIO]:
    """Open the file at an address, so that it can be read from any place. Raises OSError, also when it is read."""
    if urlsplit(url).scheme in ("http", "https"):
        yield cast("BinaryIO", io.BufferedReader(_Parts(url, Client(delay)), 2**16))
        return
    try:
        system, path = filesystem(url)
    except (ImportError, ValueError) as error:
        raise OSError(f"needs fsspec and its driver ({error}); install it with: {install_line('fleet')}") from None
    with system.open(path, "rb", block_size=BLOCK) as stream:
        yield stream


class _Parts(io.RawIOBase):
    """A file on a server, by requests for parts of it."""

    def __init__(self, url: str, client: Client) -> None:
        self._url = url
        self._client = client
        self._at = 0
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        self._size: int | None = None
        self._tag = ""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        if whence == 2 and self._size is None:
            self._block(0)
        self._at = max(0, offset + (0, self._at, self._size or 0)[whence])
        return self._at

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        if self._size is not None and self._at >= self._size:
            return 0
        number, start = divmod(self._at, BLOCK)
        data = self._block(number)[start : start + len(buffer)]
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def _block(self, number: int) -> bytes:
        if number in self._blocks:
            self._blocks.move_to_end(number)
            return self._blocks[number]
        first = number * BLOCK
        last = first + BLOCK - 1 if self._size is None else min(first + BLOCK, self._size) - 1
        try:
            answer = self._client.get(self._url, max_bytes=BLOCK, headers={"Range": f"bytes={first}-{last}"})
        except RemoteError as error:
            raise OSError(str(error)) from None
        told = _RANGE.fullmatch(answer.header("content-range"))
        if answer.status != 206 or told is None:
            raise OSError(f"the server answered {answer.status} to a request for a part of the file")
        size, tag = int(told[1]), answer.header("etag") or answer.header("last-modified")
        if self._size is not None and (size, tag) != (self._size, self._tag):
            raise OSError("the file was changed while it was read")
        self._size, self._tag = size, tag
        if len(answer.body) != max(0, min(BLOCK, size - first)):
            raise OSError("the server gave another part of the file than it was asked for")
        self._blocks[number] = answer.body
        if len(self._blocks) > KEPT:
            self._blocks.popitem(last=False)
        return answer.body
