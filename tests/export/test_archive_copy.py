"""A filtered copy is an archive: every command opens it, `verify` finds it sound, and nothing else is in it."""

import hashlib
import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from newscrawler.archive import open_archive_read_only, suppression
from newscrawler.archive.export.archive_copy import COPIED, LEFT_OUT
from newscrawler.archive.indexing import DERIVED_TABLES
from newscrawler.archive.integrity.verify import check_archive
from newscrawler.archive.merging.merge import merge
from newscrawler.archive.rows import select_rows
from newscrawler.cli.main import cli
from support.archives import Room, article
from support.export import done, names, run


def command(*arguments: object, status: int = 0) -> str:
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    assert result.exit_code == status, result.output
    return result.stdout


def flat(archive: Path) -> list[dict[str, object]]:
    db = open_archive_read_only(archive)
    rows = [dict(row) for row in select_rows(db, "SELECT * FROM articles_flat ORDER BY id")]
    db.close()
    return rows


@pytest.fixture
def demo(demo_archive: Path, tmp_path: Path) -> Path:
    shutil.copytree(demo_archive.parent, tmp_path / "data")
    return tmp_path / "data" / demo_archive.name


def test_the_copy_of_a_crawl_is_a_sound_archive(demo: Path, tmp_path: Path) -> None:
    out = tmp_path / "out" / "yichang.sqlite"
    out.parent.mkdir()
    done(demo, "--city", "宜昌", out)
    assert names(out.parent) == ["yichang.sqlite"]
    assert [problem for problem in check_archive(out) if not problem.is_note] == []
    assert "sound" in command("verify", "--archive", out)
    rows = flat(out)
    assert rows == [row for row in flat(demo) if "宜昌市" in str(row["cities"])]
    assert rows
    found = json.loads(command("search", "宜昌", "--archive", out, "--format", "json", "--limit", 1000))
    whole = json.loads(
        command("search", "宜昌", "--city", "宜昌", "--archive", demo, "--format", "json", "--limit", 1000)
    )
    assert {hit["id"] for hit in found["hits"]} == {hit["id"] for hit in whole["hits"]}
    for arguments in (["stats"], ["runs"], ["coverage"], ["health"], ["history", rows[0]["id"]]):
        command(*arguments, "--archive", out)
    done(out, out.with_suffix(".csv"))
    with sqlite3.connect(out) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_captures_keep_their_digest_and_have_no_place(demo: Path, tmp_path: Path) -> None:
    done(demo, "--city", "宜昌", tmp_path / "copy.db")
    query = """SELECT a.id, v.number, c.url, c.fetched, c.status, c.digest, {} FROM versions v
               JOIN articles a ON a.n = v.article JOIN captures c ON c.id = v.capture ORDER BY 1, 2"""
    with sqlite3.connect(tmp_path / "copy.db") as copy, sqlite3.connect(demo) as source:
        found = copy.execute(query.format("c.file")).fetchall()
        assert found
        assert set(found) <= set(source.execute(query.format("NULL")).fetchall())


def test_a_copy_beside_its_archive_is_sound_too(demo: Path) -> None:
    before = hashlib.sha256(demo.read_bytes()).digest()
    out = demo.with_name("copy.db")
    done(demo, "--city", "宜昌", out)
    assert "sound" in command("verify", "--archive", out)
    assert "sound" in command("verify", "--archive", demo)
    assert hashlib.sha256(demo.read_bytes()).digest() == before


def test_a_copy_can_be_merged_back(demo: Path, tmp_path: Path) -> None:
    wanted = flat(demo)
    done(demo, "--city", "宜昌", tmp_path / "copy.db")
    merge([tmp_path / "copy.db"], demo)
    assert flat(demo) == wanted
    assert "sound" in command("verify", "--archive", demo)


def test_nothing_of_a_hidden_or_unchosen_article_is_in_it(room: Room, tmp_path: Path) -> None:
    room.store(article(1, title="留下的桥", body="留下的桥通车了。"), cities=["宜昌市"])
    room.store(article(2, title="藏起的渡口", body="藏起的渡口停航了。"), cities=["宜昌市"])
    room.store(article(3, title="别处的码头", body="别处的码头开工了。"), cities=["武汉市"])
    (hidden,) = suppression.suppress(room.connection, f"{article(2).url}", reason="藏起的缘由", by="me")
    room.connection.execute(
        "INSERT INTO run_events (run, kind, url, reason, seen) VALUES (?, 'failed', ?, 'x', 'x')",
        (room.run, hidden.url),
    )
    out = tmp_path / "copy.db"
    done(room.path, "--city", "宜昌", out)
    assert [row["title"] for row in flat(out)] == ["留下的桥"]
    data = out.read_bytes()
    assert "留下的桥".encode() in data
    for trace in ("藏起", "渡口", "别处", "码头", "2024/0510/2.shtml", "2024/0510/3.shtml", hidden.id):
        assert trace.encode() not in data, trace


def test_versions_come_along(room: Room, tmp_path: Path) -> None:
    room.store(article(1, body="旧的"))
    room.store(article(1, body="新的"), seen="2024-05-12T00:00:00Z")
    out = tmp_path / "copy.db"
    done(room.path, out)
    with sqlite3.connect(out) as connection:
        query = "SELECT v.number, x.body FROM versions v JOIN texts x ON x.hash = v.text ORDER BY 1"
        assert connection.execute(query).fetchall() == [(1, "旧的"), (2, "新的")]


def test_a_copy_claims_no_completeness(demo: Path, tmp_path: Path) -> None:
    done(demo, tmp_path / "copy.db")
    with sqlite3.connect(tmp_path / "copy.db") as connection:
        assert connection.execute("SELECT count(complete_back_to) FROM sections").fetchone() == (0,)


def test_every_table_is_copied_or_left_out(room: Room) -> None:
    """Whoever adds a table must say what becomes of it in a copy."""
    tables = {row[0] for row in room.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    stored = {name for name in tables if not name.startswith((*DERIVED_TABLES, "sqlite_", "_sqlite_"))}
    assert stored == COPIED.keys() | LEFT_OUT


def test_a_copy_is_replaced_and_an_archive_with_captures_is_not(demo: Path, tmp_path: Path) -> None:
    out = tmp_path / "copy.db"
    done(demo, out)
    done(demo, "--city", "宜昌", out)
    other = tmp_path / "other" / "archive.db"
    shutil.copytree(demo.parent, other.parent)
    other = other.parent / demo.name
    before = other.read_bytes()
    result = run(demo, other)
    assert (result.exit_code, "is an archive with captures of its own" in result.stderr) == (2, True)
    assert other.read_bytes() == before


def test_an_archive_in_use_is_not_replaced(room: Room, tmp_path: Path) -> None:
    room.store(article(1))
    other = Room(tmp_path / "other.db")
    other.store(article(2))
    result = run(room.path, tmp_path / "other.db")
    assert (result.exit_code, "is in use" in result.stderr) == (2, True)
    other.close()
    done(room.path, tmp_path / "other.db")
    assert [row["url"] for row in flat(tmp_path / "other.db")] == [article(1).url]


@pytest.mark.parametrize("option", [["--columns", "id"], ["--no-body"], ["--excel"]])
def test_options_of_tables_are_refused(room: Room, tmp_path: Path, option: list[str]) -> None:
    assert run(room.path, *option, tmp_path / "copy.db").exit_code == 2
    assert names(tmp_path) == ["data"]
