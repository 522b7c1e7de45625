"""Captures: the rows that point into WARC files, reading pages back, and what a crash left behind.

The files lie in `warc/<portal>/` beside the archive. A row is committed only after its record is on the disk, so
every row has a record; a record without a row is what a crash cut off, and is entered by `recover`.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newscrawler.archive.captures import cdxj, warc
from newscrawler.archive.captures.warc import DamagedRecordError, Original, Record

FOLDER = "warc"
MAX_BODY_BYTES = 64 * 2**20
"""A body that inflates to more is taken for a bomb."""
EMPTY_DIGEST = hashlib.sha256(b"").hexdigest()


class CaptureError(Exception):
    """A capture that cannot be read back; the message names file, offset and cause."""


@dataclass(slots=True)
class NewCapture:
    """A capture on its way into the archive. The place is set when it is written, `id` when its row is."""

    kind: str
    url: str
    fetched: str
    status: int
    digest: str
    place: warc.Place | None = None
    refers_to: int | None = None
    """Row id of the capture that holds the payload, for a revisit."""
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Captured:
    """A page as it was received."""

    url: str
    status: int
    headers: list[tuple[str, str]]
    body: bytes
    """Decompressed, as extraction reads it."""
    raw: bytes
    """As received."""
    fetched: str

    def header(self, name: str) -> str | None:
        """Return the first value of a header, None when there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def captures_folder(archive: str | Path) -> Path:
    """Return where the WARC files of an archive lie, a folder a portal."""
    return Path(archive).resolve().parent / FOLDER


def folder_of(connection: sqlite3.Connection) -> Path:
    """Return the folder of the WARC files that belong to an open archive."""
    return captures_folder(
        connection.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()[0]
    )


# Writing rows


def add_capture(connection: sqlite3.Connection, portal: str, run: int, capture: NewCapture) -> None:
    """Enter a capture whose record is on the disk."""
    capture.id = None
    place = capture.place
    if place is None:
        raise ValueError(f"the capture of {capture.url} was not written")
    cursor = connection.execute(
        """INSERT INTO captures (run, kind, url, fetched, status, file, offset, length, digest, refers_to)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            run,
            capture.kind,
            capture.url,
            capture.fetched,
            capture.status,
            f"{portal}/{place.file}",
            place.offset,
            place.length,
            capture.digest,
            capture.refers_to,
        ),
    )
    capture.id = cursor.lastrowid


def link_pages(connection: sqlite3.Connection, article: int, captures: Iterable[NewCapture]) -> None:
    """Note from which captures the further pages of an article's newest version were read, from page 2 on."""
    connection.executemany(
        """INSERT INTO version_pages (version, page, capture)
           SELECT version, ?, ? FROM articles WHERE n = ?""",
        [(page, capture.id, article) for page, capture in enumerate(captures, 2) if capture.id is not None],
    )


def find_same(connection: sqlite3.Connection, url: str, digest: str) -> tuple[int, Original] | None:
    """Return the capture of a URL that already holds this payload."""
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


# Reading back


def get_capture(connection: sqlite3.Connection, number: int) -> dict[str, Any]:
    """Return the row of a capture by its id; raises CaptureError when there is none."""
    row = _row(connection, "SELECT * FROM captures WHERE id = ?", number)
    if row is None:
        raise CaptureError(f"the archive has no capture {number}")
    return row


def read_capture(connection: sqlite3.Connection, row: Mapping[str, Any]) -> Captured:
    """Read a page back from the row of its capture; a revisit is answered with the payload it stands for.

    Headers and status are those of the capture itself; a 304 is answered with the whole page that it confirmed.
    Raises CaptureError.
    """
    root = folder_of(connection)
    record = _checked_record(root, row)
    payload = record.payload
    if row["refers_to"] is not None:
        origin = get_capture(connection, row["refers_to"])
        if origin["refers_to"] is not None or origin["digest"] != row["digest"]:
            raise CaptureError(f"{_where(row)}: refers to capture {row['refers_to']}, which has another payload")
        original = _checked_record(root, origin)
        payload = original.payload
        if record.profile == warc.NOT_MODIFIED:
            record = original
    return Captured(
        url=str(row["url"]),
        status=record.status,
        headers=record.headers,
        body=_decoded(payload, record.headers, row),
        raw=payload,
        fetched=str(row["fetched"]),
    )


def _checked_record(root: Path, row: Mapping[str, Any]) -> Record:
    """Read the record that a row points to; what it says must be what the row says."""
    if not row["file"] or ".." in Path(row["file"]).parts or Path(row["file"]).is_absolute():
        raise CaptureError(f"capture {row['id']} names no WARC file")
    path = warc.existing(root / row["file"])
    if path is None:
        raise CaptureError(f"{row['file']}: there is no such file in {root}")
    try:
        with path.open("rb") as stream:
            record = warc.read_record(stream, row["offset"])
    except (DamagedRecordError, OSError) as error:
        raise CaptureError(f"{_where(row)}: {error}") from None
    if problem := disagreement(row, record):
        raise CaptureError(f"{_where(row)}: {problem}")
    return record


def disagreement(row: Mapping[str, Any], record: Record) -> str:
    """Say in what a record is not what its row says; empty when it is."""
    if not record.is_capture:
        return f"the record is a {record.type}"
    if record.url != warc.uri(row["url"]):
        return f"the record is of {record.url}, not of {row['url']}"
    if (record.status, record.length) != (row["status"], row["length"]):
        return f"status and length are {record.status}, {record.length}, not {row['status']}, {row['length']}"
    if (record.type == "revisit") != (row["refers_to"] is not None):
        return f"the record is a {record.type}"
    actual = record.digest if record.type == "revisit" else hashlib.sha256(record.payload).hexdigest()
    if actual and actual != row["digest"]:
        return f"the digest is {actual}, not {row['digest']}"
    return ""


def _where(row: Mapping[str, Any]) -> str:
    return f"{row['file']} at {row['offset']:,}"


def _decoded(payload: bytes, headers: list[tuple[str, str]], row: Mapping[str, Any]) -> bytes:
    """Undo gzip and deflate. Another coding, or a broken stream, leaves what a crawl would be left with."""
    codings = ",".join(value for name, value in headers if name.lower() == "content-encoding").lower()
    for coding in reversed([name.strip() for name in codings.split(",") if name.strip()]):
        if coding in ("gzip", "x-gzip"):
            payload = _inflated(payload, (zlib.MAX_WBITS + 16,), row)
        elif coding == "deflate":
            payload = _inflated(payload, (zlib.MAX_WBITS, -zlib.MAX_WBITS), row)
        elif coding != "identity":
            return payload
    return payload


def _inflated(payload: bytes, windows: tuple[int, ...], row: Mapping[str, Any]) -> bytes:
    for bits in windows:
        body, rest = bytearray(), payload
        try:
            while rest:
                inflater = zlib.decompressobj(bits)
                body += inflater.decompress(rest, MAX_BODY_BYTES - len(body) + 1)
                if len(body) > MAX_BODY_BYTES:
                    raise CaptureError(f"{_where(row)}: the body inflates to more than {MAX_BODY_BYTES:,} bytes")
                rest = inflater.unused_data if inflater.eof else b""
        except zlib.error:
            if not body:
                continue
        return bytes(body)
    return payload


# After a crash


def recover(connection: sqlite3.Connection, portal: str) -> list[str]:
    """Close the files of a portal that a crash left open; return what was done, a sentence a file.

    Whole records that had no row yet are entered, a torn one is set aside in a file that ends in `.torn`. Files
    that a crawl still writes, or that belong to another archive in the same folder, are left alone.
    """
    folder = folder_of(connection) / portal
    done = []
    for path in warc.files(folder, f"{warc.SUFFIX}{warc.OPEN_SUFFIX}"):
        name = path.name.removesuffix(warc.OPEN_SUFFIX)
        run = run_of(connection, name)
        if run is None:
            continue
        with warc.lock_abandoned(path) as is_abandoned:
            if is_abandoned:
                done.append(_recover_file(connection, portal, run, path))
    if done:
        cdxj.sort(folder)
    return done


def run_of(connection: sqlite3.Connection, name: str) -> int | None:
    """Return the run that wrote a WARC file, by the file's name; None when this archive has no such run."""
    key = name.removesuffix(warc.SUFFIX).rpartition("-")[0]
    row = connection.execute("SELECT id FROM runs WHERE key = ?", (key,)).fetchone()
    return int(row[0]) if row else None


def _recover_file(connection: sqlite3.Connection, portal: str, run: int, path: Path) -> str:
    name = path.name.removesuffix(warc.OPEN_SUFFIX)
    committed = connection.execute(
        "SELECT coalesce(max(offset + length), 0) FROM captures WHERE file = ?", (f"{portal}/{name}",)
    ).fetchone()[0]
    found: list[Record] = []
    size = path.stat().st_size
    end = min(committed, size)
    with path.open("rb") as stream:
        while end < size:
            try:
                record = warc.read_record(stream, end)
            except DamagedRecordError:
                break
            end += record.length
            if record.is_capture:
                found.append(record)
    adopt(connection, portal, run, name, found)
    torn = warc.close_abandoned(path, end)
    said = [f"{portal}/{name} was left open by a crash"]
    if size < committed:
        said.append(f"{committed - size:,} bytes that the archive points to are lost")
    if found:
        said.append(f"{len(found)} captures after the last commit were entered")
    if torn:
        said.append(f"its torn end of {size - end:,} bytes was set aside in {torn.name}")
    return "; ".join(said)


def adopt(connection: sqlite3.Connection, portal: str, run: int, name: str, records: Iterable[Record]) -> None:
    """Enter records of a WARC file that have no row, in one transaction, and in the index."""
    records = list(records)
    if not records:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for record in records:
            add_capture(connection, portal, run, _capture_of(connection, name, record))
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    cdxj.append(folder_of(connection) / portal, (index_line(connection, name, record) for record in records))


def _capture_of(connection: sqlite3.Connection, name: str, record: Record) -> NewCapture:
    origin = _origin(connection, record)
    digest = record.digest or (origin["digest"] if origin else EMPTY_DIGEST)
    place = warc.Place(name, record.offset, record.length)
    refers_to = origin["id"] if origin else None
    return NewCapture(
        record.kind or "unknown", record.url, record.fetched, record.status, digest, place, refers_to=refers_to
    )


def _origin(connection: sqlite3.Connection, record: Record) -> dict[str, Any] | None:
    """Return the capture that a revisit refers to."""
    if record.original is None:
        return None
    return _row(
        connection,
        """SELECT * FROM captures WHERE url = ? AND fetched = ? AND refers_to IS NULL
           AND (digest = ? OR ? = '') ORDER BY id LIMIT 1""",
        record.original.url,
        record.original.fetched,
        record.digest,
        record.digest,
    )


def index_line(connection: sqlite3.Connection, name: str, record: Record) -> str:
    """Return the line of a record in the portal's CDXJ index."""
    origin = None if record.digest else _origin(connection, record)
    return cdxj.line(
        record.url,
        record.fetched,
        mime=record.mime,
        status=record.status,
        digest=record.digest or (origin["digest"] if origin else EMPTY_DIGEST),
        offset=record.offset,
        length=record.length,
        file=name,
    )


def rows_of_file(connection: sqlite3.Connection, file: str) -> Iterator[dict[str, Any]]:
    """Yield the captures of a WARC file in the order of their records."""
    cursor = connection.execute("SELECT * FROM captures WHERE file = ? ORDER BY offset", (file,))
    names = [column[0] for column in cursor.description]
    for row in cursor:
        yield dict(zip(names, row, strict=True))


def _row(connection: sqlite3.Connection, query: str, *values: object) -> dict[str, Any] | None:
    cursor = connection.execute(query, values)
    row = cursor.fetchone()
    return dict(zip((column[0] for column in cursor.description), row, strict=True)) if row else None
