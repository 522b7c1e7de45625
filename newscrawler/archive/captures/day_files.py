"""The WARC files of a day: a run goes on with a file that an earlier run of the same day finished.

So an hourly crawl leaves one file a day and portal (of each of its workers), not one per crawl. A file grows only

* during the day, in UTC, on which it was begun, as the key of the run in its name says;
* in the folder where it was written, and by the archive that wrote it: a copy or a backup of it stays as it is;
* from an end that is known to be sound.

All three follow from the *end file* beside it. A writer that finishes a file in good order notes there which file it
was and how long. After a crash there is none, and a copy is another file. A file with a second hard link is not touched
either: a backup may hold it.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from newscrawler.archive.captures.rows import run_of
from newscrawler.archive.captures.warc_files import OPEN_SUFFIX, SUFFIX, folder_of

GROWS_BELOW = 16 * 2**20
"""A file of this size or more stays as it is. A parcel of a fleet ships the whole file each time that it grew."""
END_SUFFIX = ".end"
_DAY = len("20260710")


def end_path(path: Path) -> Path:
    """Return the end file of a WARC file: `.KEY-00001.warc.gz.end` beside it."""
    return path.with_name(f".{path.name}{END_SUFFIX}")


def files_of_day(connection: sqlite3.Connection, portal: str, run_key: str) -> list[str]:
    """Return the names of the files that a run may go on with. End files of all others of this archive are removed.

    Raises OSError.
    """
    folder = folder_of(connection) / portal
    names = []
    for end in sorted(folder.glob(f".*{SUFFIX}{END_SUFFIX}")):
        name = end.name[1:].removesuffix(END_SUFFIX)
        if run_of(connection, name) is None:
            continue  # of another archive in the folder
        path = folder / name
        if name[:_DAY] == run_key[:_DAY] and path.is_file() and path.stat().st_size < GROWS_BELOW:
            names.append(name)
        else:
            end.unlink(missing_ok=True)
    return names


def note_end(path: Path, fd: int) -> None:
    """Note where a finished file ends, that the descriptor has open. Without the note no run goes on with the file."""
    end = end_path(path)
    with suppress(OSError):
        end.unlink(missing_ok=True)
        # A new file: nothing is written through a link that somebody left there.
        with end.open("x", encoding="ascii") as stream:
            stream.write(_state(fd))


def reopen(path: Path) -> int | None:
    """Open a finished file for appending, under its open name; None: it is not as it was finished, and stays so.

    Needs the lock of the file.
    """
    end, opened = end_path(path), path.with_name(path.name + OPEN_SUFFIX)
    try:
        noted = "" if end.is_symlink() else end.read_text(encoding="ascii")
        end.unlink()
        fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW)
    except (OSError, ValueError):
        return None
    try:
        # The name comes first: whoever copies a file under its open name makes no link to it.
        if noted == _state(fd) and not opened.exists():
            path.rename(opened)
            if os.fstat(fd).st_nlink == 1:
                return fd
            opened.rename(path)
    except OSError:
        pass
    os.close(fd)
    return None


def _state(fd: int) -> str:
    status = os.fstat(fd)
    return f"{status.st_dev} {status.st_ino} {status.st_size}"
