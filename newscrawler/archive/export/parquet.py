"""Parquet: one file, or a Hive-style folder with a file a partition. Needs pyarrow (extra `export`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from newscrawler.archive.columns import Column
from newscrawler.archive.export.errors import ExportError
from newscrawler.archive.export.fields import listed

GROUP_ROWS = 2_000
"""Rows of a row group: as much as is held in memory."""
PARTITIONS = {
    "province": "p.province",
    "city": "coalesce(s.city, v.city)",
    "month": "substr(v.published_date, 1, 7)",
}
"""What a folder can be partitioned by: name to SQL on the tables of `flat.FROM`; month is that of publication."""
NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
# What Hive escapes (FileUtils.escapePathName), and what a shell or another system would take amiss.
_ESCAPED = set("\"#%'*/:=?\\{}[]^<>|~ .\x7f") | {chr(code) for code in range(32)}


def check_installed() -> None:
    """Raise ExportError when pyarrow is not installed."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        raise ExportError("Parquet needs pyarrow; install it with: pip install 'newscrawler[export]'") from None


def write_parquet(path: Path, fields: Sequence[Column], rows: Iterable[Sequence[object]], unread: Counter[str]) -> int:
    """Write rows to one file and return their number.

    A date that is none is left empty and counted in `unread` by its field.
    """
    import pyarrow
    from pyarrow.parquet import ParquetWriter

    types = [_type(field) for field in fields]
    schema = pyarrow.schema([pyarrow.field(field.name, kind) for field, kind in zip(fields, types, strict=True)])
    found = iter(rows)
    count = 0
    with ParquetWriter(str(path), schema, compression="zstd") as writer:
        while batch := list(islice(found, GROUP_ROWS)):
            columns = [
                pyarrow.array(_cells(field, values, unread), type=kind)
                for field, kind, values in zip(fields, types, zip(*batch, strict=True), strict=True)
            ]
            writer.write_table(pyarrow.Table.from_arrays(columns, schema=schema))
            count += len(batch)
    return count


_FILE = "articles.parquet"


def write_partitions(
    folder: Path, names: Sequence[str], fields: Sequence[Column], rows: Iterable[Sequence[Any]], unread: Counter[str]
) -> Iterator[tuple[str, int]]:
    """Write a file a partition; yield its path in the folder and the number of its rows.

    Each row begins with the values of the partition, by which the rows are sorted. Without a row there is one file with
    none, in the folder itself: a folder without a file cannot be read as a table.
    """
    width = len(names)
    is_empty = True
    for values, group in groupby(rows, key=lambda row: row[:width]):
        is_empty = False
        place = "/".join(f"{name}={path_part(value)}" for name, value in zip(names, values, strict=True))
        (folder / place).mkdir(parents=True)
        path = f"{place}/{_FILE}"
        yield path, write_parquet(folder / path, fields, (row[width:] for row in group), unread)
    if is_empty:
        yield _FILE, write_parquet(folder / _FILE, fields, [], unread)


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
        "date": pyarrow.date32(),
        "datetime": pyarrow.timestamp("ms", tz="UTC"),
    }
    return types[field.type]


def _cells(field: Column, values: Sequence[object], unread: Counter[str]) -> Sequence[object]:
    if field.is_list:
        return [listed(value) for value in values]
    if field.type not in ("date", "datetime"):
        return values
    cells = [_moment(field.type, value) for value in values]
    unread[field.name] += sum(cell is None and value is not None for cell, value in zip(cells, values, strict=True))
    return cells


def _moment(kind: str, value: object) -> date | datetime | None:
    try:
        return (date if kind == "date" else datetime).fromisoformat(str(value)) if value is not None else None
    except ValueError:
        return None
