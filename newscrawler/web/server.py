"""Serving an archive: Datasette with our plugin, on a socket that is bound before anything is said."""

from __future__ import annotations

import socket
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import uvicorn
from datasette.app import Datasette
from datasette.plugins import pm

from newscrawler.archive import ArchiveError, open_archive_read_only
from newscrawler.archive.database.connection import check_exists
from newscrawler.web import guarded_sql, sql
from newscrawler.web.operations import check
from newscrawler.web.plugin import Application, Pages, is_loopback

_STOP_SECONDS = 3
_WAITING = 100
_LOCKED_SECONDS = 2
_SWITCH_SECONDS = 0.0005
_LONGEST_HEAD = 256 * 1024
"""Bytes of a request's first line and headers: a search of 10,000 characters is answered, not cut off."""
_SETTINGS = {
    "sql_time_limit_ms": int(guarded_sql.SECONDS * 1000),
    "max_returned_rows": guarded_sql.MOST_ROWS,
    "num_sql_threads": 3,
    "suggest_facets": False,
    "facet_time_limit_ms": 500,
    "allow_download": False,
    "allow_csv_stream": False,
    "default_cache_ttl": 0,
}


class ServeError(Exception):
    """An address that cannot be served on; the message says why."""


def check_archive(path: Path) -> None:
    """Bring the archive up to date and read a little of it.

    Raises ArchiveError, at once also for an archive that another program locks, and sqlite3.DatabaseError.
    """
    check_exists(path)
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_LOCKED_SECONDS)
        ) as first:
            first.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise ArchiveError(f"{path}: is locked by another program; end that one first.") from None
    except sqlite3.DatabaseError:
        pass  # explained below
    with closing(open_archive_read_only(path).conn) as connection:
        check(connection)


def bound_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens; port 0 takes a free one. Raises ServeError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        # With the protocol named: without it asyncio leaves Nagle's algorithm on, which costs 40 ms an answer.
        listening = socket.socket(family, kind, protocol)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen(_WAITING)
        except BaseException:
            listening.close()
            raise
    except OSError as error:
        raise ServeError(f"{host} port {port} cannot be served on: {error.strerror or error}.") from None
    return listening


def address_of(listening: socket.socket, host: str) -> str:
    """Return the address to open in a browser."""
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listening.getsockname()[1]}/"


def application(path: Path, pages: Pages) -> Application:
    """Return the ASGI application of an archive. Datasette's plugins are global: one archive a process."""
    # It prints every error with all variables; ours logs what is an error.
    pm.unregister(name="datasette.handle_exception")
    pm.register(pages, name="newscrawler")
    datasette = Datasette(
        [],
        metadata={"title": "newscrawler", "source": "newscrawler", "source_url": "/sql"},
        settings=_SETTINGS,
        cache_headers=False,
    )
    datasette.remove_database("_memory")
    datasette.add_database(guarded_sql.GuardedDatabase(datasette, path), name=sql.DATABASE)
    made: Application = datasette.app()
    return made


def serve(path: Path, listening: socket.socket, host: str, *, ready: Callable[[], None]) -> None:
    """Serve the archive until SIGINT or SIGTERM; `ready` is called before the first request is answered."""
    pages = Pages(path, only_loopback=is_loopback(host))
    config = uvicorn.Config(
        application(path, pages),
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
    # A page reads the archive some forty times. After each it needs the interpreter back, and would else wait up to
    # 5 ms for a page that is being rendered.
    sys.setswitchinterval(_SWITCH_SECONDS)
    try:
        ready()
        server.run(sockets=[listening])
    finally:
        pages.close()
        listening.close()


class _Server(uvicorn.Server):
    """Ends in good order at a signal, without raising it again afterwards."""

    def handle_exit(self, sig: int, frame: object) -> None:
        """Stop; at a second signal without waiting for answers that are under way."""
        self.force_exit = self.should_exit
        self.should_exit = True
