"""Writing in batches: a crawl commits its records when they are a thousand or when the oldest is two seconds old."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable
from typing import Concatenate, ParamSpec

from newscrawler.archive.database.transaction import writing

Arguments = ParamSpec("Arguments")
Write = Callable[[sqlite3.Connection], object]

logger = logging.getLogger(__name__)


class Batch:
    """Collects writes and commits them together, in order, in one short transaction.

    If the process dies, all writes that are not committed are lost: the archive never holds half a record. A batch
    looks at its age only when it is asked to: by the next write, or by `flush_if_due`, which somebody calls by a clock.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        size: int = 1000,
        seconds: float = 2.0,
        before: Callable[[], object] | None = None,
    ) -> None:
        """Create a batch; `before` is called before each transaction, outside of it."""
        self._connection = connection
        self._before = before
        self._size = size
        self._seconds = seconds
        self._writes: list[Write] = []
        self._oldest = 0.0
        self.refused = 0
        """Records that could not be stored."""

    def add(
        self,
        write: Callable[Concatenate[sqlite3.Connection, Arguments], object],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> None:
        """Queue `write(connection, *args, **kwargs)`; commits when the batch is large or old enough.

        If the write returns a callable, that is called after the commit.
        """
        if not self._writes:
            self._oldest = time.monotonic()
        self._writes.append(lambda connection: write(connection, *args, **kwargs))
        if len(self._writes) >= self._size or self._is_old():
            self.flush()

    def flush_if_due(self) -> None:
        """Commit the queued writes if the oldest is old enough. Raises as `flush` does."""
        if self._writes and self._is_old():
            self.flush()

    def _is_old(self) -> bool:
        return time.monotonic() - self._oldest >= self._seconds

    def flush(self) -> None:
        """Commit the queued writes. A record that cannot be stored is logged and left out; the others are stored.

        Raises sqlite3.Error when the archive itself cannot be written: the disk is full, the file is damaged, or
        another program locks it. Raises what `before` raises; nothing is committed then.
        """
        if not self._writes:
            return
        if self._before is not None:
            self._before()
        writes, self._writes = self._writes, []
        with writing(self._connection):
            results = [self._run(write) for write in writes]
        for result in results:
            if callable(result):
                result()

    def _run(self, write: Write) -> object:
        """Run one write in a savepoint; return its result, None when it could not be stored."""
        connection = self._connection
        connection.execute("SAVEPOINT record")
        try:
            result = write(connection)
        except Exception as error:
            if isinstance(error, sqlite3.OperationalError) or type(error) is sqlite3.DatabaseError:
                raise
            connection.execute("ROLLBACK TO record")
            self.refused += 1
            logger.exception("A record could not be stored and was left out")
            result = None
        connection.execute("RELEASE record")
        return result
