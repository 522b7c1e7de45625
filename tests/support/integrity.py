"""Archives to damage, and the commands run on them as a user runs them."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from newscrawler.archive import open_archive
from newscrawler.archive.database.transaction import writing
from newscrawler.cli.main import cli
from support.archives import CITIES, Room, article
from support.once import made_once


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], catch_exceptions=False)


def verified(archive: Path, command: str = "verify", *arguments: str) -> tuple[int, dict[str, Any]]:
    """Exit status and findings of `newscrawler verify`, `repair` or `salvage`."""
    done = run(command, *arguments, "--format", "json", "--archive", archive)
    assert done.exit_code in (0, 1) and done.stdout, done.output
    return done.exit_code, json.loads(done.stdout)


def sound(archive: Path) -> None:
    """Assert that `newscrawler verify` finds nothing wrong."""
    status, found = verified(archive)
    assert status == 0, found["problems"]


def kinds(found: dict[str, Any], *, notes: bool = False) -> set[str]:
    return {problem["kind"] for problem in found["problems"] if problem["is_note"] == notes}


def execute(archive: Path, *statements: str) -> None:
    """Change an archive behind the program's back, as an accident does."""
    with closing(sqlite3.connect(archive, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def update(archive: Path, *statements: str) -> None:
    """Change an archive as the program does: the rows agree with their digests afterwards."""
    with closing(open_archive(archive)) as connection, writing(connection):
        for statement in statements:
            connection.execute(statement)


def rows(archive: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(archive)) as connection:
        return connection.execute(query, values).fetchall()


def flip(path: Path, offset: int) -> None:
    data = bytearray(path.read_bytes())
    data[offset] ^= 0xFF
    path.write_bytes(data)


@pytest.fixture
def demo(demo_archive: Path, tmp_path: Path) -> Path:
    """A copy of a crawled archive with its captures."""
    folder = tmp_path / "demo"
    folder.mkdir()
    shutil.copy(demo_archive, folder / "demo.db")
    shutil.copytree(demo_archive.parent / "warc", folder / "warc")
    return folder / "demo.db"


@pytest.fixture
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of six articles in three cities, one of them in two versions; without captures."""
    return made_once(tmp_path_factory, "small", _make_small) / "archive.db"


def _make_small(folder: Path) -> None:
    room = Room(folder / "archive.db")
    for number in range(1, 7):
        room.store(article(number), cities=[CITIES[number % 3]], seen=f"2024-05-1{number}T00:00:00Z")
    room.store(article(1, title="青禾镇第1座便民桥改名"), seen="2024-06-01T00:00:00Z")
    execute_on(room.connection, "UPDATE runs SET outcome = 'done', finished = started")
    room.close()


def execute_on(connection: sqlite3.Connection, statement: str) -> None:
    connection.execute(statement)
