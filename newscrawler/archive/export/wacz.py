"""A collection of the captures of some articles, as replay tools open it: WACZ 1.1.1, a ZIP file.

It holds the records as they lie in the archive's WARC files, their index, the list of pages, and a data package with
the SHA-256 of each file. A capture that names a suppressed article, as in a list of related links, is left out.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from newscrawler import __version__
from newscrawler.archive.atomic import sha256
from newscrawler.archive.captures import cdxj
from newscrawler.archive.captures.reading import checked_record, read_capture, record_bytes
from newscrawler.archive.captures.rows import CaptureError
from newscrawler.archive.captures.warc_building import described
from newscrawler.archive.captures.warc_files import folder_of
from newscrawler.archive.export.selection import Selection
from newscrawler.archive.export.wacz_signature import signed
from newscrawler.archive.rows import iterate_rows
from newscrawler.archive.suppressed_names import SuppressedNames
from newscrawler.text.clock import stamp

VERSION = "1.1.1"
WARC = "data.warc.gz"
# The captures from which the versions of the selected articles were read, in the order of the files.
_CAPTURES = """
WITH used AS (
  SELECT capture AS id, id AS version FROM versions WHERE article IN (SELECT n FROM temp.selected)
  UNION SELECT p.capture, v.id FROM versions v JOIN version_pages p ON p.version = v.id
    WHERE v.article IN (SELECT n FROM temp.selected)),
every AS (
  SELECT id, version FROM used WHERE id IS NOT NULL
  UNION SELECT c.refers_to, used.version FROM captures c JOIN used ON used.id = c.id WHERE c.refers_to IS NOT NULL)
SELECT c.*, min(every.version) AS version FROM captures c JOIN every ON every.id = c.id
GROUP BY c.id ORDER BY c.file, c.offset
"""
_PAGES = """
SELECT a.id, a.n, v.number, c.id AS capture, c.url, c.fetched, v.title FROM articles a
JOIN versions v ON v.article = a.n JOIN captures c ON c.id = v.capture
WHERE a.n IN (SELECT n FROM temp.selected) ORDER BY a.n, v.number
"""


@dataclass(slots=True)
class Collection:
    """What was written."""

    articles: int = 0
    """Articles of which it has a capture."""
    notes: list[str] = field(default_factory=list)


def write_wacz(path: Path, selection: Selection, key: EllipticCurvePrivateKey | None = None) -> Collection:
    """Write the collection to a path where nothing is yet. Files are made beside it, in its folder, which is hidden.

    With a key it is signed.

    The connection of the selection must have a read transaction open. Raises sqlite3.Error and OSError.
    """
    source = selection.connection
    source.execute("CREATE TEMP TABLE selected (n INTEGER PRIMARY KEY)")
    source.execute("CREATE TEMP TABLE collected (id INTEGER PRIMARY KEY)")
    selection.execute("a.n", before="INSERT INTO temp.selected")
    folder = path.with_name("collection")
    folder.mkdir()
    names = {
        f"archive/{WARC}": folder / WARC,
        "indexes/index.cdx": folder / cdxj.NAME,
        "pages/pages.jsonl": folder / "pages.jsonl",
    }
    collector = _Collector(source)
    with names[f"archive/{WARC}"].open("xb") as warc:
        cdxj.rebuild(folder, collector.lines(warc))
    collection = Collection()
    with names["pages/pages.jsonl"].open("x", encoding="utf-8") as pages:
        collection.articles = _write_pages(source, pages)
    collection.notes = collector.notes(source, collection.articles)
    _zip(path, names, key)
    return collection


class _Collector:
    """Copies records into one WARC file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._names = SuppressedNames.read(connection)
        self._unreadable = self._named = 0

    def lines(self, warc: BinaryIO) -> Iterator[str]:
        """Copy the records; yield the line of the index of each."""
        root = folder_of(self._connection)
        warc.write(described(WARC, {"software": f"newscrawler/{__version__}", "format": "WARC File Format 1.1"}))
        for row in iterate_rows(self._connection, _CAPTURES):
            try:
                record = checked_record(root, row)
                if self._is_named(row):
                    self._named += 1
                    continue
                member = record_bytes(root, row)
            except CaptureError:
                self._unreadable += 1
                continue
            offset = warc.tell()
            warc.write(member)
            self._connection.execute("INSERT INTO temp.collected VALUES (?)", (row["id"],))
            yield cdxj.line(
                row["url"],
                row["fetched"],
                mime=record.mime,
                status=row["status"],
                digest=row["digest"],
                offset=offset,
                length=row["length"],
                file=WARC,
            )

    def _is_named(self, row: Mapping[str, Any]) -> bool:
        """Whether the page, or a header of it, names a suppressed article."""
        if not self._names:
            return False
        (title,) = self._connection.execute("SELECT title FROM versions WHERE id = ?", (row["version"],)).fetchone()
        page = read_capture(self._connection, row)
        headers = "\n".join(value for _, value in page.headers)
        return self._names.are_in(headers, own=title) or self._names.are_in_page(page.body, own=title)

    def notes(self, connection: sqlite3.Connection, articles: int) -> list[str]:
        """Return what the user should know."""
        (selected,) = connection.execute("SELECT count(*) FROM temp.selected").fetchone()
        numbers = {
            "articles have no capture that could be collected": selected - articles,
            "captures cannot be read and were left out; 'newscrawler verify' names them": self._unreadable,
            "captures name a suppressed article and were left out": self._named,
        }
        return [f"{number:,} {what}" for what, number in numbers.items() if number]


def _write_pages(connection: sqlite3.Connection, pages: TextIO) -> int:
    """Write the list of pages, one per version; return of how many articles they are."""
    pages.write(json.dumps({"format": "json-pages-1.0", "id": "pages", "title": "Articles"}) + "\n")
    articles = set()
    for row in iterate_rows(connection, _PAGES):
        if connection.execute("SELECT 1 FROM temp.collected WHERE id = ?", (row["capture"],)).fetchone():
            articles.add(row["n"])
            page = {
                "id": f"{row['id']}-{row['number']}",
                "url": row["url"],
                "ts": row["fetched"],
                "title": row["title"],
            }
            pages.write(json.dumps(page, ensure_ascii=False) + "\n")
    return len(articles)


def _zip(path: Path, names: Mapping[str, Path], key: EllipticCurvePrivateKey | None) -> None:
    resources = [
        {"name": file.name, "path": name, "hash": f"sha256:{sha256(file)}", "bytes": file.stat().st_size}
        for name, file in names.items()
    ]
    package = {
        "profile": "data-package",
        "resources": resources,
        "wacz_version": VERSION,
        "software": f"newscrawler/{__version__}",
        "created": stamp(),
    }
    text = json.dumps(package, ensure_ascii=False, indent=2).encode()
    told = f"sha256:{hashlib.sha256(text).hexdigest()}"
    digest: dict[str, Any] = {"path": "datapackage.json", "hash": told}
    if key is not None:
        digest["signedData"] = signed(told, key)
    with zipfile.ZipFile(path, "x", zipfile.ZIP_STORED) as collection:
        for name, file in names.items():
            collection.write(file, name)
        collection.writestr("datapackage.json", text)
        collection.writestr("datapackage-digest.json", json.dumps(digest, indent=2))
