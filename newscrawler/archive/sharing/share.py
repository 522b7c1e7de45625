"""Files that machines exchange: in a folder that all of them see, or in an object storage that fsspec knows."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from newscrawler.archive.errors import UnavailableError
from newscrawler.text.installation import install_line

BLOCK = 2**20
"""Bytes of one request: about what one task reads of a WARC file."""


@dataclass(frozen=True, slots=True)
class Share:
    """Files by their names. A file appears when it is whole. Every method raises UnavailableError."""

    where: str
    """A folder, or an address such as `s3://bucket/folder`."""

    def below(self, name: str) -> Share:
        """Return a folder of this one."""
        return Share(f"{self.where.rstrip('/')}/{name}")

    def has(self, name: str) -> bool:
        """Whether there is a file of this name."""
        with self._used() as (system, root):
            return bool(system.exists(f"{root}/{name}"))

    def put(self, name: str, source: Path) -> None:
        """Store a file under a name."""
        with self._used() as (system, root):
            target = f"{root}/{name}"
            system.makedirs(target.rpartition("/")[0], exist_ok=True)
            if "file" not in _protocols(system):
                system.put_file(str(source), target)
                return
            new = f"{target}.{secrets.token_hex(4)}.new"
            system.put_file(str(source), new)
            Path(new).replace(target)

    def get(self, name: str, target: Path) -> None:
        """Write a file into one of this machine, which appears when it is whole."""
        with self._used() as (system, root):
            new = target.with_name(f"{target.name}.{secrets.token_hex(4)}.new")
            try:
                system.get_file(f"{root}/{name}", str(new))
                new.replace(target)
            finally:
                new.unlink(missing_ok=True)

    @contextmanager
    def opened(self, name: str) -> Iterator[BinaryIO]:
        """Open a file so that parts of it can be read. Raises OSError, too."""
        with self._used() as (system, root):
            stream = system.open(f"{root}/{name}", "rb", block_size=BLOCK)
        with stream:
            yield cast("BinaryIO", stream)

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        with self._used() as (system, root):
            if system.exists(f"{root}/{name}"):
                system.rm_file(f"{root}/{name}")

    def clear(self) -> None:
        """Remove all files."""
        with self._used() as (system, root):
            if system.exists(root):
                system.rm(root, recursive=True)

    @contextmanager
    def _used(self) -> Iterator[tuple[Any, str]]:
        try:
            import fsspec
        except ImportError as error:
            raise UnavailableError(
                f"{self.where}: needs fsspec ({error}); install it with: {install_line('cluster')}"
            ) from None
        try:
            system, root = fsspec.core.url_to_fs(self.where)
            yield system, root
        except Exception as error:  # each driver has errors of its own
            raise UnavailableError(f"{self.where}: files cannot be exchanged there: {error}") from error


def check_seen(folder: Path) -> None:
    """Raise UnavailableError if this machine of a cluster does not see a folder of the machine that began the work."""
    if not folder.is_dir():
        raise UnavailableError(
            f"{socket.gethostname()} does not see {folder.parent}; name a folder that all machines see, or an address "
            "in an object storage, with --share."
        )


def _protocols(system: Any) -> tuple[str, ...]:
    return (system.protocol,) if isinstance(system.protocol, str) else tuple(system.protocol)
