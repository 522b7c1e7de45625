"""`newscrawler verify`: it finds what was damaged, mends what can be mended, and never makes it worse."""

import errno
import json
import os
import random
import re
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from newscrawler.archive.database.locks import lock_portal
from newscrawler.archive.integrity.checked_files import CheckedFiles
from newscrawler.archive.integrity.verify import check_archive
from support import nightly
from support.archives import PORTAL, Room, article, transaction
from support.integrity import execute, flip, kinds, rows, run, update, verified


def test_a_crawled_archive_is_sound_with_its_captures(demo: Path) -> None:
    status, found = verified(demo)
    assert (status, found["sound"], found["problems"]) == (0, True, [])
    assert "demo.db: sound" in run("verify", "--archive", demo).stdout


def test_a_sound_archive_is_not_changed_by_repair(demo: Path) -> None:
    before = list(rows(demo, "SELECT * FROM articles_flat ORDER BY id"))
    status, _ = verified(demo, "repair")
    assert status == 0
    assert rows(demo, "SELECT * FROM articles_flat ORDER BY id") == before


# What can be mended

MENDED = {
    "search": [
        "DELETE FROM search_documents WHERE n = 2",
        "DELETE FROM search_index_data WHERE id > 10",
        "DELETE FROM search_characters_data",
        "UPDATE search_documents SET version = 1 WHERE n = 1",
        "INSERT INTO search_index (rowid, body, title) VALUES (99, '鬼字 字。', '')",
    ],
    "reprints": ["DELETE FROM reprint_signatures WHERE article = 3"],
    "counter": [
        "UPDATE articles SET version_count = 7 WHERE n = 1",
        "UPDATE articles SET version = 1 WHERE n = 1",
        "UPDATE articles SET version = NULL WHERE n = 4",
        "UPDATE versions SET image_count = 3 WHERE id = 2",
    ],
    "orphan": [
        "UPDATE versions SET capture = 4711 WHERE id = 1",
        "UPDATE urls SET article = 4711 WHERE id = 2",
        "UPDATE articles SET section = 4711 WHERE n = 2",
        "INSERT INTO article_sections VALUES (4711, 1, '2024-05-11T00:00:00Z', '2024-05-11T00:00:00Z', 1)",
        "INSERT INTO url_aliases VALUES ('ceshi', 'http://alias.example/', 4711)",
    ],
    "state": [
        "UPDATE urls SET article = NULL WHERE id = 2",
        "UPDATE urls SET state = 'pending' WHERE id = 2",
    ],
    "clock": [
        "UPDATE versions SET seen_to = '2001-01-01T00:00:00Z' WHERE id = 2",
        "UPDATE versions SET seen_from = '2001-01-01T00:00:00Z' WHERE number = 2",
    ],
    "mark": [
        "UPDATE sections SET complete_back_to = 'beginning'",
    ],
    "schema": ["DROP INDEX credits_name", "DROP VIEW articles_flat", "DROP VIEW reprints"],
}


@nightly.by_day(0, 5, 6, 10, 15, 17, 19, 21)
@pytest.mark.parametrize(("kind", "damage"), [(kind, sql) for kind, damages in MENDED.items() for sql in damages])
def test_what_follows_from_the_rest_is_mended(small: Path, kind: str, damage: str) -> None:
    texts = rows(small, "SELECT * FROM texts ORDER BY hash"), rows(small, "SELECT id, title, text FROM versions")
    execute(small, *damage.split("; "))
    status, found = verified(small)
    assert status == 1
    assert kind in kinds(found)
    assert all("newscrawler repair" in problem["fix"] for problem in found["problems"] if problem["kind"] == kind)
    status, found = verified(small, "repair")
    assert (status, found["problems"]) == (0, [])
    assert found["repaired"]
    after = rows(small, "SELECT * FROM texts ORDER BY hash"), rows(small, "SELECT id, title, text FROM versions")
    assert after == texts
    assert "青禾镇" in run("search", "便民桥", "--archive", small).stdout


def test_a_mark_above_a_document_that_was_never_fetched_is_removed(small: Path) -> None:
    update(small, "UPDATE urls SET state = 'pending', article = NULL WHERE id = 1")
    marked = "SELECT section FROM listing_sightings WHERE url = 1"
    execute(small, f"UPDATE sections SET complete_back_to = 'beginning', complete_run = 1 WHERE id IN ({marked})")
    assert kinds(verified(small)[1]) == {"mark", "digest"}
    assert verified(small, "repair")[0] == 0
    assert rows(small, "SELECT DISTINCT complete_back_to, complete_run FROM sections") == [(None, None)]


def test_a_mended_view_shows_what_it_showed(small: Path) -> None:
    before = rows(small, "SELECT * FROM articles_flat ORDER BY id")
    execute(small, "DROP VIEW articles_flat", "UPDATE articles SET version_count = 9, version = 1")
    verified(small, "repair")
    assert rows(small, "SELECT * FROM articles_flat ORDER BY id") == before


def test_an_index_of_a_table_that_lost_an_entry_is_made_anew(small: Path) -> None:
    (page,) = rows(small, "SELECT rootpage FROM sqlite_master WHERE name = 'versions_source'")[0]
    (size,) = rows(small, "PRAGMA page_size")[0]
    # The last cell of the index's only page: its source is changed by one bit, so the order is still right.
    data = bytearray(small.read_bytes())
    start = (page - 1) * size
    at = data.rindex("三江晚报".encode(), start, start + size)
    data[at + 11] ^= 1
    small.write_bytes(data)
    status, found = verified(small)
    assert (status, kinds(found)) == (1, {"index"})
    assert verified(small, "repair")[0] == 0


def test_a_table_that_is_gone_is_told_and_not_invented(small: Path) -> None:
    execute(small, "DROP TABLE credits")
    assert verified(small, "repair")[0] == 1
    assert rows(small, "SELECT count(*) FROM sqlite_master WHERE name = 'credits'") == [(0,)]


# What cannot

TOLD = {
    "UPDATE texts SET body = body || '。' WHERE hash = (SELECT text FROM versions WHERE id = 1)": "hash",
    "UPDATE versions SET title = '别的题目' WHERE id = 2": "hash",
    "UPDATE articles SET id = 'ffff' WHERE n = 2": "hash",
    "INSERT INTO credits VALUES (4711, 1, 'editor', '编辑', '无主', NULL, '')": "orphan",
    "DELETE FROM versions WHERE number = 1 AND article = 1": "version",
}


@pytest.mark.parametrize(("damage", "kind"), TOLD.items())
def test_what_was_stored_is_told_and_left(small: Path, damage: str, kind: str) -> None:
    execute(small, damage)
    for options in ([], ["repair"]):
        before = (
            rows(small, "SELECT * FROM versions"),
            rows(small, "SELECT * FROM texts"),
            rows(small, "SELECT * FROM credits"),
        )
        status, found = verified(small, *options)
        assert status == 1
        assert kind in kinds(found)
        assert before == (
            rows(small, "SELECT * FROM versions"),
            rows(small, "SELECT * FROM texts"),
            rows(small, "SELECT * FROM credits"),
        )


# Runs that were left open


def test_a_run_left_open_is_a_note_and_closed(small: Path) -> None:
    update(small, "UPDATE runs SET outcome = 'running', finished = NULL")
    status, found = verified(small)
    assert (status, kinds(found, notes=True)) == (0, {"run"})
    status, found = verified(small, "repair")
    assert (status, found["problems"]) == (0, [])
    assert rows(small, "SELECT outcome, finished >= started FROM runs") == [("interrupted", 1)]


def test_a_run_that_goes_on_is_left_alone(small: Path) -> None:
    update(small, "UPDATE runs SET outcome = 'running', finished = NULL")
    lock = lock_portal(small, PORTAL)
    try:
        assert verified(small, "repair")[1]["problems"] == []
        assert rows(small, "SELECT outcome FROM runs") == [("running",)]
    finally:
        lock.release()


# Captures


def the_warc(archive: Path) -> Path:
    (warc,) = (archive.parent / "warc" / "demo").glob("*.warc.gz")
    return warc


def test_a_flipped_byte_in_a_warc_is_found(demo: Path) -> None:
    offset, length = rows(
        demo, "SELECT offset, length FROM captures WHERE kind = 'article' ORDER BY id LIMIT 1 OFFSET 9"
    )[0]
    flip(the_warc(demo), offset + length // 2)
    before = the_warc(demo).read_bytes()
    for options in ([], ["repair"]):
        status, found = verified(demo, *options)
        assert status == 1
        assert kinds(found) == {"capture damaged"}
        assert f"{offset:,}" in found["problems"][0]["what"]
    assert the_warc(demo).read_bytes() == before


@pytest.mark.slow
def test_a_warc_that_was_cut_off_or_lost_is_found(demo: Path) -> None:
    os.truncate(the_warc(demo), the_warc(demo).stat().st_size // 2)
    status, found = verified(demo)
    assert status == 1
    assert "capture missing" in kinds(found)
    the_warc(demo).unlink()
    status, found = verified(demo)
    assert (status, kinds(found)) == (1, {"capture missing"})


def test_a_pointer_to_another_record_is_found(demo: Path) -> None:
    execute(demo, "UPDATE captures SET digest = (SELECT digest FROM captures WHERE id = 3) WHERE id = 5")
    status, found = verified(demo)
    assert (status, kinds(found)) == (1, {"capture disagrees", "digest"})


# A damaged file


def test_a_file_cut_off_tells_how_far_it_goes_and_the_way_on(demo: Path) -> None:
    os.truncate(demo, demo.stat().st_size * 2 // 3)
    before = demo.read_bytes()
    for options in ([], ["repair"]):
        status, found = verified(demo, *options)
        assert status == 1
        (problem,) = found["problems"]
        assert problem["kind"] == "damage"
        assert "it was cut off" in problem["what"]
        assert re.search(r"articles [1-9]\d* rows", problem["what"])
        assert "backup restore" in problem["fix"]
        assert ".recover" in problem["fix"]
    salvaged = demo.with_name("salvaged.db")
    status, found = verified(demo, "salvage", str(salvaged))
    assert (status, found["problems"]) == (0, [])
    assert rows(salvaged, "SELECT count(*) FROM articles_flat")[0][0] > 40
    assert demo.read_bytes() == before


def test_a_destroyed_header_is_damage_of_an_archive(small: Path) -> None:
    flip(small, 3)
    status, found = verified(small)
    assert (status, kinds(found)) == (1, {"damage"})
    before = small.read_bytes()
    assert verified(small, "salvage", str(small.with_name("salvaged.db")))[0] == 0
    assert small.read_bytes() == before


@pytest.mark.parametrize("data", [b"", b"title,source\r\n", b"SQLite format 3\0" + b"x" * 500])
def test_what_is_no_archive_is_wrong_use(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "file"
    if data:
        path.write_bytes(data)
    done = run("verify", "--archive", path)
    assert done.exit_code in (1, 2)
    assert done.stderr or "damage" in done.stdout
    assert not data or path.read_bytes() == data


@pytest.mark.parametrize("seed", range(12))
def test_no_damage_makes_it_crash_or_change_the_file(small: Path, seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(small.read_bytes())
    for _ in range(chance.choice((1, 4, 40))):
        at = chance.randrange(100, len(data))
        data[at : at + chance.choice((1, 8, 512))] = chance.randbytes(chance.choice((1, 8, 512)))
    small.write_bytes(data)
    before = small.read_bytes()
    done = run("verify", "--archive", small)
    assert done.exit_code in (0, 1, 2)
    assert "Traceback" not in done.output
    assert small.read_bytes() == before


def overwrite_page(archive: Path, name: str, *, leaf: bool = False) -> None:
    """Destroy the root page of a table or index, or the leaf of it that its third child is."""
    (page,) = rows(archive, "SELECT rootpage FROM sqlite_master WHERE name = ?", name)[0]
    (size,) = rows(archive, "PRAGMA page_size")[0]
    data = bytearray(archive.read_bytes())
    if leaf:
        start = (page - 1) * size
        assert data[start] == 5, "the table has one page only"
        cell = start + int.from_bytes(data[start + 12 + 2 * 2 : start + 12 + 2 * 2 + 2], "big")
        page = int.from_bytes(data[cell : cell + 4], "big")
    data[(page - 1) * size : page * size] = b"\xee" * size
    archive.write_bytes(data)


@pytest.mark.slow
def test_what_can_be_read_is_salvaged_when_an_index_is_destroyed(demo: Path) -> None:
    before = rows(demo, "SELECT * FROM articles_flat ORDER BY id")
    overwrite_page(demo, "credits_name")
    damaged = demo.read_bytes()
    assert kinds(verified(demo)[1]) == {"damage"}
    salvaged = demo.parent.parent / "elsewhere" / "salvaged.db"
    status, found = verified(demo, "salvage", str(salvaged))
    assert (status, found["problems"], found["archive"]) == (0, [], str(salvaged))
    assert rows(salvaged, "SELECT * FROM articles_flat ORDER BY id") == before
    assert demo.read_bytes() == damaged


@nightly.by_day(0)
@pytest.mark.parametrize("table", ["texts", "versions", "listing_sightings"])
def test_what_lies_round_a_destroyed_page_is_salvaged(demo: Path, table: str) -> None:
    (count,) = rows(demo, f"SELECT count(*) FROM {table}")[0]
    before = rows(demo, "SELECT * FROM articles_flat ORDER BY id")
    backup = demo.with_name("backup.db")
    shutil.copy(demo, backup)
    overwrite_page(demo, table, leaf=True)
    salvaged = demo.with_name("salvaged.db")
    status, found = verified(demo, "salvage", str(salvaged))
    assert (status, found["problems"]) == (0, [])
    (left,) = rows(salvaged, f"SELECT count(*) FROM {table}")[0]
    assert count - 40 < left < count, "one page of it is lost"
    assert rows(salvaged, "SELECT count(*) FROM articles_flat")[0][0] >= count - 40
    merged = demo.with_name("merged.db")
    assert run("merge", backup, salvaged, "--archive", merged).exit_code == 0
    assert rows(merged, "SELECT * FROM articles_flat ORDER BY id") == before
    assert verified(merged)[0] == 0


def test_an_article_whose_versions_are_lost_is_fetched_again(small: Path) -> None:
    execute(small, "DELETE FROM credits WHERE version = 2", "DELETE FROM versions WHERE id = 2")
    status, found = verified(small, "repair")
    assert (status, kinds(found)) == (1, {"version", "digest"})
    assert "crawl again" in found["problems"][0]["fix"]
    assert rows(small, "SELECT state FROM urls WHERE url = ?", article(2).url) == [("pending",)]
    room = Room(small)
    room.store(article(2), cities=["宜昌市"])
    room.connection.execute("UPDATE runs SET outcome = 'done', finished = started")
    room.close()
    assert rows(small, "SELECT count(*) FROM articles_flat") == [(6,)]
    # What was lost stays lost. An archive into which it is merged has never had it.
    assert kinds(verified(small)[1]) == {"digest"}
    run("merge", small, "--archive", small.with_name("merged.db"))
    assert verified(small.with_name("merged.db"))[0] == 0


def test_versions_that_are_left_are_numbered_anew(small: Path) -> None:
    execute(small, "UPDATE versions SET number = 4 WHERE number = 2", "DELETE FROM texts WHERE body LIKE '%第2座%'")
    salvaged = small.with_name("salvaged.db")
    assert verified(small, "salvage", str(salvaged))[0] == 0
    found = rows(salvaged, "SELECT title, number FROM versions WHERE title LIKE '%第1座%' ORDER BY number")
    assert found == [("青禾镇修好第1座便民桥", 1), ("青禾镇第1座便民桥改名", 2)]
    assert rows(salvaged, "SELECT count(*) FROM articles_flat") == [(5,)]
    assert rows(salvaged, "SELECT state FROM urls WHERE url = ?", article(2).url) == [("pending",)]


def test_a_rescue_that_cannot_be_finished_leaves_nothing(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    salvaged = small.with_name("salvaged.db")
    with monkeypatch.context() as patched:
        patched.setattr("newscrawler.archive.integrity.salvage.transfer_captures", full)
        done = run("salvage", salvaged, "--archive", small)
    assert done.exit_code == 1
    assert "cannot be written" in done.stderr
    assert list(small.parent.glob("salvaged.db*")) == []
    assert verified(small, "salvage", str(salvaged))[0] == 0


def test_nothing_is_salvaged_over_what_is_there(small: Path) -> None:
    done = run("salvage", small, "--archive", small)
    assert done.exit_code == 2
    assert "exists" in done.stderr


# A clock that is set back


def test_a_clock_that_is_set_back_changes_no_history(tmp_path: Path) -> None:
    room = Room(tmp_path / "archive.db")
    room.store(article(1), seen="2024-05-11T00:00:00Z")
    room.store(article(1), seen="2019-01-01T00:00:00Z")
    room.store(article(1, title="改过的题目"), seen="2018-01-01T00:00:00Z")
    room.store(article(1, title="再改的题目"), seen="2024-05-12T00:00:00Z")
    with transaction(room.connection):
        room.connection.execute("UPDATE runs SET outcome = 'done', finished = started")
    history = room.connection.execute("SELECT title, seen_from, seen_to FROM versions ORDER BY number").fetchall()
    assert [title for title, _, _ in history] == ["青禾镇修好第1座便民桥", "改过的题目", "再改的题目"]
    assert [seen for _, seen, _ in history] == ["2024-05-11T00:00:00Z", "2024-05-11T00:00:00Z", "2024-05-12T00:00:00Z"]
    assert room.only()["last_seen"] == "2024-05-12T00:00:00Z"
    room.close()
    assert verified(room.path)[0] == 0


@pytest.mark.slow
def test_several_processes_find_what_one_finds(demo: Path) -> None:
    """The same problems in the same order: in rows, texts, the search index, reprints and captures."""
    execute(
        demo,
        "UPDATE versions SET source = '别的' WHERE id % 20 = 1",
        "UPDATE texts SET body = body || '多' WHERE rowid % 30 = 1",
        "UPDATE articles SET version_count = 9 WHERE n % 40 = 1",
        "DELETE FROM search_documents WHERE n % 50 = 1",
        "UPDATE captures SET status = 404 WHERE id % 60 = 1",
    )
    (file,) = (demo.parent / "warc" / "demo").glob("*.warc.gz")
    flip(file, file.stat().st_size // 2)
    found = [list(check_archive(demo, workers=workers)) for workers in (1, 2)]
    assert found[0] == found[1]
    assert {"digest", "hash", "counter", "search", "capture damaged", "capture disagrees"} <= {
        problem.kind for problem in found[0]
    }


@pytest.mark.slow
def test_a_sample_reads_some_captures_and_misses_no_lost_file(demo: Path) -> None:
    (warc,) = demo.parent.rglob("*.warc.gz")
    status, found = verified(demo, "verify", "--sample", "5")
    assert status == 0 and found["captures_read"] == 5 < found["captures"]
    assert "; 5 of " in run("verify", "--sample", "5", "--archive", demo).stdout
    last = rows(demo, "SELECT max(offset + length) FROM captures")[0][0]
    whole = warc.read_bytes()
    for wrong, kind in ((b"", "capture missing"), (whole[: last - 1], "capture missing")):
        warc.write_bytes(wrong)
        status, found = verified(demo, "verify", "--sample", "1")
        assert status == 1 and kind in kinds(found)
    # As many as there are: a flipped byte cannot be missed.
    warc.write_bytes(whole)
    flip(warc, rows(demo, "SELECT offset + length / 2 FROM captures WHERE id = 17")[0][0])
    status, found = verified(demo, "verify", "--sample", "100000")
    assert status == 1 and found["captures_read"] == found["captures"]
    assert ["capture 17 " in problem["what"] for problem in found["problems"]] == [True]
    assert run("verify", "--sample", "5", "--skip-checked", "1d", "--archive", demo).exit_code == 2


@pytest.mark.slow
def test_files_that_were_found_whole_are_skipped_until_they_change_or_their_time_is_over(demo: Path) -> None:
    (warc,) = demo.parent.rglob("*.warc.gz")
    noted = demo.with_name("demo.db-checked.json")

    def read(within: str = "30d") -> tuple[int, int]:
        status, found = verified(demo, "verify", "--skip-checked", within)
        return status, found["captures_read"]

    every = rows(demo, "SELECT count(*) FROM captures")[0][0]
    assert verified(demo)[0] == 0 and not noted.exists(), "nobody asked for a note"
    assert [read(), read(), read("0s"), read()] == [(0, every), (0, 0), (0, every), (0, 0)]
    # What a fault of the disk changes shows when the file is read again.
    flip(warc, 5_000)
    assert [read(), read()] == [(1, every), (1, every)]
    flip(warc, 5_000)
    assert [read(), read()] == [(0, every), (0, 0)]
    # Rows that point elsewhere, the same file at another place, a list that nobody can read.
    update(demo, "UPDATE captures SET offset = offset + 1 WHERE id = 17")
    assert read() == (1, every)
    update(demo, "UPDATE captures SET offset = offset - 1 WHERE id = 17")
    shutil.copy2(warc, warc.with_name("copy"))
    warc.with_name("copy").replace(warc)
    assert read() == (0, every)
    file = f"demo/{warc.name}"
    for text in ("", "[]", '{"a": 1}', "[" * 100_000, '{"a": [["x"], []]}', json.dumps({file: ["9", "x"]})):
        noted.write_text(text)
        with closing(sqlite3.connect(demo)) as connection:
            assert not CheckedFiles(demo, timedelta(days=30)).is_unchanged(connection, file)
    assert run("verify", "--skip-checked", "soon", "--archive", demo).exit_code == 2
