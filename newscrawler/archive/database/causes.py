"""Why SQLite failed, where the archive itself is not to blame: a full disk, missing permissions, another program."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

_CAUSES = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_BUSY: "another program locks it",
    sqlite3.SQLITE_LOCKED: "another program locks it",
    sqlite3.SQLITE_READONLY: "it, its folder or its disk is read-only",
    sqlite3.SQLITE_CANTOPEN: "it, or a file beside it, cannot be opened; check the permissions",
    sqlite3.SQLITE_PERM: "the permissions do not allow it",
    sqlite3.SQLITE_NOMEM: "there is not enough memory",
    sqlite3.SQLITE_IOERR_WRITE: "a file cannot be written; the disk may be full",
    sqlite3.SQLITE_IOERR_FSYNC: "a file cannot be written; the disk may be full",
    sqlite3.SQLITE_IOERR_DIR_FSYNC: "a file cannot be written; the disk may be full",
    sqlite3.SQLITE_IOERR_TRUNCATE: "a file cannot be written; the disk may be full",
    sqlite3.SQLITE_IOERR_SHMOPEN: "a file beside it cannot be created; the disk may be full",
    sqlite3.SQLITE_IOERR_SHMSIZE: "a file beside it cannot be created; the disk may be full",
    sqlite3.SQLITE_IOERR_SHMMAP: "a file beside it cannot be created; the disk may be full",
    sqlite3.SQLITE_IOERR_LOCK: "it cannot be locked; it must not lie on a network file system",
}


_OF_THE_MACHINE = frozenset({sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_CANTOPEN})


def is_of_machine(error: sqlite3.Error, path: Path) -> bool:
    """Tell whether disk, memory or open files of this machine are to blame, and not what the user named."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
    # Without the permission to read it, another file has to be named.
    return code in _OF_THE_MACHINE and (code != sqlite3.SQLITE_CANTOPEN or os.access(path, os.R_OK))


def is_passing(error: Exception) -> bool:
    """Tell whether the same may succeed later: disk, memory or another program is to blame, and not what was read."""
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
        return code in _OF_THE_MACHINE or code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    return isinstance(error, OSError)


def cause_of(error: sqlite3.Error) -> str:
    """Return why an operation failed; empty when the archive may be damaged or the program may be wrong."""
    code = getattr(error, "sqlite_errorcode", None)  # errors of the module sqlite3 itself have none
    if code is None:
        return ""
    return _CAUSES.get(code) or _CAUSES.get(code & 0xFF, "")


def reason_of(error: Exception) -> object:
    """Return why an operation failed: what SQLite or the system says of it, and else the error itself."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return (cause_of(error) if isinstance(error, sqlite3.Error) else "") or error
