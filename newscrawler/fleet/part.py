"""The archive inside of a parcel: the rows that changed since the last one; and that of a portal's whole state."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from newscrawler.archive.captures.transfer import files_of, transfer_file, transfer_index
from newscrawler.archive.captures.warc_files import captures_folder, under_its_name
from newscrawler.archive.database.connection import connect, database_uri
from newscrawler.archive.database.opening import open_archive
from newscrawler.archive.database.row_digests import described
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.indexing.fulltext import rebuild_index
from newscrawler.archive.indexing.reprints import rebuild_clusters
from newscrawler.fleet.rows import (
    NEVER_SHIPPED,
    add_parents,
    copy_wanted,
    rows_of_portal,
    shipped_tables,
    start_wanted,
)

_NOT_SHIPPED = ", ".join(f"'{name}'" for name in NEVER_SHIPPED)
_SNAPSHOT = """CREATE TABLE IF NOT EXISTS {}.shipped (tbl TEXT NOT NULL, key ANY NOT NULL, digest INTEGER NOT NULL,
  PRIMARY KEY (tbl, key)) STRICT, WITHOUT ROWID"""


def build_part(archive: Path, shipped: Path, part: Path, snapshot: Path) -> bool:
    """Build at `part` an archive of the rows that changed since the snapshot `shipped`, with its WARC files beside it.

    It has all bookmarks: they take the place of those that the collector has, and one that is missing is dropped.
    A snapshot of what the archive holds now is written to `snapshot`. Returns whether a run changed; when none did,
    there is nothing to ship, and the part is empty. Raises sqlite3.Error and OSError.
    """
    with _copying(archive, part) as connection:
        _attach_snapshot(connection, shipped, "snap")
        _attach_snapshot(connection, snapshot, "next")
        # One transaction, so that all is read at one moment.
        with writing(connection):
            connection.execute("INSERT INTO next.shipped SELECT tbl, key, digest FROM src.row_digests")
            connection.execute(
                f"""INSERT INTO temp.wanted SELECT n.tbl, n.key, 0 FROM next.shipped n
                    LEFT JOIN snap.shipped s ON s.tbl = n.tbl AND s.key = n.key
                    WHERE (s.digest IS NOT n.digest OR n.tbl = 'bookmarks') AND n.tbl NOT IN ({_NOT_SHIPPED})"""
            )
            if not connection.execute("SELECT 1 FROM temp.wanted WHERE tbl = 'runs' LIMIT 1").fetchone():
                return False
            files = dict(
                connection.execute(
                    """SELECT c.file, max(c.offset + c.length) FROM temp.wanted w JOIN src.captures c ON c.id = w.key
                       WHERE w.tbl = 'captures' AND w.level = 0 AND c.file IS NOT NULL GROUP BY c.file"""
                ).fetchall()
            )
            add_parents(connection)
            copy_wanted(connection)
    _add_captures(archive, part, files)
    _settle(part)
    return True


def build_state(archive: Path, portal: str, state: Path) -> None:
    """Build at `state` an archive of all that another one has of a portal, without its WARC files.

    Raises sqlite3.Error and OSError.
    """
    with _copying(archive, state) as connection, writing(connection):
        for name in (*shipped_tables(), "suppressions", "parcels"):
            if name == "texts":
                versions = rows_of_portal(connection, "versions", "v")
                condition = f"x.hash IN (SELECT v.text FROM src.versions v WHERE {versions})"
            elif name == "suppressions":
                condition = "x.article IN (SELECT id FROM src.articles WHERE portal = :portal)"
            else:
                condition = rows_of_portal(connection, name)
            columns = ", ".join(f'"{column}"' for column in described(connection, name).columns)
            connection.execute(
                f"INSERT INTO main.{name} ({columns}) SELECT {columns} FROM src.{name} x WHERE {condition}",
                {"portal": portal},
            )
    _settle(state)


def finish_state(state: Path, snapshot: Path) -> None:
    """Make an archive that was shipped as a state ready for crawls, and the snapshot of what it holds."""
    with closing(open_archive(state)) as connection:
        with writing(connection):
            rebuild_index(connection)
            rebuild_clusters(connection)
        snapshot.unlink(missing_ok=True)
        _attach_snapshot(connection, snapshot, "next")
        connection.execute("INSERT INTO next.shipped SELECT tbl, key, digest FROM main.row_digests")


def _attach_snapshot(connection: sqlite3.Connection, path: Path, name: str) -> None:
    """Attach a snapshot under a name; it is empty where there is none."""
    connection.execute(f"ATTACH ? AS {name}", (str(path),))
    connection.execute(_SNAPSHOT.format(name))


@contextmanager
def _copying(archive: Path, target: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection to a new archive at `target`, with the old one attached as `src`."""
    with closing(open_archive(target)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("ATTACH ? AS src", (database_uri(archive, read_only=True),))
        start_wanted(connection)
        yield connection


def _settle(path: Path) -> None:
    """Check that no row points to a missing one, and leave a single file. Raises sqlite3.IntegrityError."""
    with closing(connect(path, read_only=False)) as connection:
        lost = connection.execute("PRAGMA foreign_key_check").fetchone()
        if lost:
            raise sqlite3.IntegrityError(f"rows of {lost[0]} would point to missing rows of {lost[2]}")
        connection.execute("PRAGMA journal_mode = DELETE")


def _add_captures(archive: Path, part: Path, ends: dict[str, int]) -> None:
    """Put the whole WARC files with new captures beside the part, with their lines of the index."""
    source, target = captures_folder(archive), captures_folder(part)
    sizes: dict[str, dict[str, int]] = {}
    with closing(connect(archive, read_only=True)) as connection:
        for name, _ in files_of(connection, source):
            if name not in ends:
                continue
            transfer = partial(transfer_file, target=target / name, end=ends[name], link=True)
            if under_its_name(source, name, transfer):
                portal, file = name.split("/")
                sizes.setdefault(portal, {})[file] = (target / name).stat().st_size
    for portal, files in sizes.items():
        transfer_index(source / portal, target / portal, files)
