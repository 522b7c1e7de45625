"""Which WARC files were found whole, and when: so that a check need not read what it has read not long ago.

It is kept in a file beside the archive, `archive.db-checked.json`. A file counts as unchanged while its place on the
disk, its size, its time of change and the rows that point into it are the same. A fault of the disk changes none of
these: so every file is read again after some time.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newscrawler.archive.atomic import new_file
from newscrawler.archive.captures.warc_files import folder_of, named_file

_SUFFIX = "-checked.json"
_MAX_BYTES = 64 * 2**20
"""A longer list is not one of ours."""

State = list[int | str]
"""Device, inode, size, time of change in nanoseconds, and the SHA-256 of the rows."""


class CheckedFiles:
    """The WARC files of an archive that were found whole."""

    def __init__(self, archive: Path, within: timedelta) -> None:
        """Read the list of an archive; files that were read before `within` have to be read again."""
        self._path = archive.with_name(archive.name + _SUFFIX)
        self._since = f"{datetime.now(UTC) - within:%Y-%m-%dT%H:%M:%SZ}"
        self._checked = _read(self._path)

    def is_unchanged(self, connection: sqlite3.Connection, file: str) -> bool:
        """Whether a file was found whole not too long ago, and is as it was then."""
        known = self._checked.get(file)
        return known is not None and known[0] > self._since and known[1] == state_of(connection, file)

    def note(self, file: str, state: State | None, at: str) -> None:
        """Note that a file was found whole at this moment, in this state. None: it was not, or is being written."""
        if state is None:
            self._checked.pop(file, None)
        else:
            self._checked[file] = (at, state)

    def save(self) -> None:
        """Write the list. Raises OSError."""
        with new_file(self._path) as path:
            path.write_text(json.dumps(self._checked, indent=0), encoding="utf-8")


def state_of(connection: sqlite3.Connection, file: str) -> State | None:
    """Return the state of a WARC file; None for one that is missing or still being written."""
    path = named_file(folder_of(connection), file)
    if path is None or path.name != Path(file).name:
        return None
    status = path.stat()
    rows = connection.execute(
        """SELECT id, url, fetched, status, offset, length, digest, refers_to FROM captures
           WHERE file = ? ORDER BY offset""",
        (file,),
    )
    digest = hashlib.sha256()
    for row in rows:
        digest.update(json.dumps(tuple(row)).encode())
    return [status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, digest.hexdigest()]


def _read(path: Path) -> dict[str, tuple[str, State]]:
    """Return the list; empty where there is none, or where it cannot be read: then every file is read."""
    try:
        if path.is_symlink() or path.stat().st_size > _MAX_BYTES:
            return {}
        found = json.loads(path.read_text(encoding="utf-8"))
        return {str(file): (str(at), list(state)) for file, (at, state) in found.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return {}
