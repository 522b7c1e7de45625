"""Bookmarks of an archive that came from somebody else, or was damaged."""

from __future__ import annotations

import pytest

from newscrawler.archive.bookmarks import find_bookmark, place_bookmark
from support.archives import CITIES, HOST, Room, transaction


@pytest.fixture
def section(room: Room) -> int:
    number = room.sections[CITIES[0]]
    with transaction(room.connection):
        place_bookmark(
            room.connection,
            number,
            room.run,
            url=f"{HOST}/2.html",
            page=2,
            tail=["a", "b"],
            started="2024-05-11T00:00:00Z",
        )
    return number


def test_a_bookmark_is_found_as_it_was_placed(room: Room, section: int) -> None:
    found = find_bookmark(room.connection, section)
    assert found is not None
    assert (found.url, found.page, found.tail) == (f"{HOST}/2.html", 2, {"a", "b"})


@pytest.mark.parametrize("tail", ["", "{", '{"a": 1}', "[1]", '[["a"]]', "null", "[" * 100_000, '["a"'])
def test_a_bookmark_that_cannot_be_read_counts_as_none(room: Room, section: int, tail: str) -> None:
    with transaction(room.connection):
        room.connection.execute("UPDATE bookmarks SET tail = ?", (tail,))
    assert find_bookmark(room.connection, section) is None
