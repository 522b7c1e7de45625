"""Copying rows of an archive into a new one, with the rows to which they point.

The table `wanted` names the rows by table and key. Their numbers stay as they are.
"""

from __future__ import annotations

import sqlite3

from newscrawler.archive.database.row_digests import described
from newscrawler.archive.merging.rules import TABLES, VERSION_TABLES

NEVER_SHIPPED = (
    "suppressions",
    "notifications",
    "export_cursors",
    "export_states",
    "parcels",
    "replaced_files",
    "annotation_runs",
    "annotations",
    "vectors",
    "watches",
    "watch_notifications",
)
"""Tables that belong to one archive: what its people, its notifier, its exports and its tools did."""
_COMPUTED = {"articles": {"version": "NULL", "version_count": "0"}}
"""Columns that taking in computes. So a row that points to an article needs no version and no text."""
_SHIPPED = ("texts", *VERSION_TABLES, "versions", *(table.name for table in TABLES), "bookmarks")


def shipped_tables() -> list[str]:
    """Return the tables whose rows are shipped."""
    return [name for name in _SHIPPED if name not in NEVER_SHIPPED]


def add_parents(connection: sqlite3.Connection) -> None:
    """Add to `temp.wanted` all rows of `src` to which wanted rows point, and the parts of wanted versions."""
    level = 0
    while connection.execute("SELECT 1 FROM temp.wanted WHERE level = ? LIMIT 1", (level,)).fetchone():
        tables = connection.execute("SELECT DISTINCT tbl FROM temp.wanted WHERE level = ?", (level,)).fetchall()
        for (name,) in tables:
            for column, parent, parent_column in _pointers(connection, name):
                _add(connection, name, f"p.{parent_column} = x.{column}", parent, level)
            if name == "versions":
                for child in VERSION_TABLES:
                    _add(connection, name, "p.version = x.id", child, level)
        level += 1


def copy_wanted(connection: sqlite3.Connection) -> None:
    """Copy the wanted rows of `src` into `main`, which has none of them. Inside a transaction without foreign keys."""
    for name in shipped_tables():
        table = described(connection, name)
        computed = _COMPUTED.get(name, {})
        values = ", ".join(computed.get(column, f'x."{column}"') for column in table.columns)
        columns = ", ".join(f'"{column}"' for column in table.columns)
        connection.execute(
            f"""INSERT INTO main.{name} ({columns}) SELECT {values} FROM temp.wanted w
                CROSS JOIN src.{name} x ON {table.is_row("x", "w.key")} WHERE w.tbl = '{name}'"""
        )


def rows_of_portal(connection: sqlite3.Connection, name: str, row: str = "x") -> str:
    """Return the SQL condition on rows of a table that belong to the portal `:portal`. Raises ValueError."""
    if name == "portals":
        return f"{row}.id = :portal"
    if "portal" in described(connection, name).columns:
        return f"{row}.portal = :portal"
    needed = {
        column
        for (column,) in connection.execute('SELECT name FROM pragma_table_info(?) WHERE "notnull"', (name,)).fetchall()
    }
    for column, parent, parent_column in _pointers(connection, name):
        if column in needed and parent not in (name, "texts"):
            condition = rows_of_portal(connection, parent, parent)
            return f"{row}.{column} IN (SELECT {parent}.{parent_column} FROM src.{parent} {parent} WHERE {condition})"
    raise ValueError(f"{name}: its rows belong to no portal")


def start_wanted(connection: sqlite3.Connection) -> None:
    """Create the empty table `wanted`."""
    connection.execute(
        """CREATE TEMP TABLE wanted (tbl TEXT NOT NULL, key ANY NOT NULL, level INTEGER NOT NULL,
             PRIMARY KEY (tbl, key)) STRICT, WITHOUT ROWID"""
    )


def _add(connection: sqlite3.Connection, name: str, join: str, other: str, level: int) -> None:
    table, target = described(connection, name), described(connection, other)
    connection.execute(
        f"""INSERT OR IGNORE INTO temp.wanted SELECT '{other}', {target.key("p")}, {level + 1} FROM temp.wanted w
            CROSS JOIN src.{name} x ON {table.is_row("x", "w.key")} CROSS JOIN src.{other} p ON {join}
            WHERE w.tbl = '{name}' AND w.level = {level}"""
    )


def _pointers(connection: sqlite3.Connection, name: str) -> list[tuple[str, str, str]]:
    rows = connection.execute('SELECT "from", "table", "to" FROM pragma_foreign_key_list(?)', (name,)).fetchall()
    return [row for row in rows if row[0] not in _COMPUTED.get(name, ()) and row[1] not in NEVER_SHIPPED]
