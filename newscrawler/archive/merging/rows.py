"""Merging the rows of attached archives into an empty one, by the rules of `merging.rules`.

The archives are attached as `a0`, `a1`, … and the new one as `merged`. Each table is staged with its pointers
translated, one row of each key is selected, and row numbers are assigned in the order of the rule. The table
`map_TABLE (archive, old, new)` maps the old numbers to the new ones, for the tables that point to it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from newscrawler.archive.frontier import UNSETTLED
from newscrawler.archive.merging.rules import TABLES, VERSION_TABLES, Table
from newscrawler.archive.merging.timeline import SeenVersion, join_histories
from newscrawler.archive.merging.translation import numbering, ranked, translated, translated_versions
from newscrawler.archive.rows import iterate_rows

_OWN = ("id", "article", "number", "run", "capture", "extractor", "provenance", "seen_from", "seen_to")
"""Columns of a version that are not part of its content."""


def merge_rows(connection: sqlite3.Connection, archives: Sequence[str]) -> None:
    """Fill the archive attached as `merged` from the archives attached under these names.

    Must run inside a transaction. Raises ValueError when two texts have one hash.
    """
    for archive in archives:
        merge_texts(connection, archive, "merged")
    for table in TABLES:
        if table.name == "urls":
            _merge_versions(connection, archives)
        _merge_table(connection, table, archives)
    for number, archive in enumerate(archives):
        add_aliases(connection, number, archive, "merged")
    _drop_disproved_marks(connection)


def columns_of(connection: sqlite3.Connection, table: str, archive: str = "merged") -> list[str]:
    """Return the names of a table's columns in an attached archive."""
    return [row[0] for row in connection.execute("SELECT name FROM pragma_table_info(?, ?)", (table, archive))]


def merge_texts(connection: sqlite3.Connection, archive: str, target: str) -> None:
    """Add the texts of an attached archive to those of another. Raises ValueError when two texts have one hash."""
    # CROSS: the texts of the one look for those of the other, which may have many more.
    other = connection.execute(
        f"""SELECT t.hash FROM {archive}.texts t CROSS JOIN {target}.texts m ON m.hash = t.hash
            WHERE m.body <> t.body OR m.body_html <> t.body_html"""
    ).fetchone()
    if other:
        raise ValueError(f"two different texts have the hash {other[0]}; 'newscrawler verify' says which is wrong")
    connection.execute(f"INSERT OR IGNORE INTO {target}.texts SELECT hash, body, body_html FROM {archive}.texts")


def _merge_table(connection: sqlite3.Connection, table: Table, archives: Sequence[str]) -> None:
    columns = [column for column in columns_of(connection, table.name) if column != table.number]
    own = [column for column, parent in table.pointers.items() if parent == table.name]
    staged = " UNION ALL ".join(translated(table, columns, number, name) for number, name in enumerate(archives))
    connection.execute(
        f"""CREATE TEMP TABLE staged AS
            SELECT *, dense_rank() OVER (ORDER BY {numbering(table)}) AS new
            FROM (SELECT *, {ranked(table, columns)} FROM ({staged}))"""
    )
    for statement in table.before:
        connection.execute(statement)
    values = [f"all_{name}" if name in table.over_all else "NULL" if name in own else name for name in columns]
    if table.number:
        columns, values = [table.number, *columns], ["new", *values]
        map_numbers(connection, table.name)
    connection.execute(
        f"""INSERT INTO merged.{table.name} ({", ".join(columns)})
            SELECT {", ".join(values)} FROM staged WHERE place = 1 ORDER BY new"""
    )
    for column in own:
        connection.execute(
            f"""UPDATE merged.{table.name} AS t SET {column} = m.new
                FROM staged s JOIN map_{table.name} m ON m.archive = s.archive AND m.old = s.{column}
                WHERE s.place = 1 AND s.new = t.{table.number}"""
        )
    connection.execute("DROP TABLE temp.staged")


def map_numbers(connection: sqlite3.Connection, table: str) -> None:
    """Make the table `map_TABLE` from the staged rows."""
    connection.execute(
        f"CREATE TEMP TABLE map_{table} (archive INTEGER, old INTEGER, new INTEGER, PRIMARY KEY (archive, old)) "
        "WITHOUT ROWID"
    )
    connection.execute(f"INSERT INTO map_{table} SELECT archive, old, new FROM staged")


# Versions


def _merge_versions(connection: sqlite3.Connection, archives: Sequence[str]) -> None:
    """Join the histories of each article, and copy the rows that belong to the versions."""
    columns = columns_of(connection, "versions")
    connection.execute("CREATE TEMP TABLE selected_versions (new INTEGER PRIMARY KEY, archive INTEGER, old INTEGER)")
    rows = _version_rows(connection, archives, columns)
    insert = f"INSERT INTO merged.versions ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    new = 0
    for article, group in groupby(rows, key=lambda row: row["article"]):
        histories = [history_of(list(of_one)) for _, of_one in groupby(group, key=lambda row: row["archive"])]
        history = join_histories(histories, rank=capture_and_run, order=rules_and_run)
        for number, version in enumerate(history, 1):
            new += 1
            row = version.row
            values = row | {"id": new, "number": number, "seen_from": version.seen_from, "seen_to": version.seen_to}
            connection.execute(insert, [values[column] for column in columns])
            connection.execute("INSERT INTO selected_versions VALUES (?, ?, ?)", (new, row["archive"], row["id"]))
        connection.execute(
            "UPDATE merged.articles SET version = ?, version_count = ? WHERE n = ?", (new, len(history), article)
        )
    for table in VERSION_TABLES:
        _copy_version_rows(connection, table, archives)


def _version_rows(
    connection: sqlite3.Connection, archives: Sequence[str], columns: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """Yield the versions of all archives by article, archive and number, with pointers translated."""
    parts = [translated_versions(columns, number, archive) for number, archive in enumerate(archives)]
    return iterate_rows(connection, f"{' UNION ALL '.join(parts)} ORDER BY article, archive, number")


def history_of(rows: list[dict[str, Any]]) -> list[SeenVersion[dict[str, Any]]]:
    """Return the versions of one article in one archive."""
    own = {*_OWN, "archive", "is_import"}
    return [
        SeenVersion(
            content=tuple(value for name, value in row.items() if name not in own),
            seen_from=row["seen_from"],
            seen_to=row["seen_to"],
            row=row,
        )
        for row in rows
    ]


def capture_and_run(row: dict[str, Any]) -> tuple[object, ...]:
    """Rank equal versions: first those with a capture, then those of a crawl, then the earliest.

    So an import owns no version that a crawl read, too, whichever began first: undoing the import does not remove it.
    """
    capture = row["capture"]
    return (capture is None, row["is_import"], row["run"], capture or 0, row["extractor"], row["provenance"])


def rules_and_run(row: dict[str, Any]) -> tuple[object, ...]:
    """Order readings by the version of the rules, which is a number written as text, then by run."""
    return (len(row["extractor"]), row["extractor"], row["run"])


def _copy_version_rows(connection: sqlite3.Connection, table: str, archives: Sequence[str]) -> None:
    columns = columns_of(connection, table)
    translated = {"version": "p.new", "capture": "m.new"}
    select_list = ", ".join(translated.get(column, f"x.{column}") for column in columns)
    for number, archive in enumerate(archives):
        join = f"JOIN map_captures m ON m.archive = {number} AND m.old = x.capture" if "capture" in columns else ""
        connection.execute(
            f"""INSERT INTO merged.{table} ({", ".join(columns)}) SELECT {select_list}
                FROM selected_versions p JOIN {archive}.{table} x ON x.version = p.old {join}
                WHERE p.archive = {number}"""
        )


# Afterwards


def add_aliases(connection: sqlite3.Connection, number: int, archive: str, target: str) -> None:
    """Add the URLs under which an attached archive knows a document as its aliases."""
    connection.execute(
        f"""INSERT OR IGNORE INTO {target}.url_aliases (portal, alias, url)
            SELECT u.portal, x.url, u.id FROM {archive}.urls x
            JOIN map_urls m ON m.archive = {number} AND m.old = x.id JOIN {target}.urls u ON u.id = m.new
            WHERE x.url <> u.url"""
    )


def _drop_disproved_marks(connection: sqlite3.Connection) -> None:
    """Remove the marks of completeness that the rows of another archive disprove.

    Such a row is a document below the mark that needs a further attempt, or an entry of an earlier run that was first
    seen after the mark's run had ended. The next crawl then reads the listing further back, and sets the mark again.
    """
    connection.execute(
        f"""UPDATE merged.sections AS s SET complete_back_to = NULL, complete_run = NULL
            WHERE complete_run IS NOT NULL AND EXISTS (
              SELECT 1 FROM merged.listing_sightings l JOIN merged.urls u ON u.id = l.url
              WHERE l.section = s.id AND l.first_run <= s.complete_run AND (
                ({UNSETTLED} AND (s.complete_back_to = 'beginning' OR l.listed_date = ''
                                  OR l.listed_date >= s.complete_back_to))
                OR l.first_seen > (SELECT coalesce(r.finished, '') FROM merged.runs r WHERE r.id = s.complete_run)))"""
    )
