"""Rows of one of several archives with the numbers that they get in the new one."""

from __future__ import annotations

from collections.abc import Sequence

from newscrawler.archive.merging.rules import Table


def translated(table: Table, columns: Sequence[str], number: int, archive: str) -> str:
    """Return the SELECT of one archive's rows with the new numbers of what they point to."""
    pointers = {column: parent for column, parent in table.pointers.items() if parent != table.name}
    select_list = ", ".join(f"m_{name}.new AS {name}" if name in pointers else f"x.{name}" for name in columns)
    helpers = "".join(f", {sql.format(archive=archive)} AS {name}" for name, sql in table.helpers.items())
    joins = " ".join(
        f"LEFT JOIN map_{parent} m_{column} ON m_{column}.archive = {number} AND m_{column}.old = x.{column}"
        for column, parent in pointers.items()
    )
    old = f"x.{table.number}" if table.number else "NULL"
    return f"SELECT {number} AS archive, {old} AS old, {select_list}{helpers} FROM {archive}.{table.name} x {joins}"
