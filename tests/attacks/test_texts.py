"""Texts of strangers that no file can hold, numbers that are too long, and secrets that must not be recorded."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from newscrawler.crawling.middlewares import robotstxt
from newscrawler.crawling.options import CrawlOptions, OptionError
from newscrawler.demo.model import Response
from newscrawler.demo.server import SiteServer
from newscrawler.text.urls import resolve
from support import driver
from support.pages import Pages, article, small_portal

LONE = "\\ud800"
ROWS = [
    {"url": "/2026/0305/201.shtml", "title": f"青石坳{LONE}堤段加固完工", "date": f"2026-03-05{LONE}", LONE: LONE},
    {"url": f"/2026/0305/{LONE}202.shtml", "title": "白果坪水塘清淤", "date": "2026-03-05"},
    {"url": "/2026/0305/203.shtml", "title": "黄泥冲泵站检修完成", "date": "2026-03-05"},
    {"url": f"http://{LONE}.t.example/2026/0305/204.shtml", "title": "黄泥冲泵站检修", "date": "2026-03-05"},
]
LD = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": f"青石坳{LONE}堤段加固完工",
    "datePublished": f"2026-03-05T08:00:00{LONE}",
    "author": [{"@type": "Person", "name": f"丁{LONE}一鸣"}, {"@type": "Person", "name": f"\\udfff{LONE}"}],
    "publisher": {"@type": "Organization", "name": f"山口{LONE}晚报"},
    "keywords": [f"堤段{LONE}"],
    "description": f"入夏以来{LONE}",
    "image": [f"/a{LONE}.jpg"],
}


def _json(value: Any) -> str:
    """JSON in which the escape of a lone surrogate stands as such."""
    return json.dumps(value, ensure_ascii=False).replace("\\\\u", "\\u")


def test_lone_surrogates_are_left_out_wherever_they_stand(tmp_path: Path) -> None:
    script = f"<script type='application/ld+json'>{_json(LD)}</script>"
    first = article("青石坳堤段加固完工").replace(
        "<head>", f"<head>{script}<meta name='keywords' content='&#xD800;堤'>"
    )
    menu = _json(
        [
            {"name": f"宜昌{LONE}", "url": "/yichang/"},
            {"name": "宜昌", "url": f"/{LONE}/"},
            {"name": "宜昌", "url": "/y/"},
        ]
    )
    homepage = (
        f"<html><body><script>var menu = {menu};</script><div class='nav'><a href='/y/'>宜昌</a></div></body></html>"
    )
    data = Response(200, {"Content-Type": "application/json"}, _json({"total": 4, "list": ROWS}).encode())
    pages: dict[str, Any] = {"/": homepage, "/y/": data, "/yichang/": data}
    pages["/2026/0305/201.shtml"] = first.replace("</p>", "&#xDFFF;</p>").replace("编辑:", "编辑:&#55296;")
    pages["/2026/0305/203.shtml"] = article("黄泥冲泵站检修完成")
    portal = small_portal()
    with SiteServer(Pages(pages)) as server:
        spider = driver.crawl(portal, tmp_path / "a.db", via=server.url)
    assert spider.context.store.writer.refused == 0
    assert not spider.context.fatal
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        titles = {row[0] for row in connection.execute("SELECT title FROM articles_flat")}
        sweeps = connection.execute("SELECT DISTINCT outcome FROM sweeps").fetchall()
        connection.execute("SELECT * FROM versions JOIN credits ON version = versions.id").fetchall()
    assert titles == {"青石坳堤段加固完工", "黄泥冲泵站检修完成"}
    assert ("failed",) not in sweeps


@pytest.mark.parametrize("href", ["/a\ud800", "http://\udfff.t.example/", "\ud800", "?\udc80", "#/\ud800/1"])
def test_an_address_with_a_lone_surrogate_is_none(href: str) -> None:
    assert resolve("http://www.t.example/", href) is None


@pytest.mark.parametrize(
    "rule",
    [
        *(f"Request-rate: 1/{'9' * digits}" for digits in (5, 400, 4_000, 5_000)),
        *(f"Request-rate: {'9' * digits}/{'9' * digits}h" for digits in (400, 4_000)),
        f"Request-rate: {'9' * 400}/1",
        f"Crawl-delay: {'9' * 5_000}",
        "Crawl-delay: 1e999",
        "Crawl-delay: nan",
        "Request-rate: 1/0",
        "Request-rate: 0/1",
    ],
    ids=lambda rule: rule[:40],
)
def test_rates_of_any_length_are_bounded(rule: str) -> None:
    parser = robotstxt.Protego.parse(f"User-agent: *\n{rule}\n")
    seconds = robotstxt.seconds_between_requests(parser, "newscrawler")
    assert 0 <= seconds <= 1e308 and seconds == seconds


@pytest.mark.parametrize(
    "via",
    [
        *("http://user:secret@mirror.example", "http://:secret@mirror.example/", "http://secret@mirror.example/"),
        *("http://mirror.example/?token=secret", "http://mirror.example/a?secret", "http://mirror.example/#secret"),
        *("ftp://secret", "http://secret:port/", "secret"),
    ],
)
def test_an_address_with_a_secret_is_refused_and_not_repeated(via: str) -> None:
    with pytest.raises(OptionError) as refusal:
        CrawlOptions.of({"via": via})
    assert "secret" not in str(refusal.value)
