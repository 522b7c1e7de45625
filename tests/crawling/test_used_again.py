"""Addresses that a portal uses again for new articles are requested again, and the archive says so."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from newscrawler.archive.used_again import are_two_articles
from newscrawler.cli.main import cli
from newscrawler.demo.server import SiteServer
from support import driver, nightly
from support.pages import HOMEPAGE, Pages, article, listing, small_portal
from support.web import serving

PORTAL = small_portal(sections={"宜昌市": "/yichang/"}, crawl={"concurrency": 4})
OLD = ("青石坳堤段加固工程全线完工", "山口镇老年食堂开门迎客", "清河县中小学秋季运动会落幕")
NEW = ("图书馆延长周末开放时间至九点", "公交八路调整三处停靠站点", "河道清淤船抵达下游作业点")
WARNING = "its address now shows another article: "
OTHER_TEXT = "渡口夜航灯昨晚点亮，往返两岸的乘客不必再绕行大桥。摆渡的老何说，末班船延到了十点半。" * 6


def _path(number: int) -> str:
    return f"/p/{600 + number}.html"


def _page(title: str, day: str) -> str:
    page = article(title, day)
    start, end = page.index("<div class='content'>"), page.index("<div class='foot'>")
    return (
        page if title in OLD else f"{page[:start]}<div class='content'><p>{title}。{OTHER_TEXT}</p></div>{page[end:]}"
    )


class Site:
    """A list of three addresses, and what they show."""

    def __init__(self) -> None:
        self.entries = [(_path(number), title, "2026-03-05") for number, title in enumerate(OLD)]
        self.pages = {path: _page(title, day) for path, title, day in self.entries}

    def show(self, number: int, headline: str, day: str, *, page: str = "") -> None:
        self.entries[number] = (_path(number), headline, day)
        if page:
            self.pages[_path(number)] = page

    def crawl(self, archive: Path) -> tuple[Any, list[str]]:
        """Crawl it; return the spider and the articles that were requested."""
        pages: dict[str, Any] = {"/": HOMEPAGE, "/yichang/": listing(self.entries), **self.pages}
        settings = {"NEWSCRAWLER_CAPTURES": False, "RETRY_TIMES": 0}
        with SiteServer(Pages(pages)) as server:
            spider = driver.crawl(PORTAL, archive, via=server.url, settings=settings)
            return spider, [request.path for request in server.requests if request.path.startswith("/p/")]


def test_an_address_with_a_new_headline_and_a_later_day_is_requested_once(tmp_path: Path) -> None:
    archive, site = tmp_path / "a.db", Site()
    site.crawl(archive)
    for number, title in enumerate(NEW):
        site.show(number, title, "2026-03-20", page=_page(title, "2026-03-20"))
    spider, requested = site.crawl(archive)
    assert sorted(requested) == [_path(number) for number in range(3)]
    warned = {reason for kind, _, reason in spider.context.store.events.samples if kind == "warning"}
    assert warned == {WARNING + title for title in NEW}
    assert site.crawl(archive)[1] == []
    with closing(sqlite3.connect(archive)) as connection:
        rows = connection.execute("SELECT v.number, v.title FROM versions v ORDER BY v.number, v.article").fetchall()
    assert sorted(rows) == sorted([*((1, title) for title in OLD), *((2, title) for title in NEW)])
    url = f"http://www.t.example{_path(1)}"
    done = CliRunner().invoke(cli, ["history", url, "--format", "json", "--archive", str(archive)])
    causes = [version["cause"] for version in json.loads(done.stdout)["versions"]]
    assert causes == ["first seen", "another article at this address"]
    with closing(sqlite3.connect(archive)) as connection:
        (key,) = connection.execute("SELECT id FROM articles_flat WHERE url = ?", (url,)).fetchone()
    with serving(archive) as served:
        assert "another article at this address" in served.get(f"/article/{key}", Accept_Language="en").text


@nightly.by_day(3)
@pytest.mark.parametrize(
    ("headline", "day"),
    [
        (OLD[1], "2026-03-20"),  # on top again
        ("[图]" + OLD[1], "2026-03-20"),
        (OLD[1] + " 阅读数：2048", "2026-03-20"),
        (OLD[1][:8] + "…", "2026-03-20"),
        (NEW[1], "2026-03-05"),
        (NEW[1], "2026-02-01"),
        (NEW[1], ""),
        ("查看详情", "2026-03-20"),
    ],
)
def test_a_headline_that_was_edited_or_has_no_later_day_causes_no_request(
    tmp_path: Path, headline: str, day: str
) -> None:
    archive, site = tmp_path / "a.db", Site()
    site.crawl(archive)
    site.show(1, headline, day)
    assert site.crawl(archive)[1] == []


def test_a_list_that_changes_its_headline_only_causes_one_request(tmp_path: Path) -> None:
    archive, site = tmp_path / "a.db", Site()
    site.crawl(archive)
    site.show(1, NEW[1], "2026-03-20")
    spider, requested = site.crawl(archive)
    assert requested == [_path(1)] and spider.context.outcome == "done"
    assert not [reason for _, _, reason in spider.context.store.events.samples if reason.startswith(WARNING)]
    assert site.crawl(archive)[1] == []


OLD_TEXT = "村干部挨家查看屋后的沟渠，把堵住的地方一处处掏开，又在低洼处垒起了沙袋。" * 4


@pytest.mark.parametrize(
    ("title", "text", "day", "is_another"),
    [
        (NEW[0], OTHER_TEXT, "2026-03-20", True),
        (OLD[0], OTHER_TEXT, "2026-03-20", False),
        (NEW[0], OLD_TEXT + "又补了一段。", "2026-03-20", False),
        (NEW[0], OTHER_TEXT, "2026-03-05", False),
        (NEW[0], OTHER_TEXT, "", False),
    ],
)
def test_two_articles_of_one_address(title: str, text: str, day: str, is_another: bool) -> None:
    assert are_two_articles((OLD[0], OLD_TEXT, "2026-03-05"), (title, text, day)) is is_another
