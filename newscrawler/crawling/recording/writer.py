"""The queue through which a crawl writes into its archive."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable

from newscrawler.archive.database.batch import Batch
from newscrawler.archive.errors import ArchiveError
from newscrawler.crawling.errors import ArchiveBrokenError

logger = logging.getLogger(__name__)


class ArchiveWriter:
    """Collects writes and commits them in batches. An error of the archive is reported once, through `on_broken`.

    After such an error nothing more is written.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        batch_size: int,
        before_commit: Callable[[], object],
        on_broken: Callable[[str], object],
    ) -> None:
        self.connection = connection
        self.broken = ""
        """Why the archive can no longer be written; empty while it can."""
        self._on_broken = on_broken
        self._batch = Batch(connection, size=batch_size, before=before_commit)

    def add(self, write: Callable[..., object], *args: object, **kwargs: object) -> None:
        """Queue `write(connection, *args, **kwargs)`. What it returns is called after the commit, if it is callable."""
        if self.broken:
            return
        try:
            self._batch.add(write, *args, **kwargs)
        except (sqlite3.Error, OSError) as error:
            self.give_up(error)

    def flush(self) -> None:
        """Commit what is queued."""
        try:
            self._batch.flush()
        except (sqlite3.Error, OSError) as error:
            self.give_up(error)

    def flush_if_due(self) -> None:
        """Commit what is queued if it has waited long enough. Called by a clock, since a slow portal adds nothing."""
        if self.broken:
            return
        try:
            self._batch.flush_if_due()
        except (sqlite3.Error, OSError) as error:
            self.give_up(error)

    def flush_or_raise(self) -> None:
        """Commit what is queued, for a caller that cannot go on without. Raises ArchiveBrokenError."""
        self.flush()
        if self.broken:
            raise ArchiveBrokenError(self.broken)

    def give_up(self, error: sqlite3.Error | OSError | ArchiveError) -> None:
        """Note that the archive, or its captures, cannot be written, and report it."""
        if not self.broken:
            target = "its captures" if isinstance(error, OSError | ArchiveError) else "the archive"
            self.broken = f"{target} cannot be written: {error}"
            logger.error("%s", self.broken)
            self._on_broken(self.broken)

    @property
    def refused(self) -> int:
        """The number of records that the archive did not accept."""
        return self._batch.refused
