from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from newscrawler.archive.database.transaction import writing
from support.archives import CITIES, PORTAL, Room, article, store

OUTLETS = ("三江晚报", "青禾日报", None)
TOPICS = (
    "青禾镇的堤防上，防汛队员昼夜巡查。洪水退后，防汛物资仍留在村口。",
    "柑橘丰收，果农说今年的价格比去年好。镇里修好了通往果园的路。",
    "学校开学，孩子们领到新书。老师说，防汛知识也要讲。",
)


def fill_research(path: Path, numbers: Iterator[int] | range) -> None:
    """Articles of three cities, outlets, months and topics, stored in the order of `numbers`."""
    room = Room(path)
    with closing(room.connection), writing(room.connection):
        for number in numbers:
            month = 1 + number // 7 % 3
            day = f"2024-0{month}-{1 + number % 28:02}"
            piece = article(
                number, body=f"{TOPICS[number % 5 % 3]}\n第{number}条。", source=OUTLETS[number % 4 % 3], published=day,
                published_date=day, published_evidence="page",
            )  # fmt: skip
            cities = [] if number % 9 == 0 else [CITIES[number * number % 7 % 3]]
            cities += [CITIES[1]] if number % 13 == 0 else []
            store(
                room.connection,
                PORTAL,
                room.run,
                room.sections,
                piece,
                cities,
                f"2024-06-{1 + number % 28:02}T00:00:00Z",
            )


@pytest.fixture(scope="session")
def researched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that no test changes."""
    path = tmp_path_factory.mktemp("research") / "archive.db"
    fill_research(path, range(1, 91))
    return path


@pytest.fixture(scope="session")
def flat(researched: Path) -> list[dict[str, object]]:
    """All rows of `articles_flat`, for plain computations."""
    with closing(sqlite3.connect(researched)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute("SELECT * FROM articles_flat ORDER BY id")]
