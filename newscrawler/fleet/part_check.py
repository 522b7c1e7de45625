"""Whether the archive inside of a parcel may be taken in: it may be made to attack the collector."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from newscrawler.archive.database.causes import is_passing, reason_of
from newscrawler.archive.database.connection import check_version, connect
from newscrawler.archive.database.row_digests import described
from newscrawler.archive.database.schema import differences
from newscrawler.archive.errors import ArchiveError, NewerArchiveError, UnavailableError
from newscrawler.archive.integrity.damage import header_problem, structure_problems
from newscrawler.archive.integrity.hash_checks import digest_problems, hash_problems
from newscrawler.fleet.parcel import NewerParcelError, ParcelError
from newscrawler.fleet.rows import NEVER_SHIPPED


def check_part(path: Path, portal: str) -> None:
    """Raise ParcelError when an archive is newer, damaged, has rows of others, or anything that a worker never ships.

    The cost follows the size of the archive. Raises UnavailableError when it cannot be read now.
    """
    _check(path, portal, empty=NEVER_SHIPPED)


def check_state(path: Path, portal: str) -> None:
    """Raise ParcelError when the archive with a portal's state is newer, damaged, or has rows of other portals."""
    _check(path, portal, empty=())


def _check(path: Path, portal: str, *, empty: Collection[str]) -> None:
    try:
        if damage := header_problem(path):
            raise ParcelError(f"its archive is damaged: {damage}")
        with closing(connect(path, read_only=True)) as connection:
            check_version(connection, path)
            # Before any row is read: a table may be a view that never ends.
            for difference in differences(connection):
                raise ParcelError(f"its archive: {difference}")
            if problem := _problem(connection, portal, empty):
                raise ParcelError(f"its archive: {problem}")
    except NewerArchiveError:
        raise NewerParcelError("its archive is of a newer newscrawler; upgrade this one") from None
    except UnavailableError:
        raise
    except (sqlite3.Error, ArchiveError, OSError) as error:
        if is_passing(error):
            raise UnavailableError(f"its archive cannot be read now: {reason_of(error)}") from None
        raise ParcelError(f"its archive cannot be used: {str(error).replace(str(path), 'part.db')}") from None


def _problem(connection: sqlite3.Connection, portal: str, empty: Collection[str]) -> str:
    problems, _ = structure_problems(connection)
    if problems:
        return problems[0]
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for name in empty:
        if name in tables and connection.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone():
            return f"rows of {name} are never shipped"
    for name in tables:
        column = "id" if name == "portals" else "portal" if "portal" in described(connection, name).columns else ""
        if column and connection.execute(f"SELECT 1 FROM {name} WHERE {column} <> ? LIMIT 1", (portal,)).fetchone():
            return f"{name} has rows of another portal"
    lost = connection.execute("PRAGMA foreign_key_check").fetchone()
    if lost:
        return f"rows of {lost[0]} point to missing rows"
    foreign = "SELECT file FROM captures WHERE file IS NOT NULL AND substr(file, 1, ?) <> ? LIMIT 1"
    if connection.execute(foreign, (len(portal) + 1, f"{portal}/")).fetchone():
        return "its captures lie in the folder of another portal"
    wrong = next(hash_problems(connection), None) or next(digest_problems(connection), None)
    # Without the rows themselves: they may be about a suppressed article.
    return f"rows of {wrong.where} do not agree with their hashes" if wrong is not None else ""
