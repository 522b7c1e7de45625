"""Synchronizing search index and reprints with the articles, once per transaction, just before its end.

It is not done per article: FTS5 flushes its buffer to the file whenever another statement opens a statement journal.
Once per article, that would cost more than everything else in storing it.
"""

from __future__ import annotations

import sqlite3

from newscrawler.archive.indexing.fulltext import index_articles
from newscrawler.archive.indexing.reprints import cluster_article


def watch_changes(connection: sqlite3.Connection) -> None:
    """Create the list of changed articles of a connection that writes. A rollback undoes its entries too."""
    connection.execute("CREATE TEMP TABLE changed_articles (n INTEGER PRIMARY KEY) STRICT")


def note_change(connection: sqlite3.Connection, n: int) -> None:
    """Note that an article has another newest version. Must run inside a transaction."""
    connection.execute("INSERT OR IGNORE INTO temp.changed_articles VALUES (?)", (n,))


def sync_index(connection: sqlite3.Connection) -> None:
    """Add all changes to the index and the clusters. Must be the last step of a transaction that stores articles."""
    numbers = [row[0] for row in connection.execute("SELECT n FROM temp.changed_articles ORDER BY n")]
    if not numbers:
        return
    index_articles(connection, numbers)
    for number in numbers:
        cluster_article(connection, number)
    connection.execute("DELETE FROM temp.changed_articles")
