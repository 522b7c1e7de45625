"""What is called complete is complete, whatever becomes of the lists between two crawls."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from newscrawler.archive.sections import BEGINNING
from newscrawler.demo.server import SiteServer
from support import driver, nightly, simulation
from support.changing_lists import ChangingPortal
from support.pages import small_portal

PORTAL = small_portal(crawl={"concurrency": 8})


def crawl(archive: Path, url: str) -> None:
    settings = {"NEWSCRAWLER_CAPTURES": False, "RETRY_TIMES": 0}
    driver.crawl(PORTAL, archive, via=url, settings=settings)


def false_claims(archive: Path, portal: ChangingPortal) -> dict[str, set[str]]:
    """What sections that are called complete lack of what their lists show, by the way in which the list changes."""
    with closing(sqlite3.connect(archive)) as connection:
        stored = {url.removeprefix("http://www.t.example") for (url,) in connection.execute("SELECT url FROM articles")}
        marks = dict(connection.execute("SELECT url, complete_back_to FROM sections"))
    claimed = {
        path: shown for path, shown in portal.shown().items() if marks[f"http://www.t.example{path}"] == BEGINNING
    }
    return {portal.ways[path].__name__: shown - stored for path, shown in claimed.items() if shown - stored}


@nightly.by_day(0)
@pytest.mark.parametrize("seed", range(12))
def test_no_section_is_called_complete_that_is_not(seed: int, tmp_path: Path) -> None:
    simulation.hurry()
    archive, portal = tmp_path / "a.db", ChangingPortal(seed)
    with SiteServer(portal) as server:
        for day in range(3):
            crawl(archive, server.url)
            broken = {path for path, one in portal.lists.items() if one.broken}
            claims = false_claims(archive, portal)
            # An earlier mark says nothing about what stands above it; such a crawl is incomplete, and says so.
            allowed = {portal.ways[path].__name__ for path in broken}
            assert {way for way in claims if way not in allowed} == set(), (day, claims)
            portal.change()
        for one in portal.lists.values():
            one.broken.clear()
        portal.unready.clear()
        crawl(archive, server.url)
        with closing(sqlite3.connect(archive)) as connection:
            found = {
                url.removeprefix("http://www.t.example") for (url,) in connection.execute("SELECT url FROM articles")
            }
        assert {path: shown - found for path, shown in portal.shown().items() if shown - found} == {}
