"""The newspaper page of an article, and archives from before the schema had it (0001)."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from hashlib import blake2b
from pathlib import Path

import pytest

from newscrawler.archive import open_archive, sections, settling
from newscrawler.archive.articles import Fetched, store_article
from newscrawler.archive.columns import COLUMN_NAMES
from newscrawler.archive.database import migrations
from newscrawler.archive.merging.merge import merge
from support import nightly
from support.archives import CITIES, Room, article, fill, transaction
from support.integrity import execute, kinds, rows, run, verified

EARLIEST = "2024-05-09"
LATER_COLUMNS = ("page", "page_no", "published_at", "run", "listed_source", "missing_since")
"""Columns of `articles_flat` that 0001 does not have."""
LATER_COLUMNS_OF_SECTIONS = ("reaches_end", "listing_end", "listing_end_reason", "front", "listing_stated")


def list_it(
    room: Room, number: int, page: str, page_no: str, *, day: str = "2024-05-10", city: str = CITIES[0]
) -> None:
    piece = article(number)
    sighting = sections.Sighting(piece.url, piece.title, day, pinned=False, position=2, page=page, page_no=page_no)
    with transaction(room.connection):
        sections.record_sightings(room.connection, room.portal, room.sections[city], room.run, 1, [sighting])


def store(room: Room, number: int, *, seen: str = "2024-05-11T00:00:00Z") -> None:
    piece = article(number)
    with transaction(room.connection):
        fetched = Fetched(run=room.run, seen=seen, extractor="test")
        row, _ = store_article(room.connection, room.portal, piece, fetched)
        settling.settle_done(
            room.connection, room.portal, piece.url, article=row, status=200, etag=None, last_modified=None
        )


def pages(room: Room) -> list[tuple[str | None, str | None]]:
    return [(row["page"], row["page_no"]) for row in room.flat()]


def to_0001(path: Path) -> None:
    """Give an archive the schema that it had before: exactly that of 0001."""
    first = migrations.FILES[0].read_text(encoding="utf-8")
    with closing(sqlite3.connect(":memory:")) as old:
        old.executescript(first)
        schema = dict(old.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    # Views first: they read the tables.
    kinds_and_names = "SELECT type, name FROM sqlite_master WHERE type IN ('view', 'table') ORDER BY type DESC"
    later = [(kind, name) for kind, name in rows(path, kinds_and_names) if name not in schema and "sqlite" not in name]
    execute(
        path,
        "DROP VIEW articles_flat",
        *(f"DROP {kind} {name}" for kind, name in later),
        "ALTER TABLE listing_sightings DROP COLUMN page_name",
        *(f"ALTER TABLE listing_sightings DROP COLUMN {name}" for name in ("page_no", "source", "data_keys")),
        *(f"ALTER TABLE articles DROP COLUMN {name}" for name in ("page", "page_no", "listed_source")),
        *(f"ALTER TABLE sections DROP COLUMN {name}" for name in LATER_COLUMNS_OF_SECTIONS),
        "ALTER TABLE portals DROP COLUMN article_shapes",
        schema["articles_flat"],
        "DELETE FROM _sqlite_migrations WHERE name NOT GLOB '0001_*'",
    )
    now = dict(rows(path, "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE '%sqlite%'"))
    assert {name: sql for name, sql in schema.items() if "sqlite" not in name} == now


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """An archive of 0001 with six articles."""
    path = tmp_path / "old" / "archive.db"
    fill(path, 6)
    execute(path, "UPDATE runs SET outcome = 'done', finished = started")
    to_0001(path)
    return path


# What is kept


def test_name_and_number_of_the_page_are_kept(room: Room) -> None:
    list_it(room, 1, "要闻", "A01")
    store(room, 1)
    assert pages(room) == [("要闻", "A01")]
    assert [
        tuple(row) for row in room.connection.execute("SELECT page_name, page_no, position FROM listing_sightings")
    ] == [("要闻", "A01", 2)]


def test_they_reach_an_article_that_was_stored_before(room: Room) -> None:
    store(room, 1)
    assert pages(room) == [(None, None)]
    list_it(room, 1, "", "02")
    assert pages(room) == [(None, "02")]


def test_a_listing_without_pages_takes_nothing_away(room: Room) -> None:
    list_it(room, 1, "要闻", "A01")
    store(room, 1)
    list_it(room, 1, "", "")
    list_it(room, 1, "", "", city=CITIES[1])
    assert pages(room) == [("要闻", "A01")]


def test_the_earliest_edition_counts(room: Room) -> None:
    list_it(room, 1, "要闻", "A01")
    list_it(room, 1, "民生", "A02", day=EARLIEST, city=CITIES[1])
    store(room, 1)
    assert pages(room) == [("民生", "A02")]
    assert room.only()["listed_date"] == EARLIEST


def test_an_export_has_them(room: Room, tmp_path: Path) -> None:
    list_it(room, 1, "要闻", "A01")
    store(room, 1)
    for more in ((), ("--as-of", "2024-06-01")):
        out = tmp_path / f"out{len(more)}.csv"
        done = run("export", out, *more, "--archive", room.path)
        assert done.exit_code == 0, done.output
        with out.open(encoding="utf-8", newline="") as file:
            (row,) = csv.DictReader(file)
        assert (row["page"], row["page_no"]) == ("要闻", "A01")


@nightly.by_day(1)
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_merge_keeps_the_page_that_one_archive_knows(tmp_path: Path, order: tuple[int, int]) -> None:
    paths = []
    for number, (page, page_no, seen) in enumerate([("要闻", "A01", "11"), ("", "", "12")]):
        room = Room(tmp_path / str(number) / "archive.db")
        list_it(room, 1, page, page_no)
        store(room, 1, seen=f"2024-05-{seen}T00:00:00Z")
        room.connection.execute(f"UPDATE listing_sightings SET last_seen = '2024-05-{seen}T00:00:00Z'")
        room.connection.execute("UPDATE runs SET outcome = 'done', finished = started")
        room.close()
        paths.append(room.path)
    out = tmp_path / "all.db"
    merge([paths[number] for number in order], out)
    assert rows(out, "SELECT page, page_no FROM articles_flat") == [("要闻", "A01")]
    assert rows(out, "SELECT page_name, page_no FROM listing_sightings") == [("要闻", "A01")]
    merge([out], tmp_path / "again.db")
    assert rows(tmp_path / "again.db", "SELECT page, page_no FROM articles_flat") == [("要闻", "A01")]
    assert verified(out)[0] == 0


# Archives of 0001


def test_it_is_upgraded_with_all_that_it_has(old: Path) -> None:
    before = rows(old, "SELECT * FROM articles_flat ORDER BY id")
    (key,) = rows(old, "SELECT key FROM runs")[0]
    with closing(open_archive(old)) as connection:
        assert migrations.applied_migrations(connection) == migrations.known_migrations()
    # No newspaper page, no moment of publication beside the day, the run, no source in a listing, nothing missing.
    assert rows(old, "SELECT * FROM articles_flat ORDER BY id") == [
        (*row, None, None, None, key, None, None) for row in before
    ]
    assert rows(old, "SELECT DISTINCT page_name, page_no FROM listing_sightings") == [("", "")]
    assert verified(old)[0] == 0


def test_it_is_merged_and_stays_as_it_is(old: Path, tmp_path: Path) -> None:
    before = old.read_bytes()
    room = Room(tmp_path / "new.db")
    list_it(room, 1, "要闻", "A01", city=CITIES[1])
    store(room, 1)
    room.connection.execute("UPDATE runs SET outcome = 'done', finished = started")
    room.close()
    merge([old, room.path], tmp_path / "all.db")
    found = rows(tmp_path / "all.db", "SELECT page, page_no, count(*) FROM articles_flat GROUP BY 1, 2 ORDER BY 3")
    assert found == [("要闻", "A01", 1), (None, None, 5)]
    assert old.read_bytes() == before


@pytest.mark.slow
def test_it_is_salvaged_whole(old: Path, tmp_path: Path) -> None:
    counts = {
        table: rows(old, f"SELECT count(*) FROM {table}") for table in ("articles", "listing_sightings", "versions")
    }
    assert verified(old, "salvage", str(tmp_path / "salvaged.db"))[0] == 0
    for table, count in counts.items():
        assert rows(tmp_path / "salvaged.db", f"SELECT count(*) FROM {table}") == count


def test_its_backup_is_restored(old: Path, tmp_path: Path) -> None:
    for words in (
        ("create", tmp_path / "backup", "--archive", old),
        ("restore", tmp_path / "backup", tmp_path / "back"),
    ):
        done = run("backup", *words)
        assert done.exit_code == 0, done.output
    (restored,) = (tmp_path / "back").glob("*.db")
    # A backup is restored as it was; a command that writes brings it up to date.
    assert verified(restored, "repair")[0] == 0
    assert rows(restored, "SELECT count(*) FROM articles_flat") == [(6,)]


def test_a_lost_view_is_repaired(old: Path) -> None:
    open_archive(old).close()
    execute(old, "DROP VIEW articles_flat")
    assert kinds(verified(old)[1]) == {"schema"}
    assert verified(old, "repair")[0] == 0
    assert rows(old, "SELECT count(*), count(page) FROM articles_flat") == [(6, 0)]


@pytest.mark.slow
def test_an_upgrade_exports_nothing_again(old: Path, tmp_path: Path) -> None:
    """`export --since-last` compares rows with those that an earlier version exported, without the new columns."""

    def changes() -> list[str]:
        out = tmp_path / "changes.csv"
        done = run("export", out, "--since-last", "x", "--archive", old)
        assert done.exit_code == 0, done.output
        with out.open(encoding="utf-8", newline="") as file:
            return [row["change"] for row in csv.DictReader(file)]

    columns = [name for name in COLUMN_NAMES if name not in ("last_seen", "body", *LATER_COLUMNS)]
    exported = rows(old, f"SELECT {', '.join(columns)} FROM articles_flat")
    assert verified(old, "repair")[0] == 0
    assert changes() == ["new"] * 6
    with closing(sqlite3.connect(old)) as connection:
        for row in exported:
            fingerprint = blake2b(json.dumps(row, ensure_ascii=False).encode(), digest_size=16).digest()
            connection.execute("UPDATE export_states SET fingerprint = ? WHERE article = ?", (fingerprint, row[0]))
        connection.commit()
    assert changes() == []
    room = Room(old)
    list_it(room, 1, "要闻", "A01")
    room.close()
    assert changes() == ["changed"]
