"""Where parcels wait for the collector: a folder or object storage here, JetStream's object store in `nats_store`.

A name is that of a parcel's id, or of a portal's state. An object appears under its name when it is whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from newscrawler.archive.storage import MissingFileError, StorageError, storage_of
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


class FileStore:
    """A folder that all machines see, or that something copies, or an object storage: `s3://…`, `gs://…`, `sftp://…`.

    Object storage needs the extra `fleet` and a driver.
    """

    def __init__(self, where: str | Path) -> None:
        """Take a folder or an address. Raises FleetError."""
        try:
            self._storage = storage_of(str(where))
        except (ImportError, ValueError) as error:
            raise FleetError(f"{where}: cannot be used: {error}") from None

    def put(self, name: str, source: Path) -> None:
        """Store a file under a name."""
        with self._explained(name):
            self._storage.put(f"{name}{SUFFIX}", source)

    def get(self, name: str, target: Path) -> None:
        """Write an object into a new file. Raises MissingError."""
        with self._explained(name):
            self._storage.get(f"{name}{SUFFIX}", target)

    def remove(self, name: str) -> None:
        """Remove an object, if it is there."""
        with self._explained(name):
            self._storage.remove(f"{name}{SUFFIX}")

    @contextmanager
    def _explained(self, name: str) -> Iterator[None]:
        where = self._storage.where
        try:
            yield
        except MissingFileError:
            raise MissingError(f"{where}: {name} is not there") from None
        except StorageError as error:
            # What the driver of a storage says may hold its key.
            what = type(error.cause).__name__ if "://" in where else error
            raise UnavailableError(f"{where}: parcels cannot be read or written: {what}") from None
