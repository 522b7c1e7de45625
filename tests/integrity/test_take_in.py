"""Taking in a part gives what a merge gives, row numbers aside, and costs what the part has."""

from __future__ import annotations

import random
import shutil
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from newscrawler.archive import open_archive
from newscrawler.archive.merging.merge import MergeError, merge
from newscrawler.archive.merging.rules import NOT_MERGED
from newscrawler.archive.merging.take_in import take_in
from support import nightly
from support.archives import Room
from support.every_table import fill_every_table
from support.integrity import execute, rows, run, sound, update
from support.merging import content, crawled, machine, two_machines


def copied(archive: Path, folder: Path) -> Path:
    folder.mkdir()
    shutil.copy(archive, folder / archive.name)
    if (archive.parent / "warc").is_dir():
        shutil.copytree(archive.parent / "warc", folder / "warc")
    return folder / archive.name


def in_order(*archives: Path) -> None:
    """Let the runs of these archives begin one after the other: a merge numbers them by their beginning."""
    for number, archive in enumerate(archives):
        update(archive, f"UPDATE runs SET started = '2020-01-0{number + 1}T00:00:00Z'")


def crawled_at_random(chance: random.Random, room: Room) -> None:
    outcomes = ["stored", "stored", "stored", "gone", "failed", "blocked"]
    crawled(
        room,
        [
            (chance.randint(1, 3), chance.choice("甲乙丙"), chance.randrange(3), chance.choice(outcomes))
            for _ in range(6)
        ],
    )


@nightly.by_day(1)
@pytest.mark.parametrize("seed", [0, 2])
def test_it_gives_what_a_merge_gives(tmp_path: Path, seed: int) -> None:
    folder, chance = tmp_path, random.Random(seed)
    archives = [machine(folder / str(number) / "archive.db", partial(crawled_at_random, chance)) for number in range(3)]
    in_order(*archives)
    out = folder / "out.db"
    for archive in archives:
        merge([archive], folder / "merged.db")
        take_in(archive, out)
    assert content(out) == content(folder / "merged.db")
    sound(out)
    # Again, in any order, it changes nothing.
    before = content(out)
    for archive in reversed(archives):
        assert not +take_in(archive, out).added
    assert content(out) == before


@nightly.by_day(1)
@pytest.mark.parametrize("began_first", ["import", "crawl"])
@pytest.mark.parametrize("comes_last", ["import", "crawl"])
def test_what_a_crawl_and_an_import_read_is_the_crawls(tmp_path: Path, began_first: str, comes_last: str) -> None:
    archives = {}
    for number, command in enumerate(("import", "crawl"), 1):
        stored = [(1, "甲", 0, "stored"), (1 + number, "甲", 0, "stored")]
        archives[command] = machine(tmp_path / command / "archive.db", lambda room, of=stored: crawled(room, of))
        began = "2020-01-01T00:00:00Z" if command == began_first else "2020-01-02T00:00:00Z"
        update(archives[command], f"UPDATE runs SET command = '{command}', started = '{began}'")
    ours, merged = tmp_path / "taken.db", tmp_path / "merged.db"
    for command in sorted(archives, key=lambda one: one == comes_last):
        take_in(archives[command], ours)
        merge([archives[command]], merged)
    owners = """SELECT r.command, count(*) FROM versions v JOIN runs r ON r.id = v.run GROUP BY 1 ORDER BY 1"""
    for archive in (ours, merged):
        assert rows(archive, owners) == [("crawl", 2), ("import", 1)]
        (key,) = rows(archive, "SELECT key FROM runs WHERE command = 'import'")[0]
        assert run("runs", "undo", key, "--archive", archive).exit_code == 0
        assert rows(archive, "SELECT count(*) FROM articles") == [(2,)]
        sound(archive)


@pytest.mark.slow
def test_every_table_is_taken_in(tmp_path: Path) -> None:
    part = tmp_path / "part" / "part.db"
    part.parent.mkdir()
    fill_every_table(part)
    update(part, "DELETE FROM export_states", "DELETE FROM export_cursors")
    one, _ = two_machines(tmp_path)
    in_order(one, part)
    for first in ([], [one]):
        out = tmp_path / f"out{len(first)}.db"
        merge([*first, part], tmp_path / f"merged{len(first)}.db")
        for archive in (*first, part):
            take_in(archive, out)
        assert content(out) == content(tmp_path / f"merged{len(first)}.db")
        with closing(open_archive(out)) as connection, closing(open_archive(part)) as other:
            names = [
                name
                for (name,) in other.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
                if not name.startswith(("search_", "reprint_", "sqlite_", "_sqlite_", "row_d", "digest_"))
                and name not in (*NOT_MERGED, "export_cursors", "export_states")
            ]
            for name in names:
                count = f"SELECT count(*) FROM {name}"
                assert connection.execute(count).fetchone() >= other.execute(count).fetchone(), name


def test_a_crawled_archive_with_its_captures(tmp_path: Path, demo: Path) -> None:
    out = tmp_path / "out" / "all.db"
    one, two = two_machines(tmp_path)
    in_order(one, demo, two)
    take_in(one, out)
    assert take_in(demo, out).missing == []
    take_in(two, out)
    merge([one, demo, two], tmp_path / "merged" / "all.db")
    assert content(out) == content(tmp_path / "merged" / "all.db")
    sound(out)
    assert "第3座" in run("search", "第3座便民桥", "--archive", out).stdout.replace("«", "").replace("»", "")


def test_a_mark_is_dropped_where_other_rows_disprove_it(tmp_path: Path) -> None:
    for name, statement in {
        "pending": "UPDATE urls SET state = 'pending', article = NULL WHERE url LIKE '%/2.%'",
        "later": "UPDATE listing_sightings SET first_seen = '2030-01-01T00:00:00Z', last_seen = first_seen; "
        "UPDATE runs SET finished = '2030-01-01T00:00:00Z'",
        "agrees": "UPDATE urls SET tries = 0",
    }.items():
        one, two = two_machines(tmp_path / name)
        mark = """UPDATE sections SET complete_back_to = 'beginning', complete_run = 1 WHERE id IN
          (SELECT l.section FROM listing_sightings l JOIN urls u ON u.id = l.url WHERE u.url LIKE '%/2.%')"""
        update(one, mark)
        update(two, *statement.split("; "))
        # The target has the mark, and the part has the row that disproves it; and the other way round.
        for order, pair in enumerate(((one, two), (two, one))):
            in_order(*pair)
            out, expected = tmp_path / f"{name}{order}.db", tmp_path / f"{name}{order}m.db"
            merge(pair, expected)
            for archive in pair:
                take_in(archive, out)
            assert content(out)["sections"] == content(expected)["sections"], (name, order)


def test_a_failure_changes_nothing(tmp_path: Path) -> None:
    one, two = two_machines(tmp_path)
    out = tmp_path / "out.db"
    take_in(one, out)
    before = content(out)
    other = copied(two, tmp_path / "other")
    ((digest,),) = rows(one, "SELECT hash FROM texts LIMIT 1")
    execute(other, f"INSERT OR REPLACE INTO texts VALUES ('{digest}', '假', '<p>假</p>')")
    with pytest.raises(MergeError, match="two different texts"):
        take_in(other, out)

    def fails(connection: object) -> None:
        raise ValueError("the parcel was taken in before")

    with pytest.raises(MergeError, match="taken in before"):
        take_in(two, out, also=fails)
    assert content(out) == before
    sound(out)
