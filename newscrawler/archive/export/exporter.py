"""One export from beginning to end: what is asked for, the file, its manifest, the mark."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from newscrawler.archive import open_archive, open_archive_read_only
from newscrawler.archive.columns import COLUMN_NAMES, Column, select_list
from newscrawler.archive.database.connection import check_exists
from newscrawler.archive.database.migrations import applied_migrations
from newscrawler.archive.export import archive_copy, manifest, parquet, xlsx
from newscrawler.archive.export.csv_file import write_csv
from newscrawler.archive.export.cursors import Mark, filter_text
from newscrawler.archive.export.errors import ExportError, WriteError
from newscrawler.archive.export.fields import CHANGE, MONTH, fields_named
from newscrawler.archive.export.files import STDOUT, is_stream, whole_file, whole_folder, whole_path
from newscrawler.archive.export.json_lines import write_json_lines
from newscrawler.archive.export.manifest import Part
from newscrawler.archive.export.selection import Selection, moment_of
from newscrawler.archive.filters import ArticleFilter
from newscrawler.archive.indexing.sync import watch_changes

SUFFIXES = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
    ".db": "sqlite",
}
"""End of a file's name to its format."""
FORMATS = ("csv", "jsonl", "parquet", "xlsx", "sqlite")
_STREAMED = ("csv", "jsonl")


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be exported, and how."""

    out: str
    """File, folder for partitions, or `-` for standard output."""
    form: str = ""
    """One of FORMATS; empty: by the suffix of `out`."""
    chosen: ArticleFilter = field(default_factory=ArticleFilter)
    columns: tuple[str, ...] = COLUMN_NAMES
    excel: bool = False
    partition: tuple[str, ...] = ()
    since_last: str | None = None
    as_of: str | None = None
    manifest: bool = False


@dataclass(slots=True)
class Exported:
    """What an export came to."""

    rows: int = 0
    changes: Counter[str] = field(default_factory=Counter)
    """With `since_last`: how many are new, changed, gone."""
    is_first: bool = False
    """There was no mark of that name and filter before."""
    cut_cells: int = 0
    """Cells that were longer than a cell of a workbook can be."""
    unread_dates: Counter[str] = field(default_factory=Counter)
    """Field to values that are no date, which Parquet cannot hold; left empty."""
    parts: list[Part] = field(default_factory=list)
    """The files that were written, relative to their folder."""


def export(archive: str | Path, request: Request) -> Exported:
    """Export articles of an archive.

    Raises ExportError, ArchiveError and FilterError before anything is written, WriteError when writing broke off;
    then nothing of it is left, and a mark stays as it was.
    """
    if not request.out:
        raise ExportError("OUT is empty; name a file, as in articles.csv, or - for standard output.")
    form = _form_of(request)
    _check(archive, request, form)
    moment = moment_of(request.as_of) if request.as_of is not None else None
    check_exists(Path(archive))
    # A reader gives up soon where another program holds the archive, so the one that sets a mark is a reader first.
    db = open_archive_read_only(archive)
    if request.since_last:
        db.conn.close()
        db = open_archive(archive)
    try:
        return _Export(db, request, form, moment).run()
    finally:
        db.conn.close()


def _form_of(request: Request) -> str:
    if request.form:
        if request.form not in FORMATS:
            raise ExportError(f"there is no format {request.form!r}; there are {', '.join(FORMATS)}.")
        return request.form
    suffix = Path(request.out).suffix.lower()
    if request.partition:
        # A folder may have any name, but for one that promises a file of another format.
        return SUFFIXES.get(suffix, "parquet")
    if is_stream(request.out):
        return "csv"
    if suffix not in SUFFIXES and Path(request.out).is_dir():
        raise ExportError(f"{request.out}: is a directory; name a file, as in {Path(request.out) / 'articles.csv'}.")
    if suffix not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        raise ExportError(f"{request.out}: its ending tells no format; use one of {known}, or --format.")
    return SUFFIXES[suffix]


def _check(archive: str | Path, request: Request, form: str) -> None:
    """Raise ExportError for what does not go together, or would harm the archive."""
    if request.partition:
        for name in request.partition:
            if name not in parquet.PARTITIONS:
                raise ExportError(f"cannot partition by {name!r}; there are {', '.join(parquet.PARTITIONS)}.")
            if request.partition.count(name) > 1:
                raise ExportError(f"--partition names {name!r} twice.")
        if form != "parquet":
            raise ExportError(f"--partition writes a folder of Parquet files, and is not for {form}.")
        if request.since_last is not None:
            raise ExportError("--partition and --since-last do not go together; write one file.")
    if is_stream(request.out):
        if form not in _STREAMED:
            raise ExportError(f"{form} cannot be written to standard output or a pipe; name a file.")
        if request.manifest:
            raise ExportError("--manifest needs a file beside which it can lie.")
    if request.manifest and not _is_text(request.out):
        raise ExportError(f"{request.out!r}: --manifest cannot write down a name that is not UTF-8.")
    if request.excel and form != "csv":
        raise ExportError(f"--excel is for csv, not for {form}.")
    if form == "sqlite":
        if request.since_last is not None or request.as_of is not None:
            raise ExportError("an archive has no column 'change' and no moment; use csv, jsonl or parquet.")
        if request.columns != COLUMN_NAMES:
            raise ExportError("an archive has all columns; leave out --columns and --no-body.")
    if request.since_last is not None:
        if request.as_of is not None:
            raise ExportError("--since-last and --as-of do not go together.")
        if not request.since_last.strip():
            raise ExportError("--since-last needs a name.")
    if form == "parquet":
        parquet.check_installed()
    if form == "xlsx":
        xlsx.check_installed()
    if _is_same(request.out, archive):
        raise ExportError(f"{request.out}: is the archive itself; name another file.")
    if form == "sqlite":
        archive_copy.check_target(request.out)
    if request.manifest:
        if Path(request.out).name == manifest.NAME:
            raise ExportError(f"{request.out}: is the name of the manifest; name another file.")
        manifest.check_writable(Path(request.out).resolve().parent)


def _is_text(out: str) -> bool:
    try:
        out.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_same(out: str, archive: str | Path) -> bool:
    archive = Path(archive).absolute()
    own = [archive, *(archive.with_name(archive.name + end) for end in ("-wal", "-shm", "-journal"))]
    try:
        return out != STDOUT and any(Path(out).samefile(path) for path in own if path.exists())
    except (OSError, RuntimeError):
        return False


class _Export:
    def __init__(self, db: Database, request: Request, form: str, moment: str | None) -> None:
        self._db = db
        self._request = request
        self._form = form
        self._moment = moment
        self._done = Exported()
        columns = request.columns
        if request.since_last and "id" not in columns:
            # Of what is gone nothing else is known.
            columns = ("id", *columns)
        self._selection = Selection.of(db, request.chosen, columns, moment)
        self._fields = fields_named(columns)
        self._mark: Mark | None = None

    def run(self) -> Exported:
        connection = self._db.conn
        # Temporary tables are written; the archive itself is open for reading only, or not written to before the end.
        connection.execute("PRAGMA query_only = OFF")
        if self._request.since_last:
            # They are as long as the archive: into files, unlike what a crawl notes down. This drops what is there.
            connection.execute("PRAGMA temp_store = FILE")
            connection.execute("PRAGMA cache_size = -8000")
            watch_changes(connection)
        connection.execute("BEGIN")
        try:
            if self._request.since_last:
                self._mark = Mark(self._request.since_last, self._request.chosen, self._selection)
                self._done.is_first = self._mark.exported is None
                self._fields = [CHANGE, *self._fields]
            facts = self._facts() if self._request.manifest else {}
            with _sqlite_errors(self._request.out):
                self._write()
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        if self._request.manifest:
            target = Path(self._request.out).resolve()
            self._describe(target.parent, target.name, facts)
        if self._mark:
            try:
                self._mark.set()
            except sqlite3.Error as error:
                raise WriteError(
                    f"{self._request.out}: is whole, but the mark {self._request.since_last!r} could not be set "
                    f"({error}); the next export repeats its rows."
                ) from None
        return self._done

    def _write(self) -> None:
        request, done = self._request, self._done
        name = Path(request.out).resolve().name
        if request.partition:
            with whole_folder(request.out) as folder:
                for place, count in parquet.write_partitions(
                    folder, request.partition, self._inner_fields(), self._partitioned_rows(), done.unread_dates
                ):
                    done.parts.append(Part(f"{name}/{place}", count))
            done.rows = sum(part.rows for part in done.parts)
            return
        if self._form in _STREAMED:
            with whole_file(request.out) as stream:
                if self._form == "csv":
                    names = [column.name for column in self._fields]
                    done.rows = write_csv(stream, names, self._rows(), excel=request.excel)
                else:
                    done.rows = write_json_lines(stream, self._fields, self._rows())
        else:
            with whole_path(request.out) as path:
                if self._form == "parquet":
                    done.rows = parquet.write_parquet(path, self._fields, self._rows(), done.unread_dates)
                elif self._form == "xlsx":
                    done.rows, done.cut_cells = xlsx.write_workbook(path, self._fields, self._rows())
                else:
                    done.rows = archive_copy.copy_archive(path, self._selection)
        done.parts.append(Part(name, done.rows))

    def _rows(self) -> Iterator[Sequence[Any]]:
        return self._counted(self._mark.rows()) if self._mark else self._selection.rows()

    def _counted(self, rows: Iterator[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        for row in rows:
            self._done.changes[row[0]] += 1
            yield row

    def _inner_fields(self) -> list[Column]:
        """The fields that stand in the files of a partition: the folders' names hold the others."""
        return [column for column in self._fields if column.name not in self._request.partition]

    def _partitioned_rows(self) -> Iterator[Sequence[Any]]:
        keys = ", ".join(parquet.PARTITIONS[name] for name in self._request.partition)
        columns = select_list(tuple(column.name for column in self._inner_fields()))
        # The order is found without the texts; sorting whole rows would need as much room as the export.
        connection = self._selection.connection
        connection.execute("CREATE TEMP TABLE export_order (place INTEGER PRIMARY KEY, n INTEGER)")
        self._selection.execute("NULL, a.n", f"ORDER BY {keys}, a.n", before="INSERT INTO temp.export_order")
        return self._selection.execute(
            f"{keys}, {columns}",
            "ORDER BY o.place",
            joins="JOIN temp.export_order o ON o.n = a.n",
        )

    def _facts(self) -> dict[str, Any]:
        """What the manifest says of the query and the archive."""
        request = self._request
        facts: dict[str, Any] = {
            "query": {
                "filter": _as_json(request.chosen),
                "columns": [column.name for column in self._fields],
            },
            "runs": self._mark.runs() if self._mark else self._selection.run_keys(),
            "schema_version": max(applied_migrations(self._db.conn)),
        }
        if self._moment:
            facts["query"]["as_of"] = self._moment
        if self._mark:
            facts["query"]["since_last"] = {"name": request.since_last, "exported": self._mark.exported}
        return facts

    def _describe(self, folder: Path, name: str, facts: dict[str, Any]) -> None:
        resource = manifest.described(
            folder,
            name,
            self._done.parts,
            form=self._form,
            fields=self._inner_fields(),
            partitions=[MONTH if name == "month" else fields_named([name])[0] for name in self._request.partition],
            facts=facts,
        )
        manifest.add_resource(folder, resource)


def _as_json(chosen: ArticleFilter) -> Any:
    return json.loads(filter_text(chosen))


@contextmanager
def _sqlite_errors(out: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if "full" in str(error) or "disk I/O" in str(error):
            raise WriteError(f"{out}: could not be written: {error}; nothing of it is left.") from None
        raise
