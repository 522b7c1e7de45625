"""Comparing the schema of an archive with that of this version, and repairing triggers, indexes and views."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from newscrawler.archive.database.migrations import apply_migrations
from newscrawler.archive.database.schema import Difference, differences
from newscrawler.archive.integrity.problem import REPAIR, RESTORE, Problem

_REPAIRABLE = ("index", "view")
_FULLTEXT_TABLES = ("search_index", "search_characters")
_WORD_TABLES = ("search_index_words", "search_characters_words")


def schema_problems(connection: sqlite3.Connection) -> Iterator[Problem]:
    """Yield what is missing, what differs from the schema of this version, and what was added to it."""
    for difference in differences(connection):
        yield Problem("schema", difference.name, str(difference), _fix(difference))


def _fix(difference: Difference) -> str:
    if difference.kind != "table":
        return REPAIR
    if difference.expected is None:
        return f"""remove it with 'DROP TABLE "{difference.name}"', or move it into a database of its own"""
    return RESTORE


def lost_table(connection: sqlite3.Connection) -> str:
    """Return what is wrong with a table that is missing or changed; empty when all are as they should be."""
    lost = (one for one in differences(connection) if one.kind == "table" and one.expected is not None)
    return next((str(difference) for difference in lost), "")


def remove_added(connection: sqlite3.Connection) -> list[str]:
    """Remove triggers, indexes and views that are not ours; return one sentence per object, with its statement.

    Must run inside a transaction.
    """
    repairs = []
    for difference in differences(connection):
        if difference.expected is None and difference.kind != "table":
            name = difference.name.replace('"', '""')
            connection.execute(f'DROP {difference.kind} "{name}"')
            repairs.append(f"{difference.name}: the {difference.kind} was removed: {difference.actual}")
    return repairs


def repair_schema(connection: sqlite3.Connection) -> list[str]:
    """Rebuild the indexes and views that are missing or differ; return one sentence per repair.

    Must run inside a transaction.
    """
    repairs = []
    for difference in differences(connection):
        kind, name = difference.kind, difference.name
        if kind in _REPAIRABLE and difference.expected is not None:
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
