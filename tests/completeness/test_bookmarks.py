"""A crawl that is killed again and again comes to its end: each goes on where the one before was read to."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from newscrawler.archive import open_archive_read_only
from newscrawler.demo.server import SiteServer
from support import driver, nightly, simulation
from support.living_portal import LivingPortal
from support.pages import LAST_PAGE, Pages, article, listing, small_portal

PAGES = 24
LIFE = 22
"""Answers after which a crawl is killed: fewer than the listing has pages."""


@pytest.fixture
def crawls(tmp_path: Path) -> Iterator[Crawls]:
    simulation.hurry()
    with SiteServer(site := LivingPortal(random.Random(1), sections=1, stories=0)) as server:
        for _ in range(PAGES * site.page_size):
            site.publish()
        yield Crawls(site, server.url, tmp_path)


class Crawls:
    """Crawls of one section, one after the other."""

    def __init__(self, site: LivingPortal, url: str, folder: Path) -> None:
        self.site, self.url, self.archive = site, url, folder / "archive.db"
        self.portal = simulation.Simulation(1, folder).portal

    def crawl(self, *, killed_after: int = 0, **options: Any) -> list[str]:
        """Crawl; return the listing pages that were asked for."""
        spiders: list[Any] = []

        self.site.begin(self.site.crawl + 1)
        if killed_after:
            self.site.on_answer = {killed_after: lambda: driver.call_in_reactor(lambda: driver.kill(spiders[0]))}
        settings = {"NEWSCRAWLER_CAPTURES": False, "NEWSCRAWLER_BATCH_SIZE": 3, "RETRY_TIMES": 0}
        driver.crawl(self.portal, self.archive, via=self.url, on_open=spiders.append, settings=settings, **options)
        self.site.on_answer = {}
        return [path for path in self.site.requested if path.startswith("/yichang/")]

    def ask(self, query: str) -> list[Any]:
        with closing(open_archive_read_only(self.archive)) as connection:
            return connection.execute(query).fetchall()

    @property
    def is_complete(self) -> bool:
        every = {story.url for story in self.site.listings["宜昌市"]}
        stored = {url for (url,) in self.ask("SELECT url FROM urls WHERE state = 'done'")}
        return every <= stored and self.ask("SELECT complete_back_to FROM sections") == [("beginning",)]


@pytest.mark.slow
def test_lives_too_short_to_read_the_listing_come_to_its_end(crawls: Crawls) -> None:
    lives = 0
    while not (crawls.archive.exists() and crawls.is_complete):
        crawls.crawl(killed_after=LIFE)
        lives += 1
        assert lives < 40, "it does not get on"
    assert crawls.ask("SELECT count(*) FROM bookmarks") == [(0,)]


@pytest.mark.slow
def test_new_entries_on_top_do_not_send_it_back(crawls: Crawls) -> None:
    crawls.crawl(limit=60)
    for _ in range(7):
        crawls.site.publish()
    pages = crawls.crawl()
    assert crawls.is_complete
    assert not {f"/yichang/?page={number}" for number in range(5, 12)} & set(pages), "what was read is not read again"


def test_entries_taken_off_what_was_read_leave_no_hole(crawls: Crawls) -> None:
    crawls.crawl(limit=60)
    listing = crawls.site.listings["宜昌市"]
    del listing[20:55]  # the rest slides up: the bookmark's page begins below what was read
    crawls.crawl()
    assert crawls.is_complete


def test_a_bookmark_whose_page_is_gone_or_broken_is_no_failure(crawls: Crawls) -> None:
    crawls.crawl(limit=60)
    listing = crawls.site.listings["宜昌市"]
    del listing[30:]
    crawls.crawl()
    assert crawls.is_complete
    assert crawls.ask("SELECT outcome FROM runs ORDER BY id DESC LIMIT 1") == [("done",)]


@pytest.mark.slow
def test_full_reads_all_pages(crawls: Crawls) -> None:
    crawls.crawl(limit=60)
    pages = crawls.crawl(full=True)
    assert len(pages) == PAGES, " ".join(pages)
    assert crawls.is_complete


@nightly.by_day(1)
@pytest.mark.parametrize(("size", "states_number"), [(36, False), (36, True), (110, True)])
def test_what_is_put_in_above_a_bookmark_is_found(tmp_path: Path, size: int, states_number: bool) -> None:
    """The mark of the section waits for a page that is not up, so its bookmark stays beside a list that was read."""
    simulation.hurry()
    pages: dict[str, Any] = {"/": "<html><body><div class='nav'><a href='/yichang/'>宜昌</a></div></body></html>"}
    rows = [(f"/yichang/2026/{1000 + n}.shtml", f"青石坳第{n}号水窖蓄满") for n in range(size)]

    def publish(*paths: tuple[int, str, str]) -> None:
        for place, path, title in paths:
            rows.insert(place, (path, title))
        parts = [rows[at : at + 12] for at in range(0, len(rows), 12)]
        for number, part in enumerate(parts, 1):
            count = f"共{len(rows)}条 " if states_number else ""
            way_on = f"<a href='/yichang/index_{number + 1}.shtml'>下一页</a>" if number < len(parts) else LAST_PAGE
            address = "/yichang/" + (f"index_{number}.shtml" if number > 1 else "")
            pages[address] = listing([(path, title, "2026-03-05") for path, title in part], count + way_on)
        pages.update({path: article(title) for path, title in rows if path != rows[-1][0]})

    def crawl() -> None:
        settings = {"NEWSCRAWLER_CAPTURES": False, "RETRY_TIMES": 0}
        with SiteServer(Pages(pages)) as server:
            driver.crawl(small_portal(), tmp_path / "a.db", via=server.url, settings=settings)

    publish()
    crawl()
    publish((0, "/yichang/2026/5001.shtml", "青石坳新开的水窖"), (15, "/yichang/2026/5002.shtml", "青石坳补登的旧闻"))
    crawl()
    with closing(open_archive_read_only(tmp_path / "a.db")) as connection:
        stored = {url for (url,) in connection.execute("SELECT url FROM articles")}
    assert {f"http://www.t.example{path}" for path, _ in rows[:-1]} <= stored
