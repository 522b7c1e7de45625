"""Writing in batches: what a crawl learns is committed every few hundred records or every two seconds."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable
from typing import Concatenate, ParamSpec

Arguments = ParamSpec("Arguments")
Write = Callable[[sqlite3.Connection], object]

_BAD_RECORD = (sqlite3.IntegrityError, sqlite3.InterfaceError, sqlite3.DataError, ValueError, TypeError)

logger = logging.getLogger(__name__)


class Batch:
    """Collects writes and commits them together, in order, in one short transaction.

    What is not committed when the process dies is lost as a whole: the archive never holds half a record.
    Transactions take the write lock at once (`BEGIN IMMEDIATE`), so several crawls can write one archive.
    """

    def __init__(self, connection: sqlite3.Connection, *, size: int = 200, seconds: float = 2.0) -> None:
        self._connection = connection
        self._size = size
        self._seconds = seconds
        self._writes: list[Write] = []
        self._oldest = 0.0
        self.refused = 0
        """Records that SQLite did not take."""

    def add(
        self,
        write: Callable[Concatenate[sqlite3.Connection, Arguments], object],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> None:
        """Queue `write(connection, *args, **kwargs)`; commits when the batch is large or old enough.

        What the write returns is called once it is committed, when it can be called.
        """
        if not self._writes:
            self._oldest = time.monotonic()
        self._writes.append(lambda connection: write(connection, *args, **kwargs))
        if len(self._writes) >= self._size or time.monotonic() - self._oldest >= self._seconds:
            self.flush()

    def flush(self) -> None:
        """Commit what is queued. A write that fails is logged and left out; the others are kept."""
        if not self._writes:
            return
        writes, self._writes = self._writes, []
        try:
            self._commit(writes)
        except _BAD_RECORD:
            # One record that SQLite does not take must not cost the others.
            for write in writes:
                try:
                    self._commit([write])
                except _BAD_RECORD:
                    self.refused += 1
                    logger.exception("A record could not be stored and was left out")

    def _commit(self, writes: list[Write]) -> None:
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            results = [write(connection) for write in writes]
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        for result in results:
            if callable(result):
                result()
