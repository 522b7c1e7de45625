"""Files that machines exchange: in a folder that all of them see, or in an object storage that fsspec knows."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from newscrawler.archive.errors import UnavailableError
from newscrawler.archive.storage import Storage, StorageError, storage_of
from newscrawler.text.installation import install_line


@dataclass(frozen=True, slots=True)
class Share:
    """Files by their names, as a storage has them; other machines can get it. Its methods raise UnavailableError."""

    where: str
    """A folder, or an address such as `s3://bucket/folder`."""

    def below(self, name: str) -> Share:
        """Return a folder of this one."""
        return Share(f"{self.where.rstrip('/')}/{name}")

    def has(self, name: str) -> bool:
        """Whether there is a file of this name."""
        with self._used() as storage:
            return storage.has(name)

    def put(self, name: str, source: Path) -> None:
        """Store a file under a name."""
        with self._used() as storage:
            storage.put(name, source)

    def get(self, name: str, target: Path) -> None:
        """Write a file into one of this machine, which appears when it is whole."""
        with self._used() as storage:
            storage.get(name, target)

    @contextmanager
    def opened(self, name: str) -> Iterator[BinaryIO]:
        """Open a file so that parts of it can be read. Raises OSError, too."""
        with ExitStack() as stack:
            with self._used() as storage:
                stream = stack.enter_context(storage.opened(name))
            yield stream

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        with self._used() as storage:
            storage.remove(name)

    def clear(self) -> None:
        """Remove all files."""
        with self._used() as storage:
            storage.clear()

    @contextmanager
    def _used(self) -> Iterator[Storage]:
        try:
            yield storage_of(self.where)
        except ImportError as error:
            raise UnavailableError(
                f"{self.where}: needs fsspec ({error}); install it with: {install_line('cluster')}"
            ) from None
        except (StorageError, ValueError) as error:
            raise UnavailableError(f"{self.where}: files cannot be exchanged there: {error}") from error


def check_seen(folder: Path) -> None:
    """Raise UnavailableError if this machine of a cluster does not see a folder of the machine that began the work."""
    if not folder.is_dir():
        raise UnavailableError(
            f"{socket.gethostname()} does not see {folder.parent}; name a folder that all machines see, or an address "
            "in an object storage, with --share."
        )
