"""Running one query within limits: time, rows, characters.

`run_query` takes and returns plain values and shares nothing with the server, so it can run in any thread or process.
"""

from __future__ import annotations

import re
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newscrawler.archive.database.connection import is_locked
from newscrawler.archive.errors import LockedError, UserError
from newscrawler.web.reader import LOCK_SECONDS, stop_after
from newscrawler.web.sql.connection import SqlConnection

SECONDS = 2.0
"""The time limit of a query."""
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


def run_query(path: Path, sql: str, parameters: dict[str, str], *, rows: int = MOST_ROWS) -> QueryResult:
    """Run a query on the open views of an archive; a parameter without a value is an empty string.

    Raises QueryError, LockedError when another program locks the archive, ArchiveError.
    """
    _check_statement(sql)
    values = dict.fromkeys(parameter_names(sql), "") | parameters
    begin = time.monotonic()
    try:
        with closing(SqlConnection(path, seconds=LOCK_SECONDS)) as opened:
            return _run(opened, sql, values, rows, begin)
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


def _run(opened: SqlConnection, sql: str, values: dict[str, str], most: int, begin: float) -> QueryResult:
    stop_after(opened.connection, SECONDS)
    rows: list[tuple[Any, ...]] = []
    left, truncated = MOST_CHARACTERS, False
    try:
        cursor = opened.connection.execute(sql, values)
        for row in cursor:
            if len(rows) == most:
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
    finally:
        opened.connection.set_progress_handler(None, 0)
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
    if str(error) == "interrupted":
        return QueryError(
            "the query took longer than {seconds} seconds and was ended; narrow it down.", seconds=int(SECONDS)
        )
    return QueryError("the query cannot be run; SQLite says: {message}", message=str(error))
