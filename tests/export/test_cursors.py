"""`--since-last NAME`: every change is exported at least once, and nothing else."""

import csv
import io
import signal
import sqlite3
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from newscrawler.archive import open_archive, suppression
from newscrawler.archive.export import WriteError
from newscrawler.archive.export.cursors import Cursor
from newscrawler.archive.export.exporter import export
from newscrawler.archive.export.request import ExportRequest
from newscrawler.archive.export.selection import Selection
from newscrawler.archive.filters import ArticleFilter
from newscrawler.archive.merging.merge import merge
from newscrawler.archive.undo import undo_run
from newscrawler.cli.main import cli
from support import program
from support.archives import Room, article
from support.export import done, names, run

Rows = list[dict[str, str]]


def since(archive: Path, *filters: str, name: str = "nightly") -> Rows:
    out = archive.with_name("changes.csv")
    done(archive, "--since-last", name, "--columns", "title,status", *filters, out)
    return list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"), newline="")))


def told(rows: Rows) -> list[tuple[str, str]]:
    return [(row["change"], row["title"]) for row in rows]


def test_new_changed_and_gone(room: Room) -> None:
    room.store(article(1, title="甲"))
    room.store(article(2, title="乙"))
    assert told(since(room.path)) == [("new", "甲"), ("new", "乙")]
    assert since(room.path) == []
    room.store(article(1, title="甲二"))
    room.store(article(3, title="丙"))
    room.connection.execute("UPDATE articles SET status = 'gone' WHERE n = 2")
    rows = since(room.path)
    assert told(rows) == [("changed", "甲二"), ("gone", "乙"), ("new", "丙")]
    assert rows[1]["status"] == "gone"
    assert since(room.path) == []


def test_it_is_said_how_many_there_are(room: Room) -> None:
    room.store(article(1))
    out = room.path.with_name("a.csv")
    assert done(room.path, "--since-last", "x", out).stderr.endswith(
        "since the last export 'x': 1 new, 0 changed, 0 gone; this is the first export with this name and these filters\n"
    )
    assert done(room.path, "--since-last", "x", out).stderr == (
        f"0 articles written to {out}\nsince the last export 'x': 0 new, 0 changed, 0 gone\n"
    )


def test_seen_again_is_no_change(room: Room) -> None:
    room.store(article(1))
    since(room.path)
    room.store(article(1), seen="2024-06-01T00:00:00Z")
    assert since(room.path) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE versions SET source = '山城晚报'",
        "UPDATE versions SET source = NULL",
        "UPDATE sections SET city = NULL",
        "UPDATE credits SET name = '别人' WHERE part = 'editor'",
        "UPDATE articles SET status = 'blocked'",
        "UPDATE versions SET content_hash = 'x'",
    ],
)
def test_a_change_is_found_whatever_made_it(room: Room, statement: str) -> None:
    room.store(article(1), cities=["宜昌市"])
    since(room.path)
    room.connection.execute(statement)
    assert [row["change"] for row in since(room.path)] == ["changed"]


def test_of_a_hidden_article_only_the_id_is_told(room: Room) -> None:
    room.store(article(1, title="秘密"))
    (first,) = since(room.path)
    suppression.suppress(room.connection, first["id"], reason="asked", by="me")
    out = room.path.with_name("changes.csv")
    done(room.path, "--since-last", "nightly", out)
    (row,) = csv.DictReader(io.StringIO(out.read_text(encoding="utf-8")))
    assert {name: value for name, value in row.items() if value} == {"change": "gone", "id": first["id"]}
    assert since(room.path) == []
    suppression.lift(room.connection, first["id"], reason=None, by="me")
    assert told(since(room.path)) == [("new", "秘密")]


def test_an_undone_run_is_told(room: Room) -> None:
    room.store(article(1))
    (row,) = since(room.path)
    undo_run(room.connection, room.run)
    assert [(row["change"], row["id"]) for row in since(room.path)] == [("gone", row["id"])]


def test_a_cursor_belongs_to_its_name_and_filters(room: Room) -> None:
    room.store(article(1), cities=["宜昌市"])
    room.store(article(2), cities=["武汉市"])
    assert len(since(room.path, "--city", "宜昌")) == 1
    assert len(since(room.path)) == 2
    assert len(since(room.path, name="weekly")) == 2
    assert since(room.path, "--city", "宜昌") == []


def test_what_matches_no_more_is_gone(room: Room) -> None:
    room.store(article(1))
    assert len(since(room.path, "--status", "live")) == 1
    room.connection.execute("UPDATE articles SET status = 'gone'")
    assert [row["change"] for row in since(room.path, "--status", "live")] == ["gone"]


def test_the_cursor_stays_when_the_file_is_not_whole(room: Room, tmp_path: Path) -> None:
    room.store(article(1))
    assert run(room.path, "--since-last", "nightly", tmp_path / "none" / "a.csv").exit_code == 2
    assert run(room.path, "--since-last", "nightly", "/dev/full").exit_code == 1
    assert len(since(room.path)) == 1


def test_a_crash_before_the_cursor_moves_repeats_the_rows(room: Room) -> None:
    room.store(article(1))
    out = room.path.with_name("first.csv")
    code = (
        "import os, sys; from newscrawler.archive.export.cursors import Cursor\n"
        "Cursor.move = lambda self: os.kill(os.getpid(), 9)\n"
        "from newscrawler.archive.export.exporter import export\n"
        "from newscrawler.archive.export.request import ExportRequest\n"
        f"export({str(room.path)!r}, ExportRequest({str(out)!r}, since_last='nightly'))"
    )
    assert program.run([sys.executable, "-c", code], check=False).returncode == -signal.SIGKILL
    assert out.read_text(encoding="utf-8").count("\nnew,") == 1
    assert len(since(room.path)) == 1


def test_a_cursor_that_cannot_be_moved_is_reported(room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(cursor: Cursor) -> None:
        raise sqlite3.OperationalError("database is locked")

    room.store(article(1))
    monkeypatch.setattr(Cursor, "move", locked)
    with pytest.raises(
        WriteError, match=r"is whole, but the cursor 'x' could not be moved .*; the next export repeats"
    ):
        export(room.path, ExportRequest(str(tmp_path / "a.csv"), since_last="x"))
    assert (tmp_path / "a.csv").exists()


def test_two_exports_at_once_lose_nothing(room: Room) -> None:
    """The one that began first ends last: what the other has exported on top is exported again."""
    room.store(article(1, title="甲"))
    slow = export_of(room)
    room.store(article(2, title="乙"))
    assert len(since(room.path)) == 2
    slow.move()
    assert told(since(room.path)) == [("new", "乙")]


def export_of(room: Room) -> Cursor:
    db = open_archive(room.path)
    return Cursor("nightly", ArticleFilter(), Selection.of(db, ArticleFilter()))


def test_it_writes_to_standard_output_too(room: Room) -> None:
    room.store(article(1, title="甲"))
    arguments = ["export", "--archive", str(room.path), "--since-last", "x", "--columns", "title", "-"]
    first = CliRunner().invoke(cli, arguments)
    assert first.stdout.splitlines()[0] == "change,id,title"
    assert first.stdout.count("甲") == 1
    assert CliRunner().invoke(cli, arguments).stdout.splitlines() == ["change,id,title"]


@pytest.mark.parametrize("others", [["--as-of", "2024-05-11"], ["--partition", "city"], ["--format", "sqlite"]])
def test_what_does_not_go_together_is_refused(room: Room, tmp_path: Path, others: list[str]) -> None:
    result = run(room.path, "--since-last", "x", *others, tmp_path / "out")
    assert (result.exit_code, names(tmp_path)) == (2, ["data"])


# Merged archives


def machine(folder: Path, *numbers: int, has_cursor: bool = True) -> Path:
    folder.mkdir()
    room = Room(folder / "archive.db")
    for number in numbers:
        room.store(article(number, title=f"第{number}篇"))
    room.close()
    if has_cursor:
        since(room.path)
    return room.path


def test_a_merge_keeps_what_was_given_out(tmp_path: Path) -> None:
    one = machine(tmp_path / "one", 1, 2)
    two = machine(tmp_path / "two", 3, has_cursor=False)
    merge([two], one)
    assert told(since(one)) == [("new", "第3篇")]


def test_what_only_one_of_two_consumers_has_is_given_out_again(tmp_path: Path) -> None:
    one = machine(tmp_path / "one", 1, 2)
    two = machine(tmp_path / "two", 2, 3)
    out = tmp_path / "all.db"
    merge([one, two], out)
    assert sorted(told(since(out))) == [("changed", "第1篇"), ("changed", "第3篇")]
    assert since(out) == []
