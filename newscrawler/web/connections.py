"""Connections of slow clients: ended in time, and never so many that others are refused.

A connection *waits* while it has no whole request and nothing more to send. One that waits too long, or does not take
its response, is closed. When too many wait, the one that has waited longest of the client with the most is closed. So a
client that opens hundreds and sends nothing closes its own.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0
"""How long a connection may wait for a whole request."""
SEND_SECONDS = 600.0
"""The longest time of a response."""
STALL_SECONDS = 20.0
"""How long a client may take nothing of its response."""
MOST_WAITING = 100
"""The most connections that wait."""
_LEAST_BYTES = 64 * 1024
"""A client that takes less than this in STALL_SECONDS takes nothing."""

_Client = tuple[str, int]


class Connections:
    """The open connections of a server. Times are in seconds."""

    def __init__(
        self,
        *,
        head_seconds: float = HEAD_SECONDS,
        stall_seconds: float = STALL_SECONDS,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self.head_seconds = head_seconds
        self.stall_seconds = stall_seconds
        self._most_waiting = most_waiting
        self._open: dict[_Client, _Connection] = {}

    def protocol(self) -> type[asyncio.Protocol]:
        """Return uvicorn's protocol, whose connections are these."""
        connections = self

        class Protocol(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                if self.client is not None:
                    connections._add(self.client, transport)

            def connection_lost(self, exc: Exception | None) -> None:
                if self.client is not None:
                    connections._remove(self.client)
                super().connection_lost(exc)

            def resume_writing(self) -> None:
                if self.client is not None:
                    connections._note_progress(self.client)
                super().resume_writing()

        return Protocol

    def tracked(self, app: ASGIApp) -> ASGIApp:
        """Return the application; while it answers a request, its connection does not wait."""

        async def tracked_app(scope: Scope, receive: Receive, send: Send) -> None:
            connection = self._open.get(tuple(scope.get("client") or ()))
            if connection is None:
                await app(scope, receive, send)
            else:
                with connection.answering():
                    await app(scope, receive, send)

        return tracked_app

    def _add(self, client: _Client, transport: asyncio.Transport) -> None:
        self._open[client] = _Connection(self, client[0], transport)
        waiting = [connection for connection in self._open.values() if connection.is_waiting]
        if len(waiting) > self._most_waiting:
            ((most, _),) = Counter(connection.host for connection in waiting).most_common(1)
            min((one for one in waiting if one.host == most), key=lambda one: one.waiting_since).close()

    def _remove(self, client: _Client) -> None:
        connection = self._open.pop(client, None)
        if connection is not None:
            connection.forget()

    def _note_progress(self, client: _Client) -> None:
        connection = self._open.get(client)
        if connection is not None:
            connection.has_progress = True


class _Connection:
    """One connection, which closes itself when its time is over."""

    def __init__(self, connections: Connections, host: str, transport: asyncio.Transport) -> None:
        self.host = host
        self.has_progress = False
        """Whether the client took so much of its response that the server sent more."""
        self._connections = connections
        self._transport = transport
        self._is_answering = False
        self._unsent = 0
        self.waiting_since = self._request_since = self._stalled_since = self._now()
        self._look_again()

    @property
    def is_waiting(self) -> bool:
        """Whether it is open, has no whole request and nothing to send."""
        if self._is_answering or self._transport.is_closing():
            return False
        return not self._transport.get_write_buffer_size()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """A block in which a request is answered."""
        self._is_answering, self._request_since = True, self._now()
        try:
            yield
        finally:
            self._is_answering, self.waiting_since = False, self._now()

    def close(self) -> None:
        """Close it at once."""
        self._transport.abort()

    def forget(self) -> None:
        """Do nothing more: it is closed."""
        self._timer.cancel()

    def _look_again(self) -> None:
        seconds = min(self._connections.head_seconds, self._connections.stall_seconds) / 4
        self._timer = asyncio.get_running_loop().call_later(seconds, self._look)

    def _look(self) -> None:
        now = self._now()
        if self.is_waiting:
            self._stalled_since = now
        else:
            self.waiting_since = now
            self._note_progress(now)
        if (
            now - self.waiting_since > self._connections.head_seconds
            or now - self._stalled_since > self._connections.stall_seconds
            or (not self.is_waiting and now - self._request_since > SEND_SECONDS)
        ):
            self.close()
        else:
            self._look_again()

    def _note_progress(self, now: float) -> None:
        unsent = self._transport.get_write_buffer_size()
        if self.has_progress or not unsent or unsent > self._unsent or unsent <= self._unsent - _LEAST_BYTES:
            self.has_progress = False
            self._unsent = unsent
            self._stalled_since = now

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
