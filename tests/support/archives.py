"""Articles and filled archives, made through the functions that a crawl uses."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from newscrawler import places
from newscrawler.archive import open_archive, runs, sections, settling
from newscrawler.archive.articles import Fetched, Stored, store_article
from newscrawler.archive.database.transaction import writing as transaction
from newscrawler.archive.rows import select_rows
from newscrawler.normalization.article import Article
from newscrawler.normalization.listed import Listed
from newscrawler.normalization.people import Credit
from newscrawler.text.urls import identity

PORTAL = "ceshi"
HOST = "http://www.ceshi.example"
_HUBEI = places.province("湖北省")
assert _HUBEI is not None
PROVINCE = _HUBEI
CITIES = ("武汉市", "宜昌市", "恩施土家族苗族自治州")


def article(number: int = 1, **changes: Any) -> Article:
    """An article that differs from every other number's; `changes` are fields of Article."""
    url = changes.pop("url", f"{HOST}/2024/0510/{number}.shtml")
    values: dict[str, Any] = {
        "url": url,
        "key": identity(url),
        "title": f"青禾镇修好第{number}座便民桥",
        "body": f"5月10日，第{number}座便民桥在青禾镇通车。\n村民说，去镇上少走四里路。",
        "body_html": f"<p>5月10日，第{number}座便民桥在青禾镇通车。</p><p>村民说，去镇上少走四里路。</p>",
        "source": "三江晚报",
        "published": "2024-05-10",
        "published_date": "2024-05-10",
        "published_evidence": "page",
        "credits": [
            Credit(role="编辑", name="秦小禾", outlet="", raw="编辑:秦小禾"),
            Credit(role="记者", name="陶一帆", outlet="", raw="记者 陶一帆"),
        ],
        "encoding": "utf-8",
    }
    return Article(**values | changes)


class Room:
    """An open archive with one run and the sections of three cities."""

    def __init__(self, path: Path, portal: str = PORTAL) -> None:
        self.path = path
        self.portal = portal
        self.connection = open_archive(path)
        with transaction(self.connection):
            self.run = start_run(self.connection, portal)
            self.sections = {name: open_section(self.connection, portal, name) for name in CITIES}

    def store(self, piece: Article, *, cities: Iterable[str] = (), seen: str = "2024-05-11T00:00:00Z") -> Stored:
        """Store what a crawl fetched: its listings first, then the article and the state of its URL."""
        with transaction(self.connection):
            return store(self.connection, self.portal, self.run, self.sections, piece, cities, seen)[1]

    def flat(self) -> list[dict[str, Any]]:
        return select_rows(self.connection, "SELECT * FROM articles_flat ORDER BY id")

    def only(self) -> dict[str, Any]:
        (row,) = self.flat()
        return row

    def close(self) -> None:
        self.connection.close()


def start_run(connection: sqlite3.Connection, portal: str) -> int:
    described = {
        "id": portal,
        "name": "测试新闻网",
        "province": PROVINCE.name,
        "province_code": PROVINCE.code,
        "homepage": f"{HOST}/",
        "definition": "{}",
    }
    return runs.start_run(connection, described, command="crawl", arguments={})


def open_section(connection: sqlite3.Connection, portal: str, name: str) -> int:
    division = places.match_division(name, PROVINCE)
    return sections.open_section(
        connection,
        portal,
        name=name,
        url=f"{HOST}/{division.code if division else 'other'}/",
        city=division.name if division else None,
        city_code=division.code if division else None,
    ).id


def store(
    connection: sqlite3.Connection,
    portal: str,
    run: int,
    section_ids: dict[str, int],
    piece: Article,
    cities: Iterable[str] = (),
    seen: str = "2024-05-11T00:00:00Z",
) -> tuple[int, Stored]:
    for name in cities:
        sighting = sections.Sighting(
            url=piece.url, title=piece.title, listed_date=piece.published_date, pinned=False, position=1
        )
        sections.record_sightings(connection, portal, section_ids[name], run, 1, [sighting])
    fetched = Fetched(run=run, seen=seen, extractor="test", listed=Listed(piece.published_date))
    number, outcome = store_article(connection, portal, piece, fetched)
    settling.settle_done(connection, portal, piece.url, article=number, status=200, etag=None, last_modified=None)
    return number, outcome


def fill(path: Path, count: int, **changes: Any) -> None:
    """Make an archive of `count` articles, each in one city's section."""
    room = Room(path)
    with transaction(room.connection):
        for number in range(1, count + 1):
            city = CITIES[number % len(CITIES)]
            store(room.connection, PORTAL, room.run, room.sections, article(number, **changes), [city])
    room.close()
