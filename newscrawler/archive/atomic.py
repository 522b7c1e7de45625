"""Files and folders that appear under their names only when they are whole.

What is written lies in a hidden folder beside the target, `.<hash of the target's name>.<random>.part`, and is renamed
at the end. The folder is locked as long as its writer lives. A killed writer leaves it behind, unlocked: the next
writer of the same target removes it.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawler.archive.lock_files import exclusive, release, try_lock

if TYPE_CHECKING:
    from filelock import FileLock

_SUFFIX = ".part"
_CONTENT = "content"
_BEFORE = "before"
_LOCK = "lock"


def sync(path: Path) -> None:
    """Wait until a file's bytes, or a folder's names, are on the disk."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def new_file(target: Path, *, replace: bool = True) -> Iterator[Path]:
    """Give a path where nothing is yet; the file that is written there gets the target's name at the end.

    It replaces a file, or a link, of that name; without `replace` FileExistsError is raised instead. On any error the
    target stays as it was and nothing else is left. Further files may be written beside the path; they are removed.
    Raises OSError.
    """
    with folder_beside(target) as folder:
        content = folder / _CONTENT
        yield content
        put(content, target, replace=replace)


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Give an empty folder that gets the target's name at the end, with all its files on the disk.

    The target must not exist, or be an empty folder. On any error nothing is left. Raises OSError.
    """
    with folder_beside(target) as folder:
        content = folder / _CONTENT
        content.mkdir()
        yield content
        for place, _, names in os.walk(content):
            for name in names:
                sync(Path(place, name))
            sync(Path(place))
        content.rename(target)
        try:
            sync(target.parent)
        except OSError:
            target.rename(content)
            raise


def put(content: Path, target: Path, *, replace: bool) -> None:
    """Give a file of `folder_beside` the target's name, when its bytes are on the disk.

    Raises OSError; without `replace` it is FileExistsError where a file has this name. The name then means what it
    meant before, also where the disk does not confirm the new name.
    """
    sync(content)
    before = content.with_name(_BEFORE)
    if replace:
        with suppress(OSError):
            os.link(target, before, follow_symlinks=False)
        content.replace(target)
    else:
        _put_new(content, target)
    try:
        sync(target.parent)
    except OSError:
        if before.exists() or before.is_symlink():
            before.replace(target)
        else:
            target.unlink(missing_ok=True)
        raise


def _put_new(content: Path, target: Path) -> None:
    try:
        os.link(content, target)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links.
        if target.exists() or target.is_symlink():
            raise FileExistsError(f"{target}: exists") from None
        content.rename(target)


@contextmanager
def folder_beside(target: Path) -> Iterator[Path]:
    """Give a hidden, empty folder beside a target, with a lock in it; it is removed at the end, with what is in it.

    What killed writers of the same target left is removed first. Raises OSError.
    """
    tag = hashlib.sha256(os.fsencode(target.name)).hexdigest()[:16]
    with ExitStack() as alone:
        # One writer at a time: else one could take the folder that another has just created for one left over.
        with suppress(OSError):  # a file system without locks
            alone.enter_context(exclusive(target.parent / f".{tag}.lock"))
        _remove_left_over(target.parent, tag)
        folder, lock = _locked_folder(target.parent, tag)
    try:
        yield folder
    finally:
        _remove(folder, lock)


def _locked_folder(parent: Path, tag: str) -> tuple[Path, FileLock | None]:
    """Make a folder and lock it. Another writer may remove it in between; then make one more."""
    while True:
        folder = parent / f".{tag}.{secrets.token_hex(4)}{_SUFFIX}"
        folder.mkdir()
        try:
            lock = try_lock(folder / _LOCK)
        except FileNotFoundError:
            continue
        except OSError:
            # A file system without locks: there nobody can lock it to remove it, either.
            return folder, None
        if lock is not None:
            return folder, lock


def _remove_left_over(parent: Path, tag: str) -> None:
    """Remove the folders for this target whose writers were killed."""
    for folder in parent.glob(f".{tag}.*{_SUFFIX}"):
        if folder.is_symlink():
            continue
        try:
            lock = try_lock(folder / _LOCK)
        except OSError:
            continue
        if lock is not None:
            _remove(folder, lock)


def _remove(folder: Path, lock: FileLock | None) -> None:
    """Remove a folder with all that is in it; what cannot be removed stays."""
    if lock is None:
        shutil.rmtree(folder, ignore_errors=True)
        return
    with suppress(OSError):
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name != _LOCK:
                path.unlink(missing_ok=True)
    release(lock)
    # A writer that has just created this folder may have locked it again: then it is not empty, and stays.
    with suppress(OSError):
        folder.rmdir()
