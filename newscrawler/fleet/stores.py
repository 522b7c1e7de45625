"""Where parcels wait for the collector: a folder or object storage here, JetStream's object store in `nats_store`.

A name is that of a parcel's id, or of a portal's state. An object appears under its name when it is whole.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from newscrawler.archive.atomic import new_file
from newscrawler.fleet.engine import FleetError, UnavailableError

SUFFIX = ".parcel"


class MissingError(FleetError):
    """The store has no object of this name."""


class Store(Protocol):
    """Objects by name. Every call raises UnavailableError when the store cannot be used now."""

    def put(self, name: str, source: Path) -> None:
        """Store a file under a name."""

    def get(self, name: str, target: Path) -> None:
        """Write an object into a new file. Raises MissingError."""

    def remove(self, name: str) -> None:
        """Remove an object, if it is there."""


class FolderStore:
    """A folder that all machines see, or that something copies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, source: Path) -> None:
        """Store a file under a name."""
        with self._explained():
            self._folder.mkdir(parents=True, exist_ok=True)
            with new_file(self._path(name)) as new:
                shutil.copyfile(source, new)

    def get(self, name: str, target: Path) -> None:
        """Write an object into a new file. Raises MissingError."""
        with self._explained():
            try:
                shutil.copyfile(self._path(name), target)
            except FileNotFoundError:
                raise MissingError(f"{self._path(name)}: is not there") from None

    def remove(self, name: str) -> None:
        """Remove an object, if it is there."""
        with self._explained():
            self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}{SUFFIX}"

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise UnavailableError(f"{self._folder}: parcels cannot be read or written: {error}") from None


class ObjectStore:
    """Object storage by fsspec: `s3://bucket/prefix`, `gs://…`, `sftp://…`. Needs the extra `fleet` and a driver."""

    def __init__(self, url: str) -> None:
        try:
            import fsspec

            self._system, self._root = fsspec.core.url_to_fs(url)
        except (ImportError, ValueError) as error:
            raise FleetError(f"{url}: cannot be used: {error}") from None
        self._url = url

    def put(self, name: str, source: Path) -> None:
        """Store a file under a name."""
        with self._explained():
            self._system.makedirs(self._root, exist_ok=True)
            self._system.put_file(str(source), self._path(name))

    def get(self, name: str, target: Path) -> None:
        """Write an object into a new file. Raises MissingError."""
        with self._explained():
            if not self._system.exists(self._path(name)):
                raise MissingError(f"{self._url}: {name} is not there")
            self._system.get_file(self._path(name), str(target))

    def remove(self, name: str) -> None:
        """Remove an object, if it is there."""
        with self._explained():
            if self._system.exists(self._path(name)):
                self._system.rm_file(self._path(name))

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}{SUFFIX}"

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except FleetError:
            raise
        except Exception as error:  # each driver has errors of its own
            raise UnavailableError(f"{self._url}: parcels cannot be read or written: {type(error).__name__}") from None
