"""Writing WARC files again without the captures that can be removed, many small files as one.

Records that stay are copied byte for byte. A new file begins with a description of its own; in front of the records of
each old file stands the description of that file, which has its name (`WARC-Filename`) and that of its run. Nothing is
removed before the new file is on the disk, was read again, and the archive points to it.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from newscrawler import __version__
from newscrawler.archive.atomic import new_file
from newscrawler.archive.captures.check import check_file
from newscrawler.archive.captures.prunable import Pack, PrunableFile
from newscrawler.archive.captures.replaced import finish_replacements
from newscrawler.archive.captures.rows import CaptureError, rows_of_file
from newscrawler.archive.captures.warc_building import described
from newscrawler.archive.captures.warc_files import SUFFIX, folder_of
from newscrawler.archive.captures.warc_reader import DamagedRecordError, read_record, whole_records
from newscrawler.archive.database.connection import connect
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.errors import ArchiveError
from newscrawler.text.clock import stamp


@dataclass(slots=True)
class _Copied:
    """What was copied to a new file."""

    places: list[tuple[int, int]] = field(default_factory=list)
    """Row id of a capture that was kept, and its offset in the new file."""
    removed: list[int] = field(default_factory=list)
    """Row ids of the others."""
    removed_of: dict[str, int] = field(default_factory=dict)
    """Old file to how many of its captures were removed."""


def replace_files(connection: sqlite3.Connection, pack: Pack) -> int:
    """Replace the files of a pack with one file, or with none; return by how many bytes the archive shrinks.

    `temp.prunable` has the captures to remove. Needs the lock of the portal. Raises CaptureError when a file is not
    sound: then nothing is changed. Raises OSError.
    """
    root = folder_of(connection)
    for file in pack.files:
        problem = next(check_file(connection, file.file), None)
        if problem is not None:
            raise CaptureError(f"{problem}; it was left as it is")
    name = f"{pack.portal}/{pack.portal}-{pack.month}-{secrets.token_hex(4)}{SUFFIX}"
    with writing(connection):
        connection.executemany(
            "INSERT OR REPLACE INTO replaced_files VALUES (?, ?, ?, 0)",
            [(file.file, name, stamp()) for file in pack.files],
        )
    # Deleting a row would look for captures that refer to it, in the whole table. `prunable` leaves those out.
    connection.execute("PRAGMA foreign_keys = OFF")
    # The rows must be on the disk before the old files are removed.
    connection.execute("PRAGMA synchronous = FULL")
    try:
        if pack.is_emptied:
            _move(connection, name, _all_removed(connection, pack))
        else:
            with new_file(root / name, replace=False) as path:
                copied = _copy(connection, root, pack, name, path)
                _check_copy(path, copied)
            _move(connection, name, copied)
        written = 0 if pack.is_emptied else (root / name).stat().st_size
    finally:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        finish_replacements(connection, pack.portal)
    return pack.size - written


def archives_that_share(archive: Path, pack: Pack) -> Iterator[Path]:
    """Yield the archives in the same folder whose captures are in files of the pack, too."""
    names = [file.file for file in pack.files]
    for path in sorted(archive.resolve().parent.iterdir()):
        if path == archive.resolve() or path.is_symlink() or not path.is_file() or not _is_sqlite(path):
            continue
        try:
            with closing(connect(path, read_only=True)) as connection:
                query = f"SELECT 1 FROM captures WHERE file IN ({', '.join('?' * len(names))}) LIMIT 1"
                if connection.execute(query, names).fetchone():
                    yield path
        except (sqlite3.Error, ArchiveError):
            # Another database, or one that cannot be read: it is not known to need these files.
            continue


def _is_sqlite(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(16) == b"SQLite format 3\0"


def _all_removed(connection: sqlite3.Connection, pack: Pack) -> _Copied:
    copied = _Copied()
    for file in pack.files:
        numbers = [row["id"] for row in rows_of_file(connection, file.file)]
        copied.removed += numbers
        copied.removed_of[file.file] = len(numbers)
    return copied


def _copy(connection: sqlite3.Connection, root: Path, pack: Pack, name: str, path: Path) -> _Copied:
    """Write the new file, with all records that stay."""
    copied = _Copied()
    info = {
        "software": f"newscrawler/{__version__}",
        "format": "WARC File Format 1.1",
        "description": f"records of {len(pack.files)} files of {pack.portal}, copied as they were",
    }
    with path.open("xb") as target:
        target.write(described(Path(name).name, info))
        for file in pack.files:
            with (root / file.file).open("rb") as source:
                _copy_file(connection, file, source, target, copied)
    return copied


def _copy_file(
    connection: sqlite3.Connection, file: PrunableFile, source: BinaryIO, target: BinaryIO, copied: _Copied
) -> None:
    removable = {
        row[0]
        for row in connection.execute(
            "SELECT c.offset FROM captures c JOIN temp.prunable p ON p.id = c.id WHERE c.file = ?", (file.file,)
        )
    }
    ids = {row["offset"]: row["id"] for row in rows_of_file(connection, file.file)}
    description, is_kept, offset = b"", True, 0
    copied.removed_of[file.file] = len(removable)
    while offset < file.size:
        try:
            record = read_record(source, offset, with_payload=False)
        except DamagedRecordError as error:
            raise CaptureError(f"{file.file}: the record at {offset:,}: {error}; it was left as it is") from None
        source.seek(offset)
        member = source.read(record.length)
        if record.described_file:
            # It is written with the first record that stays; one without records would describe nothing.
            description = member
        else:
            # What follows a response belongs to it: its request, or where it was imported from.
            is_kept = offset not in removable if record.is_capture else is_kept
            if is_kept:
                target.write(description)
                description = b""
                if record.is_capture:
                    copied.places.append((ids[offset], target.tell()))
                target.write(member)
            elif record.is_capture:
                copied.removed.append(ids[offset])
        offset += record.length


def _check_copy(path: Path, copied: _Copied) -> None:
    """Read the new file again. Raises CaptureError when a record is not where it should be."""
    places = iter(place for _, place in copied.places)
    end = 0
    for record in whole_records(path):
        if record.is_capture and record.offset != next(places, None):
            break
        end += record.length
    if end != path.stat().st_size or next(places, None) is not None:
        raise CaptureError(f"{path}: a copy of WARC records could not be read again; nothing was changed")


def _move(connection: sqlite3.Connection, name: str, copied: _Copied) -> None:
    """Point the captures to the new file, and remove the others: one transaction."""
    with writing(connection):
        connection.executemany(
            "UPDATE captures SET file = ?, offset = ? WHERE id = ?",
            [(name, offset, number) for number, offset in copied.places],
        )
        connection.executemany("DELETE FROM captures WHERE id = ?", [(number,) for number in copied.removed])
        connection.executemany(
            "UPDATE replaced_files SET removed = ? WHERE file = ?",
            [(count, file) for file, count in copied.removed_of.items()],
        )
