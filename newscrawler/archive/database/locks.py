"""Locks that end with their process: one crawl of a portal into an archive at a time, one notifier of alarms, turns."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout

from newscrawler.archive.errors import ArchiveError, LockedError


class PortalBusyError(LockedError):
    """Another crawl or refresh of this portal into this archive is running."""


def lock_portal(archive: str | Path, portal: str) -> FileLock:
    """Take the lock of a portal in an archive, a file in `<archive>-locks/`. `release()` gives it back.

    The system gives it back when the process dies, however that happens, so its holder knows that no other crawl of
    the portal is alive. Raises PortalBusyError when it is taken, ArchiveError when it cannot be created.
    """
    try:
        return _lock(archive, portal, 0)
    except Timeout:
        raise PortalBusyError(
            f"portal {portal}: another crawl or refresh of it into {archive} is running; wait for it, or stop it."
        ) from None


def lock_import(archive: str | Path) -> FileLock:
    """Take the lock for an import for several portals. Raises PortalBusyError when it is taken, and ArchiveError."""
    try:
        return _lock(archive, "+import", 0)  # no portal's id has a plus
    except Timeout:
        raise PortalBusyError(
            f"another import for several portals into {archive} is running; wait for it, or stop it."
        ) from None


def lock_notification(archive: str | Path, *, seconds: float) -> FileLock | None:
    """Take the lock for notifications of an archive's alarms; None when another process keeps it for `seconds`.

    Raises ArchiveError when it cannot be created.
    """
    try:
        return _lock(archive, "+notifying", seconds)  # no portal's id has a plus
    except Timeout:
        return None


def try_lock_group(archive: str | Path, group: str, name: str) -> FileLock | None:
    """Take a lock of a group of portals; None when another request has it. Raises ArchiveError."""
    try:
        return _lock(archive, f"+group-{group}-{name}", 0)
    except Timeout:
        return None


def group_file(archive: str | Path, group: str) -> Path:
    """Return the path of the file in which the crawls of a group note the time of the last request."""
    return _folder(archive) / f"+group-{group}.last"


def _folder(archive: str | Path) -> Path:
    # Two names of one archive lead to one lock.
    path = Path(archive).resolve()
    return path.with_name(f"{path.name}-locks")


def _lock(archive: str | Path, name: str, seconds: float) -> FileLock:
    folder = _folder(archive)
    if folder.is_symlink():
        raise ArchiveError(f"{folder}: is a symbolic link, which is not followed; remove it.")
    lock = FileLock(folder / f"{name}.lock", timeout=seconds, thread_local=False)
    try:
        folder.mkdir(exist_ok=True)
        lock.acquire()
    except Timeout:
        raise
    except OSError as error:
        raise ArchiveError(f"{folder}: the lock {name} cannot be created: {error.strerror}.") from None
    return lock
