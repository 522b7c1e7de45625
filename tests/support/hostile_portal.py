"""A hostile portal on loopback, on bare sockets: HTTP libraries are too polite for what it does."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

MAX_REQUEST = 65_536


class Visit:
    """One request: `path` as asked for, and the connection on which to answer, or to misbehave."""

    def __init__(self, connection: socket.socket, head: bytes, closed: threading.Event) -> None:
        self._connection = connection
        self._closed = closed
        line, _, fields = head.decode("latin-1").partition("\r\n")
        self.path = line.split(" ")[1] if line.count(" ") >= 2 else ""
        self.headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (field.partition(":") for field in fields.split("\r\n"))
        }

    def send(self, *parts: bytes) -> None:
        for part in parts:
            self._connection.sendall(part)

    def send_slowly(self, data: bytes, every: float) -> None:
        """Send a byte at a time for as long as the other side listens."""
        for number in range(len(data)):
            self.send(data[number : number + 1])
            if self.wait(every):
                return

    def wait(self, seconds: float) -> bool:
        """Do nothing for a while; true when the portal closes meanwhile."""
        return self._closed.wait(seconds)

    def reset(self) -> None:
        """End the connection so that the other side sees a reset (RST), not an end (FIN)."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._connection.close()


Answer = str | bytes | Callable[[Visit], None]
"""A page, the bytes of a whole answer, or what is done with a visit."""


class HostilePortal:
    """Answers by path, from entering the context to leaving it; what it does not know is missing (404).

    `requests` are the paths asked for, in order. With a TLS context it speaks HTTPS.
    """

    def __init__(self, pages: dict[str, Answer], *, tls: ssl.SSLContext | None = None) -> None:
        self.pages = pages
        self.otherwise: Callable[[str], Answer] = lambda path: answer("<h1>404 Not Found</h1>", status=404)
        self.requests: list[str] = []
        self._tls = tls
        self._closed = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)

    @property
    def url(self) -> str:
        """The address without a trailing slash."""
        scheme = "https" if self._tls else "http"
        return f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while not self._closed.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        # A crawler that hangs up is what many of these answers are about.
        with contextlib.suppress(OSError), contextlib.closing(connection):
            connection.settimeout(60)
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            head = b""
            while b"\r\n\r\n" not in head and len(head) < MAX_REQUEST:
                received = connection.recv(4096)
                if not received:
                    return
                head += received
            visit = Visit(connection, head.partition(b"\r\n\r\n")[0], self._closed)
            self.requests.append(visit.path)
            found = self.pages.get(visit.path)
            self._answer(visit, self.otherwise(visit.path) if found is None else found)

    @staticmethod
    def _answer(visit: Visit, found: Answer) -> None:
        if isinstance(found, str):
            visit.send(answer(found))
        elif isinstance(found, bytes):
            visit.send(found)
        else:
            found(visit)


def head(status: int = 200, fields: Iterable[tuple[str, object]] = ()) -> bytes:
    """The head of an answer; `Connection: close` is added, nothing else."""
    lines = [f"HTTP/1.1 {status} Whatever", "Connection: close", *(f"{name}: {value}" for name, value in fields)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def answer(body: str | bytes, *, status: int = 200, kind: str = "text/html; charset=utf-8", **fields: object) -> bytes:
    """A whole and honest answer; keywords are further header fields, `_` for `-`."""
    data = body.encode() if isinstance(body, str) else body
    named = [(name.replace("_", "-"), value) for name, value in fields.items()]
    return head(status, [("Content-Type", kind), ("Content-Length", len(data)), *named]) + data


def redirect(location: str, status: int = 302) -> bytes:
    return answer(b"", status=status, Location=location)
