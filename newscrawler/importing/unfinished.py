"""The folder in which an import works. It outlives the process, so that the same import can go on after a kill."""

from __future__ import annotations

import glob
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def work_folder(archive: Path, portal: str, fingerprint: str) -> Iterator[Path]:
    """Give the folder of an import; what an earlier import with this fingerprint left is in it.

    It is removed when the block ends. If the block is interrupted or fails, it stays. What imports of the same portal
    with other fingerprints left is removed. The portal must be locked. Raises OSError.
    """
    prefix = f".{archive.name}.import-{portal}-"
    folder = archive.with_name(f"{prefix}{fingerprint}.part")
    for other in archive.parent.glob(f"{glob.escape(prefix)}*.part"):
        if other != folder or other.is_symlink():
            _remove(other)
    folder.mkdir(exist_ok=True)
    yield folder
    _remove(folder)


def emptied(folder: Path) -> None:
    """Remove what is in the folder of an import."""
    _remove(folder)
    folder.mkdir()


def _remove(folder: Path) -> None:
    if folder.is_symlink():
        folder.unlink()
    else:
        shutil.rmtree(folder, ignore_errors=True)
