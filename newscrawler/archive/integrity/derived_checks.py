"""Checking and rebuilding what is derived from the articles: the search index and the clusters of reprints."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from newscrawler.archive.indexing.check import check_index
from newscrawler.archive.indexing.fulltext import rebuild_index
from newscrawler.archive.indexing.reprint_check import wrong_reprints
from newscrawler.archive.indexing.reprints import rebuild_clusters
from newscrawler.archive.integrity.problem import REPAIR, Problem
from newscrawler.archive.integrity.schema_checks import recreate_search_tables


def index_problems(connection: sqlite3.Connection) -> Iterator[Problem]:
    """Yield the differences between the search index and the texts."""
    lost = connection.execute(
        """SELECT count(*) FROM articles a LEFT JOIN versions v ON v.id = a.version LEFT JOIN texts x ON x.hash = v.text
           WHERE a.version IS NOT NULL AND x.hash IS NULL"""
    ).fetchone()[0]
    if lost:
        yield Problem("search", "search_index", f"cannot be compared: {lost:,} texts are lost", REPAIR)
        return
    for text in check_index(connection):
        yield Problem("search", "search_index", text, REPAIR)


def reprint_problems(connection: sqlite3.Connection) -> Iterator[Problem]:
    """Yield the differences between the tables of reprints and the texts."""
    try:
        for text in wrong_reprints(connection):
            yield Problem("reprints", "reprint_signatures", text, REPAIR)
    except (TypeError, ValueError, AttributeError):
        yield Problem("reprints", "reprint_signatures", "hold values of a wrong type", REPAIR)


def repair_derived(connection: sqlite3.Connection) -> list[str]:
    """Rebuild the search index and the clusters where they are wrong; return one sentence per repair.

    Must run inside a transaction.
    """
    repairs = []
    if check_index(connection):
        repairs.append(f"search_index: was rebuilt from {_rebuild_index(connection):,} articles")
    if any(reprint_problems(connection)):
        repairs.append(f"reprints: were rebuilt from {rebuild_clusters(connection):,} articles")
    return repairs


def _rebuild_index(connection: sqlite3.Connection) -> int:
    connection.execute("SAVEPOINT search")
    try:
        number = rebuild_index(connection)
    except sqlite3.DatabaseError:
        # Damaged so far that it cannot even be emptied.
        connection.execute("ROLLBACK TO search")
        recreate_search_tables(connection)
        number = rebuild_index(connection)
    connection.execute("RELEASE search")
    return number
