"""Removing older backups of an archive, so that a number of them is left."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path

from newscrawler.archive.integrity.backup import CREATED, DATA, INFO, MANIFEST, SOURCE, source_of

_REMOVED_SUFFIX = ".removed"
_MAX_INFO_BYTES = 64 * 2**10


def remove_older(archive: Path, newest: Path, keep: int) -> list[Path]:
    """Remove backups of an archive beside the newest one, which was just checked, until `keep` are left.

    Only folders that `back_up` wrote from this archive, on this machine, are removed. Those that lack files do not
    count among those that are left, and stay. Returns the removed ones, the oldest first. Raises OSError.
    """
    _finish(newest.parent, archive)
    backups = sorted(
        (info[CREATED], path)
        for path in newest.parent.iterdir()
        if path != newest
        and (info := _info(path)).get(SOURCE) == source_of(archive)
        and CREATED in info
        and _is_whole(path, info)
    )
    removed = [path for _, path in backups[: len(backups) - (keep - 1)]] if len(backups) >= keep else []
    for path in removed:
        _remove(path)
    return removed


def _remove(path: Path) -> None:
    # Under another name first: what is left after a kill must not look like a backup.
    moved = path.with_name(f".{secrets.token_hex(4)}{_REMOVED_SUFFIX}")
    path.rename(moved)
    shutil.rmtree(moved)


def _finish(folder: Path, archive: Path) -> None:
    """Remove what a kill left of backups that were being removed: their description is removed last, or first."""
    for path in folder.glob(f".*{_REMOVED_SUFFIX}"):
        if not path.is_symlink() and path.is_dir() and _info(path).get(SOURCE, "") in ("", source_of(archive)):
            shutil.rmtree(path)


def _info(path: Path) -> dict[str, str]:
    """Return the description of a backup; empty for anything else. Links are not followed."""
    file = path / INFO
    try:
        if path.is_symlink() or file.is_symlink() or file.stat().st_size > _MAX_INFO_BYTES:
            return {}
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    return {name: text for name, _, text in (line.partition(": ") for line in lines)}


def _is_whole(path: Path, info: dict[str, str]) -> bool:
    """Whether a backup has its manifest, and files of the number and size that it says."""
    if not (path / MANIFEST).is_file():
        return False
    files = [file for file in (path / DATA).rglob("*") if file.is_file() and not file.is_symlink()]
    return info.get("Payload-Oxum") == f"{sum(file.stat().st_size for file in files)}.{len(files)}"
