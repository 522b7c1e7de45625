"""Lock files. A lock ends with its process, however that ends; only the empty file may be left behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filelock import FileLock


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold a lock file, waiting for it as long as needed. The file is removed at the end.

    Raises OSError when the file cannot be created or is a link.
    """
    lock = _lock(path)
    lock.acquire()
    try:
        yield
    finally:
        release(lock)


def try_lock(path: Path) -> FileLock | None:
    """Take a lock file without waiting; None when another process holds it. Give it back with `release`.

    Raises OSError when the file cannot be created or is a link.
    """
    from filelock import Timeout

    lock = _lock(path)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return None
    return lock


def release(lock: FileLock) -> None:
    """Give a lock back and remove its file."""
    # The file is removed first. filelock sees that a file it has just locked was removed, and tries again with a new
    # one (4.3: `_finalize_locked_fd`), so two processes never hold two files of one name. Windows does not remove a
    # file that is open; there it stays.
    with suppress(OSError):
        Path(lock.lock_file).unlink()
    lock.release()


def _lock(path: Path) -> FileLock:
    from filelock import FileLock

    path.parent.stat()  # filelock would create a folder that does not exist
    # The lock of the fallback would outlive a killed process.
    return FileLock(path, thread_local=False, fallback_to_soft=False)
