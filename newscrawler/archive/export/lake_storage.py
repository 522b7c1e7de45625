"""Where a lake lies: a folder, or an object storage that fsspec knows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from newscrawler.archive.export.errors import ExportError, WriteError
from newscrawler.archive.storage import StorageError, storage_of
from newscrawler.text.installation import install_line


class LakeStorage:
    """Files by their paths below the root of the lake."""

    def __init__(self, out: str) -> None:
        """Take the storage that an argument names. Raises ExportError."""
        self._is_folder = "://" not in out
        if self._is_folder and Path(out).exists() and not Path(out).is_dir():
            raise ExportError(f"{out}: is a file; --append needs a folder, or an address such as s3://bucket/lake.")
        try:
            self._storage = storage_of(str(Path(out).resolve()) if self._is_folder else out)
        except ImportError as error:
            raise ExportError(
                f"{out}: needs fsspec and its driver ({error}); install it with: {install_line('fleet')}"
            ) from None
        except ValueError as error:
            raise ExportError(f"{out}: {error}.") from None
        self.name = self._storage.where
        """The lake's place, which stays the same from one export to the next."""

    def files(self) -> list[str]:
        """Return the paths of all Parquet files. Raises WriteError."""
        with self._explained(""):
            return self._storage.names("*/*/*.parquet")

    def put(self, source: Path, path: str) -> None:
        """Store a file. It appears when it is whole. Raises WriteError."""
        with self._explained(path):
            self._storage.put(path, source)

    def remove(self, path: str) -> None:
        """Remove a file. Raises WriteError."""
        with self._explained(path):
            self._storage.remove(path)

    @contextmanager
    def _explained(self, path: str) -> Iterator[None]:
        try:
            yield
        except StorageError as error:
            what = f"{self.name}: could not be read or written: {error}"
            if self._is_folder and isinstance(error.cause, OSError):
                what = f"{Path(self.name, path)}: could not be written: {error.cause.strerror}"
            raise WriteError(f"{what}; the next append repeats what was written.") from None
