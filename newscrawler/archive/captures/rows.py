"""The rows of captures, which point to records of WARC files, and what is looked up in them.

A row is committed only after its record is on the disk, so every row has a record. A record without a row is what a
crash left; `recovery` adds its row.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from newscrawler.archive.captures.warc_files import SUFFIX
from newscrawler.archive.captures.warc_record import Original, RecordLocation
from newscrawler.archive.rows import iterate_rows


class CaptureError(Exception):
    """A capture that cannot be read; the message names the file, the offset and the cause."""


@dataclass(frozen=True, slots=True)
class NewCapture:
    """What the row of a capture says besides the location of its record."""

    kind: str
    """article, listing, homepage, robots or image."""
    url: str
    fetched: str
    status: int
    digest: str
    """SHA-256 of the payload, hexadecimal."""
    refers_to: int | None = None
    """For a revisit: row id of the capture that holds the payload."""


def add_capture(
    connection: sqlite3.Connection, portal: str, run: int, capture: NewCapture, location: RecordLocation
) -> int:
    """Add the row of a capture whose record is on the disk; return its row id."""
    row = connection.execute(
        """INSERT INTO captures (run, kind, url, fetched, status, file, offset, length, digest, refers_to)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id""",
        (
            run,
            capture.kind,
            capture.url,
            capture.fetched,
            capture.status,
            f"{portal}/{location.file}",
            location.offset,
            location.length,
            capture.digest,
            capture.refers_to,
        ),
    ).fetchone()
    return int(row[0])


def link_pages(connection: sqlite3.Connection, article: int, captures: Iterable[int | None]) -> None:
    """Record the captures of the further pages of an article's newest version: row ids, from page 2 on.

    A page whose capture has no row (None) is left out.
    """
    connection.executemany(
        """INSERT INTO version_pages (version, page, capture)
           SELECT version, ?, ? FROM articles WHERE n = ?""",
        [(page, capture, article) for page, capture in enumerate(captures, 2) if capture is not None],
    )


def find_same(connection: sqlite3.Connection, url: str, digest: str) -> tuple[int, Original] | None:
    """Return the row id and the record of the newest capture of a URL that holds this payload."""
    row = connection.execute(
        """SELECT id, url, fetched FROM captures
           WHERE url = ? AND digest = ? AND refers_to IS NULL AND file IS NOT NULL ORDER BY id DESC LIMIT 1""",
        (url, digest),
    ).fetchone()
    return (row[0], Original(row[1], row[2])) if row else None


def find_newest_page(connection: sqlite3.Connection, url: str) -> dict[str, Any] | None:
    """Return the capture that holds the newest page (status 200) of a URL, as a row."""
    return _row(
        connection,
        """SELECT o.* FROM captures c JOIN captures o ON o.id = coalesce(c.refers_to, c.id)
           WHERE c.url = ? AND c.status = 200 ORDER BY c.id DESC LIMIT 1""",
        url,
    )


def has_image(connection: sqlite3.Connection, url: str) -> bool:
    """Whether an image is captured already."""
    query = "SELECT 1 FROM captures WHERE url = ? AND kind = 'image' AND status = 200 LIMIT 1"
    return connection.execute(query, (url,)).fetchone() is not None


def get_capture(connection: sqlite3.Connection, number: int) -> dict[str, Any]:
    """Return the row of a capture by its id; raises CaptureError when there is none."""
    row = _row(connection, "SELECT * FROM captures WHERE id = ?", number)
    if row is None:
        raise CaptureError(f"the archive has no capture {number}")
    return row


def run_of(connection: sqlite3.Connection, name: str) -> int | None:
    """Return the run that began a WARC file, by the name of the file; None when this archive has no such run."""
    return find_run(connection, name.removesuffix(SUFFIX).rpartition("-")[0])


def find_run(connection: sqlite3.Connection, key: str) -> int | None:
    """Return the row id of the run with this key; None when this archive has none."""
    row = connection.execute("SELECT id FROM runs WHERE key = ?", (key,)).fetchone()
    return int(row[0]) if row else None


def find_origin(connection: sqlite3.Connection, original: Original, digest: str) -> dict[str, Any] | None:
    """Return the row of the capture that a revisit refers to; `digest` may be empty where the record has none."""
    return _row(
        connection,
        """SELECT * FROM captures WHERE url = ? AND fetched = ? AND refers_to IS NULL
           AND (digest = ? OR ? = '') ORDER BY id LIMIT 1""",
        original.url,
        original.fetched,
        digest,
        digest,
    )


def rows_of_file(connection: sqlite3.Connection, file: str) -> Iterator[dict[str, Any]]:
    """Yield the captures of a WARC file in the order of their records."""
    return iterate_rows(connection, "SELECT * FROM captures WHERE file = ? ORDER BY offset", (file,))


def _row(connection: sqlite3.Connection, query: str, *values: object) -> dict[str, Any] | None:
    return next(iterate_rows(connection, query, values), None)
