"""Archives from strangers: refused, or read without running what is in them and without leaving their folder."""

from __future__ import annotations

import gzip
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from newscrawler.cli.main import cli
from support import nightly, program

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
    done = program.run(
        [sys.executable, "-m", "newscrawler", *arguments, "--archive", str(archive)],
        capture_output=True,
        text=True,
        timeout=timeout,
        cwd=archive.parent,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


READING = [["search", "的"], ["stats"], ["runs"], ["coverage"], ["health"], ["verify"], ["reextract"]]


@nightly.by_day(0)
@pytest.mark.parametrize("file", ["../../secret.txt", "/etc/passwd", "demo/../../../secret.txt", "demo/\x00", ".", ""])
def test_a_pointer_out_of_the_folder_is_not_followed(archive: Path, file: str) -> None:
    with closing(sqlite3.connect(archive)) as connection:
        connection.execute("UPDATE captures SET file = ?, offset = id - 1 WHERE file IS NOT NULL", (file,))
        connection.commit()
    for command in (["verify"], ["reextract"], ["history", _some_id(archive)]):
        done = run(archive, *command)
        assert SECRET not in done.stdout + done.stderr and "root:" not in done.stdout + done.stderr
    target = archive.parent.parent / "backup" / "copy.db"
    run(archive, "backup", "create", str(target))
    outside = [path for path in archive.parent.parent.rglob("*") if SECRET in _text(path)]
    assert outside == [archive.parent.parent / "secret.txt"]


def _some_id(archive: Path) -> str:
    with closing(sqlite3.connect(archive)) as connection:
        return str(connection.execute("SELECT id FROM articles LIMIT 1").fetchone()[0])


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""


def test_a_bomb_in_a_warc_file_is_not_inflated(archive: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\n\r\n"
    record = f"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: {len(head)}\r\n\r\n".encode() + head
    # Line ends behind a record are not part of it, so only their number is wrong.
    bomb = gzip.compress(record + b"\r\n" * (150 * 2**20), 1)
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


@nightly.by_day(0)
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
    done: Any = program.run(
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
        *((".index.lock", ["repair"]), (".index.lock", ["crawl", "demo"])),
        ("torn and folder", ["repair"]),
    ],
)
def test_links_beside_a_received_archive_are_not_followed(archive: Path, link: str, command: list[str]) -> None:
    """A link to a file of the operator's was emptied or written over, an index was made in a folder elsewhere."""
    secret = archive.parent.parent / "secret.txt"
    outside = archive.parent.parent / "outside"
    outside.mkdir()
    folder = archive.parent / "warc" / "demo"
    (file,) = folder.glob("*.warc.gz")
    if link == "torn and folder":
        (archive.parent / "warc" / "other").symlink_to(outside)
        with file.open("ab") as stream:
            stream.write("撕破的结尾".encode())
        file.rename(f"{file}.open")
        (folder / f"{file.name}.torn").symlink_to(secret)
    else:
        (folder / link).unlink(missing_ok=True)
        (folder / link).symlink_to(secret)
    run(archive, *command)
    assert secret.read_text(encoding="utf-8") == SECRET
    assert list(outside.iterdir()) == []


ESCAPES = "\x1b[2J\x1b]0;x\x07\r\n\u202e\u2066\x9b31m[red]"
OUT_OF_PLACE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
TEXTS = {
    "versions": ("title", "subtitle", "source", "summary", "keywords"),
    "portals": ("name", "province"),
    "sections": ("city", "url", "name"),
    "runs": ("program", "reason", "command"),
    "urls": ("url", "reason"),
    "articles": ("url",),
    "credits": ("name", "raw"),
    "captures": ("url",),
    "sweeps": ("reason",),
}


@nightly.by_day(0)
@pytest.mark.parametrize("lost", [False, True])
def test_no_text_of_a_received_archive_moves_a_cursor(archive: Path, lost: bool) -> None:
    """Nor does a row that lost what it belongs to end in a traceback."""
    article = _some_id(archive)
    changes = [f"UPDATE OR IGNORE {table} SET {name} = {name} || ?" for table in TEXTS for name in TEXTS[table]]
    with closing(sqlite3.connect(archive)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        for statement in changes:
            connection.execute(statement, (ESCAPES,))
        connection.execute("UPDATE OR IGNORE sections SET name = name || ' x', portal = portal || ?", (ESCAPES,))
        if lost:
            connection.execute("UPDATE texts SET hash = hash || 'x'")
            connection.execute("UPDATE portals SET id = 'another'")
        connection.commit()
    damaged = [["search", "的"], ["history", article], ["cite", article], ["stats", "fields"], ["reextract"]]
    commands = [
        *(["search", "的"], ["search", "的", "--format", "json"], ["search", "的", "--format", "urls"], ["runs"]),
        *(["stats", name] for name in ("months", "cities", "outlets", "editors", "fields")),
        *(["coverage"], ["coverage", "--total"], ["health", "--all"], ["verify"], ["suppress", "list"]),
        *(["history", article], ["cite", article], ["cite", article, "--style", "bibtex"], ["cite", f"x{ESCAPES}"]),
        *(["cite", article, "--style", "csl-json"], ["runs", f"x{ESCAPES}"], ["stats", "--portal", ESCAPES]),
    ]
    for command in damaged if lost else commands:
        done = CliRunner().invoke(cli, [*command, "--archive", str(archive)])
        assert done.exception is None or isinstance(done.exception, SystemExit), (command, done.exception)
        assert not OUT_OF_PLACE.search(done.output), (command, OUT_OF_PLACE.search(done.output))
