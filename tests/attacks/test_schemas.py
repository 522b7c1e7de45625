"""Archives whose schema was changed: nothing is written to them, and `verify` tells every object that is too many."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from support.archives import article
from support.integrity import execute, kinds, rows, run, small, verified

__all__ = ["small"]

ADDED = {
    "a trigger that lifts each takedown": "CREATE TRIGGER evil AFTER INSERT ON suppressions BEGIN "
    "UPDATE suppressions SET lifted = since; END",
    "a trigger that removes articles": "CREATE TRIGGER evil AFTER INSERT ON runs BEGIN DELETE FROM articles; END",
    "a trigger on the list of migrations": "CREATE TRIGGER evil AFTER INSERT ON _sqlite_migrations BEGIN "
    "DELETE FROM articles; END",
    "an index that refuses rows": "CREATE UNIQUE INDEX evil ON suppressions(by)",
    "a view": "CREATE VIEW evil AS SELECT 1",
    "a table": "CREATE TABLE evil (x)",
}
CHANGED = {
    "a takedown that is born lifted": "replace(sql, 'lifted TEXT,', 'lifted TEXT DEFAULT ''2000'',')",
    "a table without types": "replace(sql, ') STRICT', ')')",
}


def change_table(archive: Path, sql: str) -> None:
    with closing(sqlite3.connect(archive, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(f"UPDATE sqlite_master SET sql = {sql} WHERE name = 'suppressions'")


@pytest.mark.parametrize("kind", ADDED)
def test_what_was_added_to_the_schema_is_told_and_removed(small: Path, kind: str) -> None:
    execute(small, ADDED[kind])
    status, found = verified(small)
    assert (status, kinds(found)) == (1, {"schema"})
    assert "was not created by this program" in found["problems"][0]["what"]
    status, found = verified(small, "repair")
    if kind == "a table":  # what is in it is somebody's
        assert (status, kinds(found)) == (1, {"schema"})
        assert "DROP TABLE" in found["problems"][0]["fix"]
    else:
        assert (status, found["problems"]) == (0, [])
        assert ADDED[kind] in found["repaired"][0]
    assert rows(small, "SELECT count(*) FROM articles_flat") == [(6,)]


@pytest.mark.parametrize("kind", [*(kind for kind in ADDED if " trigger" in kind or " index" in kind), *CHANGED])
@pytest.mark.parametrize("command", ["suppress", "reextract", "crawl", "undo"])
def test_nothing_is_written_to_such_an_archive(small: Path, kind: str, command: str) -> None:
    """Otherwise a takedown would report success and have no effect."""
    if kind in ADDED:
        execute(small, ADDED[kind])
    else:
        change_table(small, CHANGED[kind])
    (key,) = rows(small, "SELECT key FROM runs")[0]
    before = small.read_bytes()
    words = {
        "suppress": ("suppress", "add", article(1).url, "--reason", "asked by the author"),
        "reextract": ("reextract",),
        "crawl": ("crawl", "demo"),
        "undo": ("runs", "undo", key),
    }[command]
    done = run(*words, "--archive", small)
    assert done.exit_code in (1, 2)
    assert "suppressed:" not in done.stderr
    assert "nothing is written to it" in done.stderr
    assert small.read_bytes() == before


def test_it_can_be_merged_into_an_archive_of_ones_own(small: Path, tmp_path: Path) -> None:
    execute(small, ADDED["a trigger that lifts each takedown"])
    target = tmp_path / "mine" / "archive.db"
    assert run("merge", small, "--archive", target).exit_code == 0
    assert verified(target)[0] == 0
    assert run("suppress", "add", article(1).url, "--reason", "asked", "--archive", target).exit_code == 0
    assert rows(target, "SELECT count(*) FROM articles_flat WHERE url = ?", article(1).url) == [(0,)]


def test_a_changed_table_is_not_merged(small: Path, tmp_path: Path) -> None:
    change_table(small, CHANGED["a table without types"])
    done = run("merge", small, "--archive", tmp_path / "mine.db")
    assert (done.exit_code, "differs from that of this version" in done.stderr) == (2, True)
    assert not (tmp_path / "mine.db").exists()
