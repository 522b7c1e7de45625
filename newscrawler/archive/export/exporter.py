"""One export from beginning to end: the request, the file, its manifest, the cursor."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from newscrawler.archive import open_archive, open_archive_read_only
from newscrawler.archive.columns import FROM, Column, select_list
from newscrawler.archive.database.connection import check_exists
from newscrawler.archive.database.migrations import applied_migrations
from newscrawler.archive.database.row_digests import keep_digests, watch_rows
from newscrawler.archive.export import archive_copy, manifest, parquet
from newscrawler.archive.export.cursors import Cursor
from newscrawler.archive.export.digests import LINE, run_digests
from newscrawler.archive.export.errors import WriteError
from newscrawler.archive.export.fields import CHANGE, MONTH, fields_named
from newscrawler.archive.export.files import whole_folder, whole_path
from newscrawler.archive.export.formats import COLLECTION
from newscrawler.archive.export.manifest import Part
from newscrawler.archive.export.provenance import provenance
from newscrawler.archive.export.request import ExportRequest, check_request, format_of
from newscrawler.archive.export.selection import Choice, Selection, moment_of
from newscrawler.archive.export.table_file import write_table
from newscrawler.archive.export.writer import Row, Writer
from newscrawler.archive.indexing.sync import watch_changes
from newscrawler.archive.progress import Progress, unwatched


@dataclass(slots=True)
class ExportResult:
    """What an export came to."""

    rows: int = 0
    changes: Counter[str] = field(default_factory=Counter)
    """With `since_last`: how many articles are new, changed, gone."""
    is_first: bool = False
    """There was no cursor of that name and filter before."""
    notes: list[str] = field(default_factory=list)
    """What the user should know about the file, one clause each."""
    parts: list[Part] = field(default_factory=list)
    """The files that were written, relative to their folder."""
    choice: Choice = field(default_factory=lambda: Choice(()))
    """What `ExportRequest.choose` chose."""


def export(archive: str | Path, request: ExportRequest, *, progress: Progress = unwatched) -> ExportResult:
    """Export articles of an archive.

    Raises ExportError, ArchiveError and FilterError before anything is written, WriteError when writing broke off;
    then nothing of it is left, and a cursor stays as it was.
    """
    format_name = format_of(request)
    writer = check_request(archive, request, format_name)
    key = _key(request.key) if request.key is not None else None
    moment = moment_of(request.as_of) if request.as_of is not None else None
    check_exists(Path(archive))
    # A reader gives up soon where another program holds the archive, so an export that moves a cursor reads first.
    connection = open_archive_read_only(archive)
    if request.since_last:
        connection.close()
        connection = open_archive(archive)
    try:
        return _Export(connection, request, format_name, writer, moment, key, progress).run()
    finally:
        connection.close()


def _key(path: Path) -> EllipticCurvePrivateKey:
    from newscrawler.archive.export.wacz_signature import load_key

    return load_key(path)


class _Export:
    def __init__(
        self,
        connection: sqlite3.Connection,
        request: ExportRequest,
        format_name: str,
        writer: Writer | None,
        moment: str | None,
        key: EllipticCurvePrivateKey | None,
        progress: Progress,
    ) -> None:
        self._key = key
        self._connection = connection
        self._progress = progress
        self._request = request
        self._format_name = format_name
        self._writer = writer
        self._moment = moment
        self._result = ExportResult()
        columns = request.columns
        if request.since_last and "id" not in columns:
            # Of an article that is gone nothing else is known.
            columns = ("id", *columns)
        self._selection = Selection.of(connection, request.article_filter, columns, moment)
        self._fields = fields_named(columns)
        self._cursor: Cursor | None = None

    def run(self) -> ExportResult:
        connection = self._connection
        # Temporary tables are written; the archive itself is read only, or is not written before the end.
        connection.execute("PRAGMA query_only = OFF")
        if self._request.since_last:
            # Its temporary tables are as long as the archive: they go into files. This drops those that exist.
            connection.execute("PRAGMA temp_store = FILE")
            connection.execute("PRAGMA cache_size = -8000")
            watch_changes(connection)
            watch_rows(connection)
            keep_digests(connection)
        connection.execute("BEGIN")
        try:
            if self._request.since_last:
                self._cursor = Cursor(self._request.since_last, self._request.article_filter, self._selection)
                self._result.is_first = self._cursor.exported is None
                self._fields = [CHANGE, *self._fields]
            if self._request.choose is not None:
                # In this transaction, so that the articles are chosen from what is exported.
                self._result.choice = self._request.choose(self._selection)
                self._selection = self._selection.chosen(self._result.choice)
            facts = self._facts() | self._result.choice.facts if self._request.manifest else {}
            with _sqlite_errors(self._request.out):
                self._write()
            self._result.notes += self._result.choice.notes
            if self._moment and not self._result.rows:
                self._result.notes.append(self._why_nothing())
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        if self._request.manifest:
            target = Path(self._request.out).resolve()
            self._describe(target.parent, target.name, facts)
        if self._cursor:
            try:
                self._cursor.move()
            except sqlite3.Error as error:
                raise WriteError(
                    f"{self._request.out}: is whole, but the cursor {self._request.since_last!r} could not be moved "
                    f"({error}); the next export repeats its rows."
                ) from None
        return self._result

    def _write(self) -> None:
        request, result = self._request, self._result
        name = Path(request.out).resolve().name
        if request.partition:
            invalid_dates: Counter[str] = Counter()
            with whole_folder(request.out) as folder:
                for place, count in parquet.write_partitions(
                    folder, request.partition, self._inner_fields(), self._partitioned_rows(), invalid_dates
                ):
                    result.parts.append(Part(f"{name}/{place}", count))
            result.rows = sum(part.rows for part in result.parts)
            result.notes = parquet.date_notes(invalid_dates)
            return
        if self._format_name == COLLECTION:
            self._progress("captures of the articles")
            with whole_path(request.out) as path:
                # Late: what reads captures takes a tenth of the time of a small export.
                from newscrawler.archive.export.wacz import write_wacz

                collection = write_wacz(path, self._selection, self._key)
            result.rows, result.notes = collection.articles, collection.notes
        elif self._writer is None:
            self._progress("articles with all their versions")
            with whole_path(request.out) as path:
                result.rows = archive_copy.copy_archive(path, self._selection)
        else:
            result.rows, result.notes = write_table(
                request.out, self._format_name, self._writer, self._fields, self._rows()
            )
        result.parts.append(Part(name, result.rows))

    def _rows(self) -> Iterator[Row]:
        return self._counted(self._count_changes(self._cursor.rows()) if self._cursor else self._selection.rows())

    def _counted(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield the rows, and tell how many they are so far."""
        for number, row in enumerate(rows):
            self._progress("articles", number)
            yield row

    def _count_changes(self, rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            self._result.changes[row[0]] += 1
            yield row

    def _inner_fields(self) -> list[Column]:
        """Return the fields that the files of a partition hold; the names of the folders hold the others."""
        return [column for column in self._fields if column.name not in self._request.partition]

    def _partitioned_rows(self) -> Iterator[Row]:
        keys = ", ".join(parquet.PARTITIONS[name] for name in self._request.partition)
        columns = select_list(tuple(column.name for column in self._inner_fields()))
        # Rows are sorted without their texts; with them, sorting would need as much disk space as the export.
        connection = self._selection.connection
        connection.execute("CREATE TEMP TABLE export_order (place INTEGER PRIMARY KEY, n INTEGER)")
        self._progress("order of the articles")
        self._selection.execute("NULL, a.n", f"ORDER BY {keys}, a.n", before="INSERT INTO temp.export_order")
        rows = self._selection.execute(
            f"{keys}, {columns}",
            "ORDER BY o.place",
            joins="JOIN temp.export_order o ON o.n = a.n",
        )
        return self._counted(rows)

    def _why_nothing(self) -> str:
        """Say why an export of a past moment has no article."""
        (first,) = self._connection.execute(f"SELECT min(a.first_seen) {FROM}").fetchone()
        if first is None or first <= (self._moment or ""):
            return "no article that was stored by then fits the filters"
        return f"nothing was stored by then: the first article was stored at {first}"

    def _facts(self) -> dict[str, Any]:
        """Return what the manifest says of the query and the archive."""
        request = self._request
        line, order = f"v.run, {LINE}", "ORDER BY a.id"
        versions = self._cursor.changed(line, order) if self._cursor else self._selection.execute(line, order)
        facts: dict[str, Any] = {
            "query": {
                "filter": request.article_filter.as_dict(),
                "columns": [column.name for column in self._fields],
            },
            "runs": self._cursor.runs() if self._cursor else self._selection.run_keys(),
            "digests": run_digests(self._connection, versions),
            "schema_version": max(applied_migrations(self._connection)),
            **provenance(self._connection, self._selection),
        }
        if self._moment:
            facts["query"]["as_of"] = self._moment
        if self._cursor:
            facts["query"]["since_last"] = {"name": request.since_last, "exported": self._cursor.exported}
        return facts

    def _describe(self, folder: Path, name: str, facts: dict[str, Any]) -> None:
        resource = manifest.describe_resource(
            folder,
            name,
            self._result.parts,
            format_name=self._format_name,
            writer=self._writer,
            fields=self._inner_fields(),
            has_repeats=self._result.choice.has_repeats,
            partitions=[MONTH if name == "month" else fields_named([name])[0] for name in self._request.partition],
            facts=facts,
        )
        manifest.add_resource(folder, resource)


@contextmanager
def _sqlite_errors(out: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if "full" in str(error) or "disk I/O" in str(error):
            raise WriteError(f"{out}: could not be written: {error}; nothing of it is left.") from None
        raise
