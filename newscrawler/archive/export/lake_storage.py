"""Where a lake lies: a folder, or an object storage that fsspec knows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from newscrawler.archive.atomic import new_file
from newscrawler.archive.export.errors import ExportError, WriteError
from newscrawler.text.installation import install_line


class Storage(Protocol):
    """Files by their path below the root of the lake."""

    name: str
    """The lake's place, which stays the same from one export to the next."""

    def files(self) -> list[str]:
        """Return the paths of all Parquet files."""

    def put(self, source: Path, path: str) -> None:
        """Store a file. It appears when it is whole. Raises WriteError."""

    def remove(self, path: str) -> None:
        """Remove a file. Raises WriteError."""


def storage_of(out: str) -> Storage:
    """Return the storage that an argument names. Raises ExportError."""
    return _ObjectStorage(out) if "://" in out else _Folder(Path(out))


class _Folder:
    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self.name = str(self._root)
        if self._root.exists() and not self._root.is_dir():
            raise ExportError(f"{root}: is a file; --append needs a folder, or an address such as s3://bucket/lake.")

    def files(self) -> list[str]:
        return [path.relative_to(self._root).as_posix() for path in self._root.glob("*/*/*.parquet")]

    def put(self, source: Path, path: str) -> None:
        target = self._root / path
        with self._explained(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            with new_file(target) as new:
                shutil.copyfile(source, new)

    def remove(self, path: str) -> None:
        with self._explained(self._root / path):
            (self._root / path).unlink(missing_ok=True)

    @contextmanager
    def _explained(self, path: Path) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise WriteError(
                f"{path}: could not be written: {error.strerror}; the next append repeats what was written."
            ) from None


class _ObjectStorage:
    def __init__(self, url: str) -> None:
        self.name = url.rstrip("/")
        try:
            import fsspec

            self._system, self._root = fsspec.core.url_to_fs(self.name)
        except ImportError as error:
            raise ExportError(
                f"{url}: needs fsspec and its driver ({error}); install it with: {install_line('fleet')}"
            ) from None
        except ValueError as error:
            raise ExportError(f"{url}: {error}.") from None

    def files(self) -> list[str]:
        with self._explained():
            found = self._system.glob(f"{self._root}/*/*/*.parquet")
            return [str(path)[len(self._root) :].lstrip("/") for path in found]

    def put(self, source: Path, path: str) -> None:
        with self._explained():
            target = f"{self._root}/{path}"
            self._system.makedirs(target.rpartition("/")[0], exist_ok=True)
            self._system.put_file(str(source), target)

    def remove(self, path: str) -> None:
        with self._explained():
            self._system.rm_file(f"{self._root}/{path}")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # each driver has errors of its own
            raise WriteError(
                f"{self.name}: could not be read or written: {error}; the next append repeats what was written."
            ) from None
