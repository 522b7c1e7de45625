"""A lake: a folder, or object storage, of Parquet parts that any engine reads. `export --append` adds to it.

Each append writes what is new, changed or gone since the last one, as parts with the next number, into folders
`province=…/month=…`. Nothing that is there is changed. The column `part` has the number; of the rows of one article,
that with the highest number is its newest state. So a part that is written twice, after a crash, does no harm.

Compaction writes everything anew under the next number, and then removes the parts before it.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain, groupby
from pathlib import Path

from newscrawler.archive import open_archive
from newscrawler.archive.columns import Column, select_list
from newscrawler.archive.export.cursors import Cursor
from newscrawler.archive.export.fields import CHANGE, fields_named
from newscrawler.archive.export.lake_storage import LakeStorage
from newscrawler.archive.export.parquet import PARTITIONS, ParquetTableWriter, date_notes, path_part
from newscrawler.archive.export.selection import Selection
from newscrawler.archive.export.writer import Row, RowCounter
from newscrawler.archive.filters import ArticleFilter
from newscrawler.archive.progress import Progress, unwatched

KEYS = ("province", "month")
PART = Column("part", "", "integer", "The append that wrote the row; the highest is the newest.", "the export")
REMOVED = "removed"
"""Value of `change` for an article that the archive does not show any more: it is suppressed, or its run was undone."""
_NAME = re.compile(r"part-(\d{8})\.parquet$")


@dataclass(slots=True)
class LakeResult:
    """What an append wrote."""

    number: int = 0
    """Of the parts; 0: nothing had changed, and nothing was written."""
    files: int = 0
    changes: Counter[str] = field(default_factory=Counter)
    """Rows by `change`: new, changed, gone, removed."""
    removed_files: int = 0
    """By a compaction."""
    notes: list[str] = field(default_factory=list)


def append(
    archive: str | Path,
    out: str,
    *,
    article_filter: ArticleFilter,
    columns: tuple[str, ...],
    compact: bool = False,
    progress: Progress = unwatched,
) -> LakeResult:
    """Add to the lake at `out` what changed in an archive since the last append; with `compact` write all anew.

    Raises ExportError, ArchiveError and FilterError before anything is written, WriteError when writing broke off.
    """
    storage = LakeStorage(out)
    with closing(open_archive(archive, creates=False)) as connection:
        selection = Selection.of(connection, article_filter, columns)
        connection.execute("BEGIN")
        try:
            cursor = Cursor(f"lake {storage.name}", article_filter, selection)
            parts = _Parts(storage, selection, columns, progress)
            parts.write(cursor, compact=compact)
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        if compact:
            parts.remove_earlier()
        cursor.move()
        return parts.result


class _Parts:
    def __init__(
        self, storage: LakeStorage, selection: Selection, columns: tuple[str, ...], progress: Progress
    ) -> None:
        self._storage = storage
        self._selection = selection
        self._progress = progress
        self._columns = tuple(name for name in columns if name not in KEYS)
        self._fields = [CHANGE, PART, *fields_named(self._columns)]
        self._invalid_dates: Counter[str] = Counter()
        self._existing = {path: int(match[1]) for path in storage.files() if (match := _NAME.search(path))}
        self._number = max(self._existing.values(), default=0) + 1
        self.result = LakeResult()

    def write(self, cursor: Cursor, *, compact: bool) -> None:
        """Write the parts of one append."""
        self._order(cursor, compact=compact)
        rows = chain(self._changed(), self._removed(cursor))
        with tempfile.TemporaryDirectory(prefix="newscrawler-lake-") as folder:
            for keys, group in groupby(rows, key=lambda row: row[: len(KEYS)]):
                place = "/".join(f"{name}={path_part(value)}" for name, value in zip(KEYS, keys, strict=True))
                path = Path(folder) / "part"
                writer = ParquetTableWriter(self._invalid_dates)
                writer.open(path, self._fields)
                writer.write(RowCounter(row[len(KEYS) :] for row in group))
                self._storage.put(path, f"{place}/part-{self._number:08}.parquet")
                path.unlink()
                self.result.files += 1
        if self.result.files:
            self.result.number = self._number
        self.result.notes = date_notes(self._invalid_dates)

    def remove_earlier(self) -> None:
        """Remove the parts of earlier appends."""
        for path, number in self._existing.items():
            if number < self._number:
                self._storage.remove(path)
                self.result.removed_files += 1

    def _order(self, cursor: Cursor, *, compact: bool) -> None:
        """Write the articles in their order into a temporary table: without their texts, sorting needs little."""
        connection = self._selection.connection
        connection.execute("CREATE TEMP TABLE lake_order (place INTEGER PRIMARY KEY, n INTEGER, change TEXT)")
        self._progress("order of the articles")
        keys = ", ".join(PARTITIONS[name] for name in KEYS)
        order = f"ORDER BY {keys}, v.published_date, a.n"
        before = "INSERT INTO temp.lake_order"
        if compact:
            self._selection.execute("NULL, a.n, 'new'", order, before=before)
        else:
            change = "CASE WHEN t.article IS NULL THEN 'new' WHEN a.status = 'gone' THEN 'gone' ELSE 'changed' END"
            cursor.changed(f"NULL, a.n, {change}", order, before=before)

    def _changed(self) -> Iterator[Row]:
        keys = ", ".join(PARTITIONS[name] for name in KEYS)
        rows = self._selection.execute(
            f"{keys}, o.change, {self._number}, {select_list(self._columns)}",
            "ORDER BY o.place",
            joins="JOIN temp.lake_order o ON o.n = a.n",
        )
        for count, row in enumerate(rows):
            self._progress("articles", count)
            self.result.changes[row[len(KEYS)]] += 1
            yield row

    def _removed(self, cursor: Cursor) -> Iterator[Row]:
        place = self._columns.index("id")
        for article in cursor.lost():
            self.result.changes[REMOVED] += 1
            values: list[object] = [None] * len(self._columns)
            values[place] = article
            yield (None, None, REMOVED, self._number, *values)
