"""A full disk, a lock and missing permissions are not damage: the message names them, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from newscrawler.archive.database import connection as opening
from newscrawler.archive.database.locks import lock_portal
from support.archives import article
from support.integrity import run, small, verified

__all__ = ["small"]

WRITING = {
    "suppress": ("suppress", "add", article(1).url, "--reason", "asked by the author"),
    "reextract": ("reextract",),
    "repair": ("repair",),
}
READING = {"verify": ("verify",), "backup": ("backup", "create", "{folder}/bag"), "merge": ("merge", "{archive}")}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MB, made where the machine allows it."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    if os.getuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount a small disk")
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True)
    if done.returncode:
        pytest.skip("no small disk can be mounted")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def full_disk(disk: Path, small: Path) -> Path:
    """An archive on a disk without a free byte."""
    shutil.copy(small, disk / "archive.db")
    with (disk / "ballast").open("wb", buffering=0) as stream, pytest.raises(OSError):
        while True:
            stream.write(bytes(4096))
    return disk / "archive.db"


def test_an_archive_on_a_read_only_disk_is_salvaged(disk: Path, small: Path, tmp_path: Path) -> None:
    shutil.copy(small, disk / "archive.db")
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    done = run("salvage", tmp_path / "new.db", "--archive", disk / "archive.db")
    assert done.exit_code == 0, done.output
    assert "6 articles" in done.output
    assert verified(tmp_path / "new.db")[0] == 0


def test_what_another_program_holds_is_a_failure_and_not_wrong_usage(small: Path) -> None:
    """A script that reads the status tries again after 1, and not after 2."""
    lock = lock_portal(small, "ceshi")
    try:
        done = run("reextract", "--archive", small)
    finally:
        lock.release()
    assert (done.exit_code, "another crawl or refresh of it" in done.output) == (1, True)


@pytest.mark.parametrize("command", [*WRITING, *READING])
def test_a_full_disk_is_told_as_such(full_disk: Path, tmp_path: Path, command: str) -> None:
    words = [word.format(folder=tmp_path, archive=full_disk) for word in (WRITING | READING)[command]]
    target = tmp_path / "merged.db" if command == "merge" else full_disk
    done = run(*words, "--archive", target)
    output = done.stdout + done.stderr
    assert "damage" not in output.replace("need not be damaged", "")
    assert "restore a backup" not in output
    assert done.exit_code == 0 or "full" in output, output
    (full_disk.parent / "ballast").unlink()
    assert verified(full_disk)[0] == 0


@pytest.mark.parametrize("command", [*WRITING, *READING])
def test_a_lock_is_told_as_such(small: Path, tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0.1)
    monkeypatch.setattr(opening, "READ_SECONDS", 0.1)
    with closing(sqlite3.connect(small, isolation_level=None)) as holder:
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("PRAGMA journal_mode = DELETE")
        holder.execute("BEGIN EXCLUSIVE")
        words = [word.format(folder=tmp_path, archive=small) for word in (WRITING | READING)[command]]
        target = tmp_path / "merged.db" if command == "merge" else small
        done = run(*words, "--archive", target)
    output = done.stdout + done.stderr
    assert done.exit_code == 1
    assert "lock" in output
    assert "restore a backup" not in output
    assert "is damaged" not in output
    assert not (tmp_path / "bag").exists()
    assert not (tmp_path / "merged.db").exists()
