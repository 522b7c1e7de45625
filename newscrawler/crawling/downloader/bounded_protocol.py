"""HTTP over one connection, bounded: the size of a head, the number of chunks, and how slow a response may be."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS
from twisted.web.http import _ChunkedTransferDecoder, _DataLoss, _IdentityTransferDecoder
from twisted.web.iweb import IResponse

from newscrawler.crawling.downloader.scrapy_http import _LenientHTTP11ClientProtocol, _LenientHTTPClientParser
from newscrawler.crawling.errors import ResponseLimitError

MAX_HEAD_BYTES = 256 * 1024
"""Header fields of one response. Scrapy bounds only the body: endless header fields would fill the memory."""
MAX_CHUNKS = 50_000
"""Chunks of one body. Each costs ten microseconds; the smallest honest ones are lines of a page."""
GRACE_SECONDS = 15.0
"""How long a response may be slow. After that it must have brought `LEAST_BYTES_PER_SECOND` on average."""
LEAST_BYTES_PER_SECOND = 64


class _BoundedChunks(_ChunkedTransferDecoder):
    """Counts the chunks of a body."""

    def __init__(self, data_callback: Callable[[bytes], object], finish_callback: Callable[[bytes], object]) -> None:
        self._take = data_callback
        self._chunks = 0
        super().__init__(self._count, finish_callback)  # type: ignore[arg-type]

    def _count(self, data: bytes) -> None:
        self._chunks += 1
        if self._chunks > MAX_CHUNKS:
            raise ResponseLimitError(f"its body has more than {MAX_CHUNKS:,} chunks")
        self._take(data)


class _BoundedParser(_LenientHTTPClientParser):
    _transferDecoders: dict[bytes, type[_ChunkedTransferDecoder]] = {b"chunked": _BoundedChunks}  # noqa: N815, RUF012


class BoundedProtocol(_LenientHTTP11ClientProtocol):
    """Ends the connection when a response exceeds a bound. Bytes of 1xx responses before it count with its head."""

    _counted: object = None
    """The parser whose bytes are counted. Each response has a parser of its own."""
    _head_bytes = 0
    _bytes = 0
    _began = 0.0

    def request(self, request: Any) -> Deferred[IResponse]:
        """Send a request, and read its response with a parser that counts chunks."""
        response = super().request(request)
        if self._parser is not None:
            self._parser.__class__ = _BoundedParser
        return response

    def dataReceived(self, bytes: bytes) -> None:  # noqa: N802  # the names are Twisted's
        """Read a part of a response, or refuse the response."""
        parser = self._parser
        if parser is not self._counted:
            self._counted, self._head_bytes, self._bytes, self._began = parser, 0, 0, time.monotonic()
        if parser is not None:
            self._bytes += len(bytes)
            if parser.state in (STATUS, HEADER):
                self._head_bytes += len(bytes)
            if self._head_bytes > MAX_HEAD_BYTES:
                self._refuse(f"its header is larger than {MAX_HEAD_BYTES // 1024} KiB")
                return
            seconds = time.monotonic() - self._began
            if seconds > GRACE_SECONDS and self._bytes < seconds * LEAST_BYTES_PER_SECOND:
                self._refuse(f"it brought {self._bytes:,} bytes in {seconds:.0f} s, which is too slow")
                return
        super().dataReceived(bytes)  # type: ignore[no-untyped-call]

    def _refuse(self, reason: str) -> None:
        parser = self._parser
        if parser is not None and parser.bodyDecoder is not None:
            # A body of unknown length would count as whole.
            parser.bodyDecoder = _LostBody()
        transport = self.transport
        self._giveUp(Failure(ResponseLimitError(reason)))  # type: ignore[no-untyped-call]
        transport.abortConnection()  # type: ignore[union-attr]  # data came over it


class _LostBody(_IdentityTransferDecoder):
    """Takes the place of a decoder whose body is not read to its end."""

    def __init__(self) -> None:
        super().__init__(0, lambda data: None, lambda data: None)  # type: ignore[no-untyped-call]

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        """Ignore what still arrives."""

    def noMoreData(self) -> None:  # noqa: N802
        """Tell that the body is not whole."""
        raise _DataLoss("the rest is not read")
