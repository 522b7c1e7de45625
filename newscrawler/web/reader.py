"""Reading the archive for pages: a few threads, each with a read-only connection and a time limit.

A page shows what a crawl committed a moment ago. Each page reads one state of the archive: its queries run in one
transaction.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from newscrawler.archive import open_archive_read_only
from newscrawler.archive.database.connection import is_locked
from newscrawler.archive.errors import LockedError

Value = TypeVar("Value")

PAGE_SECONDS = 2.0
"""The time limit for the queries of a page."""
LOCK_SECONDS = 5.0
"""How long a page waits for a program that locks the archive."""
_STEPS = 10_000
"""Instructions of SQLite's virtual machine between two looks at the clock: about a millisecond."""
_CACHE_KIB = 32_000


class TooSlowError(Exception):
    """A page whose queries took longer than their time limit."""


class Reader:
    """Runs functions that read the archive in threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._files = (path, path.with_name(f"{path.name}-wal"))
        self._local = threading.local()
        self._is_closed = False
        # More threads than cores only wait for each other. Slow pages have threads of their own and delay no others.
        cores = min(4, max(2, os.cpu_count() or 1))
        self._quick = ThreadPoolExecutor(max_workers=cores, thread_name_prefix="page")
        self._slow = ThreadPoolExecutor(max_workers=2, thread_name_prefix="slow-page")

    async def run(self, function: Callable[[sqlite3.Connection], Value], *, seconds: float = PAGE_SECONDS) -> Value:
        """Call a function with an open archive, and return what it returns. When this is cancelled, its query ends.

        Raises TooSlowError after `seconds`, LockedError, and what the function raises.
        """
        threads = self._quick if seconds <= PAGE_SECONDS else self._slow
        is_dropped = threading.Event()
        try:
            return await asyncio.get_running_loop().run_in_executor(
                threads, self._call, function, seconds, is_dropped.is_set
            )
        except asyncio.CancelledError:
            is_dropped.set()
            raise

    async def stream(self, functions: Iterator[Callable[[sqlite3.Connection], bytes]]) -> AsyncIterator[bytes]:
        """Call functions one after the other, each with an open archive, and yield what they return.

        Raises what `run` raises; the response then breaks off, so that nobody takes it for complete.
        """
        for function in functions:
            yield await self.run(function)

    def start(self, function: Callable[[sqlite3.Connection], object], *, seconds: float) -> None:
        """Call a function later; what it raises is ignored."""
        self._slow.submit(self._call, function, seconds, lambda: False)

    def close(self) -> None:
        """Interrupt all queries and let the threads end: what runs and what waits raises TooSlowError."""
        self._is_closed = True
        for threads in (self._quick, self._slow):
            threads.shutdown(wait=False)

    def _call(
        self, function: Callable[[sqlite3.Connection], Value], seconds: float, is_dropped: Callable[[], bool]
    ) -> Value:
        if self._is_closed or is_dropped():
            raise TooSlowError
        connection = self._database()
        # Before the transaction: what is read is this state of the archive or a later one.
        self._local.state = self._state()
        end = time.monotonic() + seconds
        connection.set_progress_handler(lambda: self._is_closed or is_dropped() or time.monotonic() > end, _STEPS)
        try:
            connection.execute("BEGIN")
            return function(connection)
        except sqlite3.OperationalError as error:
            if str(error) == "interrupted":
                raise TooSlowError from None
            if is_locked(error):
                raise LockedError(f"{self.path}: is locked by another program") from None
            raise
        finally:
            connection.set_progress_handler(None, 0)
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    @property
    def state(self) -> tuple[int, ...]:
        """A value that changes with every commit, as it was when the function of this thread began."""
        state: tuple[int, ...] = self._local.state
        return state

    def _state(self) -> tuple[int, ...]:
        """Return size and time of the archive and of its write-ahead log."""
        state: list[int] = []
        for file in self._files:
            try:
                status = file.stat()
            except OSError:
                continue
            state += status.st_size, status.st_mtime_ns
        return tuple(state)

    def _database(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = open_archive_read_only(self.path, seconds=LOCK_SECONDS)
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            self._local.connection = connection
        return connection
