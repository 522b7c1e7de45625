"""Serving an archive with uvicorn, on a socket that is bound before the address is printed."""

from __future__ import annotations

import socket
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import uvicorn

from newscrawler.archive import ArchiveError, open_archive_read_only
from newscrawler.archive.database.connection import check_exists
from newscrawler.web.app import Application
from newscrawler.web.middleware import is_loopback
from newscrawler.web.status import check

_STOP_SECONDS = 3
_BACKLOG = 100
_LOCKED_SECONDS = 2
_SWITCH_SECONDS = 0.0005
_LONGEST_HEAD = 256 * 1024
"""Bytes of a request's first line and headers; so a search that is too long is answered, not cut off."""


class ServeError(Exception):
    """An address that the server cannot listen on; the message says why."""


def check_archive(path: Path) -> None:
    """Bring the archive up to date and read a little of it.

    Raises ArchiveError, at once also for an archive that another program locks, and sqlite3.DatabaseError.
    """
    check_exists(path)
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_LOCKED_SECONDS)
        ) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise ArchiveError(f"{path}: is locked by another program; end that one first.") from None
    except sqlite3.DatabaseError:
        pass  # explained below
    with closing(open_archive_read_only(path)) as connection:
        check(connection)


def bound_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens; port 0 takes a free one. Raises ServeError."""
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = addresses[0]
        # The protocol is named: without it asyncio leaves Nagle's algorithm on, which costs 40 ms per response.
        listening = socket.socket(family, kind, protocol)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen(_BACKLOG)
        except BaseException:
            listening.close()
            raise
    except OSError as error:
        raise ServeError(f"{host} port {port} cannot be served on: {error.strerror or error}.") from None
    return listening


def address_of(listening: socket.socket, host: str) -> str:
    """Return the address to open in a browser."""
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{listening.getsockname()[1]}/"


def serve(path: Path, listening: socket.socket, host: str, *, ready: Callable[[], None]) -> None:
    """Serve the archive until SIGINT or SIGTERM; `ready` is called before the first request is answered."""
    application = Application(path, only_loopback=is_loopback(host))
    config = uvicorn.Config(
        application.app,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_STOP_SECONDS,
        timeout_keep_alive=5,
        h11_max_incomplete_event_size=_LONGEST_HEAD,
        limit_concurrency=200,
        proxy_headers=False,
    )
    server = _Server(config)
    # A page reads the archive some forty times. After each time it needs the interpreter again, and would otherwise
    # wait up to 5 ms for a page that is being rendered.
    sys.setswitchinterval(_SWITCH_SECONDS)
    try:
        ready()
        server.run(sockets=[listening])
    finally:
        application.close()
        listening.close()


class _Server(uvicorn.Server):
    """Ends in good order at a signal, and does not raise it again afterwards."""

    def handle_exit(self, sig: int, frame: object) -> None:
        """Stop; at a second signal without waiting for responses that are under way."""
        self.force_exit = self.should_exit
        self.should_exit = True
