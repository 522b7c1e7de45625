"""Taking the rows of a part into an archive: what a merge gives, at the cost of what the part has.

The rules are those of `merging.rules`. Of the target, attached as `main`, only rows are read that share a key with a
row of the part, attached as `part`. Rows of the target keep their numbers; new ones get the next numbers. So runs are
numbered in the order in which they are taken in.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from newscrawler.archive.frontier import UNSETTLED
from newscrawler.archive.indexing.sync import note_change, sync_index
from newscrawler.archive.merging.rows import (
    add_aliases,
    capture_and_run,
    columns_of,
    history_of,
    map_numbers,
    merge_texts,
    rules_and_run,
)
from newscrawler.archive.merging.rules import TABLES, VERSION_TABLES, Table
from newscrawler.archive.merging.timeline import SeenVersion, join_histories
from newscrawler.archive.merging.translation import (
    beside,
    numbering,
    partition,
    ranked,
    translated,
    translated_versions,
)
from newscrawler.archive.rows import select_rows

PART = 1
"""The number of the part in the tables `map_TABLE`; the target has 0."""
_COMPUTED = {"articles": ("version", "version_count")}
"""Columns that follow from other tables."""


def take_in_rows(connection: sqlite3.Connection) -> Counter[str]:
    """Take the rows of `part` into `main`; return how many are new, per table.

    Must run inside of `writing`. Raises ValueError when two texts have one hash.
    """
    added: Counter[str] = Counter()
    merge_texts(connection, "part", "main")
    for table in TABLES:
        if table.name == "urls":
            added["versions"] = _take_in_versions(connection)
        added[table.name] = _take_in_table(connection, table)
    add_aliases(connection, PART, "part", "main")
    _drop_disproved_marks(connection)
    for (number,) in connection.execute(f"SELECT new FROM map_articles WHERE archive = {PART}").fetchall():
        note_change(connection, number)
    return added


def _take_in_table(connection: sqlite3.Connection, table: Table) -> int:
    columns = [column for column in columns_of(connection, table.name, "main") if column != table.number]
    own = [column for column, parent in table.pointers.items() if parent == table.name]
    connection.execute(f"CREATE TEMP TABLE incoming AS {translated(table, columns, PART, 'part')}")
    rows = partition(table)
    number = f"coalesce(max({table.number}), 0)" if table.number else "0"
    connection.execute(
        f"""CREATE TEMP TABLE staged AS
            SELECT *, CASE WHEN is_known THEN known ELSE (SELECT {number} FROM main.{table.name})
                + dense_rank() OVER (PARTITION BY is_known ORDER BY {numbering(table)}) END AS new
            FROM (SELECT *, {ranked(table, columns)}, max(archive = 0) OVER ({rows}) AS is_known,
                    max(CASE archive WHEN 0 THEN old END) OVER ({rows}) AS known
                  FROM (SELECT * FROM incoming UNION ALL {_reached(table, columns)}))"""
    )
    for statement in table.before:
        connection.execute(statement)
    if table.number:
        map_numbers(connection, table.name)
    count = _store(connection, table, columns, own)
    connection.execute("DROP TABLE temp.staged")
    connection.execute("DROP TABLE temp.incoming")
    return count


def _reached(table: Table, columns: Sequence[str]) -> str:
    """Return the SELECT of the target's rows that share a key with a row of the part."""
    helpers = "".join(f", {sql.format(archive='main')} AS {name}" for name, sql in table.helpers.items())
    old = f"x.{table.number}" if table.number else "NULL"
    select = f"SELECT 0 AS archive, {old} AS old, {', '.join(f'x.{name}' for name in columns)}{helpers}"
    if table.reach:
        return f"{select} FROM main.{table.name} x WHERE {table.reach}"
    keys = ", ".join(table.key)
    matches = " AND ".join(f"x.{name} = k.{name}" for name in table.key)
    # CROSS: the keys look for their rows, not the other way round.
    return f"{select} FROM (SELECT DISTINCT {keys} FROM incoming) k CROSS JOIN main.{table.name} x ON {matches}"


def _store(connection: sqlite3.Connection, table: Table, columns: Sequence[str], own: Sequence[str]) -> int:
    """Write the selected rows into the target; return how many are new."""
    stored = [name for name in columns if name not in _COMPUTED.get(table.name, ())]
    values = {name: f"s.all_{name}" if name in table.over_all else f"s.{name}" for name in stored}
    changing = [name for name in stored if name not in own and name not in table.key]
    if changing:
        keys = (table.number,) if table.number else table.key
        is_row = " AND ".join(f"t.{name} = s.{'new' if name == table.number else name}" for name in keys)
        connection.execute(
            f"""UPDATE main.{table.name} AS t SET {", ".join(f"{name} = {values[name]}" for name in changing)}
                FROM staged s WHERE s.place = 1 AND s.is_known AND {is_row}
                  AND ({" OR ".join(f"t.{name} IS NOT {values[name]}" for name in changing)})"""
        )
    names, selected = list(stored), ["NULL" if name in own else values[name] for name in stored]
    if table.number:
        names, selected = [table.number, *names], ["s.new", *selected]
    inserted = connection.execute(
        f"""INSERT INTO main.{table.name} ({", ".join(names)})
            SELECT {", ".join(selected)} FROM staged s WHERE s.place = 1 AND NOT s.is_known ORDER BY s.new"""
    ).rowcount
    for column in own:
        connection.execute(
            f"""UPDATE main.{table.name} AS t SET {column} = m.new
                FROM staged s JOIN map_{table.name} m ON m.archive = s.archive AND m.old = s.{column}
                WHERE s.place = 1 AND NOT s.is_known AND s.new = t.{table.number}"""
        )
    return inserted


# Versions


def _take_in_versions(connection: sqlite3.Connection) -> int:
    """Join the histories of the articles of which the part has versions; return how many versions are new."""
    columns = columns_of(connection, "versions", "main")
    connection.execute(
        f"""CREATE TEMP TABLE touched AS SELECT DISTINCT m.new AS article FROM part.versions v
            JOIN map_articles m ON m.archive = {PART} AND m.old = v.article"""
    )
    following = int(connection.execute("SELECT coalesce(max(id), 0) + 1 FROM main.versions").fetchone()[0])
    first = following
    lost: list[int] = []
    for article, group in groupby(_version_rows(connection, columns), key=lambda row: row["article"]):
        rows = list(group)
        histories = [history_of(list(of_one)) for _, of_one in groupby(rows, key=lambda row: row["archive"])]
        history = join_histories(histories, rank=capture_and_run, order=rules_and_run)
        known = [one for one in histories[0] if one.row["archive"] == 0]
        following = _store_history(connection, article, history, known, columns, following, lost)
    connection.execute("DROP TABLE temp.touched")
    if lost:
        # The search index needs the old version for removing its words.
        sync_index(connection)
        for table in (*VERSION_TABLES, "versions"):
            column = "id" if table == "versions" else "version"
            connection.executemany(f"DELETE FROM main.{table} WHERE {column} = ?", [(number,) for number in lost])
    return following - first - len(lost)


def _version_rows(connection: sqlite3.Connection, columns: Sequence[str]) -> list[dict[str, Any]]:
    """Return the versions of the touched articles by article, archive and number, with all credits."""
    of_main = ", ".join(f"x.{name}" for name in columns)
    # All at once: the rows are changed while they are read.
    return select_rows(
        connection,
        f"""SELECT 0 AS archive, {of_main}, {beside("main")}
            FROM touched t CROSS JOIN main.versions x ON x.article = t.article
            UNION ALL {translated_versions(columns, PART, "part")}
            ORDER BY article, archive, number""",
    )


def _store_history(
    connection: sqlite3.Connection,
    article: int,
    history: Sequence[SeenVersion[dict[str, Any]]],
    known: Sequence[SeenVersion[dict[str, Any]]],
    columns: Sequence[str],
    following: int,
    lost: list[int],
) -> int:
    """Write the versions of an article; return the next free number. `lost` gets those that are joined with others.

    A version of the target that is still one keeps its number, also where the part's row is the better one.
    """
    # Rows of the target stay what they are; then those that the part has better.
    own = {version.row["id"] for version in history if version.row["archive"] == 0}
    left = {one.row["id"]: one for one in known if one.row["id"] not in own}
    numbers: list[int] = []
    for version in history:
        found = version.row["id"] if version.row["archive"] == 0 else None
        if found is None:
            found = next((number for number, one in left.items() if one.content == version.content), None)
            left.pop(found or 0, None)
        if found is None:
            found, following = following, following + 1
        numbers.append(found)
    lost += left
    if [one.row["id"] for one in known] != numbers[: len(known)]:
        # Their numbers change places: they make way first.
        connection.execute("UPDATE main.versions SET number = -number WHERE article = ?", (article,))
    by_number = {one.row["id"]: one.row for one in known}
    for place, (number, version) in enumerate(zip(numbers, history, strict=True), 1):
        values = version.row | {
            "id": number,
            "number": place,
            "seen_from": version.seen_from,
            "seen_to": version.seen_to,
        }
        _store_version(connection, values, version.row, by_number.get(number), columns)
    newest = (numbers[-1], len(numbers))
    connection.execute(
        "UPDATE main.articles SET version = ?1, version_count = ?2 WHERE n = ?3 "
        "AND (version IS NOT ?1 OR version_count <> ?2)",
        (*newest, article),
    )
    note_change(connection, article)
    return following


def _store_version(
    connection: sqlite3.Connection,
    values: dict[str, Any],
    row: dict[str, Any],
    before: dict[str, Any] | None,
    columns: Sequence[str],
) -> None:
    number = values["id"]
    if before is None:
        connection.execute(
            f"INSERT INTO main.versions ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
            [values[column] for column in columns],
        )
    else:
        changed = [column for column in columns if values[column] != before[column] or column == "number"]
        connection.execute(
            f"""UPDATE main.versions SET {", ".join(f"{column} = ?" for column in changed)}
                WHERE id = ? AND ({" OR ".join(f"{column} IS NOT ?" for column in changed)})""",
            [*(values[column] for column in changed), number, *(values[column] for column in changed)],
        )
    if row["archive"] == PART:
        for table in VERSION_TABLES:
            if before is not None:
                connection.execute(f"DELETE FROM main.{table} WHERE version = ?", (number,))
            _copy_version_rows(connection, table, row["id"], number)


def _copy_version_rows(connection: sqlite3.Connection, table: str, old: int, new: int) -> None:
    columns = columns_of(connection, table, "main")
    translated_columns = {"version": "?", "capture": "m.new"}
    select_list = ", ".join(translated_columns.get(column, f"x.{column}") for column in columns)
    join = f"JOIN map_captures m ON m.archive = {PART} AND m.old = x.capture" if "capture" in columns else ""
    connection.execute(
        f"""INSERT INTO main.{table} ({", ".join(columns)})
            SELECT {select_list} FROM part.{table} x {join} WHERE x.version = ?""",
        (new, old),
    )


# Afterwards


def _drop_disproved_marks(connection: sqlite3.Connection) -> None:
    """Remove marks of the part's sections that rows of the target, or of the part, disprove, as a merge does.

    Documents that need a further attempt are looked up by their state: they are few. Whether an entry was first seen
    after the mark's run had ended is asked of the part's entries, and of entries of runs that ended later.
    """
    sections = f"SELECT new FROM map_sections WHERE archive = {PART}"
    ended = "(SELECT coalesce(r.finished, '') FROM main.runs r WHERE r.id = s.complete_run)"
    connection.execute(
        f"""UPDATE main.sections AS s SET complete_back_to = NULL, complete_run = NULL
            WHERE complete_run IS NOT NULL AND id IN ({sections}) AND (
              EXISTS (
                SELECT 1 FROM main.urls u CROSS JOIN main.listing_sightings l ON l.url = u.id
                WHERE u.portal = s.portal AND u.state IN ('pending', 'failed', 'blocked', 'gone') AND {UNSETTLED}
                  AND l.section = s.id AND l.first_run <= s.complete_run
                  AND (s.complete_back_to = 'beginning' OR l.listed_date = '' OR l.listed_date >= s.complete_back_to))
              OR EXISTS (
                SELECT 1 FROM map_listing_sightings m CROSS JOIN main.listing_sightings l ON l.id = m.new
                WHERE l.section = s.id AND l.first_run <= s.complete_run AND l.first_seen > {ended})
              OR EXISTS (
                SELECT 1 FROM main.runs o CROSS JOIN main.listing_sightings l ON l.first_run = o.id
                WHERE o.portal = s.portal AND o.id <= s.complete_run AND coalesce(o.finished, '~') > {ended}
                  AND l.section = s.id AND l.first_seen > {ended}))"""
    )
