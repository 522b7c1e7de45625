"""Captured images, for pages that show them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from newscrawler.archive.captures.reading import read_capture
from newscrawler.archive.captures.rows import CaptureError, get_capture

MOST_BYTES = 4_000_000
"""Larger images are not shown."""
MOST_THUMBNAIL_BYTES = 1_000_000
"""Larger images are not shown in lists: a list loads one for each of its articles."""
_FIRST_IMAGES = 5
"""How many images of an article are looked at for one to show in lists."""
_MAGIC = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"))
_OF_SUPPRESSED = """SELECT 1 FROM images i JOIN versions v ON v.id = i.version JOIN articles a ON a.n = v.article
  JOIN suppressions h ON h.article = a.id AND h.lifted IS NULL WHERE i.url = ? LIMIT 1"""


@dataclass(frozen=True, slots=True)
class CapturedImage:
    """An image as it was received. It is a kind that can hold no script: PNG, JPEG, GIF or WebP."""

    data: bytes
    content_type: str


def list_thumbnails(connection: sqlite3.Connection, articles: Iterable[str]) -> dict[str, int]:
    """Return which image stands for each article in a list: article id to the number of the image, from 1 on.

    It is the first captured image of the newest version that can be shown, is not too large and belongs to no
    suppressed article. Articles without one are left out.
    """
    versions = connection.execute(
        "SELECT a.id, a.version, a.last_seen FROM json_each(?) j CROSS JOIN articles a ON a.id = j.value",
        [json.dumps([*articles])],
    ).fetchall()
    found = {}
    for article, version, last_seen in versions:
        urls = connection.execute(
            "SELECT url FROM images WHERE version = ? ORDER BY position LIMIT ?", [version, _FIRST_IMAGES]
        ).fetchall()
        number = next((at for at, (url,) in enumerate(urls, 1) if _fits_list(connection, url, last_seen)), None)
        if number is not None:
            found[article] = number
    return found


def _fits_list(connection: sqlite3.Connection, url: str, near: str) -> bool:
    """Whether an image is small enough for a list, and can be shown: a server may send a page in place of an image."""
    row = connection.execute(
        """SELECT max(coalesce(p.length, c.length)) FROM captures c LEFT JOIN captures p ON p.id = c.refers_to
           WHERE c.url = ? AND c.kind = 'image' AND c.status = 200""",
        [url],
    ).fetchone()
    return row[0] is not None and row[0] <= MOST_THUMBNAIL_BYTES and read_image(connection, url, near) is not None


def read_image(connection: sqlite3.Connection, url: str, near: str) -> CapturedImage | None:
    """Return the image of a URL from its capture that is nearest to a moment (UTC).

    None when it is not captured, cannot be read, is too large or of another kind, and when a suppressed article has it.
    """
    if _is_of_suppressed(connection, url):
        return None
    row = connection.execute(
        """SELECT id FROM captures WHERE url = ? AND kind = 'image' AND status = 200
           ORDER BY abs(julianday(fetched) - julianday(?)), id LIMIT 1""",
        [url, near],
    ).fetchone()
    if row is None:
        return None
    try:
        data = read_capture(connection, get_capture(connection, row[0])).body
    except CaptureError:
        return None
    kind = _kind(data)
    return CapturedImage(data, kind) if kind and len(data) <= MOST_BYTES else None


def _kind(data: bytes) -> str | None:
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in _MAGIC if data.startswith(magic)), None)


def _is_of_suppressed(connection: sqlite3.Connection, url: str) -> bool:
    if not connection.execute("SELECT 1 FROM suppressions WHERE lifted IS NULL LIMIT 1").fetchone():
        return False
    return connection.execute(_OF_SUPPRESSED, [url]).fetchone() is not None
