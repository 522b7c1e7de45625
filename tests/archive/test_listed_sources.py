"""The outlet that listings name: which one an article has, and what a merge and an export keep."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from newscrawler.archive import sections, settling
from newscrawler.archive.articles import Fetched, store_article
from newscrawler.archive.frontier import stored_urls
from newscrawler.archive.merging.merge import merge
from newscrawler.normalization.listed import Listed
from support.archives import CITIES, Room, article, transaction
from support.integrity import rows, run, verified

FLAT = "SELECT listed_source FROM articles_flat"


def list_it(room: Room, source: str, keys: str = "", *, city: str = CITIES[0]) -> None:
    piece = article(1)
    sighting = sections.Sighting(
        piece.url, piece.title, "2024-05-10", pinned=False, position=1, source=source, keys=keys
    )
    with transaction(room.connection):
        sections.record_sightings(room.connection, room.portal, room.sections[city], room.run, 1, [sighting])


def store(room: Room, seen: str = "2024-05-11T00:00:00Z") -> None:
    with transaction(room.connection):
        fetched = Fetched(run=room.run, seen=seen, extractor="test")
        row, _ = store_article(room.connection, room.portal, article(1), fetched)
        settling.settle_done(
            room.connection, room.portal, article(1).url, article=row, status=200, etag=None, last_modified=None
        )


def listed(room: Room) -> list[Listed]:
    """What a refresh passes on."""
    numbers = room.sections.values()
    found = stored_urls(room.connection, room.portal, sections=numbers, fetched_until="9999", limit=None)
    return [one.listed for one in found]


def test_the_first_listing_that_names_one_counts(room: Room) -> None:
    list_it(room, "")
    store(room)
    assert room.only()["listed_source"] is None
    list_it(room, "三江晚报", '{"id": "7"}')
    list_it(room, "山口日报", '{"id": "8"}', city=CITIES[1])
    assert room.only()["listed_source"] == "三江晚报"
    assert [one.source for one in listed(room)] == ["三江晚报"]
    # A listing that names none takes nothing away; the key is that of the latest listing.
    list_it(room, "")
    assert room.only()["listed_source"] == "三江晚报"
    assert [one.keys for one in listed(room)] == ['{"id": "8"}']
    room.close()
    assert verified(room.path)[0] == 0


def test_an_export_has_it(room: Room, tmp_path: Path) -> None:
    list_it(room, "三江晚报")
    store(room)
    for more in ((), ("--as-of", "2024-06-01")):
        out = tmp_path / f"out{len(more)}.csv"
        done = run("export", out, *more, "--archive", room.path)
        assert done.exit_code == 0, done.output
        with out.open(encoding="utf-8", newline="") as file:
            assert [row["listed_source"] for row in csv.DictReader(file)] == ["三江晚报"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_merge_keeps_what_one_archive_knows(tmp_path: Path, order: tuple[int, int]) -> None:
    paths = []
    for number, (source, keys, seen) in enumerate([("三江晚报", '{"id": "7"}', "11"), ("", "", "12")]):
        room = Room(tmp_path / str(number) / "archive.db")
        list_it(room, source, keys)
        store(room, f"2024-05-{seen}T00:00:00Z")
        room.connection.execute(f"UPDATE listing_sightings SET last_seen = '2024-05-{seen}T00:00:00Z'")
        room.connection.execute("UPDATE runs SET outcome = 'done', finished = started")
        room.close()
        paths.append(room.path)
    merge([paths[number] for number in order], tmp_path / "all.db")
    merge([tmp_path / "all.db"], tmp_path / "again.db")
    for out in (tmp_path / "all.db", tmp_path / "again.db"):
        assert rows(out, FLAT) == [("三江晚报",)]
        assert rows(out, "SELECT source, data_keys FROM listing_sightings") == [("三江晚报", '{"id": "7"}')]
