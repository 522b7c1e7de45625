"""What SQL may read: Datasette's connection, with an authorizer that lets no query reach what a takedown hides.

Takedowns hide articles in views; the tables below still hold them. So queries may read the views, and those tables
that hold no text, title or address of an article. SQLite tells its authorizer through which view a table is read
(https://sqlite.org/c3ref/set_authorizer.html), by the name in FROM. A common table expression could borrow the name of
a view; a query that gives one such a name is refused before SQLite sees it.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from datasette.database import Database as DatasetteDatabase
from datasette.database import Results
from datasette.utils import InvalidSql

from newscrawler.archive.columns import NOT_SUPPRESSED
from newscrawler.archive.database.connection import connect, is_locked
from newscrawler.archive.errors import LockedError, UserError
from newscrawler.web.reading import LOCK_SECONDS

SECONDS = 2.0
MOST_ROWS = 1_000
MOST_CHARACTERS = 32_000_000
"""Characters, or bytes of blobs, of an answer."""
_LONGEST_VALUE = 4_000_000
"""Bytes of a string or blob that a query may make."""
_MOST_COLUMNS = 100
"""Of a query: each row stands in memory whole."""

_TEMPORARY_VIEWS = {
    "article_versions": f"""SELECT a.id AS article, v.number, v.title, v.source, v.published,
      v.published_date,
      v.summary, x.body, v.char_count, v.article_type, v.cms, v.encoding, v.extractor, v.content_hash, v.seen_from,
      v.seen_to
      FROM articles a JOIN versions v ON v.article = a.n JOIN texts x ON x.hash = v.text WHERE {NOT_SUPPRESSED}""",
    "article_credits": f"""SELECT a.id AS article, v.number, c.position, c.part, c.role, c.name, c.outlet
      FROM articles a JOIN versions v ON v.article = a.n JOIN credits c ON c.version = v.id WHERE {NOT_SUPPRESSED}""",
    "alarm_history": """SELECT id, portal, section, field, kind, state, level, before, after, first_run, last_run,
      first_seen, last_seen, closed FROM alarms""",
}
"""Views of this connection only: the history and the people of articles that are shown, alarms without the pages that
they name."""

VIEWS = ("articles_flat", *_TEMPORARY_VIEWS, "reprints")
_INSIDE = frozenset((*VIEWS, "members", "placed"))
"""Names under which tables are read inside the views; the last two are expressions of `reprints`."""

TABLES = ("portals", "sections", "runs", "sweeps", "robots", "run_measures")
"""Tables that hold nothing of an article."""

_PRAGMAS = frozenset(
    (
        "table_info",
        "table_xinfo",
        "foreign_key_list",
        "index_list",
        "index_info",
        "index_xinfo",
        "schema_version",
        "data_version",
    )
)
"""What Datasette asks for to describe tables."""
_SCHEMA = ("sqlite_master", "sqlite_schema")
# Table functions, and what FTS5 reads to describe its tables.
_READABLE = frozenset((*VIEWS, *TABLES, "json_each", "json_tree", "search_index_config", "search_characters_config"))
_NEVER = frozenset(("load_extension", "fts3_tokenizer"))

_TOKEN = re.compile(
    r"""--[^\n]*|/\*.*?(?:\*/|\Z)|\s+|'((?:[^']|'')*)'|"((?:[^"]|"")*)"|`((?:[^`]|``)*)`|\[([^\]]*)(?:\]|\Z)|([\w$]+)|.""",
    re.DOTALL,
)


class RefusedSqlError(UserError, InvalidSql):  # type: ignore[misc]  # Datasette has no types
    """A query that is not run, or not to its end."""


def refuse_borrowed_names(sql: str) -> None:
    """Raise RefusedSqlError for a query with a common table expression that is named like one of our views."""
    tokens = [
        next((group for group in found.groups() if group is not None), found.group()).lower()
        for found in _TOKEN.finditer(sql)
        if not found.group().startswith(("--", "/*")) and not found.group().isspace()
    ]
    for place, token in enumerate(tokens):
        if token not in _INSIDE:
            continue
        rest = [word for word in tokens[place + 1 : place + 5] if word not in ("not", "materialized")]
        if rest[:1] == ["("] or rest[:2] == ["as", "("]:
            raise RefusedSqlError("{name} is the name of a view; give the expression another name.", name=token)


def _may(action: int, first: str | None, second: str | None, database: str | None, inside: str | None) -> int:
    """Judge one thing that a query does; see sqlite3_set_authorizer."""
    allowed = False
    if action == sqlite3.SQLITE_READ:
        table, column = (first or ""), (second or "")
        # Without a column: a table of which only rows are counted.
        allowed = inside in _INSIDE or not column or table in _READABLE or (table in _SCHEMA and database == "main")
    elif action == sqlite3.SQLITE_FUNCTION:
        allowed = second not in _NEVER
    elif action == sqlite3.SQLITE_PRAGMA:
        allowed = first in _PRAGMAS
    elif action == sqlite3.SQLITE_UPDATE:
        # A virtual table declares its columns so; the connection writes nothing.
        allowed = first in _SCHEMA
    else:
        allowed = action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE)
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def connect_guarded(path: Path) -> sqlite3.Connection:
    """Return a connection to the archive that reads what SQL may read.

    Raises ArchiveError and sqlite3.DatabaseError as `connect` does.
    """
    connection = connect(path, read_only=True, seconds=LOCK_SECONDS)
    for name, select in _TEMPORARY_VIEWS.items():
        connection.execute(f"CREATE TEMP VIEW {name} AS {select}")
    connection.execute("PRAGMA query_only = ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
    connection.setlimit(sqlite3.SQLITE_LIMIT_COLUMN, _MOST_COLUMNS)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.set_authorizer(_may)
    return connection


class _Bounded:
    """Makes the rows of one answer until they are too large together."""

    def __init__(self) -> None:
        self._left = MOST_CHARACTERS

    def __call__(self, cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> sqlite3.Row:
        self._left -= sum(len(value) for value in values if isinstance(value, str | bytes))
        if self._left < 0:
            raise sqlite3.OperationalError(
                f"the answer has more than {MOST_CHARACTERS:,} characters; ask for fewer rows or columns"
            )
        return sqlite3.Row(cursor, values)


class GuardedDatabase(DatasetteDatabase):  # type: ignore[misc]  # Datasette has no types
    """The archive as Datasette sees it."""

    def __init__(self, datasette: Any, path: Path) -> None:
        super().__init__(datasette, path=str(path), is_mutable=True)

    def connect(self, write: bool = False) -> sqlite3.Connection:
        """Return a connection that reads what SQL may read. Raises sqlite3.OperationalError when it is to write."""
        if write:
            raise sqlite3.OperationalError("the archive is read-only here")
        return connect_guarded(Path(self.path))

    async def execute(self, sql: str, *arguments: Any, **options: Any) -> Results:
        """Run a query as Datasette does.

        Raises RefusedSqlError for one that borrows the name of a view and, when its rows are to be shown, for one that
        SQLite does not run; what Datasette asks for itself ends in sqlite3.DatabaseError, which it expects. Raises
        LockedError when another program holds the archive.
        """
        refuse_borrowed_names(sql)
        try:
            return await super().execute(sql, *arguments, **{**options, "log_sql_errors": False})
        except sqlite3.DatabaseError as error:
            if is_locked(error):
                raise LockedError(f"{self.path}: is locked by another program") from None
            if not options.get("truncate"):
                raise
            if "prohibited" in str(error) or "not authorized" in str(error):
                raise RefusedSqlError(
                    "the query reads what is not open to queries (SQLite: {said}); /sql lists what is.", said=error
                ) from None
            raise RefusedSqlError("the query cannot be run; SQLite says: {said}", said=error) from None

    async def execute_fn(self, fn: Callable[[sqlite3.Connection], Any]) -> Any:
        """Run a function with a connection that gives no more rows than an answer may have."""

        def bounded(connection: sqlite3.Connection) -> Any:
            connection.row_factory = _Bounded()
            return fn(connection)

        return await super().execute_fn(bounded)

    async def attached_databases(self) -> list[Any]:
        """Return the further databases of the connection: none."""
        return []

    async def table_exists(self, table: str) -> bool:
        """Whether a table may be read."""
        return table in TABLES

    async def table_names(self) -> list[str]:
        """Return the tables that may be read."""
        return list(TABLES)

    async def view_names(self) -> list[str]:
        """Return the views that may be read."""
        return list(VIEWS)

    async def get_view_definition(self, view: str) -> str | None:
        """Return the statement that makes a view; None when it is none."""
        if view in _TEMPORARY_VIEWS:
            return f"CREATE TEMP VIEW {view} AS {_TEMPORARY_VIEWS[view]}"
        return await super().get_view_definition(view) if view in VIEWS else None
