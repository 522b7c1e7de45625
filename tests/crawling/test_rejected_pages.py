"""One page without an article is given up; where most new pages have none, they are tried again."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from newscrawler.demo.server import SiteServer
from support import driver, nightly
from support.pages import HOMEPAGE, Pages, article, listing, small_portal

PORTAL = small_portal(sections={"宜昌市": "/yichang/"}, crawl={"concurrency": 4})
WITHOUT_TEXT = "<html><head><title>试验网</title></head><body><h1>{}</h1><div class='foot'>版权所有</div></body></html>"
ONLY_A_TITLE = "<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"


def _path(number: int) -> str:
    return f"/2026/0305/{number}.shtml"


def _title(number: int) -> str:
    return f"青石坳{number}号堤段加固完工"


def _site(bad: int, good: int, page: str = WITHOUT_TEXT) -> Pages:
    numbers = range(401, 401 + bad + good)
    pages: dict[str, Any] = {
        "/": HOMEPAGE,
        "/yichang/": listing([(_path(number), _title(number), "2026-03-05") for number in numbers]),
    }
    for number in numbers:
        pages[_path(number)] = page.format(_title(number)) if number < 401 + bad else article(_title(number))
    return Pages(pages)


def _crawl(archive: Path, site: Pages) -> Any:
    settings = {"NEWSCRAWLER_CAPTURES": False, "RETRY_TIMES": 0}
    with SiteServer(site) as server:
        return driver.crawl(PORTAL, archive, via=server.url, settings=settings)


def _counts(archive: Path) -> tuple[int, int, int]:
    """Stored, tried again, given up."""
    with closing(sqlite3.connect(archive)) as connection:
        query = "SELECT sum(state = 'done'), sum(next_try IS NOT NULL), sum(state = 'failed' AND next_try IS NULL)"
        return tuple(connection.execute(f"{query} FROM urls").fetchone())


@nightly.by_day(11)
@pytest.mark.parametrize("page", [WITHOUT_TEXT, ONLY_A_TITLE])
@pytest.mark.parametrize(
    ("bad", "good", "is_tried_again"),
    [(1, 7, False), (2, 0, False), (2, 1, False), (3, 4, False), (3, 0, True), (3, 3, True), (6, 2, True)],
)
def test_most_pages_without_an_article_are_tried_again(
    tmp_path: Path, bad: int, good: int, is_tried_again: bool, page: str
) -> None:
    archive = tmp_path / "a.db"
    spider = _crawl(archive, _site(bad, good, page))
    assert _counts(archive) == ((good, bad, 0) if is_tried_again else (good, 0, bad))
    assert spider.context.outcome == "incomplete"
    told = f"{bad} of {bad + good} new pages have no article"
    assert any(told in reason for _, _, reason in spider.context.store.events.samples) == is_tried_again
    spider = _crawl(archive, _site(0, bad + good))
    assert _counts(archive) == ((bad + good, 0, 0) if is_tried_again else (good, 0, bad))
    assert spider.context.outcome == "done"


def test_what_has_no_article_when_the_portal_is_well_is_given_up(tmp_path: Path) -> None:
    archive = tmp_path / "a.db"
    _crawl(archive, _site(5, 0))
    _crawl(archive, _site(5, 0))
    assert _counts(archive) == (0, 5, 0)
    _crawl(archive, _site(1, 4))
    assert _counts(archive) == (4, 0, 1)


@nightly.by_day(0)
@pytest.mark.parametrize("end", ["", "</body></html>"])
def test_a_page_that_breaks_off_before_its_text_is_tried_again(tmp_path: Path, end: str) -> None:
    archive, site = tmp_path / "a.db", _site(0, 6)
    head, _, _ = str(site.pages[_path(402)]).partition("<div class='content'>")
    site.pages[_path(402)] = head + end
    _crawl(archive, site)
    assert _counts(archive) == ((5, 0, 1) if end else (5, 1, 0))
    _crawl(archive, _site(0, 6))
    assert _counts(archive) == ((5, 0, 1) if end else (6, 0, 0))
