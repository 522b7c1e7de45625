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


def translated_versions(columns: Sequence[str], number: int, archive: str) -> str:
    """Return the SELECT of one archive's versions with the new numbers of what they point to, and `beside`."""
    pointers = {"article": "articles", "run": "runs", "capture": "captures"}
    select_list = ", ".join(f"m_{name}.new AS {name}" if name in pointers else f"x.{name}" for name in columns)
    return f"""SELECT {number} AS archive, {select_list}, {beside(archive)}
            FROM {archive}.versions x
            JOIN map_articles m_article ON m_article.archive = {number} AND m_article.old = x.article
            JOIN map_runs m_run ON m_run.archive = {number} AND m_run.old = x.run
            LEFT JOIN map_captures m_capture ON m_capture.archive = {number} AND m_capture.old = x.capture"""


def beside(archive: str) -> str:
    """Return the columns that a history has beside those of a version `x` of an archive.

    `credits` are all its credits as JSON, `is_import` tells whether its run is an import.
    """
    return f"""(SELECT json_group_array(json_array(part, role, name, outlet, raw)) FROM
              (SELECT * FROM {archive}.credits c WHERE c.version = x.id ORDER BY c.position)) AS credits,
            (SELECT r.command = 'import' FROM {archive}.runs r WHERE r.id = x.run) AS is_import"""


def partition(table: Table) -> str:
    """Return the window's partition that has the rows of one key."""
    return f"PARTITION BY {', '.join(table.key)}"


def ranked(table: Table, columns: Sequence[str]) -> str:
    """Return the columns that say which row of a key is selected (`place` is 1), and what is computed over all."""
    best = ", ".join(filter(None, [table.best, *columns]))
    over_all = "".join(
        f", {sql.format(rows=partition(table))} AS all_{column}" for column, sql in table.over_all.items()
    )
    return f"row_number() OVER ({partition(table)} ORDER BY {best}) AS place{over_all}"


def numbering(table: Table) -> str:
    """Return the order in which new rows of a table are numbered."""
    return ", ".join(f"all_{name}" if name in table.over_all else name for name in (*table.sort, *table.key))
