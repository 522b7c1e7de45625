"""Pages of articles that break off are failures: no edits, and no new articles."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newscrawler.demo.server import SiteServer
from newscrawler.extraction.page_endings import open_ending
from newscrawler.text.clock import stamp
from support import driver, nightly
from support.pages import HOMEPAGE, Pages, article, listing, small_portal

PORTAL = small_portal(sections={"宜昌市": "/yichang/"}, crawl={"concurrency": 4})
NUMBERS = range(301, 309)
FOOT = "</div><div class='foot'>版权所有 试验网</div></body></html>"


def _path(number: int) -> str:
    return f"/2026/0305/{number}.shtml"


def _title(number: int) -> str:
    return f"青石坳{number}号堤段加固完工"


def _page(number: int) -> str:
    return article(_title(number), text=f"第{number}段的石料由{number * 7}名村民运到。" * (number - 295))


def _cut(page: str, share: float = 0.7) -> str:
    return page[: int(len(page) * share)]


def _site(numbers: Any = NUMBERS) -> Pages:
    entries = [(_path(number), _title(number), "2026-03-05") for number in numbers]
    pages: dict[str, Any] = {"/": HOMEPAGE, "/yichang/": listing(entries)}
    return Pages(pages | {_path(number): _page(number) for number in numbers})


class Archive:
    """An archive of one portal, and crawls of it."""

    def __init__(self, file: Path, *, captures: bool = True) -> None:
        self.file, self.captures = file, captures

    def crawl(self, site: Pages, *, refresh: bool = False) -> Any:
        settings = {"NEWSCRAWLER_CAPTURES": self.captures, "RETRY_TIMES": 0}
        options = {"refresh": timedelta(0)} if refresh else {}
        self.change("UPDATE urls SET last_fetched = ? WHERE last_fetched > ?1", _ago(seconds=5))
        with SiteServer(site) as server:
            return driver.crawl(PORTAL, self.file, via=server.url, settings=settings, **options)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.file)) as connection:
            return connection.execute(query).fetchall()

    def change(self, statement: str, *values: object) -> None:
        if self.file.exists():
            with closing(sqlite3.connect(self.file)) as connection, connection:
                connection.execute(statement, values)

    @property
    def versions(self) -> int:
        return int(self.rows("SELECT count(*) FROM versions")[0][0])

    def state(self, number: int) -> tuple[str, str | None]:
        ((state, reason),) = self.rows(f"SELECT state, reason FROM urls WHERE url LIKE '%{_path(number)}'")
        return state, reason


def _ago(**units: int) -> str:
    return stamp(datetime.now(UTC) - timedelta(**units))


@nightly.by_day(0)
@pytest.mark.parametrize(("captures", "most"), [(True, 100), (False, 100), (False, 2)])
def test_stored_articles_whose_pages_break_off_get_no_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, captures: bool, most: int
) -> None:
    monkeypatch.setattr("newscrawler.crawling.recording.cut_off_pages._MOST_WAITING", most)
    archive, site = Archive(tmp_path / "a.db", captures=captures), _site()
    assert archive.crawl(site).context.outcome == "done"
    for number in NUMBERS:
        site.pages[_path(number)] = _cut(_page(number))
    spider = archive.crawl(site, refresh=True)
    assert (archive.versions, spider.context.outcome) == (len(NUMBERS), "incomplete")
    state, reason = archive.state(301)
    assert state == "done" and (reason or "").startswith("cut off after ")
    assert archive.rows("SELECT DISTINCT status FROM articles") == [("live",)]
    site.pages |= _site().pages
    site.pages[_path(301)] = _page(301).replace("村民", "民工")
    assert archive.crawl(site, refresh=True).context.outcome == "done"
    assert archive.versions == len(NUMBERS) + 1, "an edit of a whole page is one"
    assert archive.state(302) == ("done", None)


@nightly.by_day(1)
@pytest.mark.parametrize("captures", [True, False])
def test_a_new_article_whose_page_breaks_off_is_tried_again(tmp_path: Path, captures: bool) -> None:
    """In the first crawl, and in later ones, also when all new pages break off."""
    archive, site = Archive(tmp_path / "a.db", captures=captures), _site()
    site.pages[_path(308)] = _cut(_page(308))
    assert archive.crawl(site).context.outcome == "incomplete"
    assert archive.state(308)[0] == "failed" and archive.versions == len(NUMBERS) - 1
    assert archive.rows("SELECT complete_back_to FROM sections") == [(None,)]
    site = _site(range(301, 311))
    for number in (308, 309, 310):
        site.pages[_path(number)] = _cut(_page(number))
    archive.crawl(site)
    assert [archive.state(number)[0] for number in (308, 309, 310)] == ["failed"] * 3
    assert archive.crawl(_site(range(301, 311))).context.outcome == "done"
    assert archive.versions == 10
    assert archive.rows("SELECT complete_back_to FROM sections") == [("beginning",)]


@pytest.mark.slow
@pytest.mark.parametrize("captures", [True, False])
def test_a_portal_whose_pages_never_end_is_read_as_before(tmp_path: Path, captures: bool) -> None:
    """Whether they end with a line that all have, or with one of their own."""
    archive, site = Archive(tmp_path / "a.db", captures=captures), _site()
    for number in NUMBERS:
        tail = "" if number % 2 else f"<p>本页编号{number}，{number * 31}次阅读"
        site.pages[_path(number)] = _page(number).replace("</body></html>", tail)
    assert archive.crawl(site).context.outcome == "done"
    for number in NUMBERS:
        site.pages[_path(number)] = str(site.pages[_path(number)]).replace("村民", "民工")
    assert archive.crawl(site, refresh=True).context.outcome == "done"
    assert archive.versions == 2 * len(NUMBERS)


@pytest.mark.slow
def test_pages_of_another_make_may_lack_the_end(tmp_path: Path) -> None:
    """They end alike. A redesign that leaves the end out is no failure, and its edits are edits."""
    archive, site = Archive(tmp_path / "a.db"), _site()
    old = [307, 308]
    for number in old:
        site.pages[_path(number)] = _page(number).replace("版权所有 试验网</div></body></html>", "试验网旧版")
    assert archive.crawl(site).context.outcome == "done"
    assert archive.versions == len(NUMBERS)
    for number in NUMBERS:
        site.pages[_path(number)] = _page(number).replace("村民", "民工").replace(FOOT, "</div><p>试验网新版")
    assert archive.crawl(site, refresh=True).context.outcome == "done"
    assert archive.versions == 2 * len(NUMBERS)


def test_a_page_that_breaks_off_at_the_same_place_a_week_later_is_the_page(tmp_path: Path) -> None:
    archive, site = Archive(tmp_path / "a.db"), _site()
    site.pages[_path(308)] = _cut(_page(308))
    for days in (0, 1):
        archive.crawl(site)
        assert archive.state(308)[0] == "failed"
        archive.change("UPDATE urls SET next_try = ?1, last_fetched = ?1 WHERE state = 'failed'", _ago(days=days))
    archive.change("UPDATE urls SET last_fetched = ? WHERE state = 'failed'", _ago(days=8))
    assert archive.crawl(site).context.outcome == "done"
    assert archive.state(308) == ("done", None)


@pytest.mark.slow
def test_a_page_that_breaks_off_behind_its_text_is_unchanged(tmp_path: Path) -> None:
    archive, site = Archive(tmp_path / "a.db"), _site()
    archive.crawl(site)
    site.pages[_path(305)] = _page(305).replace("试验网</div></body></html>", "试")
    assert archive.crawl(site, refresh=True).context.outcome == "done"
    assert archive.versions == len(NUMBERS) and archive.state(305) == ("done", None)


@pytest.mark.parametrize(
    ("markup", "ending"),
    [
        (b"<html><body><p>a</p></body></html>", b""),
        (b"<HTML><BODY><P>a</P></BODY></HTML >", b""),
        (b"<html><body><p>a</p></html><script>x()</script>", b""),
        (b"<html><body><p>a</p><p>b\n", b"<html><body><p>a</p><p>b"),
        (b"<!DOCTYPE html><HTML lang='zh'>" + b"x" * 50, b"x" * 40),
        (b"<div><p>a part of a page", b""),
        (b'{"html": 1}', b""),
        (b"", b""),
    ],
)
def test_the_end_of_a_page_that_breaks_off(markup: bytes, ending: bytes) -> None:
    assert open_ending(markup) == ending
