"""Cached values: what takes long to count is counted once while the archive does not change."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

from newscrawler.web.reader import Reader

Value = TypeVar("Value")


@dataclass(slots=True)
class _Entry:
    value: Any
    state: tuple[int, ...]
    """Of the archive, as `Reader.state` has it."""
    suppressions: tuple[int, ...]
    time: float


class Cache:
    """Values that take long to count.

    When the archive has changed, a page shows the old value for a while, and it is counted again in the background: a
    crawl changes the archive every two seconds. When an article was suppressed meanwhile, or shown again, the value is
    counted at once: it may be the name of an editor that only this article has.
    """

    CHANGED_SECONDS = 5.0
    """The age at which a value is counted again, when the archive has changed."""
    SECONDS = 60.0
    """The same, when the archive has not changed."""
    OLDEST = 600.0
    """A value that is older than this is not shown any more: the page waits for the new one."""
    SIZE = 500
    """The most values in the cache."""
    COUNTING_SECONDS = 20.0
    """The time limit of counting in the background."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._lock = threading.Lock()
        self._entries: OrderedDict[Hashable, _Entry] = OrderedDict()
        self._counting: set[Hashable] = set()

    def get(
        self,
        connection: sqlite3.Connection,
        key: Hashable,
        count: Callable[[sqlite3.Connection], Value],
        *,
        exact: bool = False,
    ) -> Value:
        """Return the value of this key; count it with `connection` when there is none yet.

        An `exact` value is never older than the archive.
        """
        now = time.monotonic()
        state = self._reader.state
        suppressions = _suppressions(connection)
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None and entry.suppressions != suppressions:
                entry = None
            if entry is not None and (entry.state == state or not exact):
                self._entries.move_to_end(key)
                age = now - entry.time
                if exact or age < (self.SECONDS if entry.state == state else self.CHANGED_SECONDS):
                    return entry.value  # type: ignore[no-any-return]
                if age < self.OLDEST:
                    if key not in self._counting:
                        self._counting.add(key)
                        self._reader.start(lambda later: self._count(later, key, count), seconds=self.COUNTING_SECONDS)
                    return entry.value  # type: ignore[no-any-return]
        value = count(connection)
        self._put(key, _Entry(value, state, suppressions, now))
        return value

    def _count(
        self, connection: sqlite3.Connection, key: Hashable, count: Callable[[sqlite3.Connection], object]
    ) -> None:
        try:
            state, now = self._reader.state, time.monotonic()
            self._put(key, _Entry(count(connection), state, _suppressions(connection), now))
        finally:
            with self._lock:
                self._counting.discard(key)

    def _put(self, key: Hashable, entry: _Entry) -> None:
        with self._lock:
            self._entries[key] = entry
            self._entries.move_to_end(key)
            while len(self._entries) > self.SIZE:
                self._entries.popitem(last=False)


def _suppressions(connection: sqlite3.Connection) -> tuple[int, ...]:
    """Return a value that changes with each article that is suppressed or shown again."""
    row: tuple[int, ...] = connection.execute(
        "SELECT count(*), count(lifted), coalesce(max(id), 0) FROM suppressions"
    ).fetchone()
    return row
