"""`check --browser`: the requests of a page become lines of a definition, and a crawl with these lines needs no browser."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from newscrawler.portals import load_portal
from support import driver
from support.crawls import check
from support.data_portal import DataPortal, serving, stories

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="there is no chromium")

LIST = """<html><head><title>频道</title></head><body><div id="app"></div><script>
const channel = location.pathname.match(/[0-9]+/)[0]
fetch('/api/menu').then(answer => answer.json())
fetch('/api/list', {method: 'POST', headers: {'Content-Type': 'application/json', 'site-id': '12'},
                    body: JSON.stringify({channel, page: {no: 1, size: 4}})})
  .then(answer => answer.json()).then(({data}) => {
    const items = data.rows.map(row => `<li><a href="/news/${row.id}.html">${row.list_title}</a><span>${row.published_at}</span></li>`)
    document.getElementById('app').innerHTML = `<ul class="list">${items.join('')}</ul>`
  })
</script></body></html>"""
ARTICLE = """<html><head><title>试验网</title></head><body><div id="app"></div><script>
fetch('/api/article?id=' + location.pathname.match(/[0-9]+/)[0]).then(answer => answer.json()).then(({data}) => {
  document.title = data.title + '_试验网'
  document.getElementById('app').innerHTML = `<h1>${data.title}</h1><div class="info">来源：${data.source.name}
    时间：${data.published_at} 编辑：${data.editor}</div><div class="content">${data.content}</div>`
})
</script></body></html>"""
DEFINITION = """id = "t"
name = "试验网"
province = "湖北省"
homepage = "http://www.t.example/"
"""
FIRST = """
[sections]
"宜昌市" = "/channel/17"
"恩施州" = "/channel/18"

[crawl]
delay = 0
"""


def site() -> DataPortal:
    portal = DataPortal(stories(8))

    def answer(target: str, body: str) -> bytes | None:
        path = urlsplit(target).path
        if path == "/api/menu":
            return json.dumps({"list": [{"name": "宜昌", "url": "/channel/17"}]}).encode()
        if path == "/api/list":
            asked = json.loads(body)
            first, number = {"17": 0, "18": 4}[asked["channel"]], asked["page"]["no"]
            rows = [
                {"id": one.id, "list_title": one.title, "published_at": f"{one.day} 08:30:00"}
                for one in portal.stories[first : first + 4]
            ]
            return json.dumps({"data": {"rows": rows if number == 1 else []}}, ensure_ascii=False).encode()
        page = LIST if path.startswith("/channel/") else ARTICLE if path.startswith("/news/") else None
        return page.encode() if page else portal.respond(target, body)

    portal.answer = answer
    return portal


def rows_of(archive: Path) -> list[Any]:
    query = "SELECT title, published, source, editors, body FROM articles_flat ORDER BY url"
    with sqlite3.connect(archive) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.slow
def test_the_lines_make_the_browser_unnecessary(tmp_path: Path) -> None:
    portal = site()
    with serving(portal) as via:
        shown = check(tmp_path, "--browser", "--articles", "2", "--via", via, definition=DEFINITION + FIRST)
        assert shown.returncode == 0, shown.stderr + shown.stdout
        lines = shown.stdout
        assert '"宜昌市" = "http://www.t.example/api/list?channel=17"' in lines
        assert """body = '{"channel":"{channel}","page":{"no":1,"size":4}}'""" in lines
        assert 'headers = { "site-id" = "12" }' in lines and "[browser]" not in lines
        (tmp_path / "new.toml").write_text(f"{DEFINITION}\n{lines}\n[crawl]\ndelay = 0\n", encoding="utf-8")
        portal.requests.clear()
        spider = driver.crawl(load_portal(str(tmp_path / "new.toml")), tmp_path / "a.db", via=via)
    assert spider.context.outcome == "done", spider.context.outcome_reason
    assert not [target for _, target, _, _ in portal.requests if target.startswith(("/channel", "/news"))]
    rows = rows_of(tmp_path / "a.db")
    assert [row[0] for row in rows] == [one.title for one in reversed(portal.stories)]
    assert {row[1:4] for row in rows} == {(f"{one.day}T08:30:00+08:00", "山口晚报", "丁一鸣") for one in portal.stories}
