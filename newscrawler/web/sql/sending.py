"""Sending large results: piece by piece, as fast as their clients take them, and only so many at the same time."""

from __future__ import annotations

from collections.abc import AsyncIterator

from starlette.responses import Response, StreamingResponse

from newscrawler.web.sql.runner import BusyError

MOST_BYTES = 256_000_000
"""The most bytes of all results that are being sent: slow clients must not fill the memory."""
_PIECE = 256 * 1024


class ResultSender:
    """Makes responses of results."""

    def __init__(self, *, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0

    def response(self, result: bytes, headers: dict[str, str], content_type: str) -> Response:
        """Return the response with this result. Raises BusyError when too much is being sent already."""
        if len(result) <= _PIECE:
            return Response(result, 200, headers, content_type)
        if self._bytes + len(result) > self._most_bytes:
            raise BusyError
        return StreamingResponse(
            self._pieces(result), 200, {**headers, "Content-Length": str(len(result))}, content_type
        )

    async def _pieces(self, result: bytes) -> AsyncIterator[bytes]:
        self._bytes += len(result)
        try:
            for start in range(0, len(result), _PIECE):
                yield result[start : start + _PIECE]
        finally:
            self._bytes -= len(result)
