"""The engine on one machine: a SQLite file that its processes share."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from newscrawler.fleet.engine import MAX_VALUE_BYTES, ConflictError, Entry, UnavailableError

_TABLE = """CREATE TABLE IF NOT EXISTS entries (
  bucket TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, revision INTEGER NOT NULL,
  PRIMARY KEY (bucket, key)) STRICT, WITHOUT ROWID"""
_NEXT = "SELECT coalesce(max(revision), 0) + 1 FROM entries"
_SECONDS = 5.0


class FileEngine:
    """Values in a file. Its file system must be a local one: those of networks do not lock reliably."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, bucket: str) -> Mapping[str, Entry]:
        """Return all values of a bucket by key."""
        with self._open() as connection:
            rows = connection.execute("SELECT key, value, revision FROM entries WHERE bucket = ?", (bucket,))
            return {key: Entry(bytes(value), revision) for key, value, revision in rows}

    def replace(self, bucket: str, key: str, value: bytes, revision: int) -> int:
        """Replace the value that has this revision; return the new revision. Raises ConflictError."""
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            row = connection.execute(
                "SELECT revision FROM entries WHERE bucket = ? AND key = ?", (bucket, key)
            ).fetchone()
            if (row[0] if row else 0) != revision:
                raise ConflictError(f"{key}: was replaced by somebody else")
            return self._store(connection, bucket, key, value)

    def put(self, bucket: str, key: str, value: bytes) -> None:
        """Store a value, whatever was there."""
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            self._store(connection, bucket, key, value)

    def close(self) -> None:
        """Do nothing: a connection lives as long as a call."""

    def _store(self, connection: sqlite3.Connection, bucket: str, key: str, value: bytes) -> int:
        revision = int(connection.execute(_NEXT).fetchone()[0])
        connection.execute("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?)", (bucket, key, value, revision))
        connection.execute("COMMIT")
        return revision

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=_SECONDS, isolation_level=None)) as connection:
                connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 2 * MAX_VALUE_BYTES)
                connection.execute(_TABLE)
                yield connection
        except (sqlite3.Error, OSError) as error:
            raise UnavailableError(f"{self._path}: the leases cannot be read or written: {error}") from None
