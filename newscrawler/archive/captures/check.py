"""Checking captures against their WARC files, and repairing what can be repaired."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal

from newscrawler.archive.captures import cdxj
from newscrawler.archive.captures.reading import disagreement
from newscrawler.archive.captures.recovery import add_rows, captures_and_runs, index_lines, recover, run_described
from newscrawler.archive.captures.replaced import finish_replacements, replacement_of
from newscrawler.archive.captures.rows import rows_of_file, run_of
from newscrawler.archive.captures.warc_files import (
    OPEN_SUFFIX,
    SUFFIX,
    TORN_SUFFIX,
    files,
    folder_of,
    lock_abandoned,
    named_file,
    opened_file,
    path_of,
)
from newscrawler.archive.captures.warc_reader import DamagedRecordError, Record, read_record
from newscrawler.archive.database.locks import lock_portal
from newscrawler.archive.errors import ArchiveError

Kind = Literal["missing", "damaged", "disagrees", "unknown-record", "open", "torn", "foreign", "replaced"]


@dataclass(frozen=True, slots=True)
class CaptureProblem:
    """One thing that is wrong with a WARC file or with a row that points into it.

    missing: rows without a file or record. damaged: a record that cannot be read or whose digest fails.
    disagrees: a record that is not what its row says. unknown-record: records without rows. open: left open by a
    crash. torn: a torn end that was moved aside. foreign: a file of no run of this archive. replaced: a file whose
    captures are in another one, left by a program that was killed.
    """

    kind: Kind
    file: str
    detail: str

    @property
    def is_serious(self) -> bool:
        """Whether evidence is lost. Other problems are notes, or can be repaired."""
        return self.kind in ("missing", "damaged", "disagrees")

    def __str__(self) -> str:
        return f"{self.file}: {self.detail}"


def files_to_check(connection: sqlite3.Connection) -> list[str]:
    """Return the names of the WARC files that are there, and of those that rows point to, sorted."""
    names = {row[0] for row in connection.execute("SELECT DISTINCT file FROM captures WHERE file IS NOT NULL")}
    return sorted(names | set(_files(folder_of(connection))))


def torn_ends(connection: sqlite3.Connection) -> Iterator[CaptureProblem]:
    """Yield the torn ends of files of this archive, which were moved aside."""
    root = folder_of(connection)
    for torn in sorted(root.glob(f"*/*{TORN_SUFFIX}")):
        name = torn.name.removesuffix(TORN_SUFFIX)
        if run_of(connection, name) is not None:
            detail = f"the torn end of {name}, {torn.stat().st_size:,} bytes; it may be deleted"
            yield CaptureProblem("torn", f"{torn.parent.name}/{torn.name}", detail)


def repair_captures(connection: sqlite3.Connection) -> list[str]:
    """Repair what can be repaired: close abandoned files, add rows for records without one, rebuild the indexes.

    Returns one sentence per repair. No record and no row is ever removed.
    """
    root = folder_of(connection)
    repairs: list[str] = []
    for folder in sorted(path for path in root.glob("*") if path.is_dir() and not path.is_symlink()):
        repairs += _finished_replacements(connection, folder.name)
        repairs += recover(connection, folder.name)
        for file in files(folder):
            if replacement_of(connection, f"{folder.name}/{file.name}") is not None:
                continue
            if count := add_rows(connection, folder.name, file.name, _without_rows(connection, folder.name, file)):
                repairs.append(f"{folder.name}/{file.name}: {count} captures without a row were added")
        if not files(folder, f"{SUFFIX}{OPEN_SUFFIX}"):
            cdxj.rebuild(folder, index_lines(connection, folder))
            repairs.append(f"{folder.name}/{cdxj.NAME} was rebuilt")
    return repairs


def _finished_replacements(connection: sqlite3.Connection, portal: str) -> list[str]:
    try:
        lock = lock_portal(path_of(connection), portal)
    except ArchiveError:
        return []  # whoever has the lock may be replacing files
    try:
        return finish_replacements(connection, portal)
    finally:
        lock.release()


def _files(root: Path) -> Iterator[str]:
    for pattern in (f"*/*{SUFFIX}", f"*/*{SUFFIX}{OPEN_SUFFIX}"):
        for path in root.glob(pattern):
            yield f"{path.parent.name}/{path.name.removesuffix(OPEN_SUFFIX)}"


def check_file(connection: sqlite3.Connection, file: str) -> Iterator[CaptureProblem]:
    """Compare a WARC file with the rows that point to it; memory holds one record."""
    root = folder_of(connection)
    rows = rows_of_file(connection, file)
    path = named_file(root, file)
    if path is None:
        number = sum(1 for _ in rows)
        yield CaptureProblem("missing", file, f"there is no such file in {root}; {number:,} captures point to it")
        return
    if replacement := replacement_of(connection, file):
        yield CaptureProblem("replaced", file, f"{replacement} replaced it; 'repair' or 'prune' removes it")
        return
    if run_of(connection, path.name.removesuffix(OPEN_SUFFIX)) is None and next(rows, None) is None:
        yield CaptureProblem("foreign", file, "belongs to no run of this archive")
        return
    if path.name.endswith(OPEN_SUFFIX):
        with lock_abandoned(path) as is_abandoned:
            if is_abandoned:
                yield CaptureProblem("open", file, "was left open by a crash; the portal's next crawl closes it")
    with opened_file(root, file) as stream:
        yield from _compare(connection, stream, file)


def _compare(connection: sqlite3.Connection, stream: BinaryIO, file: str) -> Iterator[CaptureProblem]:
    """Compare records and rows, both in order. The end of an open file is still being written."""
    is_open = stream.name.endswith(OPEN_SUFFIX)
    rows = rows_of_file(connection, file)
    row = next(rows, None)
    run = run_of(connection, Path(file).name)
    unknown = offset = 0
    size = os.fstat(stream.fileno()).st_size
    while offset < size:
        try:
            record = read_record(stream, offset, with_payload=False)
        except DamagedRecordError as error:
            if not (is_open and row is None):
                yield CaptureProblem("damaged", file, f"the record at {offset:,}: {error}")
            while row is not None and row["offset"] <= offset:
                row = next(rows, None)
            if row is None:
                break
            # Where the next record begins can be known from its row only.
            offset = row["offset"]
            continue
        while row is not None and row["offset"] < offset:
            yield CaptureProblem("missing", file, f"no record begins at {row['offset']:,} ({row['url']})")
            row = next(rows, None)
        if row is not None and row["offset"] == offset:
            if problem := disagreement(row, record) or broken_reference(connection, row):
                yield CaptureProblem("disagrees", file, f"the record at {offset:,}: {problem}")
            row = next(rows, None)
        elif record.is_capture:
            # A copy may hold what a run wrote that began after the rows were copied.
            unknown += run is not None
        elif record.type == "warcinfo":
            run = run_described(connection, record)
        offset += record.length
    while row is not None:
        yield CaptureProblem("missing", file, f"the file ends before {row['offset']:,} ({row['url']})")
        row = next(rows, None)
    if unknown and not is_open:
        yield CaptureProblem("unknown-record", file, f"{unknown:,} captures have no row; 'repair' adds them")


def broken_reference(connection: sqlite3.Connection, row: dict[str, Any]) -> str:
    """Return what is wrong with the capture to which a revisit refers; empty where nothing is."""
    if row["refers_to"] is None:
        return ""
    origin = connection.execute("SELECT digest, refers_to FROM captures WHERE id = ?", (row["refers_to"],)).fetchone()
    if origin is None or origin[1] is not None or origin[0] != row["digest"]:
        return f"it refers to capture {row['refers_to']}, which does not hold its payload"
    return ""


def _without_rows(connection: sqlite3.Connection, portal: str, path: Path) -> Iterator[tuple[int, Record]]:
    """Yield the captures of a file that have no row, with their runs."""
    known = {row["offset"] for row in rows_of_file(connection, f"{portal}/{path.name}")}
    for run, record in captures_and_runs(connection, path, run_of(connection, path.name)):
        if record.offset not in known:
            yield run, record
