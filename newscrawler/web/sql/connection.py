"""A connection on which suppressed articles do not exist.

Suppression hides an article in views; the tables of the archive still hold it. So a query can read open views, and the
tables of the archive are out of its reach, twice:

1. By name. The archive is attached under a random schema name, which no query can spell. For each of its tables an
   empty table of the same name is in a schema that SQLite searches first. Each open view is a temporary view over an
   inner view, and only inner views name the archive's tables with their schema.
2. By SQLite's authorizer (https://sqlite.org/c3ref/set_authorizer.html), which lists what is allowed: a table of the
   archive is read inside an inner view only. SQLite reports the view by its name; inner views have random names, so
   that a query cannot give theirs to an expression of its own (`WITH name AS …`).

Neither alone is enough. The authorizer is not asked about columns that `USING` and `NATURAL` join: until SQLite 3.40 at
least, `FULL JOIN texts USING (body)` reads all texts past it. The names alone would leave PRAGMA and other statements.
Each connection has new names and answers one query, so that no query knows the names from an earlier answer.
"""

from __future__ import annotations

import re
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

from newscrawler.archive.database.connection import database_uri
from newscrawler.archive.errors import ArchiveError
from newscrawler.archive.suppressed_names import SuppressedNames
from newscrawler.web.sql.views import ALARM_COLUMNS, ALARMS, ARCHIVE_VIEWS, OPEN, TABLES

LONGEST_VALUE = 4_000_000
"""The most bytes of a string or blob that a query makes."""
MOST_COLUMNS = 100
"""The most columns of a query: each row is in memory as a whole."""

_TABLE_FUNCTIONS = frozenset(("json_each", "json_tree"))
_REFUSED_FUNCTIONS = frozenset(("load_extension", "fts3_tokenizer"))
_ALLOWED_ACTIONS = frozenset((sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE))
_BOTH_OPEN = "NOT EXISTS (SELECT 1 FROM suppressions h WHERE h.article IN (id, origin_id) AND h.lifted IS NULL)"
"""SQL: neither a reprint nor its origin is suppressed. The clusters leave suppressed articles out; this makes sure."""
_COMMON_TABLE_EXPRESSION = re.compile(r"\b(\w+) AS \(\s*SELECT\b")


class SqlConnection:
    """A connection for one query. Close it afterwards."""

    def __init__(self, path: Path, *, seconds: float) -> None:
        """Connect to the archive; wait `seconds` for a program that locks it.

        Raises ArchiveError and sqlite3.DatabaseError.
        """
        self.refused: str | None = None
        """The first thing that the query is not allowed to read or to do; None when there was none."""
        self._schema = f"a{secrets.token_hex(16)}"
        self._inner = {name: f"v{secrets.token_hex(16)}" for name in OPEN}
        self._inside: frozenset[str] = frozenset()
        self._closed: frozenset[str] = frozenset()
        self.connection = _attached(path, self._schema, seconds)
        try:
            self._create_views()
            self._restrict()
        except BaseException:
            self.connection.close()
            raise

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def _create_views(self) -> None:
        rows = self.connection.execute(
            f"SELECT type, name, sql FROM {self._schema}.sqlite_schema WHERE type IN ('table', 'view')"
        ).fetchall()
        self._closed = frozenset(("sqlite_schema", "sqlite_master", "sqlite_temp_schema", "sqlite_temp_master")).union(
            name.lower() for _, name, _ in rows
        )
        self.connection.execute("BEGIN")
        self._create_decoys([name for _, name, _ in rows if name not in OPEN])
        tables = [name for kind, name, _ in rows if kind == "table"]
        stored = {name: sql for kind, name, sql in rows if kind == "view"}
        missing = [name for name in ARCHIVE_VIEWS if name not in stored]
        if missing:
            raise ArchiveError(f"the archive has no view {', '.join(missing)}")
        selects = {name: stored[name].partition(" AS")[2] for name in ARCHIVE_VIEWS}
        selects["reprints"] = f"SELECT * FROM ({selects['reprints']}) WHERE {_BOTH_OPEN}"
        names = self._create_names()
        selects |= {name: self._without_names(name, names) for name in TABLES}
        selects[ALARMS[0]] = self._without_names(ALARMS[1], names, ALARM_COLUMNS)
        inside = {*self._inner.values(), names}
        # Every table is named with its schema: so the authorizer can tell it from a table that a query names.
        of_archive = re.compile(rf"\b(FROM|JOIN)\s+({'|'.join(map(re.escape, tables))})\b")
        for name, select in selects.items():
            for expression in _COMMON_TABLE_EXPRESSION.findall(select):
                secret = f"x{secrets.token_hex(16)}"
                inside.add(secret)
                select = re.sub(rf"\b{expression}\b", secret, select)
            select = of_archive.sub(rf"\1 {self._schema}.\2", select)
            self.connection.execute(f"CREATE TEMP VIEW {self._inner[name]} AS {select}")
            self.connection.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM {self._inner[name]}")
        self.connection.execute("COMMIT")
        self._inside = frozenset(inside)

    def _create_names(self) -> str:
        """Create a table of what names suppressed articles; return its random name."""
        table = f"x{secrets.token_hex(16)}"
        self.connection.execute(f"CREATE TEMP TABLE {table} (part TEXT PRIMARY KEY) WITHOUT ROWID")
        parts = SuppressedNames.read(self.connection, self._schema).parts
        self.connection.executemany(f"INSERT OR IGNORE INTO {table} VALUES (?)", [(part,) for part in parts])
        return table

    def _without_names(self, table: str, names: str, only: tuple[str, ...] = ()) -> str:
        """Return a SELECT of columns of a table, with NULL for texts that name a suppressed article."""
        columns = self.connection.execute(
            "SELECT name, type FROM pragma_table_info(?, ?)", (table, self._schema)
        ).fetchall()
        selected = []
        for name, kind in columns:
            column = f"o.{_quoted(name)}"
            if kind == "TEXT":
                named = f"EXISTS (SELECT 1 FROM {names} h WHERE instr({column}, h.part))"
                column = f"CASE WHEN {named} THEN NULL ELSE {column} END AS {_quoted(name)}"
            if not only or name in only:
                selected.append(column)
        return f"SELECT {', '.join(selected)} FROM {table} o"

    def _create_decoys(self, names: list[str]) -> None:
        """Create an empty table in the schema `main` for each name of the archive."""
        connection = self.connection
        # SQLite's own tables (sqlite_stat1, …) have reserved names.
        connection.execute("PRAGMA writable_schema = ON")
        for name in names:
            columns = connection.execute(f"SELECT * FROM {self._schema}.{_quoted(name)} LIMIT 0").description
            named = ", ".join(_quoted(column[0]) for column in columns)
            connection.execute(f"CREATE TABLE main.{_quoted(name)} ({named})")
        connection.execute("PRAGMA writable_schema = OFF")

    def _restrict(self) -> None:
        connection = self.connection
        for function in _TABLE_FUNCTIONS:
            # A table function declares its columns at its first use, by statements that the authorizer refuses.
            connection.execute(f"SELECT * FROM {function}('[]')").fetchall()
        connection.execute("PRAGMA query_only = ON")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
        connection.setlimit(sqlite3.SQLITE_LIMIT_COLUMN, MOST_COLUMNS)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.set_authorizer(self._authorize)

    def _authorize(
        self, action: int, first: str | None, second: str | None, schema: str | None, inside: str | None
    ) -> int:
        """Allow or refuse one thing that a query does; see sqlite3_set_authorizer."""
        if action == sqlite3.SQLITE_READ:
            allowed = self._may_read(first or "", second or "", schema, inside)
        elif action == sqlite3.SQLITE_FUNCTION:
            allowed = second not in _REFUSED_FUNCTIONS
        else:
            allowed = action in _ALLOWED_ACTIONS
        if allowed:
            return sqlite3.SQLITE_OK
        if self.refused is None:
            self.refused = self._name_of(action, first, second)
        return sqlite3.SQLITE_DENY

    def _may_read(self, table: str, column: str, schema: str | None, inside: str | None) -> bool:
        if inside in self._inside or table in self._inner.values():
            return True
        if not column:
            # Rows are counted, no value is read. SQLite does not say inside which view, but names the schema as the
            # statement does, and a query cannot spell that of the archive. What is left is an expression of the query.
            return schema == self._schema or table in OPEN or table.lower() not in self._closed
        return (schema == "temp" and table in OPEN) or table in _TABLE_FUNCTIONS

    def _name_of(self, action: int, first: str | None, second: str | None) -> str:
        if action == sqlite3.SQLITE_READ:
            return ".".join(part for part in (first, second) if part)
        if action == sqlite3.SQLITE_FUNCTION:
            return f"{second}()"
        return ""


def _quoted(name: str) -> str:
    return '"{}"'.format(name.replace('"', '""'))


def _attached(path: Path, schema: str, seconds: float) -> sqlite3.Connection:
    """Return a connection to an empty database in memory, with the archive attached for reading."""
    connection = sqlite3.connect("file::memory:", uri=True, timeout=seconds, isolation_level=None)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        # A sort that needs much memory ends at the limit of its process, and fills no disk.
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute(f"ATTACH ? AS {schema}", (database_uri(path, read_only=True),))
    except BaseException:
        connection.close()
        raise
    return connection


def open_columns(path: Path, *, seconds: float) -> list[tuple[str, list[str]]]:
    """Return the open views with the names of their columns. Raises what SqlConnection raises."""
    with closing(SqlConnection(path, seconds=seconds)) as opened:
        return [
            (name, [column[0] for column in opened.connection.execute(f"SELECT * FROM {name} LIMIT 0").description])
            for name in OPEN
        ]
