"""A crawl renames a WARC file when it closes it or goes on with it: whoever reads the file just then finds it."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from newscrawler.archive.captures import warc_files
from newscrawler.archive.captures.check import CaptureProblem, check_file
from newscrawler.archive.captures.reading import read_capture, record_bytes
from newscrawler.archive.captures.sample import check_sample
from newscrawler.archive.captures.warc_files import OPEN_SUFFIX, captures_folder, named_file, opened_file
from newscrawler.archive.integrity.backup import back_up
from newscrawler.archive.sharing.reading import _put_captures
from newscrawler.archive.sharing.share import Share
from newscrawler.fleet.part import build_part
from support import nightly, program
from support.captures import warc_files as files_of


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "one" / "archive.db"
    path.parent.mkdir()
    command = [sys.executable, "-m", "newscrawler", "crawl", "demo", "--limit", "2", "--archive", str(path)]
    program.run(command, capture_output=True, check=False)
    return path


def whole(found: Iterable[CaptureProblem]) -> bool:
    return not any(problem.is_serious for problem in found)


def verified(archive: Path, connection: sqlite3.Connection, row: dict[str, Any], _: Path) -> bool:
    return whole(check_file(connection, row["file"]))


def sampled(archive: Path, connection: sqlite3.Connection, row: dict[str, Any], _: Path) -> bool:
    return whole(check_sample(connection, row["file"], [row["id"]]))


def read(archive: Path, connection: sqlite3.Connection, row: dict[str, Any], _: Path) -> bool:
    return bool(read_capture(connection, row).url == row["url"])


def copied(archive: Path, connection: sqlite3.Connection, row: dict[str, Any], _: Path) -> bool:
    return bool(len(record_bytes(captures_folder(archive), row)) == row["length"])


def backed_up(archive: Path, connection: sqlite3.Connection, row: dict[str, Any], folder: Path) -> bool:
    return back_up(archive, folder / "bag").missing == []


def shipped(archive: Path, connection: sqlite3.Connection, row: dict[str, Any], folder: Path) -> bool:
    part = folder / "part.db"
    return build_part(archive, folder / "shipped", part, folder / "next") and len(files_of(part)) == 1


def shared(archive: Path, connection: sqlite3.Connection, row: dict[str, Any], folder: Path) -> bool:
    return list(_put_captures(archive, Share(str(folder / "share")), "demo")) == [row["file"]]


@nightly.by_day(10)
@pytest.mark.parametrize("closes", [True, False], ids=["closed", "opened again"])
@pytest.mark.parametrize("use", [verified, sampled, read, copied, backed_up, shipped, shared])
def test_a_file_that_is_renamed_as_it_is_read_is_found(
    use: Callable[..., bool], closes: bool, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (final,) = files_of(archive)
    opened = final.with_name(final.name + OPEN_SUFFIX)
    old, new = (opened, final) if closes else (final, opened)
    if closes:
        final.rename(opened)

    def named_and_renamed(root: Path, name: str) -> Path | None:
        path = named_file(root, name)
        if old.exists():
            old.rename(new)
        return path

    with closing(sqlite3.connect(archive)) as connection:
        connection.row_factory = sqlite3.Row
        row = dict(connection.execute("SELECT * FROM captures WHERE refers_to IS NULL LIMIT 1").fetchone())
        monkeypatch.setattr(warc_files, "named_file", named_and_renamed)
        assert use(archive, connection, row, tmp_path)
    assert new.exists()


def test_a_file_that_is_gone_is_missing(archive: Path) -> None:
    (path,) = files_of(archive)
    path.unlink()
    with (
        pytest.raises(FileNotFoundError, match="there is no such file"),
        opened_file(path.parents[1], f"demo/{path.name}"),
    ):
        pass
