"""Comparing the schema of an archive with that of this version, and repairing indexes and views."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from newscrawler.archive.database.migrations import apply_migrations
from newscrawler.archive.integrity.problem import REPAIR, RESTORE, Problem

_REPAIRABLE = ("index", "view")
_FULLTEXT_TABLES = ("search_index", "search_characters")
_WORD_TABLES = ("search_index_words", "search_characters_words")


@dataclass(frozen=True, slots=True)
class _Difference:
    """An object of the schema that is missing or differs."""

    kind: str
    name: str
    actual: str | None
    """Its statement in the archive; None: it is missing."""
    expected: str


def schema_problems(connection: sqlite3.Connection) -> Iterator[Problem]:
    """Yield the tables, indexes and views that are missing or differ from those of this version."""
    for difference in _differences(connection):
        kind = difference.kind
        what = (
            f"the {kind} is missing" if difference.actual is None else f"the {kind} differs from that of this version"
        )
        yield Problem("schema", difference.name, what, REPAIR if kind in _REPAIRABLE else RESTORE)


def repair_schema(connection: sqlite3.Connection) -> list[str]:
    """Rebuild the indexes and views that are missing or differ; return one sentence per repair.

    Must run inside a transaction.
    """
    repairs = []
    for difference in list(_differences(connection)):
        kind, name = difference.kind, difference.name
        if kind in _REPAIRABLE:
            if difference.actual is not None:
                connection.execute(f'DROP {kind} "{name}"')
            connection.execute(difference.expected)
            repairs.append(f"{name}: the {kind} was rebuilt")
    return repairs


def recreate_search_tables(connection: sqlite3.Connection) -> None:
    """Replace the tables of the search index, however damaged, by empty ones with the options of a new archive.

    Must run inside a transaction.
    """
    for table in _FULLTEXT_TABLES:
        # The structure record of an empty index: without one the table can be neither opened nor dropped.
        connection.execute(f"REPLACE INTO {table}_data (id, block) VALUES (1, x''), (10, x'00000000000000')")
    # The tables of words read the full-text tables, so they are dropped first and created last.
    for table in (*_WORD_TABLES, *_FULLTEXT_TABLES, "search_documents"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    with _new_schema() as template:
        for name in (*_FULLTEXT_TABLES, *_WORD_TABLES, "search_documents", "search_documents_published"):
            (sql,) = template.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
            connection.execute(sql)
        for table in _FULLTEXT_TABLES:
            for option, value in template.execute(f"SELECT k, v FROM {table}_config WHERE k <> 'version'"):
                connection.execute(f"INSERT INTO {table}({table}, rank) VALUES (?, ?)", (option, value))


@contextmanager
def _new_schema() -> Iterator[sqlite3.Connection]:
    """Give a database in memory that has the tables of a new archive, and no rows."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        apply_migrations(connection)
        yield connection


def _statements(connection: sqlite3.Connection) -> dict[tuple[str, str], str]:
    rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {(kind, name): sql for kind, name, sql in rows}


def _differences(connection: sqlite3.Connection) -> Iterator[_Difference]:
    actual = _statements(connection)
    with _new_schema() as template:
        expected = _statements(template)
    for (kind, name), sql in expected.items():
        if actual.get((kind, name)) != sql:
            yield _Difference(kind, name, actual.get((kind, name)), sql)
