"""A year of daily crawls of an invented portal, by a clock of our own: the real reading, storing and judging of pages.

What happens in the year is data: `EVENTS`. Only HTTP and waiting are left out.
"""

from __future__ import annotations

import math
import random
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from unittest.mock import patch

from newscrawler import places
from newscrawler.archive import open_archive
from newscrawler.crawling.items import FetchedArticle
from newscrawler.crawling.recording.store import CrawlStore
from newscrawler.crawling.spider.sightings import sightings_of
from newscrawler.crawling.sweep import Sweep
from newscrawler.crawling.tally import count_of
from newscrawler.extraction.model import NotAnArticle
from newscrawler.listings.listing import read_listing
from newscrawler.monitoring import alarms
from newscrawler.monitoring.evaluation import evaluate_newest
from newscrawler.normalization.listed import Listed
from newscrawler.portals import Portal
from newscrawler.reading import finish_article, listing_rules, read_raw_article
from newscrawler.text.clock import CHINA
from newscrawler.text.urls import identity

HOST = "http://www.nian.example"
CITIES = {
    "武汉市": ("wuhan", 6.0),
    "宜昌市": ("yichang", 4.0),
    "襄阳市": ("xiangyang", 3.0),
    "黄石市": ("huangshi", 2.0),
    "恩施州": ("enshi", 2.0),
    "仙桃市": ("xiantao", 0.7),
}
"""Section to its folder and to how many articles it has a day."""
QUIET = ((date(2026, 2, 16), date(2026, 2, 23)), (date(2026, 10, 1), date(2026, 10, 8)))
FIRST = date(2026, 1, 1)


@dataclass(frozen=True)
class Event:
    """Something that happens to the portal, and which alarms are right while it lasts."""

    name: str
    first: date
    last: date
    """The last day on which its alarm may open."""
    kinds: tuple[str, ...]
    field: str | None = None


EVENTS = (
    Event("a class is renamed", date(2026, 3, 10), date(2026, 3, 16), ("rule-lost",), "body"),
    Event("the editor's line moves", date(2026, 5, 12), date(2026, 5, 18), ("rule-lost",), "editors"),
    Event("a section at another URL", date(2026, 7, 6), date(2026, 7, 9), ("section-failed",)),
    Event("GB2312 to UTF-8", date(2026, 9, 8), date(2026, 9, 14), ("charset-changed",)),
    Event("the portal is down", date(2026, 11, 3), date(2026, 11, 3), ("run-failed",)),
    Event("error pages with status 200", date(2026, 11, 15), date(2026, 12, 14), ("no-article",)),
)
RENAMED, MOVED_LINE, MOVED_SECTION, UTF8, DOWN, ERRORS = EVENTS
REPAIRED = timedelta(days=7)
"""After so many days the operator repairs the definition, or accepts what is new."""


@dataclass
class Piece:
    """One article of the portal, and the truth about it."""

    number: int
    section: str
    day: date
    editor: str
    source: str
    author: str
    paragraphs: list[str]

    @property
    def url(self) -> str:
        return f"{HOST}/{self.day:%Y/%m%d}/{self.number}.shtml"

    @property
    def title(self) -> str:
        return f"{self.section}第{self.number}号水渠通水 {self.day.month}月里灌田{self.number % 90 + 10}亩"


class PortalOfAYear:
    """Pages of the portal as they are on a day."""

    def __init__(self, seed: int, rate: float = 1.0) -> None:
        self._random = random.Random(seed)
        self._rate = rate
        self.pieces: dict[str, Piece] = {}
        self.listings: dict[str, list[Piece]] = {name: [] for name in CITIES}
        self.day = FIRST

    def publish(self, day: date) -> None:
        self.day = day
        quiet = any(first <= day <= last for first, last in QUIET)
        for section, (_, rate) in CITIES.items():
            for _ in range(self._poisson(rate * self._rate * (0.1 if quiet else 0.5 if day.weekday() > 4 else 1.0))):
                self._add(section, day)

    def _poisson(self, rate: float) -> int:
        limit, product, count = math.exp(-rate), self._random.random(), 0
        while product > limit:
            product *= self._random.random()
            count += 1
        return count

    def _add(self, section: str, day: date) -> None:
        chance, number = self._random.random, len(self.pieces) + 1001
        name = self._random.choice("张王李赵陈周吴郑秦许") + self._random.choice(
            ["一鸣", "小禾", "建国", "思远", "文静", "海涛"]
        )
        piece = Piece(
            number,
            section,
            day,
            editor=name if chance() < 0.93 else "",
            source="江畔晚报" if chance() < 0.96 else "",
            author="陶一帆" if chance() < 0.6 else "",
            paragraphs=[
                f"{day.month}月{day.day}日，{number}号水渠旁，{self._random.randrange(100, 999)}户人家等来了今年的头一趟水，"
                "田埂上的老人把锄头靠在肩上，说这回不用半夜起来守着闸口了。"
                for _ in range(max(2, round(self._random.lognormvariate(1.5, 0.5))))
            ],
        )
        self.pieces[piece.url] = piece
        self.listings[section].insert(0, piece)

    def listing(self, section: str, url: str) -> bytes | None:
        """The listing page at a URL; None is a 404."""
        moved = section == "宜昌市" and self.day >= MOVED_SECTION.first
        if url != f"{HOST}/{'xinban/' if moved else ''}{CITIES[section][0]}/":
            return None
        rows = "".join(
            f"<li><a href='{piece.url}'>{piece.title}</a><span>{piece.day.isoformat()}</span></li>"
            for piece in self.listings[section][:40]
        )
        return self._encoded(
            f"<html><head><title>{section}</title></head><body><ul class='list'>{rows}</ul></body></html>"
        )

    def article(self, url: str) -> bytes:
        if ERRORS.first <= self.day <= ERRORS.last:
            return self._encoded(
                "<html><head><title>系统提示</title></head><body><p>系统繁忙，请稍后再试。</p></body></html>"
            )
        piece = self.pieces[url]
        editor = f"编辑:{piece.editor}" if piece.editor else ""
        moved = self.day >= MOVED_LINE.first
        inside = "" if moved else f"<span class='editor'>{editor}</span>"
        below = f"<div class='bottom'>({editor})</div>" if moved and editor else ""
        name = "detail-box" if self.day >= RENAMED.first else "wenzi"
        source = f"<span class='from'>来源:{piece.source}</span>" if piece.source else ""
        body = "".join(f"<p>　　{text}</p>" for text in piece.paragraphs)
        byline = f"<p>(记者 {piece.author})</p>" if piece.author else ""
        return self._encoded(
            f"<html><head><title>{piece.title}_年年网</title></head><body><div class='nav'><a href='/'>首页</a></div>"
            f"<h1>{piece.title}</h1><div class='info'>{source}  日期:{piece.day.isoformat()}   {inside}</div>"
            f"<div class='{name}'>{body}{byline}</div>{below}<div class='foot'>版权所有 年年网</div></body></html>"
        )

    def _encoded(self, text: str) -> bytes:
        charset = "utf-8" if self.day >= UTF8.first else "gb2312"
        return text.replace("<head>", f"<head><meta charset='{charset}'>").encode(
            "utf-8" if charset == "utf-8" else "gb18030"
        )


def definition(day: date) -> Portal:
    """The definition as the operator has it on a day: repaired some days after a redesign."""
    body = ".detail-box" if day >= RENAMED.first + REPAIRED else ".wenzi"
    folder = {name: f"/{slug}/" for name, (slug, _) in CITIES.items()}
    if day > MOVED_SECTION.last:
        folder["宜昌市"] = "/xinban/yichang/"
    return Portal.model_validate(
        {
            "id": "nian",
            "name": "年年网",
            "province": "湖北省",
            "homepage": f"{HOST}/",
            "sections": folder,
            "article": {"body": body, "editors": ".info .editor"},
        }
    )


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """The archive's clock stands at a moment."""

    class Fixed(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return moment.astimezone(tz) if tz else moment

    with ExitStack() as stack:
        for module in ("text.clock", "archive.settling", "archive.runs"):
            stack.enter_context(patch(f"newscrawler.{module}.datetime", Fixed))
        yield


class CrawlOfADay:
    """One crawl through the crawl store that real crawls use."""

    def __init__(self, archive: Path, site: PortalOfAYear, moment: datetime) -> None:
        self.site, self.moment = site, moment
        self.portal = definition(site.day)
        self.store = CrawlStore(archive, self.portal, "crawl", {}, self._broken)
        self.seen: set[str] = set()

    @staticmethod
    def _broken(reason: str) -> None:
        raise AssertionError(reason)

    def run(self) -> None:
        if DOWN.first <= self.site.day <= DOWN.last:
            reason = "the homepage could not be fetched: no answer in time"
            self.store.events.add("failed", self.portal.homepage, None, reason)
            self.store.close((), outcome="failed", reason=reason, counts={})
            return
        sweeps: dict[int, Sweep] = {}
        for name, path in self.portal.sections.items():
            division = places.match_division(name, self.portal.province_division)
            row = self.store.sections.open(name, self.portal.section_url(path), division)
            sweeps[row.id] = Sweep(row, self.portal.section_url(path), division)
        for due in self.store.frontier.due(sweeps, None):
            self._fetch(sweeps[due.section], due.url, due.listed)
        for sweep in sweeps.values():
            self._walk(sweep)
        self.store.flush()
        assert not self.store.writer.refused
        failed = [sweep for sweep in sweeps.values() if sweep.outcome == "failed"]
        counts: dict[str, Any] = {name: count_of(self.store.tally, name) for name in ("new", "failed", "changed")}
        outcome = "incomplete" if failed or counts["failed"] else "done"
        self.store.close(sweeps.values(), outcome=outcome, reason="", counts={**counts, "sections": {}})

    def _walk(self, sweep: Sweep) -> None:
        body = self.site.listing(sweep.name, sweep.url)
        if body is None:
            sweep.end("failed", "listing page 1 answered 404")
            self.store.events.add("failed", sweep.url, sweep.name, sweep.reason)
            return
        listing = read_listing(body, url=sweep.url, number=1, rules=listing_rules(self.portal), is_own=self.portal.owns)
        assert not isinstance(listing, NotAnArticle)
        sightings = sightings_of(listing.entries, str, self.portal.owns, datetime.now(CHINA))
        known = self.store.frontier.known(sweep.section.id, [identity(sighting.url) for sighting in sightings])
        sweep.take(sightings, known)
        self.store.sections.record_listing(sweep, sightings)
        for sighting in sightings:
            entry = known.get(identity(sighting.url))
            if entry is None or entry.due:
                self._fetch(sweep, sighting.url, sighting.listed)
        sweep.end("end")

    def _fetch(self, sweep: Sweep, url: str, listed: Listed) -> None:
        if url in self.seen:
            return
        self.seen.add(url)
        raw = read_raw_article(self.site.article(url), self.portal, url=url)
        if isinstance(raw, NotAnArticle):
            self.store.frontier.settle_failed(sweep, url, f"no article ({raw.reason}): {raw.detail}", status=200)
            return
        article = finish_article(raw, self.portal, fetched=self.moment, within=sweep.division, listed=listed)
        item = FetchedArticle(raw, url, sweep, listed, 200, None, None)
        item.article = article
        self.store.store_article(item)


@dataclass
class Opened:
    """An alarm on the day it opened, and the event that explains it, if one does."""

    day: date
    alarm: alarms.Alarm
    event: Event | None


def simulate(archive: Path, days: int, site: PortalOfAYear, *, first: date = FIRST) -> list[Opened]:
    """Crawl daily from `first` on; return the alarms in the order in which they opened."""
    opened: list[Opened] = []
    known: set[int] = set()
    open_archive(archive).close()
    for number in range(days):
        day = first + timedelta(days=number)
        moment = datetime(day.year, day.month, day.day, 22, tzinfo=UTC)
        site.publish(day)
        with clock_at(moment):
            CrawlOfADay(archive, site, moment).run()
            connection = open_archive(archive)
            evaluate_newest(connection)
            for alarm in alarms.list_alarms(connection):
                if alarm.id not in known:
                    known.add(alarm.id)
                    opened.append(Opened(day, alarm, explained(day, alarm)))
            _accept_what_is_new(connection, day)
            connection.close()
    return opened


def lost_fields(archive: Path, site: PortalOfAYear) -> Counter[str]:
    """Return field to the articles in which the archive has not what the portal published; `article`: not at all."""
    connection = sqlite3.connect(archive)
    rows = connection.execute("SELECT url, title, source, editors, authors, published_date, body FROM articles_flat")
    stored = {url: values for url, *values in rows}
    connection.close()
    lost: Counter[str] = Counter()
    for url, piece in site.pieces.items():
        if url not in stored:
            lost["article"] += 1
            continue
        title, source, editors, authors, published, body = stored[url]
        lost["title"] += title != piece.title
        lost["source"] += (source or "") != piece.source
        lost["editors"] += (editors or "") != piece.editor
        lost["authors"] += (authors or "") != piece.author
        lost["published"] += published != piece.day.isoformat()
        lost["body"] += body.split("\n")[: len(piece.paragraphs)] != piece.paragraphs
    return +lost


def _accept_what_is_new(connection: sqlite3.Connection, day: date) -> None:
    for event in (MOVED_LINE, UTF8):
        if day == event.first + REPAIRED:
            for alarm in alarms.list_alarms(connection):
                if alarm.kind in event.kinds:
                    alarms.accept(connection, alarm.id)


def explained(day: date, alarm: alarms.Alarm) -> Event | None:
    """Return the event that makes an alarm a true one."""
    for event in EVENTS:
        is_its_field = event.field is None or event.field == alarm.field
        if event.first <= day <= event.last and alarm.kind in event.kinds and is_its_field:
            return event
    return None
