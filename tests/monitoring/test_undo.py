"""Taking a run's versions back, in an archive that the real functions filled."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawler.archive.integrity.consistency import broken_rules
from newscrawler.archive.undo import undo_run
from support.archives import CITIES, PORTAL, Room, article, start_run, transaction


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path / "archive.db")
    yield room
    room.close()


def next_run(room: Room) -> int:
    with transaction(room.connection):
        room.run = start_run(room.connection, PORTAL)
    return room.run


def numbers(room: Room) -> list[tuple[int, str]]:
    return room.connection.execute("SELECT number, title FROM versions ORDER BY article, number").fetchall()


def test_the_versions_before_and_after_a_bad_run_stay_in_order(room: Room) -> None:
    room.store(article(1), cities=CITIES[:1])
    bad = next_run(room)
    room.store(article(1, title="页面改版测试", body="错"), cities=CITIES[:1])
    room.store(article(2, title="页面改版测试二"), cities=CITIES[1:2])
    next_run(room)
    room.store(article(1, title="青禾镇修好第一座便民桥"), cities=CITIES[:1])
    done = undo_run(room.connection, bad)
    assert (done.versions, done.articles, done.suppressed) == (2, 1, 0)
    assert numbers(room) == [(1, article(1).title), (2, "青禾镇修好第一座便民桥")]
    assert [row["version_count"] for row in room.flat()] == [2]
    # The next version has a number of its own, and the article that went comes again.
    next_run(room)
    room.store(article(1, title="又一个标题"), cities=CITIES[:1])
    room.store(article(2), cities=CITIES[1:2])
    assert [number for number, _ in numbers(room)] == [1, 2, 3, 1]
    assert room.connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert undo_run(room.connection, bad).versions == 0


def test_what_was_taken_back_is_asked_for_again_and_found_by_no_search(room: Room) -> None:
    room.store(article(1), cities=CITIES[:1])
    first = room.run
    assert undo_run(room.connection, first).articles == 1
    state = room.connection.execute("SELECT state, article, etag FROM urls").fetchall()
    assert state == [("pending", None, None)]
    for table in ("articles", "versions", "texts", "credits", "article_sections", "search_documents"):
        assert room.connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
    (event,) = room.connection.execute("SELECT reason FROM run_events WHERE run = ?", (first,)).fetchone()
    assert event == "undone: 1 versions and 1 articles were removed"


def test_an_archive_is_sound_after_an_undo(room: Room) -> None:
    room.store(article(1), cities=CITIES[:1])
    bad = next_run(room)
    room.store(article(1, title="页面改版测试", body="错"), cities=CITIES[:1])
    undo_run(room.connection, bad)
    assert list(broken_rules(room.connection)) == []
    assert room.connection.execute("SELECT state FROM urls").fetchall() == [("pending",)]


def test_a_failure_undoes_nothing(room: Room) -> None:
    room.store(article(1), cities=CITIES[:1])
    room.connection.execute("CREATE TABLE holds (version INTEGER REFERENCES versions(id))")
    room.connection.execute("INSERT INTO holds SELECT id FROM versions")
    with pytest.raises(sqlite3.IntegrityError):
        undo_run(room.connection, room.run)
    assert len(room.flat()) == 1
    assert not room.connection.in_transaction
