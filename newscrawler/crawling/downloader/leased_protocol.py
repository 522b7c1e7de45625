"""HTTP over one connection, of which no request leaves this machine after the end of the lease of a fleet."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.web.iweb import IResponse

from newscrawler.crawling.downloader.bounded_protocol import BoundedProtocol
from newscrawler.crawling.lease_file import LeaseFile

_USER_TIMEOUT = getattr(socket, "TCP_USER_TIMEOUT", None)
"""Linux alone has it."""


class LeasedProtocol(BoundedProtocol):
    """Looks at the lease when a request is written: it may have ended while the connection was made."""

    def __init__(self, lease: LeaseFile, quiescent: Callable[[object], object]) -> None:
        super().__init__(quiescent)  # type: ignore[no-untyped-call]
        self._lease = lease

    def request(self, request: Any) -> Deferred[IResponse]:
        """Send a request. Raises LeaseEndedError."""
        bound_sending(self.transport, self._lease.check())
        return super().request(request)


def bound_sending(transport: Any, seconds: float) -> None:
    """Let the system send again what the other side has not confirmed for so many seconds at most.

    While a network is cut a request waits in the system, and would arrive when another worker has the portal.
    """
    while hasattr(transport, "transport"):
        # TLS is a layer of its own.
        transport = transport.transport
    if _USER_TIMEOUT is not None:
        transport.getHandle().setsockopt(socket.IPPROTO_TCP, _USER_TIMEOUT, max(1, int(seconds * 1000)))
