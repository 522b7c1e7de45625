"""Files by their names in one place: a folder, or an object storage that fsspec knows.

A file appears when it is whole.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

from newscrawler.archive.atomic import new_file

BLOCK = 2**20
"""Bytes of one request where a part of a file is read: about what one task reads of a WARC file."""


class StorageError(Exception):
    """The place cannot be used now."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause
        """What the system, or the driver of the storage, says."""


class MissingFileError(StorageError):
    """There is no file of this name."""


class Storage(Protocol):
    """Files by their names, which may name folders: `a/b`. Every method raises StorageError."""

    where: str
    """The folder, or the address."""

    def has(self, name: str) -> bool:
        """Whether there is a file of this name."""

    def names(self, pattern: str) -> list[str]:
        """Return the names of the files that a pattern such as `*/*.parquet` fits."""

    def put(self, name: str, source: Path) -> None:
        """Store a file under a name, in place of one that is there."""

    def get(self, name: str, target: Path) -> None:
        """Write a file into one of this machine. Raises MissingFileError."""

    @contextmanager
    def opened(self, name: str) -> Iterator[BinaryIO]:
        """Open a file so that parts of it can be read. Reading raises what the system or the driver raises."""

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""

    def clear(self) -> None:
        """Remove all files."""


def storage_of(where: str) -> Storage:
    """Return the storage at a path, or at an address such as `s3://bucket/folder`.

    Raises ImportError and ValueError for an address for which fsspec, or its driver, is missing.
    """
    if "://" not in where:
        return _Folder(Path(where).expanduser(), where)
    # fsspec would write into a file of this machine that others see already.
    local = next((where.removeprefix(start) for start in ("file://", "local://") if where.startswith(start)), "")
    return _Folder(Path(local), where.rstrip("/")) if local else _Objects(where.rstrip("/"))


def filesystem(url: str) -> tuple[Any, str]:
    """Return fsspec's file system for an address, and the path there. Raises what `storage_of` raises."""
    import fsspec

    system, path = fsspec.core.url_to_fs(url)
    return system, path


class _Folder:
    def __init__(self, root: Path, where: str) -> None:
        self._root = root
        self.where = where

    def has(self, name: str) -> bool:
        with _explained():
            return (self._root / name).is_file()

    def names(self, pattern: str) -> list[str]:
        with _explained():
            return [path.relative_to(self._root).as_posix() for path in self._root.glob(pattern)]

    def put(self, name: str, source: Path) -> None:
        target = self._root / name
        with _explained():
            target.parent.mkdir(parents=True, exist_ok=True)
            with new_file(target) as new:
                shutil.copyfile(source, new)

    def get(self, name: str, target: Path) -> None:
        with _explained(name, self.has(name)), new_file(target) as new:
            shutil.copyfile(self._root / name, new)

    @contextmanager
    def opened(self, name: str) -> Iterator[BinaryIO]:
        with _explained(name, self.has(name)):
            stream = (self._root / name).open("rb")
        with stream:
            yield stream

    def remove(self, name: str) -> None:
        with _explained():
            (self._root / name).unlink(missing_ok=True)

    def clear(self) -> None:
        with _explained():
            if self._root.exists():
                shutil.rmtree(self._root)


class _Objects:
    """An object storage, which shows an object when it is whole. Needs the driver of the storage."""

    def __init__(self, url: str) -> None:
        self._system, self._root = filesystem(url)
        self.where = url

    def has(self, name: str) -> bool:
        with _explained():
            return bool(self._system.exists(self._path(name)))

    def names(self, pattern: str) -> list[str]:
        with _explained():
            found = self._system.glob(self._path(pattern))
            return [str(path)[len(self._root) :].lstrip("/") for path in found]

    def put(self, name: str, source: Path) -> None:
        with _explained():
            self._system.makedirs(self._path(name).rpartition("/")[0], exist_ok=True)
            self._system.put_file(str(source), self._path(name))

    def get(self, name: str, target: Path) -> None:
        with _explained(name, self.has(name)), new_file(target) as new:
            self._system.get_file(self._path(name), str(new))

    @contextmanager
    def opened(self, name: str) -> Iterator[BinaryIO]:
        with _explained(name, self.has(name)):
            stream = self._system.open(self._path(name), "rb", block_size=BLOCK)
        with stream:
            yield cast("BinaryIO", stream)

    def remove(self, name: str) -> None:
        with _explained():
            if self._system.exists(self._path(name)):
                self._system.rm_file(self._path(name))

    def clear(self) -> None:
        with _explained():
            if self._system.exists(self._root):
                self._system.rm(self._root, recursive=True)

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"


@contextmanager
def _explained(name: str = "", is_there: bool = True) -> Iterator[None]:
    if not is_there:
        raise MissingFileError(FileNotFoundError(f"{name}: there is no such file"))
    try:
        yield
    except Exception as error:  # each driver has errors of its own
        raise StorageError(error) from error
