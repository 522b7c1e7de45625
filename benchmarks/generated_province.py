"""A generated archive of the portals of a province over three months: the data of docs/tutorials/research.md.

    python benchmarks/generated_province.py data/province.db [--days 90] [--seed 1]

It has a provincial newspaper and the portals of four cities. The portals reprint the newspaper, each with its own rate
and delay. Topics appear in one city and reach the others weeks later. Some articles are edited after publication, and
some are only read again with new rules, and some are withdrawn. `Truth` holds what was generated, so that a test can compare an analysis with
it. Texts have the statistics of Chinese news but no meaning; everything else is invented.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from generated import Writer

from newscrawler import places
from newscrawler.archive import open_archive, runs, sections, settling
from newscrawler.archive.articles import Fetched, store_article
from newscrawler.archive.database.batch import Batch
from newscrawler.normalization.article import Article
from newscrawler.normalization.listed import Listed
from newscrawler.normalization.people import Credit
from newscrawler.text.urls import identity

PROVINCE = "湖北省"
PAPER = "楚江日报"
FIRST_DAY = datetime(2024, 3, 1, tzinfo=timezone(timedelta(hours=8)))
CITIES = ("武汉市", "宜昌市", "襄阳市", "荆州市")


@dataclass(frozen=True, slots=True)
class Outlet:
    """A portal: its id, name, city (empty: the whole province), and how it reprints and edits."""

    id: str
    name: str
    city: str
    stories: int
    """Its own articles per day."""
    reprints: float = 0.0
    """Share of the newspaper's articles that it reprints."""
    delay: float = 0.0
    """Median delay in hours after the newspaper."""
    edited: float = 0.0
    """Share of its own articles that are edited later."""
    withdrawn: float = 0.0
    """Share of its own articles that it takes down, after the two weeks in which they are refreshed."""


OUTLETS = (
    Outlet("chujiang", PAPER, "", 4, edited=0.10, withdrawn=0.03),
    Outlet("donghu", "东湖在线", "武汉市", 2, reprints=0.50, delay=3, edited=0.30, withdrawn=0.08),
    Outlet("yiling", "夷陵新闻网", "宜昌市", 2, reprints=0.30, delay=8, edited=0.20, withdrawn=0.05),
    Outlet("hanshui", "汉水晚报网", "襄阳市", 2, reprints=0.15, delay=26, edited=0.10, withdrawn=0.03),
    Outlet("jingjiang", "荆江云", "荆州市", 1, reprints=0.05, delay=50, edited=0.05, withdrawn=0.02),
)
TOPICS = {
    "以旧换新": {"武汉市": 5, "宜昌市": 12, "襄阳市": 19, "荆州市": 33},
    "柑橘节": {"宜昌市": 10, "荆州市": 24},
    "夜间公交": {"武汉市": 20, "襄阳市": 27, "宜昌市": 41},
}
"""Topic to the day on which it begins in each city."""
REFRESH_DAYS = 14
"""For so many days each article is fetched again, every day at 06:00 UTC."""


@dataclass(slots=True)
class Truth:
    """What was generated."""

    stories: Counter[str] = field(default_factory=Counter)
    """Own articles per portal."""
    reprints: Counter[str] = field(default_factory=Counter)
    edits: Counter[str] = field(default_factory=Counter)
    withdrawn: Counter[str] = field(default_factory=Counter)
    first_days: dict[tuple[str, str], str] = field(default_factory=dict)
    """Topic and city to the day of its first story there."""


class Province:
    """An archive that is being filled, day by day."""

    def __init__(self, path: Path, seed: int) -> None:
        self._connection = open_archive(path)
        self._batch = Batch(self._connection, size=500, seconds=60)
        self._draw = random.Random(seed)
        self._taken_down = random.Random(seed)
        self._writer = Writer(seed)
        self._number = 0
        self.truth = Truth()
        self._runs: dict[tuple[str, str], int] = {}
        self._sections: dict[tuple[str, str], int] = {}
        self._connection.execute("BEGIN IMMEDIATE")
        for outlet in OUTLETS:
            self._open(outlet)
        self._connection.execute("COMMIT")

    def _open(self, outlet: Outlet) -> None:
        province = places.province(PROVINCE)
        assert province
        portal = {"id": outlet.id, "name": outlet.name, "province": province.name, "province_code": province.code}
        portal |= {"homepage": f"http://www.{outlet.id}.example/", "definition": "{}"}
        for command in ("crawl", "refresh", "reextract"):
            run = runs.start_run(self._connection, portal, command=command, arguments={})
            self._runs[outlet.id, command] = run
        for name in [outlet.city] if outlet.city else CITIES:
            division = places.match_division(name, province)
            assert division
            self._sections[outlet.id, name] = sections.open_section(
                self._connection,
                outlet.id,
                name=name,
                url=f"http://www.{outlet.id}.example/{division.code}/",
                city=division.name,
                city_code=division.code,
            ).id

    def fill(self, days: int) -> None:
        """Publish and crawl so many days."""
        for number in range(days):
            day = FIRST_DAY + timedelta(days=number)
            papers = [self._own_story(OUTLETS[0], day, number) for _ in range(OUTLETS[0].stories)]
            for outlet in OUTLETS[1:]:
                for _ in range(outlet.stories):
                    self._own_story(outlet, day, number)
                for piece, published in papers:
                    if self._draw.random() < outlet.reprints:
                        self._reprint(outlet, piece, published)
        self._batch.flush()
        for run in self._runs.values():
            runs.finish_run(self._connection, run, outcome="done", reason="", counts={})
        if self._batch.refused:
            raise RuntimeError(f"{self._batch.refused} records were refused")
        self._connection.close()

    def _own_story(self, outlet: Outlet, day: datetime, number: int) -> tuple[Article, datetime]:
        city = outlet.city or self._draw.choice(CITIES)
        topics = [name for name, begins in TOPICS.items() if 0 <= number - begins.get(city, 10**6) < 21]
        topic = self._draw.choice(topics) if topics and self._draw.random() < 0.4 else ""
        published = day + timedelta(minutes=self._draw.randrange(6 * 60, 20 * 60))
        piece = self._piece(outlet, self._writer.text(450), f"{topic}{self._title()}", outlet.name, published)
        self.truth.stories[outlet.id] += 1
        if topic:
            self._note_topic(topic, city, published)
        self._crawl(outlet, city, piece, published, may_change=True)
        return piece, published

    def _reprint(self, outlet: Outlet, original: Article, published: datetime) -> None:
        later = published + timedelta(hours=outlet.delay * self._draw.lognormvariate(0, 0.3))
        body = f"{original.body}\n（原载于{PAPER}）"
        self.truth.reprints[outlet.id] += 1
        for topic in TOPICS:
            if topic in original.title:
                self._note_topic(topic, outlet.city, later)
        self._crawl(outlet, outlet.city, self._piece(outlet, body, original.title, PAPER, later), later)

    def _note_topic(self, topic: str, city: str, published: datetime) -> None:
        day = published.date().isoformat()
        self.truth.first_days[topic, city] = min(day, self.truth.first_days.get((topic, city), day))

    def _title(self) -> str:
        return self._writer.text(14).replace("\n", "")[:14].strip("，。")

    def _piece(self, outlet: Outlet, body: str, title: str, source: str, published: datetime) -> Article:
        self._number += 1
        url = f"http://www.{outlet.id}.example/{published:%Y/%m%d}/{self._number}.shtml"
        return Article(
            url=url,
            key=identity(url),
            title=title,
            body=body,
            body_html="".join(f"<p>{line}</p>" for line in body.split("\n")),
            source=source,
            published=published.isoformat(timespec="seconds"),
            published_date=published.date().isoformat(),
            published_evidence="page",
            credits=[Credit(role="编辑", name=self._draw.choice("甲乙丙丁") + outlet.name[:1], outlet="", raw="")],
            encoding="utf-8",
        )

    def _crawl(
        self, outlet: Outlet, city: str, piece: Article, published: datetime, *, may_change: bool = False
    ) -> None:
        """Store what the crawls of two weeks saw of one page: as it was found, and as it was changed."""
        found = published.astimezone(UTC) + timedelta(hours=1)
        last = found.replace(hour=6, minute=0) + timedelta(days=REFRESH_DAYS)
        self._batch.add(self._listed, outlet, city, piece)
        self._store(outlet, piece, "crawl", found)
        is_edited = may_change and self._draw.random() < outlet.edited
        if is_edited:
            edited = found + timedelta(hours=self._draw.lognormvariate(2.5, 0.9))
            seen = edited.replace(hour=6, minute=0) + timedelta(days=1)
            if seen < last:
                if seen - timedelta(days=1) > found:
                    self._store(outlet, piece, "refresh", seen - timedelta(days=1))
                piece = replace(piece, body=f"{piece.body}\n更正：{self._writer.text(30)}")
                self._store(outlet, piece, "refresh", seen)
                self.truth.edits[outlet.id] += 1
        self._store(outlet, piece, "refresh", last)
        if self._draw.random() < 0.05:
            self._store(outlet, replace(piece, summary=piece.title), "reextract", last)
        if may_change and self._taken_down.random() < outlet.withdrawn:
            self._batch.add(self._withdraw, outlet, piece, last + timedelta(days=self._taken_down.expovariate(1 / 20)))

    def _withdraw(self, connection: object, outlet: Outlet, piece: Article, missing: datetime) -> None:
        """Record what two crawls, a day apart, would have: the page is not there."""
        moments = [f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in (missing, missing + timedelta(days=1))]
        self._connection.execute(
            """UPDATE urls SET state = 'gone', reason = 'answered 404', missing_since = ?, last_fetched = ?
               WHERE portal = ? AND url = ?""",
            (*moments, outlet.id, piece.url),
        )
        self._connection.execute("UPDATE articles SET status = 'gone' WHERE url = ?", (piece.url,))
        self.truth.withdrawn[outlet.id] += 1

    def _listed(self, connection: object, outlet: Outlet, city: str, piece: Article) -> None:
        sighting = sections.Sighting(piece.url, piece.title, piece.published_date, pinned=False, position=1)
        section, run = self._sections[outlet.id, city], self._runs[outlet.id, "crawl"]
        sections.record_sightings(self._connection, outlet.id, section, run, 1, [sighting])

    def _store(self, outlet: Outlet, piece: Article, command: str, seen: datetime) -> None:
        fetched = Fetched(
            run=self._runs[outlet.id, command],
            seen=f"{seen:%Y-%m-%dT%H:%M:%SZ}",
            extractor="1" if command != "reextract" else "2",
            listed=Listed(piece.published_date),
        )

        def write(connection: object) -> None:
            number, _ = store_article(self._connection, outlet.id, replace(piece), fetched)
            settling.settle_done(
                self._connection, outlet.id, piece.url, article=number, status=200, etag=None, last_modified=None
            )

        self._batch.add(write)


def generate(path: Path, days: int = 90, seed: int = 1) -> Truth:
    """Make the archive at this path, which must not exist; return what is in it."""
    if path.exists():
        raise FileExistsError(path)
    province = Province(path, seed)
    province.fill(days)
    return province.truth


def main() -> None:
    """Make an archive from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    truth = generate(options.archive, options.days, options.seed)
    print(f"{truth.stories.total()} articles, {truth.reprints.total()} reprints, {truth.edits.total()} edits")


if __name__ == "__main__":
    main()
