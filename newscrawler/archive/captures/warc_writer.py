"""Writing the WARC files of a run (WARC 1.1, ISO 28500:2017)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawler.archive.atomic import sync
from newscrawler.archive.captures.day_files import note_end, reopen
from newscrawler.archive.captures.warc_building import Builder, Exchange
from newscrawler.archive.captures.warc_files import OPEN_SUFFIX, SUFFIX, lock_path
from newscrawler.archive.captures.warc_record import RecordLocation
from newscrawler.archive.lock_files import release, try_lock

if TYPE_CHECKING:
    from filelock import FileLock


class WarcWriter:
    """Writes the WARC files of one run into one folder. Not for several threads at once."""

    def __init__(
        self,
        folder: Path,
        key: str,
        info: Mapping[str, str],
        max_bytes: int,
        *,
        first_serial: int = 1,
        earlier: Iterable[str] | None = None,
    ) -> None:
        """Make a writer. Processes that write for one run need a `first_serial` each, far apart.

        `earlier` has the names of finished files that it may go on with; then a later run may go on with its own. None:
        nobody else ever writes to its files.
        """
        self._folder = folder
        self._key = key
        self._info = info
        self._max_bytes = max_bytes
        self._serial = first_serial - 1
        self._is_shared = earlier is not None
        self._earlier = list(earlier or ())
        self._fd: int | None = None
        self._lock: FileLock | None = None
        self._name = ""
        self._size = 0
        self._is_described = False
        self._builder = Builder()

    def write(self, exchange: Exchange) -> RecordLocation:
        """Append the response and its request; return the location of the response.

        Raises OSError; the file is then unchanged.
        """
        self._begin()
        return self._place(*self._builder.exchange(exchange))

    def copy(self, member: bytes, url: str, origin: Mapping[str, str]) -> RecordLocation:
        """Append a record of another file as it is, a gzip member of its own, and one that says where it comes from.

        `url` is the address of the record, `origin` the fields of the `metadata` record. Raises OSError; the file is
        then unchanged.
        """
        self._begin()
        return self._place(member, self._builder.metadata(url, origin))

    @property
    def end(self) -> tuple[str, int]:
        """The name of the present file, and how many bytes it has; an empty name: none is open."""
        return (self._name, self._size) if self._fd is not None else ("", 0)

    def sync(self) -> None:
        """Wait until all that was written is on the disk."""
        if self._fd is not None:
            os.fsync(self._fd)

    def close(self) -> None:
        """Finish the file and give it its final name."""
        if self._fd is None:
            return
        os.fsync(self._fd)
        final = self._folder / self._name
        final.with_name(self._name + OPEN_SUFFIX).rename(final)
        if self._is_shared:
            note_end(final, self._fd)
        os.close(self._fd)
        self._fd = None
        if self._lock is not None:
            release(self._lock)
            self._lock = None
        sync(self._folder)

    def _begin(self) -> None:
        """Open a file, if none is open or the present one is full."""
        if self._fd is not None and self._size >= self._max_bytes:
            self.close()
        if self._fd is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            while self._earlier and self._fd is None:
                self._open_earlier(self._earlier.pop(0))
            if self._fd is None:
                self._open_new()
            self._is_described = False
        if not self._is_described:
            self._append(self._builder.info(self._name, self._info, self._key))
            self._is_described = True
            sync(self._folder)

    def _open_earlier(self, name: str) -> None:
        """Open a file that an earlier run finished, unless another process writes it or it was touched since."""
        lock = None
        with suppress(OSError):  # a link in place of the lock
            lock = try_lock(lock_path(self._folder / name))
        if lock is None:
            return
        fd = reopen(self._folder / name)
        if fd is None:
            release(lock)
            return
        self._lock, self._fd, self._name, self._size = lock, fd, name, os.fstat(fd).st_size

    def _open_new(self) -> None:
        while True:
            self._serial += 1
            self._name = f"{self._key}-{self._serial:05d}{SUFFIX}"
            path = self._folder / (self._name + OPEN_SUFFIX)
            # The lock comes first: a file without it counts as left by a crash.
            lock = try_lock(lock_path(path))
            if lock is None:
                continue
            try:
                fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o644)
            except OSError as error:
                release(lock)
                if isinstance(error, FileExistsError):
                    continue
                raise
            break
        self._lock, self._fd, self._size = lock, fd, 0

    def _place(self, member: bytes, following: bytes) -> RecordLocation:
        """Append a member and the one that belongs to it; return the location of the first."""
        location = RecordLocation(self._name, self._size, len(member))
        self._append(member + following)
        return location

    def _append(self, data: bytes) -> None:
        assert self._fd is not None  # noqa: S101 - `_begin` has opened it
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._fd, view) :]
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._fd, self._size)
            raise
        self._size += len(data)
