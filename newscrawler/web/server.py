"""Serving an archive with uvicorn, on a socket that is bound before the address is printed."""

from __future__ import annotations

import asyncio
import os
import socket
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Collection
from contextlib import closing
from pathlib import Path

import uvicorn

from newscrawler.archive import open_archive_read_only
from newscrawler.archive.database.connection import check_exists
from newscrawler.archive.errors import LockedError
from newscrawler.web.app import Application
from newscrawler.web.connections import Connections
from newscrawler.web.fleet_watch import FleetWatch
from newscrawler.web.middleware import is_loopback
from newscrawler.web.status import check

_FINISH_SECONDS = 0.5
"""How long responses may go on after a signal; then queries are ended."""
_STOP_SECONDS = 1
"""How long the server waits for responses to end after a signal."""
_LEAVE_SECONDS = 0.2
_BACKLOG = 100
_LOCKED_SECONDS = 2
_SWITCH_SECONDS = 0.0005
_MOST_CONNECTIONS = 200
"""The most connections; further requests are answered with 503. Half of them may wait (`connections.py`)."""
_LONGEST_HEAD = 256 * 1024
"""Bytes of a request's first line and headers; so a search that is too long is answered, not cut off."""


class ServeError(Exception):
    """An address that the server cannot listen on; the message says why."""


def check_archive(path: Path) -> None:
    """Bring the archive up to date and read a little of it.

    Raises ArchiveError; LockedError at once when another program locks the archive; sqlite3.DatabaseError.
    """
    check_exists(path)
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_LOCKED_SECONDS)
        ) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise LockedError(f"{path}: is locked by another program; end that one first.") from None
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


def serve(
    path: Path,
    listening: socket.socket,
    host: str,
    *,
    names: Collection[str] = (),
    watch: FleetWatch | None = None,
    ready: Callable[[], None],
) -> None:
    """Serve the archive until SIGINT or SIGTERM; `ready` is called before the first request is answered.

    `names` are names under which a server in front of this one is reached. `watch` is the fleet that is shown.
    """
    application = Application(path, only_loopback=is_loopback(host), names=names, watch=watch)
    connections = Connections()
    config = uvicorn.Config(
        connections.tracked(application.app),
        http=connections.protocol(),
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_STOP_SECONDS,
        timeout_keep_alive=5,
        h11_max_incomplete_event_size=_LONGEST_HEAD,
        limit_concurrency=_MOST_CONNECTIONS,
        proxy_headers=False,
    )
    server = _Server(config, application)
    # A page reads the archive some forty times. After each time it needs the interpreter again, and would otherwise
    # wait up to 5 ms for a page that is being rendered.
    sys.setswitchinterval(_SWITCH_SECONDS)
    try:
        ready()
        server.run(sockets=[listening])
    finally:
        application.close()
        listening.close()
    _leave_threads()


def _leave_threads() -> None:
    """End this process if a thread still computes a page: the interpreter would wait for it. It has nothing to save."""
    end = time.monotonic() + _LEAVE_SECONDS
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(max(0.0, end - time.monotonic()))
            if thread.is_alive():
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(0)


class _Server(uvicorn.Server):
    """Ends in good order and in time at a signal, and does not raise it again afterwards."""

    def __init__(self, config: uvicorn.Config, application: Application) -> None:
        super().__init__(config)
        self._application = application

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let responses end that need a moment only, then end the queries of all others."""
        asyncio.get_running_loop().call_later(_FINISH_SECONDS, self._application.close)
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: object) -> None:
        """Stop; at a second signal without waiting for responses that are under way."""
        self.force_exit = self.should_exit
        self.should_exit = True
