"""The digests of rows: whether each row is as this program stored it.

Temporary triggers of each connection that writes note the rows that it changes, so no code that stores rows can forget
to. The end of a transaction computes their digests. What another program changes, and what a fault of a disk changes,
does not agree with its digest. A row that does not agree keeps its digest when it is changed again: storing more must
not hide the damage.

The digests detect accidents. Whoever can write to the file can also compute them again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b

from newscrawler.archive.indexing import DERIVED_TABLES

NOT_DIGESTED = ("texts", "notifications", "export_states")
"""Tables without digests. A text has a hash of its own. A wrong row of the others has no effect on what the archive
says: a message is sent again, or an article is exported again."""
_MASK = 2**62 - 1
_RUN_COLUMNS = ("run", "first_run")
_LABELS = ("url", "title", "name", "alias", "reason")


@dataclass(frozen=True, slots=True)
class DigestedTable:
    """A table whose rows have digests."""

    name: str
    columns: tuple[str, ...]
    keys: tuple[str, ...]

    def key(self, row: str) -> str:
        """Return the SQL of the key of a row: `new`, `old`, or the name of a table."""
        # +: without the affinity of its column. Otherwise SQLite would not find it by the index of `row_digests.key`.
        names = [f"+{_column(row, key)}" for key in self.keys]
        return names[0] if len(names) == 1 else f"json_array({', '.join(names)})"

    def run(self, row: str) -> str:
        """Return the SQL of the run to which a row belongs."""
        column = next((name for name in _RUN_COLUMNS if name in self.columns), None)
        return f"coalesce({_column(row, column)}, 0)" if column else "0"

    def digest(self, row: str) -> str:
        """Return the SQL of the digest of a row."""
        return f"row_digest({', '.join(_column(row, name) for name in self.columns)})"

    def is_row(self, row: str, key: str) -> str:
        """Return the SQL that is true where a row has this key."""
        if len(self.keys) == 1:
            return f"{_column(row, self.keys[0])} = {key}"
        return " AND ".join(
            f"{_column(row, name)} = json_extract({key}, '$[{number}]')" for number, name in enumerate(self.keys)
        )

    @property
    def label(self) -> str:
        """The column that names a row in a message; empty: its key does."""
        return next((name for name in _LABELS if name in self.columns), "")


@dataclass(frozen=True, slots=True)
class ChangedRows:
    """Rows of one table that are not as they were stored."""

    table: str
    what: str
    labels: list[str]
    keys: list[object]
    """Empty where no single row can be named."""


def row_digest(*values: object) -> int:
    """Return the digest of the values of a row. It depends on their types, too."""
    try:
        data = json.dumps(values)
    except TypeError:
        # Only a damaged row has bytes in such a column.
        data = json.dumps([{"hex": value.hex()} if isinstance(value, bytes) else value for value in values])
    return int.from_bytes(blake2b(data.encode(), digest_size=8).digest()) >> 2


def watch_rows(connection: sqlite3.Connection) -> None:
    """Create the list of changed rows of a connection that writes. A rollback undoes its entries too."""
    connection.execute(
        """CREATE TEMP TABLE changed_rows (
             tbl TEXT NOT NULL, key ANY NOT NULL, run INTEGER NOT NULL,
             agreed INTEGER NOT NULL,  -- 0: the row did not agree with its digest before it was changed
             PRIMARY KEY (tbl, key)) STRICT, WITHOUT ROWID"""
    )


def keep_digests(connection: sqlite3.Connection) -> None:
    """Let a connection that writes note all rows that it stores, changes and removes, for `sync_digests`."""
    _register(connection, accepts=False)
    # `INSERT OR REPLACE` removes a row: its trigger must see that.
    connection.execute("PRAGMA recursive_triggers = ON")
    for table in _tables(connection):
        for statement in _triggers(table):
            connection.execute(statement)


@contextmanager
def accepting_changes(connection: sqlite3.Connection) -> Iterator[None]:
    """Give rows a new digest when they are changed in this block, although they did not agree with the old one.

    For repairs: what they write is what the row should be.
    """
    _register(connection, accepts=True)
    try:
        yield
    finally:
        _register(connection, accepts=False)


def sync_digests(connection: sqlite3.Connection) -> None:
    """Compute the digests of all changed rows. Must be the last step of a transaction but for the search index."""
    names = [name for (name,) in connection.execute("SELECT DISTINCT tbl FROM temp.changed_rows ORDER BY tbl")]
    for name in names:
        _sync_table(connection, described(connection, name))
    if names:
        connection.execute("DELETE FROM temp.changed_rows")


def _sync_table(connection: sqlite3.Connection, table: DigestedTable) -> None:
    columns = ", ".join(_column("t", name) for name in table.columns)
    rows = connection.execute(
        f"""SELECT c.key, c.run, c.agreed, d.digest, {_column("t", table.keys[0])} IS NOT NULL, {table.run("t")},
              {columns}
            FROM temp.changed_rows c LEFT JOIN row_digests d ON d.tbl = c.tbl AND d.key = c.key
            LEFT JOIN {table.name} t ON {table.is_row("t", "c.key")} WHERE c.tbl = '{table.name}'"""
    )
    stored: list[tuple[str, object, int]] = []
    removed: list[tuple[str, object]] = []
    sums: dict[int, tuple[int, int]] = {}

    def add(run: int, count: int, digest: int) -> None:
        rows, total = sums.get(run, (0, 0))
        sums[run] = rows + count, (total + count * digest) & _MASK

    for key, old_run, agreed, old, exists, run, *values in rows:
        if exists and not agreed:
            continue
        if old is not None:
            add(old_run, -1, old)
        if exists:
            digest = row_digest(*values)
            add(run, 1, digest)
            stored.append((table.name, key, digest))
        else:
            removed.append((table.name, key))
    connection.executemany("INSERT OR REPLACE INTO row_digests VALUES (?, ?, ?)", stored)
    connection.executemany("DELETE FROM row_digests WHERE tbl = ? AND key = ?", removed)
    connection.executemany(
        f"""INSERT INTO digest_sums VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET
              rows = rows + excluded.rows, sum = (sum + excluded.sum) & {_MASK}""",
        [(table.name, run, *total) for run, total in sums.items()],
    )


def digest_all(connection: sqlite3.Connection, keep: Collection[tuple[str, object]] = ()) -> None:
    """Compute the digests of all rows again. Must run inside a transaction.

    The digests of the rows in `keep` (table, key) stay as they are.
    """
    _register(connection, accepts=False)
    kept = [
        (name, key, digest)
        for name, key, digest in connection.execute("SELECT tbl, key, digest FROM row_digests")
        if (name, key) in keep
    ]
    connection.execute("DELETE FROM row_digests")
    for table in _tables(connection):
        connection.execute(
            f"INSERT INTO row_digests SELECT '{table.name}', {table.key('t')}, {table.digest('t')} FROM {table.name} t"
        )
    connection.executemany("INSERT OR REPLACE INTO row_digests VALUES (?, ?, ?)", kept)
    sum_digests(connection)


def sum_digests(connection: sqlite3.Connection) -> None:
    """Add up the digests of each table and run again. Must run inside a transaction."""
    connection.execute("DELETE FROM digest_sums")
    for table in _tables(connection):
        connection.executemany(
            "INSERT INTO digest_sums VALUES (?, ?, ?, ?)",
            [(table.name, run, *total) for run, total in _sums(connection, table).items()],
        )


def changed_rows(connection: sqlite3.Connection) -> Iterator[ChangedRows]:
    """Yield the rows that do not agree with their digests, and those that are missing.

    Raises sqlite3.Error.
    """
    tables = {table.name: table for table in _tables(connection)}
    for table in tables.values():
        found = [*_wrong_rows(connection, table), *_removed_rows(connection, table)]
        yield from found
        if not found:
            yield from _wrong_sums(connection, table)


def _tables(connection: sqlite3.Connection) -> list[DigestedTable]:
    names = [
        name
        for (name,) in connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table' ORDER BY name")
        if not name.startswith((*DERIVED_TABLES, "sqlite_", "_sqlite_")) and name not in NOT_DIGESTED
    ]
    return [table for name in names if (table := described(connection, name)).keys]


def described(connection: sqlite3.Connection, name: str) -> DigestedTable:
    """Return how the rows of a table of the archive are identified."""
    columns = connection.execute("SELECT name, pk FROM pragma_table_info(?, 'main') ORDER BY cid", (name,)).fetchall()
    keys = sorted((pk, column) for column, pk in columns if pk)
    return DigestedTable(name, tuple(column for column, _ in columns), tuple(column for _, column in keys))


def _column(row: str, name: str) -> str:
    return f'{row}."{name}"'


def _register(connection: sqlite3.Connection, *, accepts: bool) -> None:
    connection.create_function("row_digest", -1, row_digest, deterministic=True)
    connection.create_function("accepts_changes", 0, lambda: accepts)


def _triggers(table: DigestedTable) -> Iterator[str]:
    """Yield the triggers of a table, which note each row once: when it is added, removed or changed first."""
    name = table.name
    for moment, row in (("INSERT", "new"), ("DELETE", "old"), ("UPDATE", "old")):
        key = table.key(row)
        agreed = "1"
        if moment == "UPDATE":
            agreed = f"""accepts_changes() OR coalesce({table.digest("old")} =
              (SELECT digest FROM row_digests WHERE tbl = '{name}' AND key = {key}), 0)"""
        yield f"""CREATE TEMP TRIGGER {moment}_{name} AFTER {moment} ON main.{name}
          WHEN NOT EXISTS (SELECT 1 FROM changed_rows WHERE tbl = '{name}' AND key = {key})
          BEGIN INSERT INTO changed_rows VALUES ('{name}', {key}, {table.run(row)}, {agreed}); END"""


def _wrong_rows(connection: sqlite3.Connection, table: DigestedTable) -> Iterator[ChangedRows]:
    changed: tuple[list[str], list[object]] = ([], [])
    added: tuple[list[str], list[object]] = ([], [])
    label = _column("t", table.label) if table.label else table.key("t")
    columns = ", ".join(_column("t", name) for name in table.columns)
    rows = connection.execute(
        f"""SELECT {table.key("t")}, {label}, d.digest, {columns} FROM {table.name} t
            LEFT JOIN row_digests d ON d.tbl = '{table.name}' AND d.key = {table.key("t")}"""
    )
    for key, name, digest, *values in rows:
        if digest != row_digest(*values):
            labels, keys = added if digest is None else changed
            labels.append(str(name))
            keys.append(key)
    if changed[0]:
        yield ChangedRows(table.name, "not as they were stored", *changed)
    if added[0]:
        yield ChangedRows(table.name, "not stored by this program", *added)


def _removed_rows(connection: sqlite3.Connection, table: DigestedTable) -> Iterator[ChangedRows]:
    rows = connection.execute(
        f"""SELECT key FROM row_digests d WHERE tbl = '{table.name}'
            AND NOT EXISTS (SELECT 1 FROM {table.name} t WHERE {table.is_row("t", "d.key")})"""
    )
    keys = [key for (key,) in rows]
    if keys:
        yield ChangedRows(table.name, "missing", [f"row {key}" for key in keys], keys)


def _wrong_sums(connection: sqlite3.Connection, table: DigestedTable) -> Iterator[ChangedRows]:
    actual = _sums(connection, table)
    stored = {
        run: (rows, total)
        for run, rows, total in connection.execute(
            "SELECT run, rows, sum FROM digest_sums WHERE tbl = ?", (table.name,)
        )
        if rows
    }
    wrong = sorted(run for run in actual | stored if actual.get(run) != stored.get(run))
    for run in wrong:
        difference = stored.get(run, (0, 0))[0] - actual.get(run, (0, 0))[0]
        where = f"of run {_run_key(connection, run)}" if run else "of the table"
        yield ChangedRows(table.name, "missing", [f"{difference} rows {where}"], [])


def _sums(connection: sqlite3.Connection, table: DigestedTable) -> dict[int, tuple[int, int]]:
    sums: dict[int, tuple[int, int]] = {}
    # CROSS: each row looks for its digest. The other way round, each digest would look through the whole table.
    rows = connection.execute(
        f"""SELECT {table.run("t")}, d.digest FROM {table.name} t
            CROSS JOIN row_digests d ON d.tbl = '{table.name}' AND d.key = {table.key("t")}"""
    )
    for run, digest in rows:
        count, total = sums.get(run, (0, 0))
        sums[run] = count + 1, (total + digest) & _MASK
    return sums


def _run_key(connection: sqlite3.Connection, run: int) -> str:
    row = connection.execute("SELECT key FROM runs WHERE id = ?", (run,)).fetchone()
    return str(row[0]) if row else str(run)
