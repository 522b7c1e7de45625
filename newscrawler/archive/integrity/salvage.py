"""Copying what can still be read of a damaged archive into a new one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from newscrawler.archive.atomic import new_file
from newscrawler.archive.captures.transfer import CaptureConflictError, transfer_captures
from newscrawler.archive.captures.warc_files import captures_folder
from newscrawler.archive.database.connection import check_exists
from newscrawler.archive.database.opening import open_archive
from newscrawler.archive.database.row_digests import sum_digests, sync_digests
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.errors import ArchiveError
from newscrawler.archive.indexing import DERIVED_TABLES
from newscrawler.archive.indexing.fulltext import rebuild_index
from newscrawler.archive.indexing.reprints import rebuild_clusters
from newscrawler.archive.integrity.consistency import repair_rows
from newscrawler.archive.integrity.damage import readable
from newscrawler.archive.integrity.hash_checks import wrong_texts, wrong_versions

PROBES = 1_000_000
"""How many row numbers are tried one by one between the two ends that can be read."""
MISSES = 5_000
"""How many consecutive row numbers may be missing where the last one is not known."""


class SalvageError(Exception):
    """A new archive that could not be written; the message names it and the cause."""


def salvage_archive(path: str | Path, new: str | Path) -> dict[str, int]:
    """Copy every row that can be read into a new archive, with its captures; return the number of rows per table.

    A table is read from both ends, and between them row by row, past the damaged pages. Rows whose parent is lost (a
    version without its text) are left out, so the new archive is sound and can be merged with a backup. The damaged
    file is only read. The new one is complete, or there is none.

    Raises ArchiveError when there is no archive at `path`, when nothing of it can be read, or when `new` exists, and
    SalvageError when `new` cannot be written.
    """
    path, new = Path(path), Path(new)
    check_exists(path)
    if new.exists():
        raise ArchiveError(f"{new}: exists; name a new archive.")
    with (
        _new_archive(new) as built,
        readable(path) as source,
        closing(open_archive(built)) as target,
    ):
        # Text with a wrong byte is text, too; its digest tells that it was changed.
        source.text_factory = _text
        target.execute("PRAGMA foreign_keys = OFF")
        with writing(target):
            tables = _tables(target)
            for table in tables:
                _copy(source, target, table)
            _take_digests(source, target)
            # Text that was read past a damaged page may be cut short.
            target.executemany("DELETE FROM texts WHERE hash = ?", [(digest,) for digest in wrong_texts(target)])
            target.executemany(
                "DELETE FROM versions WHERE id = ?", [(version,) for version, _ in wrong_versions(target)]
            )
            repair_rows(target)
            _delete_orphans(target, tables)
            rebuild_index(target)
            rebuild_clusters(target)
            copied = {table: target.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}
        if not any(copied.values()):
            raise ArchiveError(f"{path}: none of its rows can be read; restore a backup. It was left as it is.")
        transfer_captures(target, captures_folder(path), captures_folder(new), link=True)
    return copied


@contextmanager
def _new_archive(new: Path) -> Iterator[Path]:
    """Give the path of a database that is renamed to `new` when it is complete; raise SalvageError for its errors."""
    try:
        new.parent.mkdir(parents=True, exist_ok=True)
        with new_file(new, replace=False) as built:
            yield built
    except (OSError, sqlite3.Error, CaptureConflictError) as error:
        raise SalvageError(
            f"{new}: cannot be written: {error}; free some space, or name another place. "
            "The damaged archive was left as it is."
        ) from None


def _tables(connection: sqlite3.Connection) -> list[str]:
    """Return the tables that hold stored data, not data derived from it."""
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return [name for name in names if not name.startswith((*DERIVED_TABLES, "_", "sqlite_"))]


def _take_digests(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Give the copied rows the digests that they had, so that a check still tells which of them were changed."""
    sync_digests(target)
    rows = _readable(source, "SELECT tbl, key, digest FROM row_digests NOT INDEXED", "tbl", is_number=False)
    target.executemany(
        "UPDATE row_digests SET digest = ?3 WHERE tbl = ?1 AND key = ?2 AND digest <> ?3",
        (row for row in rows if isinstance(row[2], int)),
    )
    sum_digests(target)


def _delete_orphans(connection: sqlite3.Connection, tables: list[str]) -> None:
    pointers = [
        f"DELETE FROM {table} WHERE {column} IS NOT NULL AND {column} NOT IN (SELECT {key} FROM {parent})"
        for table in tables
        for column, parent, key in connection.execute(
            'SELECT "from", "table", "to" FROM pragma_foreign_key_list(?)', (table,)
        )
    ]
    # An article without any version becomes a document that was never fetched.
    empty = "SELECT n FROM articles a WHERE NOT EXISTS (SELECT 1 FROM versions v WHERE v.article = a.n)"
    steps = [
        *pointers,
        f"DELETE FROM article_sections WHERE article IN ({empty})",
        f"UPDATE urls SET state = 'pending', next_try = NULL, article = NULL WHERE article IN ({empty})",
        f"DELETE FROM articles WHERE n IN ({empty})",
    ]
    while sum(connection.execute(statement).rowcount for statement in steps):
        pass
    connection.execute("UPDATE versions SET number = -number")
    connection.execute(
        """UPDATE versions AS v SET number = r.number FROM (
             SELECT id, row_number() OVER (PARTITION BY article ORDER BY number DESC) AS number FROM versions) r
           WHERE r.id = v.id"""
    )


def _copy(source: sqlite3.Connection, target: sqlite3.Connection, table: str) -> None:
    # An archive of an earlier version lacks the columns that were added since.
    known = _columns(source, table)
    column_info = [
        column
        for column in target.execute("SELECT name, type, pk FROM pragma_table_info(?)", (table,))
        if not known or column[0] in known
    ]
    columns = ", ".join(f'"{name}"' for name, _, _ in column_info)
    has_rowid = not target.execute("SELECT wr FROM pragma_table_list(?)", (table,)).fetchone()[0]
    first = next(((name, kind) for name, kind, pk in column_info if pk == 1), ("rowid", "INTEGER"))
    key = "rowid" if has_rowid else first[0]
    is_number = has_rowid or first[1] == "INTEGER"
    insert = f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({', '.join('?' * len(column_info))})"
    for row in _readable(source, f"SELECT {key}, {columns} FROM {table} NOT INDEXED", key, is_number=is_number):
        # NUL characters are the end of a row that was on a lost page.
        if any(isinstance(value, str) and "\0" in value for value in row):
            continue
        values = [
            _text(value) if isinstance(value, bytes) and kind == "TEXT" else value
            for value, (_, kind, _) in zip(row[1:], column_info, strict=True)
        ]
        with suppress(sqlite3.IntegrityError):  # a value of a wrong type, or of none of the allowed ones
            target.execute(insert, values)


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _columns(source: sqlite3.Connection, table: str) -> set[str]:
    """Return the columns of a table; none if its description cannot be read."""
    try:
        return {name for (name,) in source.execute("SELECT name FROM pragma_table_info(?)", (table,))}
    except sqlite3.DatabaseError:
        return set()


def _readable(
    connection: sqlite3.Connection, select: str, key: str, *, is_number: bool
) -> Iterator[tuple[object, ...]]:
    """Yield the rows from the first on until one cannot be read, then from the last back, then those in between."""
    ends: list[object] = []
    for order in ("ASC", "DESC"):
        last = None
        try:
            for row in connection.execute(f"{select} ORDER BY {key} {order}"):
                last = row[0]
                yield row
        except sqlite3.DatabaseError:
            ends.append(last)
        else:
            return
    if not is_number or ends == [None, None]:
        return
    first, last = (end if isinstance(end, int) else None for end in ends)
    start = 0 if first is None else first
    stop = start + PROBES if last is None else min(last, start + PROBES)
    misses = 0
    for number in range(start, stop + 1):
        try:
            rows = connection.execute(f"{select} WHERE {key} = ?", (number,)).fetchall()
        except sqlite3.DatabaseError:
            rows = []
        yield from rows
        misses = 0 if rows else misses + 1
        if last is None and misses > MISSES:
            return
