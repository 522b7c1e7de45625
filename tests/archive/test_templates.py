"""The templates of a portal in its archive: kept, replaced, merged, undone, and what strangers wrote there."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from newscrawler.archive import open_archive
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.integrity.consistency import broken_rules, repair_rows
from newscrawler.archive.merging.merge import merge
from newscrawler.archive.runs import finish_run, start_run
from newscrawler.archive.templates import (
    ALL,
    MOST_KEPT,
    MOST_USED,
    keep_template,
    kept_templates,
    note_read_again,
    templates_of,
)
from newscrawler.archive.undo import undo_run
from newscrawler.extraction.templates.model import FORMAT, Template

PORTAL = {
    "id": "t", "name": "试验网", "province": "湖北省", "province_code": "420000", "homepage": "http://t.example/",
    "definition": "{}",
}  # fmt: skip


def design(name: str, pages: int = 16) -> Template:
    return Template(f'/html/body/div[@class="{name}"]', pages, pages, (f"{name} 的口号",))


def learn(connection: sqlite3.Connection, *designs: Template) -> list[int]:
    """Let one run per design learn it."""
    runs = []
    with writing(connection):
        for template in designs:
            runs.append(start_run(connection, PORTAL, command="crawl", arguments={}))
            keep_template(connection, "t", runs[-1], template)
            finish_run(connection, runs[-1], outcome="done", reason="", counts={})
    return runs


@pytest.fixture
def connection(tmp_path: Path) -> sqlite3.Connection:
    return open_archive(tmp_path / "a.db")


def test_designs_stay_and_the_newest_comes_first(connection: sqlite3.Connection) -> None:
    assert templates_of(connection, "t") == ()
    learn(connection, design("a"), design("b"), design("c"))
    assert templates_of(connection, "t") == (design("c"), design("b"), design("a"))
    assert templates_of(connection, "other") == ()


def test_a_design_that_is_learnt_from_more_pages_keeps_its_row(connection: sqlite3.Connection) -> None:
    first, _ = learn(connection, design("a", 3), design("a", 16))
    (row,) = kept_templates(connection, "t")
    assert (row.run, row.template) == (first, design("a", 16))
    # A portal may return to an earlier design: then that one is the newest.
    learn(connection, design("b"), design("a", 8))
    assert templates_of(connection, "t") == (design("a", 8), design("b"))
    assert len(kept_templates(connection, "t")) == 3


def test_a_portal_that_changes_with_every_crawl_fills_no_archive(connection: sqlite3.Connection) -> None:
    learn(connection, *(design(f"x{number}") for number in range(MOST_KEPT + 15)))
    assert connection.execute("SELECT count(*) FROM templates").fetchone() == (MOST_KEPT,)
    assert len(templates_of(connection, "t")) == MOST_USED


@pytest.mark.parametrize(
    "text",
    ["", "null", "[1]", "{" * 50_000, json.dumps({**json.loads(design("a").as_json()), "format": FORMAT + 1})],
)
def test_what_cannot_be_used_is_kept_but_not_used(connection: sqlite3.Connection, text: str) -> None:
    learn(connection, design("a"), design("b"))
    with writing(connection):
        connection.execute("UPDATE templates SET template = ? WHERE run = (SELECT max(run) FROM templates)", (text,))
    assert templates_of(connection, "t") == (design("a"),)
    assert [row.template for row in kept_templates(connection, "t")] == [None, design("a")]
    learn(connection, design("b"))
    assert templates_of(connection, "t") == (design("b"), design("a"))


def test_undoing_a_run_forgets_what_its_pages_taught(connection: sqlite3.Connection) -> None:
    _, second = learn(connection, design("a"), design("b"))
    undo_run(connection, second)
    assert templates_of(connection, "t") == (design("a"),)


def test_a_template_without_its_run_is_repaired(connection: sqlite3.Connection) -> None:
    _, second = learn(connection, design("a"), design("b"))
    connection.execute("PRAGMA foreign_keys = OFF")
    with writing(connection):
        connection.execute("DELETE FROM runs WHERE id = ?", (second,))
    assert [broken.rule.table for broken in broken_rules(connection)] == ["templates"]
    with writing(connection):
        repair_rows(connection)
    assert templates_of(connection, "t") == (design("a"),)


@pytest.mark.parametrize("turn", [list, lambda paths: paths[::-1]])
def test_a_merge_has_the_templates_of_all_archives(tmp_path: Path, turn: Callable[[list[Path]], list[Path]]) -> None:
    one, two, merged = tmp_path / "1" / "a.db", tmp_path / "2" / "a.db", tmp_path / "3" / "a.db"
    for path, names in ((one, ("a",)), (two, ("b", "c"))):
        with closing(open_archive(path)) as archive:
            runs = learn(archive, *map(design, names))
            with writing(archive):
                note_read_again(archive, "t", runs[0], ALL)
                archive.execute("UPDATE runs SET started = '2026-05-0' || id || 'T00:00:00Z', key = ? || id", names[:1])
    merge(turn([one, two]), merged)
    with closing(open_archive(merged)) as archive:
        assert set(templates_of(archive, "t")) == {design("a"), design("b"), design("c")}
        assert [row.read_again for row in kept_templates(archive, "t")].count(ALL) == 2
