"""A portal of one page, crawled in three ways with the same archive: by its data, with a browser for lists, with one for
lists and articles. What a browser made of a page is kept, so it is read again without a browser."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from newscrawler.archive.captures.warc_files import folder_of
from newscrawler.archive.captures.warc_reader import read_record, whole_records
from newscrawler.archive.database.opening import open_archive
from newscrawler.archive.integrity.verify import check_archive
from newscrawler.crawling.browser import chromium
from newscrawler.crawling.reextraction import Selection, rebuild
from newscrawler.portals import Portal
from support import driver
from support.data_portal import DATA_KEYS, DataPortal, serving, stories
from support.pages import small_portal

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="there is no chromium")

LIST = """<html><head><title>宜昌</title></head><body><div id="app"></div><script>
const page = Number(new URLSearchParams(location.search).get('page') || 1)
fetch('/api/list', {method: 'POST', headers: {'Content-Type': 'application/json'},
                    body: JSON.stringify({channel: '17', page: {no: page, size: 4}})})
  .then(answer => answer.json()).then(({data}) => {
    const items = data.rows.map(row => `<li><a href="/news.html?id=${row.id}">${row.list_title}</a><span>${row.published_at}</span></li>`)
    const next = data.rows.length == 4 ? `<a href="?page=${page + 1}">下一页</a>` : '<span>下一页</span>'
    document.getElementById('app').innerHTML = `<ul class="list">${items.join('')}</ul><p>${next}</p>`
  })
</script></body></html>"""
ARTICLE = """<html><head><title>试验网</title></head><body><div id="app"></div><script>
const id = new URLSearchParams(location.search).get('id')
fetch('/api/article?id=' + id).then(answer => answer.json()).then(({data}) => {
  document.title = data.title + '_试验网'
  document.getElementById('app').innerHTML = `<h1>${data.title}</h1><div class="info">来源：${data.source.name}
    时间：${data.published_at} 编辑：${data.editor}</div><div class="content">${data.content}</div>`
})
</script></body></html>"""
WAYS: dict[str, dict[str, Any]] = {
    "data": DATA_KEYS,
    "listing": {
        "sections": {"宜昌市": "/yichang.html"},
        "browser": {"use": "listing"},
        "article": DATA_KEYS["article"],
    },
    "both": {"sections": {"宜昌市": "/yichang.html"}, "browser": {"use": "both"}},
}


def portal(way: str) -> Portal:
    return small_portal(**deepcopy(WAYS[way]))


@pytest.fixture
def site() -> Iterator[tuple[DataPortal, str]]:
    site = DataPortal(stories(6))

    def answer(target: str, body: str) -> bytes | None:
        pages = {"/yichang.html": LIST, "/news.html": ARTICLE}
        page = pages.get(urlsplit(target).path)
        return page.encode() if page else site.respond(target, body)

    site.answer = answer
    with serving(site) as url:
        yield site, url


def articles(archive: Path) -> list[tuple[Any, ...]]:
    query = "SELECT url, title, published, source, editors, authors, body, city FROM articles_flat ORDER BY url"
    with closing(sqlite3.connect(archive)) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.slow
def test_three_ways_make_the_same_archive(
    site: tuple[DataPortal, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, url = site
    found = {}

    def archive_of(way: str) -> Path:
        (tmp_path / way).mkdir(exist_ok=True)
        return tmp_path / way / "a.db"

    for way in WAYS:
        server.requests.clear()
        spider = driver.crawl(portal(way), archive_of(way), via=url, timeout=120)
        assert spider.context.outcome == "done", (way, spider.context.outcome_reason)
        found[way] = articles(archive_of(way))
        # The page's own POST, once per page of the list; nothing is asked for twice.
        posts = [target for method, target, _, _ in server.requests if method == "POST"]
        assert posts == ["/api/list" if way != "data" else "/api/list?channel=17"] * len(posts)
        assert len(posts) == (3 if way == "data" else 2)
    assert found["data"] == found["listing"] == found["both"] and len(found["both"]) == 6

    # Read again: from the documents, and without a browser.
    monkeypatch.setattr(chromium, "NAMES", ("no-such-browser",))
    archive = archive_of("both")
    with closing(open_archive(archive)) as connection:
        numbers = Selection().article_numbers(connection, "t")
        again = list(rebuild(archive, portal("both"), numbers, workers=1))
        assert [one.outcome for one in again] == ["same"] * 6, [(one.detail, one.changes) for one in again]
        rows = connection.execute(
            "SELECT c.url, c.offset, c.file FROM versions v JOIN captures c ON c.id = v.capture ORDER BY c.offset"
        ).fetchall()
        file = folder_of(connection) / rows[0][2]
    records = list(whole_records(file))
    documents = {record.offset: record for record in records if record.type == "resource"}
    assert len(documents) == 8 and all(documents[offset].url == address for address, offset, _ in rows)
    with file.open("rb") as stream:
        shown = read_record(stream, rows[0][1])
    assert "青石坳" in shown.payload.decode() and shown.headers == [("Content-Type", "text/html; charset=utf-8")]
    assert list(check_archive(archive)) == []
    # What the server sent is kept beside it, and each file is whole.
    sent = [record.url for record in records if record.type == "response"]
    assert (
        sum("/news.html?id=" in address for address in sent) == 6 == sum("/api/article" in address for address in sent)
    )
