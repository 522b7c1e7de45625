"""Reading the archive for pages: a few threads with a read-only connection each, a time limit, and kept counts.

Connections are not immutable, so a page shows what a crawl committed a moment ago. Each page reads one state of the
archive: its queries run in one transaction.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlite_utils import Database

from newscrawler.archive import open_archive_read_only
from newscrawler.archive.database.connection import is_locked
from newscrawler.archive.errors import LockedError

Value = TypeVar("Value")

PAGE_SECONDS = 2.0
"""How long the queries of a page may take."""
LOCK_SECONDS = 5.0
"""How long a page waits for a program that holds the archive."""
_STEPS = 10_000
"""Instructions of SQLite's virtual machine between two looks at the clock: about a millisecond."""
_CACHE_KB = 32_000


class TooSlowError(Exception):
    """A page whose queries took longer than they may."""


class Reader:
    """Runs work on the archive in threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._files = (path, path.with_name(f"{path.name}-wal"))
        self._local = threading.local()
        # More threads than cores only wait for each other; slow pages have their own and hold up no others.
        cores = min(4, max(2, os.cpu_count() or 1))
        self._quick = ThreadPoolExecutor(max_workers=cores, thread_name_prefix="page")
        self._slow = ThreadPoolExecutor(max_workers=2, thread_name_prefix="slow-page")

    async def run(self, work: Callable[[Database], Value], *, seconds: float = PAGE_SECONDS) -> Value:
        """Do the work with an open archive; raises TooSlowError, LockedError, and what the work raises."""
        threads = self._quick if seconds <= PAGE_SECONDS else self._slow
        return await asyncio.get_running_loop().run_in_executor(threads, self._work, work, seconds)

    def start(self, work: Callable[[Database], object], *, seconds: float) -> None:
        """Do the work later; what it raises is forgotten."""
        self._slow.submit(self._work, work, seconds)

    def close(self) -> None:
        """Let the threads end; work that waits is dropped."""
        for threads in (self._quick, self._slow):
            threads.shutdown(wait=False, cancel_futures=True)

    def _work(self, work: Callable[[Database], Value], seconds: float) -> Value:
        db = self._database()
        # Before the transaction: what is read is this state of the archive or a later one.
        self._local.state = self._state()
        end = time.monotonic() + seconds
        db.conn.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
        try:
            db.conn.execute("BEGIN")
            return work(db)
        except sqlite3.OperationalError as error:
            if str(error) == "interrupted":
                raise TooSlowError from None
            if is_locked(error):
                raise LockedError(f"{self._path}: is locked by another program") from None
            raise
        finally:
            db.conn.set_progress_handler(None, 0)
            if db.conn.in_transaction:
                db.conn.execute("ROLLBACK")

    @property
    def state(self) -> tuple[int, ...]:
        """What changes with every commit, as it was when the work of this thread began."""
        found: tuple[int, ...] = self._local.state
        return found

    def _state(self) -> tuple[int, ...]:
        """Return size and time of the archive and of its write-ahead log."""
        found: list[int] = []
        for file in self._files:
            try:
                status = file.stat()
            except OSError:
                continue
            found += status.st_size, status.st_mtime_ns
        return tuple(found)

    def _database(self) -> Database:
        db: Database | None = getattr(self._local, "db", None)
        if db is None:
            db = open_archive_read_only(self._path, seconds=LOCK_SECONDS)
            db.conn.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
            self._local.db = db
        return db


@dataclass(slots=True)
class _Entry:
    value: Any
    state: tuple[int, ...]
    made: float


class Kept:
    """Values that take long to count, kept while the archive does not change.

    When it has changed, a value is shown for a while longer and counted anew meanwhile: a crawl changes the archive
    every two seconds.
    """

    CHANGED_SECONDS = 5.0
    """How old a value may be, with the archive changed, before it is counted anew."""
    SECONDS = 60.0
    """The same, with the archive as it was."""
    OLDEST = 600.0
    """Older than this, nobody is shown it any more: the page waits for the new one."""
    MOST = 500
    """Values that are kept."""
    COUNTING_SECONDS = 20.0

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._lock = threading.Lock()
        self._entries: OrderedDict[Hashable, _Entry] = OrderedDict()
        self._counting: set[Hashable] = set()

    def get(self, db: Database, key: Hashable, count: Callable[[Database], Value], *, exact: bool = False) -> Value:
        """Return the value of this key, counted with `db` when there is none yet.

        An `exact` value is never older than the archive: lists of articles must not name one that was taken down.
        """
        now = time.monotonic()
        state = self._reader.state
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None and (entry.state == state or not exact):
                self._entries.move_to_end(key)
                age = now - entry.made
                if exact or age < (self.SECONDS if entry.state == state else self.CHANGED_SECONDS):
                    return entry.value  # type: ignore[no-any-return]
                if age < self.OLDEST:
                    if key not in self._counting:
                        self._counting.add(key)
                        self._reader.start(lambda later: self._count(later, key, count), seconds=self.COUNTING_SECONDS)
                    return entry.value  # type: ignore[no-any-return]
        value = count(db)
        self._put(key, _Entry(value, state, now))
        return value

    def _count(self, db: Database, key: Hashable, count: Callable[[Database], object]) -> None:
        try:
            state, made = self._reader.state, time.monotonic()
            self._put(key, _Entry(count(db), state, made))
        finally:
            with self._lock:
                self._counting.discard(key)

    def _put(self, key: Hashable, entry: _Entry) -> None:
        with self._lock:
            self._entries[key] = entry
            self._entries.move_to_end(key)
            while len(self._entries) > self.MOST:
                self._entries.popitem(last=False)
