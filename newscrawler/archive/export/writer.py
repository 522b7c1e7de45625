"""What an export format implements: the protocol `Writer`. docs/guides/extending.md describes it for plug-ins."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from newscrawler.archive.columns import Column

Row = Sequence[Any]
"""The values of an article, one per column: text, whole numbers, None. Lists are texts, joined with 、."""


class Writer(Protocol):
    """Writes one export to one file. It is made without arguments, used once and then thrown away.

    Making it raises ExportError when something that it needs is not installed. `open`, `write` and `close` may raise
    OSError; then nothing is left of the file.
    """

    media_type: str = "application/octet-stream"
    """Of the file, for the manifest."""
    is_text: bool = False
    """True: `open` gets a text stream (UTF-8, line ends as written), which may be standard output or a pipe.
    False: `open` gets the path of a file that does not exist yet."""
    has_lists: bool = False
    """Whether the file holds lists as lists. Used for the column types in the manifest."""
    notes: Sequence[str] = ()
    """What the user should know about the file, one clause each, as `3 cells were cut`. Read after `close`."""

    def open(self, target: Any, columns: Sequence[Column]) -> None:
        """Begin the file with these columns. The stream of a text format stays open when the export is done."""

    def write(self, rows: Iterable[Row]) -> None:
        """Write all rows; called once. The rows come from the archive while they are read, so read each once."""

    def close(self) -> None:
        """Complete the file. Not called after an error."""


class RowCounter:
    """Counts the rows that a writer reads. Raises sqlite3.DataError for bytes, which only a damaged archive has."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = rows
        self.count = 0
        self.is_exhausted = False
        """Whether all rows were read."""

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            if bytes in map(type, row):
                raise sqlite3.DataError("a value of the archive is not text")
            self.count += 1
            yield row
        self.is_exhausted = True
