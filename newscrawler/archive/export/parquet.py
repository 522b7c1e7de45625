"""Parquet: one file, or a Hive-style folder with one file per partition. Needs pyarrow (extra `export`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby, islice
from pathlib import Path
from typing import IO, Any

from newscrawler.archive.columns import Column
from newscrawler.archive.export.errors import ExportError
from newscrawler.archive.export.fields import split_list
from newscrawler.archive.export.writer import Row, RowCounter, Writer
from newscrawler.text.installation import install_line

GROUP_ROWS = 2_000
"""Rows of a row group: the rows that memory holds at once."""
PARTITIONS = {
    "province": "p.province",
    "city": "coalesce(s.city, v.city)",
    "month": "substr(v.published_date, 1, 7)",
}
"""What a folder can be partitioned by: name to SQL on the tables of `columns.FROM`; month is that of publication."""
NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
# What Hive escapes (FileUtils.escapePathName), and what is special to a shell or another system.
_ESCAPED = set("\"#%'*/:=?\\{}[]^<>|~ .\x7f") | {chr(code) for code in range(32)}


class ParquetTableWriter(Writer):
    """Writes one typed table."""

    media_type = "application/vnd.apache.parquet"
    has_lists = True

    def __init__(self, invalid_dates: Counter[str] | None = None) -> None:
        """Raise ExportError when pyarrow is not installed.

        `invalid_dates` counts the values that are not valid dates, by column; several writers may share it.
        """
        try:
            import pyarrow.parquet  # noqa: F401
        except ImportError:
            raise ExportError(f"Parquet needs pyarrow; install it with: {install_line('export')}") from None
        self._invalid_dates: Counter[str] = Counter() if invalid_dates is None else invalid_dates

    @property
    def notes(self) -> list[str]:  # type: ignore[override]
        """How many dates were left empty because they are not valid."""
        return date_notes(self._invalid_dates)

    def open(self, target: Path | IO[bytes], columns: Sequence[Column]) -> None:
        """Begin the file with the schema of the columns."""
        import pyarrow
        from pyarrow.parquet import ParquetWriter

        self._columns = columns
        self._types = [_type(column) for column in columns]
        self._schema = pyarrow.schema(
            [pyarrow.field(column.name, kind) for column, kind in zip(columns, self._types, strict=True)]
        )
        where = str(target) if isinstance(target, Path) else target
        self._writer = ParquetWriter(where, self._schema, compression="zstd")

    def write(self, rows: Iterable[Row]) -> None:
        """Write the rows in groups. A date that is not valid is left empty and counted."""
        import pyarrow

        with self._writer:
            rest = iter(rows)
            while group := list(islice(rest, GROUP_ROWS)):
                arrays = [
                    pyarrow.array(_cells(column, values, self._invalid_dates), type=kind)
                    for column, kind, values in zip(self._columns, self._types, zip(*group, strict=True), strict=True)
                ]
                self._writer.write_table(pyarrow.Table.from_arrays(arrays, schema=self._schema))

    def close(self) -> None:
        """Do nothing: `write` completes the file."""


def date_notes(invalid_dates: Counter[str]) -> list[str]:
    """Return one clause per column that has values which are not valid dates."""
    return [
        f"{count:,} values of {name} were left empty: no valid date" for name, count in invalid_dates.items() if count
    ]


_FILE = "articles.parquet"


def write_partitions(
    folder: Path, names: Sequence[str], columns: Sequence[Column], rows: Iterable[Row], invalid_dates: Counter[str]
) -> Iterator[tuple[str, int]]:
    """Write one file per partition; yield its path in the folder and the number of its rows.

    Each row begins with the values of the partition, and the rows are sorted by them. Without rows, one empty file is
    written into the folder itself: a folder without a file cannot be read as a table.
    """
    width = len(names)
    is_empty = True
    for values, group in groupby(rows, key=lambda row: row[:width]):
        is_empty = False
        place = "/".join(f"{name}={path_part(value)}" for name, value in zip(names, values, strict=True))
        (folder / place).mkdir(parents=True)
        path = f"{place}/{_FILE}"
        yield path, _write_file(folder / path, columns, (row[width:] for row in group), invalid_dates)
    if is_empty:
        yield _FILE, _write_file(folder / _FILE, columns, [], invalid_dates)


def _write_file(path: Path, columns: Sequence[Column], rows: Iterable[Row], invalid_dates: Counter[str]) -> int:
    counter = RowCounter(rows)
    writer = ParquetTableWriter(invalid_dates)
    writer.open(path, columns)
    writer.write(counter)
    writer.close()
    return counter.count


def path_part(value: str | None) -> str:
    """Return a partition's value as part of a path, percent-encoded as readers of such folders expect."""
    if not value:
        return NO_VALUE
    return "".join(
        "".join(f"%{byte:02X}" for byte in character.encode()) if character in _ESCAPED else character
        for character in value
    )


def _type(field: Column) -> Any:
    import pyarrow

    if field.is_list:
        return pyarrow.list_(pyarrow.string())
    types = {
        "text": pyarrow.string(),
        "integer": pyarrow.int64(),
        "number": pyarrow.float64(),
        "date": pyarrow.date32(),
        "datetime": pyarrow.timestamp("ms", tz="UTC"),
    }
    return types[field.type]


def _cells(field: Column, values: Sequence[object], invalid_dates: Counter[str]) -> Sequence[object]:
    if field.is_list:
        return [split_list(value) for value in values]
    if field.type not in ("date", "datetime"):
        return values
    cells = [_moment(field.type, value) for value in values]
    invalid_dates[field.name] += sum(
        cell is None and value is not None for cell, value in zip(cells, values, strict=True)
    )
    return cells


def _moment(kind: str, value: object) -> date | datetime | None:
    try:
        return (date if kind == "date" else datetime).fromisoformat(str(value)) if value is not None else None
    except ValueError:
        return None
