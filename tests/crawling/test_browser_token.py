"""极目新闻 by its definition: lists by POST with a token that a script computes. Told without a browser, stored with one."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from newscrawler.archive import open_archive
from newscrawler.portals import load_portal
from newscrawler.portals.browser import BrowserRules
from newscrawler.portals.crawl_rules import CrawlRules
from support import driver
from support.data_portal import DataPortal, serving
from support.pages import article

HOME = """<html><head><title>极目新闻</title></head><body><div id="app"><a href="/c1664.html">武汉</a>
<a href="/c1665.html">宜昌</a></div></body></html>"""
LIST = """<html><head><title>频道</title></head><body><div id="app"><div id="list"></div></div><script>
const column = location.pathname.match(/[0-9]+/)[0], time = String(Date.now())
const token = [...`h5$${time}`].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7)
fetch('https://yth.ctdsb.net/amc/client/listContentByColumn', {
  method: 'POST', headers: {token: String(token), requestTime: time},
  body: new URLSearchParams({column, pageNo: 0, pageSize: 20}),
}).then(answer => answer.json()).then(({data}) => {
  document.getElementById('list').innerHTML = data.contentList
    .map(row => `<p><a href="${row.shareUrl}">${row.title}</a><i>${row.time}</i></p>`).join('')
})
</script></body></html>"""
TITLES = (
    "青石坳水渠修成通水引来半村人",
    "梨树湾小学新添一面图书墙",
    "渡口村夜校开课识字的人多了",
    "石板街老茶馆重新开张迎客",
)


def token_for(time: str) -> str:
    value = 7
    for letter in f"h5${time}":
        value = (value * 31 + ord(letter)) & 0xFFFFFFFF
    return str(value)


def stand_in() -> DataPortal:
    """A server with the pages and the interface of the portal."""
    portal = DataPortal()

    def answer(target: str, body: str) -> bytes | None:
        headers = {name.lower(): value for name, value in portal.requests[-1][3].items()}
        path = urlsplit(target).path
        if path == "/amc/client/listContentByColumn":
            if headers.get("token") != token_for(headers.get("requesttime", "")):
                return json.dumps({"suc": 0, "message": "token"}).encode()
            column = parse_qs(body)["column"][0]
            rows = [
                {"title": f"{title}{column}", "shareUrl": f"/c{column}_202606/{2820000 + n}.html", "time": "2026-06-20"}
                for n, title in enumerate(TITLES)
            ]
            return json.dumps({"suc": 1, "data": {"contentList": rows}}, ensure_ascii=False).encode()
        if path == "/":
            return HOME.encode()
        if path in ("/c1664.html", "/c1665.html"):
            return LIST.encode()
        column, number = path[2:6], path.rpartition("/")[2][:7]
        return article(f"{TITLES[int(number) - 2820000]}{column}").encode() if number.isdecimal() else None

    portal.answer = answer
    return portal


def crawled(archive: Path, **changes: Any) -> tuple[Any, DataPortal, list[tuple[str, str]]]:
    portal = load_portal("ctdsb").model_copy(update={"crawl": CrawlRules(delay=0), **changes})
    server = stand_in()
    with serving(server) as via:
        spider = driver.crawl(portal, archive, via=via, timeout=120)
    with closing(open_archive(archive)) as connection:
        query = "SELECT city, title FROM articles_flat ORDER BY title"
        return spider, server, [tuple(row) for row in connection.execute(query)]


def test_without_a_browser_the_lists_are_told(tmp_path: Path) -> None:
    spider, server, rows = crawled(tmp_path / "a.db", browser=BrowserRules())
    assert spider.context.outcome == "incomplete" and rows == []
    assert "listContentByColumn" in spider.context.outcome_reason
    assert not [target for _, target, _, _ in server.requests if target.startswith("/amc/")]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="there is no chromium")
def test_with_a_browser_the_articles_are_stored(tmp_path: Path) -> None:
    _, server, rows = crawled(tmp_path / "a.db")
    assert sorted(rows) == sorted(
        (city, f"{title}{column}") for city, column in (("武汉市", "1664"), ("宜昌市", "1665")) for title in TITLES
    )
    posts = [headers["Host"] for method, _, _, headers in server.requests if method == "POST"]
    assert posts == ["yth.ctdsb.net", "yth.ctdsb.net"]
    with closing(open_archive(tmp_path / "a.db")) as connection:
        marks = {mark for (mark,) in connection.execute("SELECT complete_back_to FROM sections")}
    assert "beginning" not in marks, "nothing on the page proves that the list ends there"
