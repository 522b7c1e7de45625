"""Archives from strangers: refused, or read without running what is in them and without leaving their folder."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

SECRET = "机密内容在此"


@pytest.fixture
def archive(demo_archive: Path, tmp_path: Path) -> Path:
    """A copy of the demo's archive, with its captures, in a folder of its own."""
    folder = tmp_path / "received"
    folder.mkdir()
    shutil.copy(demo_archive, folder / "archive.db")
    shutil.copytree(demo_archive.parent / "warc", folder / "warc")
    (tmp_path / "secret.txt").write_text(SECRET, encoding="utf-8")
    return folder / "archive.db"


def change(archive: Path, *statements: str, writable_schema: bool = False) -> None:
    with closing(sqlite3.connect(archive)) as connection:
        if writable_schema:
            connection.execute("PRAGMA writable_schema = ON")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def run(archive: Path, *arguments: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "newscrawler", *arguments, "--archive", str(archive)],
        capture_output=True,
        text=True,
        timeout=timeout,
        cwd=archive.parent,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


READING = [["search", "的"], ["stats"], ["runs"], ["coverage"], ["health"], ["verify"], ["reextract"]]


@pytest.mark.parametrize("file", ["../../secret.txt", "/etc/passwd", "demo/../../../secret.txt", "demo/\x00", ".", ""])
def test_a_pointer_out_of_the_folder_is_not_followed(archive: Path, file: str) -> None:
    with closing(sqlite3.connect(archive)) as connection:
        connection.execute("UPDATE captures SET file = ?, offset = id - 1 WHERE file IS NOT NULL", (file,))
        connection.commit()
    for command in (["verify"], ["reextract"], ["history", _some_id(archive)]):
        done = run(archive, *command)
        assert SECRET not in done.stdout + done.stderr and "root:" not in done.stdout + done.stderr
    target = archive.parent.parent / "backup" / "copy.db"
    run(archive, "backup", str(target))
    outside = [path for path in archive.parent.parent.rglob("*") if SECRET in _text(path)]
    assert outside == [archive.parent.parent / "secret.txt"]


def _some_id(archive: Path) -> str:
    with closing(sqlite3.connect(archive)) as connection:
        return str(connection.execute("SELECT id FROM articles LIMIT 1").fetchone()[0])


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""


def test_a_bomb_in_a_warc_file_is_not_inflated(archive: Path) -> None:
    bomb = gzip.compress(b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 9\r\n\r\n" + bytes(300 * 2**20), 6)
    file, offset = _first_capture(archive)
    path = archive.parent / "warc" / file
    data = path.read_bytes()
    path.write_bytes(data[:offset] + bomb)
    done = run(archive, "verify")
    assert done.returncode == 1
    assert "inflates to more than" in done.stdout + done.stderr


def _first_capture(archive: Path) -> tuple[str, int]:
    with closing(sqlite3.connect(archive)) as connection:
        row = connection.execute(
            "SELECT file, offset FROM captures WHERE file IS NOT NULL ORDER BY offset DESC LIMIT 1"
        ).fetchone()
    return str(row[0]), int(row[1])


HOSTILE: dict[str, Callable[[Path], tuple[str, ...]]] = {
    "a view that reads files": lambda folder: (
        "DROP VIEW articles_flat",
        f"CREATE VIEW articles_flat AS SELECT readfile('{folder / 'secret.txt'}') AS title, load_extension('x') AS id",
    ),
    "a view without end": lambda folder: (
        "DROP VIEW articles_flat",
        "CREATE VIEW articles_flat AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000) SELECT i AS id FROM n",
    ),
    "a trigger that deletes": lambda folder: (
        "CREATE TRIGGER evil AFTER INSERT ON runs BEGIN DELETE FROM articles; SELECT fts3_tokenizer('x'); END",
    ),
    "a table that is a view": lambda folder: (
        "ALTER TABLE portals RENAME TO portals_real",
        "CREATE VIEW portals AS SELECT * FROM portals_real",
    ),
    "a column that computes": lambda folder: (
        "CREATE TABLE evil (a, b GENERATED ALWAYS AS (load_extension(a)) VIRTUAL)",
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_schema_gets_no_file_and_no_traceback(archive: Path, kind: str) -> None:
    statements = HOSTILE[kind](archive.parent.parent)
    try:
        change(archive, *statements)
    except sqlite3.OperationalError as error:
        pytest.skip(f"this SQLite does not let an attacker do it: {error}")
    before = (archive.parent.parent / "secret.txt").read_text(encoding="utf-8")
    for command in READING:
        done = run(archive, *command)
        assert SECRET not in done.stdout + done.stderr
    assert (archive.parent.parent / "secret.txt").read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    "content",
    [b"", b"SQLite format 3\x00" + b"\xff" * 4096, b"PK\x03\x04" * 100, bytes(100)],
    ids=["empty", "torn", "zip", "zeros"],
)
def test_a_file_that_is_no_archive_is_refused_or_empty(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "archive.db"
    path.write_bytes(content)
    for command in (["search", "的"], ["stats"], ["verify"]):
        assert run(path, *command).returncode in (0, 1, 2)


def test_names_of_portals_in_a_received_archive_lead_nowhere(archive: Path, tmp_path: Path) -> None:
    """What is merged keeps to the folders of the archive that it is merged into."""
    with closing(sqlite3.connect(archive)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        tables = ("runs", "sections", "urls", "articles", "robots", "url_aliases", "alarms")
        for table in tables:
            columns = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
            if "portal" in columns:
                connection.execute(f"UPDATE {table} SET portal = '../../outside'")
        connection.execute("UPDATE portals SET id = '../../outside'")
        connection.execute("UPDATE captures SET file = '../../outside/' || file WHERE file IS NOT NULL")
        connection.commit()
    target = tmp_path / "mine" / "archive.db"
    target.parent.mkdir()
    before = {
        path for path in tmp_path.rglob("*") if target.parent not in path.parents and archive.parent not in path.parents
    }
    done: Any = subprocess.run(
        [sys.executable, "-m", "newscrawler", "merge", str(archive), "--archive", str(target)],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=target.parent,
    )
    assert "Traceback" not in done.stderr, done.stderr
    after = {
        path for path in tmp_path.rglob("*") if target.parent not in path.parents and archive.parent not in path.parents
    }
    assert after == before


@pytest.mark.parametrize(
    ("link", "command"),
    [
        *(
            (".index.lock", ["verify", "--repair"]),
            (".index.lock", ["crawl", "demo"]),
            ("torn", ["verify", "--repair"]),
        ),
        *(("open", ["verify", "--repair"]), ("folder", ["verify", "--repair"]), ("warc", ["backup", "backup"])),
    ],
)
def test_links_beside_a_received_archive_are_not_followed(archive: Path, link: str, command: list[str]) -> None:
    """A link to a file of the operator's: emptied, written over or cut by a repair, or copied into a backup."""
    secret = archive.parent.parent / "secret.txt"
    outside = archive.parent.parent / "outside"
    outside.mkdir()
    folder = archive.parent / "warc" / "demo"
    (file,) = folder.glob("*.warc.gz")
    if link == "torn":
        with file.open("ab") as stream:
            stream.write("撕破的结尾".encode())
        file.rename(f"{file}.open")
        (folder / f"{file.name}.torn").symlink_to(secret)
    elif link in ("open", "warc"):
        file.unlink()
        (folder / (file.name if link == "warc" else f"{file.name}.open")).symlink_to(secret)
    elif link == "folder":
        (archive.parent / "warc" / "other").symlink_to(outside)
    else:
        (folder / link).unlink()
        (folder / link).symlink_to(secret)
    run(archive, *command)
    assert secret.read_text(encoding="utf-8") == SECRET
    assert list(outside.iterdir()) == []
    assert [path for path in archive.parent.parent.rglob("*") if SECRET in _text(path) and not path.is_symlink()] == [
        secret
    ]
