"""A filtered copy that is itself an archive: the selected articles with all their versions and related rows.

It leaves out what is about other articles or about the crawl as a whole: other documents of the listings, sweeps,
events and counts of runs, alarms, suppressions, marks of completeness, cursors of exports. A copy is never complete,
so a crawl into it would read the listings from the beginning.

Captures keep URL, time, status and digest, but no record location: the WARC files also hold other pages and stay with
the archive. `verify` accepts captures without a location.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from newscrawler.archive.database.connection import connect
from newscrawler.archive.database.opening import open_archive
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.errors import ArchiveError, EarlierBuildError
from newscrawler.archive.export.errors import ExportError, WriteError
from newscrawler.archive.export.selection import Selection
from newscrawler.archive.indexing.fulltext import AT_ONCE, index_articles
from newscrawler.archive.indexing.reprints import cluster_article
from newscrawler.archive.suppressed_names import SuppressedNames

_ARTICLES = "SELECT id FROM articles WHERE n IN (SELECT n FROM temp.selected)"
_VERSIONS = "SELECT id FROM versions WHERE article IN (SELECT n FROM temp.selected)"
_URLS = "SELECT id FROM urls WHERE article IN (SELECT n FROM temp.selected)"
_CAPTURES = f"""SELECT capture FROM versions WHERE article IN (SELECT n FROM temp.selected)
  UNION SELECT capture FROM version_pages WHERE version IN ({_VERSIONS})"""
_RUNS = f"""SELECT run FROM versions WHERE article IN (SELECT n FROM temp.selected)
  UNION SELECT run FROM captures WHERE id IN ({_CAPTURES})
  UNION SELECT first_run FROM listing_sightings WHERE url IN ({_URLS})
  UNION SELECT last_run FROM listing_sightings WHERE url IN ({_URLS})"""
_SECTIONS = f"""SELECT section FROM articles WHERE n IN (SELECT n FROM temp.selected)
  UNION SELECT section FROM article_sections WHERE article IN (SELECT n FROM temp.selected)
  UNION SELECT section FROM listing_sightings WHERE url IN ({_URLS})"""
_PORTALS = f"""SELECT portal FROM articles WHERE n IN (SELECT n FROM temp.selected)
  UNION SELECT portal FROM sections WHERE id IN ({_SECTIONS}) UNION SELECT portal FROM runs WHERE id IN ({_RUNS})"""

COPIED = {
    "portals": f"id IN ({_PORTALS})",
    "runs": f"id IN ({_RUNS})",
    "sections": f"id IN ({_SECTIONS})",
    "captures": f"id IN ({_CAPTURES})",
    "articles": "n IN (SELECT n FROM temp.selected)",
    "versions": "article IN (SELECT n FROM temp.selected)",
    "texts": "hash IN (SELECT text FROM versions WHERE article IN (SELECT n FROM temp.selected))",
    "credits": f"version IN ({_VERSIONS})",
    "images": f"version IN ({_VERSIONS})",
    "attachments": f"version IN ({_VERSIONS})",
    "version_pages": f"version IN ({_VERSIONS})",
    "article_sections": "article IN (SELECT n FROM temp.selected)",
    "urls": "article IN (SELECT n FROM temp.selected)",
    "url_aliases": f"url IN ({_URLS})",
    "listing_sightings": f"url IN ({_URLS})",
    "annotation_runs": f"""id IN (SELECT annotation_run FROM annotations WHERE article IN ({_ARTICLES})
      UNION SELECT annotation_run FROM vectors WHERE article IN ({_ARTICLES}))""",
    "annotations": f"article IN ({_ARTICLES})",
    "vectors": f"article IN ({_ARTICLES})",
}
"""Table to the condition on its rows; `temp.selected` holds the row numbers of the selected articles."""
LEFT_OUT = frozenset(
    {
        "run_events",
        "robots",
        "run_measures",
        "run_timestamps",
        "templates",
        "sweeps",
        "bookmarks",
        "watches",
        "watch_notifications",
        "suppressions",
        "alarms",
        "notifications",
        "export_cursors",
        "export_states",
        "replaced_files",
        "parcels",
    }
)
"""Tables that stay empty in a copy."""
_EMPTIED = {
    "sections": {"complete_back_to", "complete_run", "deep_sweep_at"},
    "captures": {"file", "offset", "length", "refers_to"},
}


_ABOUT_CRAWLS = frozenset({"runs", "sections", "urls"})
"""Tables with texts about the crawl; those that name a suppressed article are left out."""
_EMPTY_JSON = "{}"


def check_target(out: str) -> None:
    """Raise ExportError for a file that a copy must not replace: a database in use, or one with captures.

    A write-ahead log beside it is merged into the file: SQLite would read it as that of the copy.
    """
    target = Path(out)
    logs = [target.with_name(target.name + end) for end in ("-wal", "-journal")]
    try:
        if os.path.isfile(target):  # noqa: PTH113
            with closing(connect(target, read_only=True)) as connection:
                if connection.execute("SELECT 1 FROM captures WHERE file IS NOT NULL LIMIT 1").fetchone():
                    raise ExportError(f"{out}: is an archive with captures of its own; name another file.")
            if any(log.exists() for log in logs):
                with closing(connect(target, read_only=False)) as connection:
                    connection.execute("PRAGMA busy_timeout = 1000")
                    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
                    connection.execute("PRAGMA journal_mode = DELETE")
    except EarlierBuildError as error:
        raise ExportError(str(error)) from None
    except (sqlite3.Error, ArchiveError):
        # Not an archive, or one in use: the logs show which.
        pass
    if any(os.path.exists(log) for log in logs):  # noqa: PTH110  # False for a name that is too long
        raise ExportError(f"{out}: is in use, or was left open by a program that died; name another file.")


def copy_archive(path: Path, selection: Selection) -> int:
    """Write the copy to a path where nothing is yet; return the number of its articles.

    The connection of the selection must have a read transaction open. The copy has no write-ahead log. Raises
    sqlite3.Error.
    """
    source = selection.connection
    source.execute("CREATE TEMP TABLE selected (n INTEGER PRIMARY KEY)")
    selection.execute("a.n", before="INSERT INTO temp.selected")
    with closing(_new_archive(path)) as copy:
        # Nobody else reads it yet, so it needs no log. It is written to the disk when it is whole.
        copy.execute("PRAGMA journal_mode = DELETE")
        copy.execute("PRAGMA synchronous = OFF")
        copy.execute("PRAGMA foreign_keys = OFF")
        names = SuppressedNames.read(source)
        for table, condition in COPIED.items():
            with writing(copy):
                _copy_rows(source, copy, table, condition, names)
        return _derive(copy)


def _derive(copy: sqlite3.Connection) -> int:
    """Build the search index and the clusters of reprints; return the number of articles."""
    count = last = 0
    while numbers := [
        row[0] for row in copy.execute("SELECT n FROM articles WHERE n > ? ORDER BY n LIMIT ?", (last, AT_ONCE))
    ]:
        with writing(copy):
            index_articles(copy, numbers)
            for number in numbers:
                cluster_article(copy, number)
        count += len(numbers)
        last = numbers[-1]
    return count


def _new_archive(path: Path) -> sqlite3.Connection:
    try:
        return open_archive(path)
    except ArchiveError as error:
        raise WriteError(f"the copy could not be written: {error.__context__ or error}.") from None


def _copy_rows(
    source: sqlite3.Connection, copy: sqlite3.Connection, table: str, condition: str, suppressed: SuppressedNames
) -> None:
    columns = [row[0] for row in copy.execute("SELECT name FROM pragma_table_info(?)", (table,))]
    emptied = _EMPTIED.get(table, set())
    values = ", ".join("NULL" if column in emptied else f'"{column}"' for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    rows: Iterable[tuple[Any, ...]] = source.execute(f"SELECT {values} FROM {table} WHERE {condition}")
    if suppressed and table in _ABOUT_CRAWLS:
        empty = [_EMPTY_JSON if column in ("arguments", "counts") else None for column in columns]
        rows = (
            tuple(
                nothing if isinstance(value, str) and suppressed.are_in(value) else value
                for value, nothing in zip(row, empty, strict=True)
            )
            for row in rows
        )
    copy.executemany(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})", rows)
