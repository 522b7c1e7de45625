"""Transferring WARC files from one folder of captures to another: for backups, merges and salvage.

A finished WARC file with a second hard link never changes (`day_files`), so a link serves as a copy, except against a
failing disk. Of a file that a crawl still writes, the whole records are copied, under its final name.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from newscrawler.archive.atomic import new_file
from newscrawler.archive.captures import cdxj
from newscrawler.archive.captures.rows import run_of
from newscrawler.archive.captures.warc_files import OPEN_SUFFIX, SUFFIX, under_its_name
from newscrawler.archive.captures.warc_reader import whole_records

CHUNK = 2**20


class CaptureConflictError(Exception):
    """Two different WARC files of one name."""


def files_of(connection: sqlite3.Connection, folder: Path) -> Iterator[tuple[str, int]]:
    """Yield the WARC files of an archive: name, and how many bytes its rows point to.

    These are the files that its captures point to, and files of its runs that no row points to yet.
    """
    ends = {
        str(file): int(end)
        for file, end in connection.execute(
            "SELECT file, max(offset + length) FROM captures WHERE file IS NOT NULL GROUP BY file"
        )
    }
    others = {
        name
        for path in folder.glob(f"*/*{SUFFIX}*")
        if (name := f"{path.parent.name}/{path.name.removesuffix(OPEN_SUFFIX)}") not in ends
        and path.name.removesuffix(OPEN_SUFFIX).endswith(SUFFIX)
        and run_of(connection, path.name.removesuffix(OPEN_SUFFIX)) is not None
    }
    yield from sorted((ends | dict.fromkeys(others, 0)).items())


def transfer_captures(connection: sqlite3.Connection, source: Path, target: Path, *, link: bool) -> list[str]:
    """Transfer the WARC files of an archive and their lines of the index from one folder of captures to another.

    Returns the names of files that are missing or shorter than the archive says. `link` allows hard links. Raises
    CaptureConflictError and OSError.
    """
    missing = []
    sizes: dict[str, dict[str, int]] = {}
    for name, end in files_of(connection, source):
        transferred = partial(_transferred, target=target / name, end=end, link=link)
        size, is_new = under_its_name(source, name, transferred) or (-1, False)
        if size < end:
            missing.append(name)
        if is_new:
            portal, file = name.split("/")
            sizes.setdefault(portal, {})[file] = (target / name).stat().st_size
    for portal, files in sizes.items():
        transfer_index(source / portal, target / portal, files)
    return missing


def _transferred(source: Path, target: Path, end: int, link: bool) -> tuple[int, bool]:
    """Transfer a WARC file; return its size, and whether anything was written."""
    size = source.stat().st_size
    return size, transfer_file(source, target, end=end, link=link)


def transfer_file(source: Path, target: Path, *, end: int, link: bool) -> bool:
    """Transfer a WARC file; return whether anything was written. Raises CaptureConflictError and OSError.

    `end` is how many bytes rows point to. A target that is as long or longer stays; a shorter beginning of the same
    file is replaced.
    """
    is_open = source.name.endswith(OPEN_SUFFIX)
    size = _whole_records(source, end) if is_open else source.stat().st_size
    if is_open and not size:
        return False
    if target.exists():
        held = target.stat().st_size
        if target.samefile(source):
            return False
        if not _same_beginning(source, target, min(size, held)):
            raise CaptureConflictError(f"{target}: differs from {source}, which has the same name")
        if held >= size:
            return False
    target.parent.mkdir(parents=True, exist_ok=True)
    with new_file(target) as new:
        if is_open or not (link and _linked(source, new)):
            copy(source, new, size)
    return True


def copy(source: Path, target: Path, size: int) -> str:
    """Copy the first `size` bytes and wait until they are on the disk; return their SHA-256."""
    digest = hashlib.sha256()
    with source.open("rb") as reading, target.open("xb") as writing:
        while size > 0 and (chunk := reading.read(min(CHUNK, size))):
            digest.update(chunk)
            writing.write(chunk)
            size -= len(chunk)
        writing.flush()
        os.fsync(writing.fileno())
    shutil.copymode(source, target)
    return digest.hexdigest()


def transfer_index(source: Path, target: Path, sizes: Mapping[str, int]) -> None:
    """Add to the CDXJ index of a folder the lines that another index has of these files (name to size)."""
    index = source / cdxj.NAME
    if not index.is_file() or not target.is_dir():
        return
    with index.open(encoding="utf-8", errors="replace") as lines:
        cdxj.append(target, (text for text in lines if _is_of(text, sizes)))
    cdxj.sort(target)


def _is_of(text: str, sizes: Mapping[str, int]) -> bool:
    try:
        fields = json.loads(text.split(" ", 2)[2])
        return int(fields["offset"]) < sizes.get(fields["filename"], 0)
    except (ValueError, IndexError, KeyError, TypeError, RecursionError):
        return False


def _linked(source: Path, target: Path) -> bool:
    try:
        os.link(source, target, follow_symlinks=True)
    except OSError:
        return False
    return True


def _whole_records(path: Path, end: int) -> int:
    """Return where the last whole record ends that follows what rows point to."""
    for record in whole_records(path, end):
        end += record.length
    return min(end, path.stat().st_size)


def _same_beginning(one: Path, other: Path, size: int) -> bool:
    with one.open("rb") as first, other.open("rb") as second:
        while size > 0:
            length = min(CHUNK, size)
            if first.read(length) != second.read(length):
                return False
            size -= length
    return True
