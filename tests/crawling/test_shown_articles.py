"""An address that shows the article of another address is a failure: no edit, and no new article."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newscrawler.demo.server import SiteServer
from newscrawler.text.clock import stamp
from newscrawler.text.headlines import are_unlike
from support import driver, nightly
from support.pages import HOMEPAGE, Pages, article, listing, small_portal

PORTAL = small_portal(sections={"宜昌市": "/yichang/", "恩施州": "/enshi/"}, crawl={"concurrency": 4})
TITLES = (
    "青石坳堤段加固工程全线完工",
    "山口镇老年食堂开门迎客",
    "清河县中小学秋季运动会落幕",
    "白沙渡口轮渡恢复夜间班次",
    "柑橘进入采摘季果农忙装车",
    "城南菜市场改造后重新开业",
)
NEW = ("图书馆延长周末开放时间至九点", "公交八路调整三处停靠站点", "河道清淤船抵达下游作业点")


def _path(title: str) -> str:
    return f"/2026/0305/{500 + (*TITLES, *NEW).index(title)}.shtml"


def _site(titles: tuple[str, ...] = TITLES) -> Pages:
    entries = [(_path(title), title, "2026-03-05") for title in titles]
    pages: dict[str, Any] = {"/": HOMEPAGE, "/yichang/": listing(entries), "/enshi/": listing(entries[:1])}
    return Pages(pages | {_path(title): article(title) for title in titles})


def _crawl(archive: Path, site: Pages, *, refresh: bool = False) -> Any:
    options: dict[str, Any] = {"refresh": timedelta(0)} if refresh else {}
    if refresh:
        with closing(sqlite3.connect(archive)) as connection, connection:
            moment = stamp(datetime.now(UTC) - timedelta(seconds=5))
            connection.execute("UPDATE urls SET last_fetched = ?", (moment,))
    settings = {"NEWSCRAWLER_CAPTURES": False, "RETRY_TIMES": 0}
    with SiteServer(site) as server:
        return driver.crawl(PORTAL, archive, via=server.url, settings=settings, **options)


def _rows(archive: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(archive)) as connection:
        return connection.execute(query).fetchall()


def _show_everywhere(site: Pages, shown: str) -> Pages:
    for title in (*TITLES, *NEW):
        site.pages[_path(title)] = article(shown)
    return site


@pytest.mark.slow
def test_a_stored_article_at_all_addresses_is_neither_edit_nor_article(tmp_path: Path) -> None:
    archive, shown = tmp_path / "a.db", TITLES[3]
    _crawl(archive, _site())
    site = _show_everywhere(_site((*TITLES, *NEW)), shown)
    assert _crawl(archive, site).context.outcome == "incomplete"
    spider = _crawl(archive, site, refresh=True)
    assert spider.context.outcome == "incomplete"
    assert spider.context.store.tally["宜昌市", "failed"] == len(TITLES) - 1
    assert _rows(archive, "SELECT count(*) FROM versions") == [(len(TITLES),)]
    reason = f"shows the article of http://www.t.example{_path(shown)}"
    assert _rows(archive, "SELECT DISTINCT reason FROM urls WHERE reason IS NOT NULL") == [(reason,)]
    assert _rows(archive, "SELECT count(*) FROM urls WHERE state = 'failed' AND next_try IS NOT NULL") == [(len(NEW),)]
    well = _site((*TITLES, *NEW))
    assert _crawl(archive, well).context.outcome == _crawl(archive, well, refresh=True).context.outcome == "done"
    rows = _rows(archive, "SELECT v.title, v.number FROM articles a JOIN versions v ON v.article = a.n ORDER BY a.url")
    assert rows == [(title, 1) for title in (*TITLES, *NEW)]


def test_a_new_article_at_all_addresses_is_stored_once_or_twice(tmp_path: Path) -> None:
    """The first address that shows it may not be its own: nothing is known of the text then."""
    archive = tmp_path / "a.db"
    _crawl(archive, _site())
    site = _show_everywhere(_site((*TITLES, *NEW)), NEW[0])
    for refresh in (False, True):
        assert _crawl(archive, site, refresh=refresh).context.outcome == "incomplete"
        ((versions,),) = _rows(archive, "SELECT count(*) FROM versions")
        assert len(TITLES) + 1 <= versions <= len(TITLES) + 2
    well = _site((*TITLES, *NEW))
    assert _crawl(archive, well).context.outcome == _crawl(archive, well, refresh=True).context.outcome == "done"
    newest = _rows(archive, "SELECT v.title FROM articles a JOIN versions v ON v.id = a.version ORDER BY a.url")
    assert [title for (title,) in newest] == [*TITLES, *NEW]


@nightly.by_day(4)
@pytest.mark.parametrize(
    "headline",
    [TITLES[0], "[图]" + TITLES[0], TITLES[0][:9] + "…", "查看详情", "堤段加固好啦！青石坳村民踏实过汛期"],
)
def test_a_reprint_within_the_portal_stays_an_article(tmp_path: Path, headline: str) -> None:
    """Under the headline of the other address, one like the title, or one that names nothing."""
    archive, again = tmp_path / "a.db", "/2026/0305/599.shtml"
    site = _site()
    entries = [(_path(title), headline if title == TITLES[0] else title, "2026-03-05") for title in TITLES]
    site.pages["/yichang/"] = listing([*entries[:2], (again, headline, "2026-03-05"), *entries[2:]])
    site.pages["/enshi/"] = listing([(again, headline, "2026-03-05")])
    site.pages[again] = article(TITLES[0])
    assert _crawl(archive, site).context.outcome == "done"
    assert _rows(archive, "SELECT count(*) FROM articles") == [(len(TITLES) + 1,)]
    for path in (_path(TITLES[0]), again):
        site.pages[path] = article(TITLES[0], text="补充了一段。")
    assert _crawl(archive, site, refresh=True).context.outcome == "done"
    assert _rows(archive, "SELECT count(*) FROM versions") == [(len(TITLES) + 3,)]


def test_an_address_that_shows_an_article_of_no_other_address_has_a_new_version(tmp_path: Path) -> None:
    archive, site = tmp_path / "a.db", _site()
    _crawl(archive, site)
    site.pages[_path(TITLES[2])] = article("雨后山路塌方抢修队连夜清运")
    assert _crawl(archive, site, refresh=True).context.outcome == "done"
    assert _rows(archive, "SELECT count(*) FROM versions") == [(len(TITLES) + 1,)]


@pytest.mark.parametrize(
    ("one", "other", "is_unlike"),
    [
        ("青石坳堤段加固工程全线完工", "山口镇老年食堂开门迎客", True),
        ("青石坳堤段加固工程全线完工", "青石坳堤段加固工程全线完工（组图）", False),
        ("青石坳堤段加固工程全线完工", "青石坳堤段加固…", False),
        ("青石坳堤段加固工程全线完工", "全线完工！青石坳堤段加固告捷", False),
        ("青石坳堤段加固工程全线完工", "堤段加固好了，青石坳人睡得安稳", False),
        ("青石坳堤段加固工程全线完工", "查看详情", False),
        ("阅读数：1024 青石坳堤段加固工程全线完工", "青石坳堤段加固工程全线完工 阅读数：98", False),
        ("Bridge at Qingshi reopens", "New canteen for the old", True),
        ("", "青石坳堤段加固工程全线完工", False),
    ],
)
def test_headlines_of_two_articles(one: str, other: str, is_unlike: bool) -> None:
    assert are_unlike(one, other) is are_unlike(other, one) is is_unlike
