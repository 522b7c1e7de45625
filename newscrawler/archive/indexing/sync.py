"""Keeping search index and reprints in step with the articles: all that a transaction changed, just before its end.

Not article by article: FTS5 writes what it has gathered into the file whenever another statement begins that might be
undone by itself, which at an article each costs more than all the rest of storing it.
"""

from __future__ import annotations

import sqlite3

from newscrawler.archive.indexing.fulltext import index_articles
from newscrawler.archive.indexing.reprints import cluster_article


def watch_changes(connection: sqlite3.Connection) -> None:
    """Let a connection that writes remember which articles changed. What is rolled back is forgotten with the rest."""
    connection.execute("CREATE TEMP TABLE changed_articles (n INTEGER PRIMARY KEY) STRICT")


def note_change(connection: sqlite3.Connection, n: int) -> None:
    """Remember that an article has another newest version. Must run inside a transaction."""
    connection.execute("INSERT OR IGNORE INTO temp.changed_articles VALUES (?)", (n,))


def sync_index(connection: sqlite3.Connection) -> None:
    """Enter what changed into the index and the clusters; the last thing in a transaction that stores articles."""
    numbers = [row[0] for row in connection.execute("SELECT n FROM temp.changed_articles ORDER BY n")]
    if not numbers:
        return
    index_articles(connection, numbers)
    for number in numbers:
        cluster_article(connection, number)
    connection.execute("DELETE FROM temp.changed_articles")
