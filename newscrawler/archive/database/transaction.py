"""Transactions that write."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from newscrawler.archive.database.row_digests import sync_digests
from newscrawler.archive.indexing.sync import sync_index


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """Run a block in one transaction: committed at its end, rolled back on any exception.

    The transaction takes the write lock at once (`BEGIN IMMEDIATE`), so that several programs can write one archive.
    Before it is committed, the digests of changed rows are computed, and search index and reprint clusters are
    synchronized with the articles that changed. Raises sqlite3.OperationalError when the lock cannot be had or the
    disk is full.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        sync_digests(connection)
        sync_index(connection)
        connection.execute("COMMIT")
    except BaseException:
        # SQLite itself rolls back after some errors, such as a full disk.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
