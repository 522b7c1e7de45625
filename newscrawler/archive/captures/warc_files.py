"""The WARC files of an archive: where they lie, and what a crash leaves open.

They lie in `warc/<portal>/` beside the archive. A file is named after its run, `KEY-00001.warc.gz`. While a crawl
writes it, its name ends in `.open`, and the crawl holds the lock file beside it.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TypeVar

from newscrawler.archive.atomic import sync
from newscrawler.archive.lock_files import release, try_lock

FOLDER = "warc"
SUFFIX = ".warc.gz"
OPEN_SUFFIX = ".open"
TORN_SUFFIX = ".torn"

Result = TypeVar("Result")


def captures_folder(archive: str | Path) -> Path:
    """Return the folder of an archive's WARC files, with one folder per portal."""
    return Path(archive).resolve().parent / FOLDER


def folder_of(connection: sqlite3.Connection) -> Path:
    """Return the folder of the WARC files that belong to an open archive."""
    return path_of(connection).parent / FOLDER


def path_of(connection: sqlite3.Connection) -> Path:
    """Return the file of an open archive."""
    # SQLite names the file with all links resolved. The first database is always `main`.
    return Path(connection.execute("PRAGMA database_list").fetchone()[2])


def lock_path(path: Path) -> Path:
    """Return the lock file of a WARC file that is being written: `.KEY-00001.warc.gz.lock` beside it."""
    return path.with_name(f".{path.name.removesuffix(OPEN_SUFFIX)}.lock")


@contextmanager
def lock_abandoned(path: Path) -> Iterator[bool]:
    """Lock an open file and say whether it is abandoned: False while a crawl writes it, when it is gone, or a link."""
    if path.is_symlink() or not path.exists():
        yield False
        return
    try:
        lock = try_lock(lock_path(path))
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        lock = None
    if lock is None:
        yield False
        return
    try:
        # A crawl may have finished it meanwhile.
        yield path.exists()
    finally:
        release(lock)


def close_abandoned(path: Path, end: int) -> Path | None:
    """Give a file that a crash left open its final name, cut at `end`; return the path of the torn rest.

    The rest is copied before it is cut off; None when there is none. A file that is cut at 0 is removed.
    """
    final = path.with_name(path.name.removesuffix(OPEN_SUFFIX))
    torn = None
    size = path.stat().st_size
    if end < size:
        torn = final.with_name(final.name + TORN_SUFFIX)
        torn.unlink(missing_ok=True)  # of a try that was cut off; were it a link, another file would be written over
        with path.open("rb") as source, torn.open("xb") as target:
            source.seek(end)
            while chunk := source.read(2**20):
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        os.truncate(path, end)
    if end:
        path.rename(final)
    else:
        path.unlink()
    sync(path.parent)
    return torn


def named_file(root: Path, name: str) -> Path | None:
    """Return the path of the WARC file that a row names, `PORTAL/FILE`; while it is written, that of its open name.

    None for any other name, and for links: they may come from somebody else's archive and lead anywhere.
    """
    path, parts = root / name, Path(name).parts
    if len(parts) != 2 or ".." in parts or Path(name).is_absolute() or path.parent.is_symlink():
        return None
    opened = path.with_name(path.name + OPEN_SUFFIX)
    # The final name twice: the file may be closed between the two checks.
    return next((one for one in (path, opened, path) if one.is_file() and not one.is_symlink()), None)


def under_its_name(root: Path, name: str, use: Callable[[Path], Result]) -> Result | None:
    """Call `use` with the path of the WARC file that a row names; once more if the file has another name by then.

    A crawl that closes the file, or goes on with it, renames it. Returns None when there is no such file, else what
    `use` returns; raises what it raises.
    """

    def once() -> Result | None:
        path = named_file(root, name)
        return None if path is None else use(path)

    try:
        return once()
    except FileNotFoundError:
        return once()


@contextmanager
def opened_file(root: Path, name: str) -> Iterator[BinaryIO]:
    """Open the WARC file that a row names. Raises FileNotFoundError and OSError."""
    stream = under_its_name(root, name, lambda path: path.open("rb"))
    if stream is None:
        raise FileNotFoundError(f"{name}: there is no such file in {root}")
    with stream:
        yield stream


def is_finished(root: Path, portal: str, name: str) -> bool:
    """Whether the WARC file that a row names is a finished one of this portal. Links are not followed."""
    path = root / name
    return Path(name).parent == Path(portal) and path.is_file() and not (path.is_symlink() or path.parent.is_symlink())


def files(folder: Path, suffix: str = SUFFIX) -> list[Path]:
    """Return the WARC files of a portal's folder, sorted. Links are not followed."""
    if folder.is_symlink():
        return []
    return sorted(path for path in folder.glob(f"*{suffix}") if path.is_file() and not path.is_symlink())
