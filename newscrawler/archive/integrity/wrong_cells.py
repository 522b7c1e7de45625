"""Cells that the schema of an archive does not allow: a value of another type, text that is not UTF-8, a huge value.

This program stores none of them. A fault of a disk can make them, and so can whoever writes to the file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from newscrawler.archive.database.connection import MAX_CELL_BYTES, connect
from newscrawler.archive.database.row_digests import changed_rows
from newscrawler.archive.errors import ArchiveError

_TYPES = {"TEXT": "text", "INTEGER": "integer", "REAL": "real", "BLOB": "blob"}
"""Type of a column to `typeof` of its values. A column of the type ANY takes all values."""


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    types: dict[str, str]
    """Column to its declared type."""
    has_rowid: bool


def explain_damage(path: Path) -> str:
    """Return the first cell or table of an archive that is not as this program stored it, in a clause; empty: none.

    It reads the whole archive. What cannot be read at all gives no clause.
    """
    try:
        with closing(connect(path, read_only=True)) as connection:
            if cell := wrong_cell(connection):
                return cell
            # No label of a row: it may be the title of a suppressed article.
            return next((f"rows of {rows.table} are {rows.what}" for rows in changed_rows(connection)), "")
    except (sqlite3.Error, ArchiveError):
        return ""


def wrong_cell(connection: sqlite3.Connection) -> str:
    """Return table, row and column of the first wrong cell, and what is wrong, in a clause; empty: there is none.

    Raises sqlite3.Error when the archive cannot be read.
    """
    tables = list(_tables(connection))
    # Types first: they are known without reading the values.
    for check in (_of_another_type, _unreadable):
        for table in tables:
            if clause := check(connection, table):
                return clause
    return ""


def _tables(connection: sqlite3.Connection) -> Iterator[_Table]:
    names = connection.execute(
        """SELECT name, wr FROM pragma_table_list
           WHERE schema = 'main' AND type = 'table' AND name NOT GLOB '*sqlite_*' ORDER BY name"""
    ).fetchall()
    for name, is_without_rowid in names:
        columns = connection.execute("SELECT name, type FROM pragma_table_info(?, 'main')", (name,))
        yield _Table(name, dict(columns.fetchall()), not is_without_rowid)


def _of_another_type(connection: sqlite3.Connection, table: _Table) -> str:
    """Return the first value that is not of the type of its column. `typeof` does not read the value itself."""
    typed = {name: _TYPES[kind] for name, kind in table.types.items() if kind in _TYPES}
    cases = " ".join(
        f"WHEN typeof({_quoted(name)}) NOT IN ('{kind}', 'null') THEN {number}"
        for number, (name, kind) in enumerate(typed.items())
    )
    if not cases:
        return ""
    for place, (number,) in enumerate(connection.execute(f"SELECT CASE {cases} END {_from(table)}")):
        if number is not None:
            column = list(typed)[number]
            return _clause(connection, table, place, column, f"holds no {table.types[column]}")
    return ""


def _unreadable(connection: sqlite3.Connection, table: _Table) -> str:
    """Return the first value that SQLite or Python refuses to read."""
    place = 0
    try:
        for _ in connection.execute(f"SELECT {', '.join(map(_quoted, table.types))} {_from(table)}"):
            place += 1
    except (sqlite3.DataError, sqlite3.OperationalError):
        for column in table.types:
            try:
                _cell(connection, table, place, _quoted(column))
            except sqlite3.DataError:
                return _clause(connection, table, place, column, f"is larger than {MAX_CELL_BYTES:,} bytes")
            except sqlite3.OperationalError as error:
                if "UTF-8" not in str(error):
                    raise
                return _clause(connection, table, place, column, "holds text that is not UTF-8")
        raise
    return ""


def _clause(connection: sqlite3.Connection, table: _Table, place: int, column: str, what: str) -> str:
    row = f"the {place + 1:,}. row by its key"
    if table.has_rowid:
        row = f"row {_cell(connection, table, place, 'rowid')}"
    return f"table {table.name}, {row}, column {column}: the cell {what}"


def _cell(connection: sqlite3.Connection, table: _Table, place: int, expression: str) -> object:
    (value,) = connection.execute(f"SELECT {expression} {_from(table)} LIMIT 1 OFFSET ?", (place,)).fetchone()
    return value


def _from(table: _Table) -> str:
    """Return the FROM of a query that reads a table in the order in which its rows are stored."""
    return f"FROM {_quoted(table.name)} NOT INDEXED"


def _quoted(name: str) -> str:
    return '"{}"'.format(name.replace('"', '""'))
