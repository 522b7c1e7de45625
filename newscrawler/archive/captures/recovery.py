"""Recovery after a crash: files that were left open, and records without a row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from newscrawler.archive.captures import cdxj
from newscrawler.archive.captures.day_files import end_path
from newscrawler.archive.captures.rows import NewCapture, add_capture, find_origin, find_run, run_of
from newscrawler.archive.captures.warc_files import (
    OPEN_SUFFIX,
    SUFFIX,
    close_abandoned,
    files,
    folder_of,
    lock_abandoned,
)
from newscrawler.archive.captures.warc_reader import Record, whole_records
from newscrawler.archive.captures.warc_record import RecordLocation
from newscrawler.archive.database.transaction import writing

_AT_ONCE = 500
"""How many rows are added in one transaction."""


def recover(connection: sqlite3.Connection, portal: str) -> list[str]:
    """Close the files of a portal that a crash left open; return one sentence per file.

    Whole records without a row get one. A torn record is moved to a file that ends in `.torn`. Files that a crawl
    still writes, and files of another archive in the same folder, are left alone.
    """
    folder = folder_of(connection) / portal
    sentences = []
    for path in files(folder, f"{SUFFIX}{OPEN_SUFFIX}"):
        name = path.name.removesuffix(OPEN_SUFFIX)
        run = run_of(connection, name)
        if run is None:
            continue
        with lock_abandoned(path) as is_abandoned:
            if is_abandoned:
                sentences.append(_recover_file(connection, portal, run, path))
    if sentences:
        cdxj.sort(folder)
    return sentences


def _recover_file(connection: sqlite3.Connection, portal: str, run: int, path: Path) -> str:
    name = path.name.removesuffix(OPEN_SUFFIX)
    # SQLite takes `run` from the row with the largest end.
    committed, last_run = connection.execute(
        "SELECT coalesce(max(offset + length), 0), run FROM captures WHERE file = ?", (f"{portal}/{name}",)
    ).fetchone()
    size = path.stat().st_size
    begin = end = min(committed, size)
    for record in whole_records(path, begin):
        end += record.length
    added = add_rows(connection, portal, name, captures_and_runs(connection, path, last_run or run, begin))
    end_path(path.with_name(name)).unlink(missing_ok=True)
    torn = close_abandoned(path, end)
    clauses = [f"{portal}/{name} was left open by a crash"]
    if size < committed:
        clauses.append(f"{committed - size:,} bytes that the archive points to are lost")
    if added:
        clauses.append(f"{added} captures after the last commit were added")
    if torn:
        clauses.append(f"its torn end of {size - end:,} bytes was moved to {torn.name}")
    return "; ".join(clauses)


def captures_and_runs(
    connection: sqlite3.Connection, path: Path, run: int | None, start: int = 0
) -> Iterator[tuple[int, Record]]:
    """Yield the captures of a WARC file from an offset on, with their runs, as the descriptions before them name them.

    `run` wrote what comes before the first description; captures of runs that the archive does not have are left out.
    """
    for record in whole_records(path, start):
        if record.type == "warcinfo":
            run = run_described(connection, record)
        elif record.is_capture and run is not None:
            yield run, record


def run_described(connection: sqlite3.Connection, record: Record) -> int | None:
    """Return the run that wrote the records behind a `warcinfo`; None when this archive does not have it."""
    if record.described_run:
        return find_run(connection, record.described_run)
    return run_of(connection, record.described_file)


def add_rows(connection: sqlite3.Connection, portal: str, name: str, records: Iterable[tuple[int, Record]]) -> int:
    """Add the rows of captures of a WARC file, each with its run, and their lines in the index; return how many.

    Each transaction takes some of them, so memory does not hold them all. After a crash the next repair goes on.
    """
    records = iter(records)
    count = 0
    while some := list(islice(records, _AT_ONCE)):
        with writing(connection):
            for run, record in some:
                location = RecordLocation(name, record.offset, record.length)
                add_capture(connection, portal, run, _capture_of(connection, record), location)
        cdxj.append(folder_of(connection) / portal, [_index_line(connection, name, one) for _, one in some])
        count += len(some)
    return count


def _capture_of(connection: sqlite3.Connection, record: Record) -> NewCapture:
    origin = find_origin(connection, record.original, record.digest) if record.original else None
    return NewCapture(
        record.kind or "unknown",
        record.url,
        record.fetched,
        record.status,
        record.digest or (origin["digest"] if origin else record.payload_digest),
        origin["id"] if origin else None,
    )


def index_lines(connection: sqlite3.Connection, folder: Path, names: Iterable[str] | None = None) -> Iterator[str]:
    """Yield the lines of all captures in WARC files of a portal's folder in its CDXJ index; None: in all files."""
    for path in files(folder) if names is None else [folder / name for name in sorted(names)]:
        for record in whole_records(path):
            if record.is_capture:
                yield _index_line(connection, path.name, record)


def _index_line(connection: sqlite3.Connection, name: str, record: Record) -> str:
    """Return the line of a record in the portal's CDXJ index."""
    return cdxj.line(
        record.url,
        record.fetched,
        mime=record.mime,
        status=record.status,
        digest=record.digest or _capture_of(connection, record).digest,
        offset=record.offset,
        length=record.length,
        file=name,
    )
