"""One query: what it asks for, and running it with at most so many rows and characters.

Time and memory are bounded by the process in which a query runs (`worker.py`).
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newscrawler.archive.database.connection import is_locked
from newscrawler.archive.errors import LockedError, UserError
from newscrawler.web.reader import LOCK_SECONDS
from newscrawler.web.sql.connection import SqlConnection

MOST_ROWS = 1_000
"""The most rows of a result."""
MOST_CHARACTERS = 32_000_000
"""The most characters, or bytes of blobs, of a result."""
_READING = ("SELECT", "WITH", "VALUES", "EXPLAIN")
_QUOTED = re.compile(
    r"""--[^\n]*|/\*.*?(?:\*/|\Z)|'(?:[^']|'')*(?:'|\Z)|"(?:[^"]|"")*(?:"|\Z)|`[^`]*(?:`|\Z)|\[[^\]]*(?:\]|\Z)""",
    re.DOTALL,
)
"""Comments, strings and quoted names; one that is not closed goes on to the end."""
_PARAMETER = re.compile(r":(\w+)")


class QueryError(UserError):
    """A query that is not run, or not to its end; the message says why. HTTP 400."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query, and the form of its result."""

    sql: str
    parameters: dict[str, str]
    """Values by name; a parameter without a value is an empty string."""
    rows: int = MOST_ROWS
    """The most rows of the result."""
    form: str = "json"
    """json, lines (JSON with one object per line), csv, or page (`formats.ShownResult`)."""
    shape: str = "arrays"
    """Of JSON: one of `formats.SHAPES`."""
    name: str | None = None
    """The table or example that was asked for."""


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The rows of a query."""

    columns: list[str]
    rows: list[tuple[Any, ...]]
    """Values are str, int, float, bytes or None."""
    truncated: bool
    """Whether there are more rows than were asked for."""
    milliseconds: float


def parameter_names(sql: str) -> list[str]:
    """Return the names of the parameters of a statement (`:name`), each once, in their order."""
    return list(dict.fromkeys(_PARAMETER.findall(_QUOTED.sub(" ", sql))))


def run_query(path: Path, query: Query, *, begun: Callable[[], None] = lambda: None) -> QueryResult:
    """Run a query on the open views of an archive; `begun` is called when the archive is open and the query begins.

    Raises QueryError, LockedError when another program locks the archive, ArchiveError.
    """
    _check_statement(query.sql)
    try:
        with closing(SqlConnection(path, seconds=LOCK_SECONDS)) as opened:
            begun()
            return _run(opened, query)
    except sqlite3.DatabaseError as error:
        if is_locked(error):
            raise LockedError(f"{path}: is locked by another program") from None
        raise


def _check_statement(sql: str) -> None:
    words = _QUOTED.sub(" ", sql).replace("(", " ").split(None, 1)
    if not words:
        raise QueryError("write a query, as in: SELECT title FROM articles_flat LIMIT 10")
    if words[0].upper() not in _READING:
        raise QueryError("only SELECT statements are answered.")


def _run(opened: SqlConnection, query: Query) -> QueryResult:
    begin = time.monotonic()
    values = dict.fromkeys(parameter_names(query.sql), "") | query.parameters
    rows: list[tuple[Any, ...]] = []
    left, truncated = MOST_CHARACTERS, False
    try:
        cursor = opened.connection.execute(query.sql, values)
        for row in cursor:
            if len(rows) == query.rows:
                truncated = True
                break
            left -= sum(len(value) for value in row if isinstance(value, str | bytes))
            if left < 0:
                raise QueryError(
                    "the result has more than {most:,} characters; ask for fewer rows or columns.",
                    most=MOST_CHARACTERS,
                )
            rows.append(row)
    except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
        if (isinstance(error, sqlite3.DatabaseError) and is_locked(error)) or isinstance(error, UserError):
            raise
        raise _explained(opened, error) from None
    columns = [column[0] for column in cursor.description or ()]
    return QueryResult(columns, rows, truncated, round((time.monotonic() - begin) * 1000, 1))


def _explained(opened: SqlConnection, error: Exception) -> QueryError:
    """Return the error of a visitor for an error of SQLite."""
    if opened.refused:
        return QueryError(
            "the query reads {name}, which is not open to queries; /sql lists what is.", name=opened.refused[:100]
        )
    if opened.refused is not None:
        return QueryError("the query does more than reading the open tables; /sql lists them.")
    return QueryError("the query cannot be run; SQLite says: {message}", message=str(error))
