"""A portal whose lists and articles are data: crawled, refreshed, read again and cited by a few lines of a definition."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from newscrawler.archive import open_archive
from newscrawler.archive.captures.warc_reader import read_record, whole_records
from newscrawler.archive.reports.citation import citation, evidence
from newscrawler.crawling.reextraction import Selection, rebuild
from newscrawler.crawling.saved_responses import SavedResponses
from newscrawler.demo.model import Response
from newscrawler.portals import Portal
from support import driver, nightly, program
from support.data_portal import DATA_KEYS, SHELL, DataPortal, Story, serving, stories
from support.pages import Pages, article, small_portal


def _portal(**changes: Any) -> Portal:
    return small_portal(**{**deepcopy(DATA_KEYS), **changes})


def _crawl(site: DataPortal, archive: Path, portal: Portal | None = None, **options: Any) -> Any:
    with serving(site) as via:
        return driver.crawl(portal or _portal(), archive, via=via, **options)


def _rows(archive: Path, query: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(archive)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query)]


def _sweep(archive: Path) -> dict[str, Any]:
    return _rows(
        archive,
        """SELECT w.outcome, w.reason, w.entries, s.complete_back_to AS mark FROM sections s
           JOIN sweeps w ON w.section = s.id ORDER BY w.id DESC LIMIT 1""",
    )[0]


def test_lists_by_post_and_articles_by_json(tmp_path: Path) -> None:
    site, archive = DataPortal(stories(10)), tmp_path / "a.db"
    spider = _crawl(site, archive)
    assert spider.context.outcome == "done", spider.context.outcome_reason
    rows = _rows(archive, "SELECT url, title, published, source, editors, authors, body, city FROM articles_flat")
    assert {row["url"]: row["title"] for row in rows} == {one.url: one.title for one in site.stories}
    newest = next(row for row in rows if row["url"] == site.stories[0].url)
    assert newest["published"] == "2026-06-28T08:30:00+08:00"
    assert (newest["source"], newest["editors"], newest["authors"]) == ("山口晚报", "丁一鸣", "梁知远")
    assert newest["city"] == "宜昌市" and newest["body"].count("\n") >= 2 and "<" not in newest["body"]
    assert _rows(archive, "SELECT url FROM images LIMIT 1") == [{"url": "http://www.t.example/upload/1.jpg"}]
    assert _sweep(archive) == {"outcome": "end", "reason": "the list is empty", "entries": 10, "mark": "beginning"}

    # Three answers with entries and the empty one, each asked for by its own body.
    lists = [(method, json.loads(body)) for method, target, body, _ in site.requests if target.startswith("/api/list")]
    assert lists == [("POST", {"channel": "17", "page": {"no": n, "size": 4}}) for n in (1, 2, 3, 4)]
    assert not any(target.startswith("/news.html") for _, target, _, _ in site.requests)

    _check_captures(archive)
    _check_that_a_refresh_is_conditional_and_sees_an_edit(site, archive)
    _check_that_it_is_read_again_and_cited(archive, site.stories[0])


def _check_captures(archive: Path) -> None:
    """The archive holds answer and request of each exchange, bodies included, under the address that was asked."""
    kinds = _rows(
        archive, "SELECT kind, url, count(*) AS n FROM captures WHERE url LIKE '%/api/list%' GROUP BY kind, url"
    )
    assert kinds == [{"kind": "listing", "url": "http://www.t.example/api/list?channel=17", "n": 4}]
    (file,) = archive.parent.glob("*/t/*.warc.gz")
    with file.open("rb") as stream:
        requests = [read_record(stream, record.offset) for record in whole_records(file) if record.type == "request"]
    bodies = [json.loads(one.payload)["page"]["no"] for one in requests if "/api/list" in one.url]
    assert sorted(bodies) == [1, 2, 3, 4]


def _check_that_a_refresh_is_conditional_and_sees_an_edit(site: DataPortal, archive: Path) -> None:
    site.stories[0].text = "昨夜又补种了两排杉树。"
    site.requests.clear()
    program.wait_for_next_second()
    spider = _crawl(site, archive, refresh="0s")
    assert spider.context.outcome == "done", spider.context.outcome_reason
    asked = [headers for _, target, _, headers in site.requests if target.startswith("/api/article")]
    assert len(asked) == 10 and all("If-None-Match" in headers for headers in asked)
    edited = _rows(archive, "SELECT url, version_count FROM articles_flat WHERE version_count > 1")
    assert edited == [{"url": site.stories[0].url, "version_count": 2}]


def _check_that_it_is_read_again_and_cited(archive: Path, story: Story) -> None:
    with closing(open_archive(archive)) as connection:
        numbers = Selection().article_numbers(connection, "t")
        again = list(rebuild(archive, _portal(), numbers, workers=1))
        assert [one.outcome for one in again] == ["same"] * 10, [(one.detail, one.changes) for one in again]
        # Another path in the definition: the same captures give another value.
        other = deepcopy(DATA_KEYS)
        other["article"]["json"]["source"] = "data.editor"
        changed = list(rebuild(archive, small_portal(**other), numbers, workers=1))
        assert {one.changes["source"] for one in changed} == {("山口晚报", "丁一鸣")}
        cited = citation(connection, story.url, None)
        assert story.url in str(cited) and "warc" in evidence(cited)


@pytest.mark.slow
def test_a_listing_by_post_goes_on_at_its_bookmark(tmp_path: Path) -> None:
    """The body of a page's request is a part of its address."""
    site, archive = DataPortal(stories(28)), tmp_path / "a.db"
    off = {"NEWSCRAWLER_CAPTURES": False}

    def pages() -> list[int]:
        return [json.loads(body)["page"]["no"] for _, target, body, _ in site.requests if "/api/list" in target]

    _crawl(site, archive, limit=21, settings=off)
    read = pages()
    assert read[-1] >= 5 and _sweep(archive)["outcome"] == "limit"
    site.requests.clear()
    spider = _crawl(site, archive, settings=off)
    assert spider.context.outcome == "done" and _sweep(archive)["mark"] == "beginning"
    assert pages() == [1, 2, 3, *range(read[-1], 9)] and read[-1] > 4
    assert _rows(archive, "SELECT count(*) AS n FROM articles") == [{"n": 28}]


@pytest.mark.slow
def test_a_sample_of_data_is_saved_and_read_again(tmp_path: Path) -> None:
    """A definition of data can be developed without asking the portal again; each POST has its own answer."""
    site, folder = DataPortal(stories(6)), tmp_path / "pages"
    SavedResponses.create(folder)
    with serving(site) as via:
        driver.sample(_portal(), tmp_path / "a.db", via=via, save_to=folder)
    saved = [one.url for one in SavedResponses.read(folder).responses()]
    assert sum("/api/article" in url for url in saved) == 3 and any("#!post:" in url for url in saved)
    driver.sample(_portal(), tmp_path / "b.db", read_from=folder)
    query = "SELECT url, title, source, body FROM articles_flat ORDER BY url"
    assert _rows(tmp_path / "b.db", query) == _rows(tmp_path / "a.db", query) != []


Change = Callable[[dict[str, Any]], None]


def _next(rule: dict[str, str]) -> Change:
    return lambda keys: keys["listing"]["json"].update(next=rule)


def _rows_answer(number: int, **beside: Any) -> bytes:
    rows = [{"id": one.id, "list_title": one.title, "published_at": one.day} for one in stories(8)]
    return json.dumps({"rows": rows[4 * number - 4 : 4 * number], **beside}, ensure_ascii=False).encode()


LOOPS = {
    "a cursor that stays": (_next({"cursor": "after"}), lambda target, body: _rows_answer(1, after="A")),
    "a cursor that goes round": (
        _next({"cursor": "after"}),
        lambda target, body: _rows_answer(2 if '"A"' in body else 1, after="B" if '"A"' in body else "A"),
    ),
    "a page number that is not looked at": (_next({"page.no": "page"}), lambda target, body: _rows_answer(1)),
    "a path that leads to nothing, with more stated": (
        _next({"cursor": "data.after"}),
        lambda target, body: _rows_answer(1, hasMore=True),
    ),
}


@nightly.by_day(1, 3)
@pytest.mark.parametrize("change, answer", LOOPS.values(), ids=LOOPS)
def test_a_next_page_that_leads_nowhere_proves_nothing(
    tmp_path: Path, change: Change, answer: Callable[[str, str], bytes]
) -> None:
    keys = deepcopy(DATA_KEYS)
    change(keys)
    site = DataPortal(stories(8))
    site.answer = lambda target, body: answer(target, body) if "/api/list" in target else site.respond(target, body)
    spider = _crawl(site, tmp_path / "a.db", small_portal(**keys), settings={"NEWSCRAWLER_CAPTURES": False})
    sweep = _sweep(tmp_path / "a.db")
    assert spider.context.outcome == "incomplete" and sweep["mark"] in (None, "2026-06-25"), sweep
    assert (sweep["mark"] is None) == ("was read" in sweep["reason"] or sweep["outcome"] == "repeats")
    assert sum("/api/list" in target for _, target, _, _ in site.requests) <= 5


HOSTILE_LISTS: dict[str, tuple[bytes, str]] = {
    "nested": (b'{"rows":' + b"[" * 10_000 + b"]" * 10_000 + b"}", "not valid JSON"),
    "large": (b'{"rows": [' + b" " * 9_000_000 + b"]}", "JSON is read up to"),
    "key that no object has": (
        b'{"rows": [{"newsId": 7, "title": "\xe6\xb0\xb4\xe6\xb8\xa0"}]}',
        "none of 1 objects has",
    ),
    "long id": (b'{"rows": [{"id": "' + b"9" * 5_000 + b'", "title": "abc"}]}', "makes no address"),
    "no list": (b'{"code": 401, "message": "token"}', "answers code = 401, and says 'token'"),
    "no list, no status": (b'{"message": "token"}', "JSON without a list"),
}


@nightly.by_day(1, 4)
@pytest.mark.parametrize("answer, told", HOSTILE_LISTS.values(), ids=HOSTILE_LISTS)
def test_a_list_that_cannot_be_read_is_told(tmp_path: Path, answer: bytes, told: str) -> None:
    site = DataPortal()
    site.answer = lambda target, body: answer
    spider = _crawl(site, tmp_path / "a.db", settings={"NEWSCRAWLER_CAPTURES": False})
    sweep = _sweep(tmp_path / "a.db")
    assert spider.context.outcome == "incomplete" and sweep["mark"] is None
    assert told in sweep["reason"], sweep


def test_ids_never_lead_to_another_host(tmp_path: Path) -> None:
    """What stands in a list or an address is a value of a template: it never chooses the host."""
    ids = ["http://127.0.0.1:9/", "//127.0.0.1:9/x", "@127.0.0.1:9", "../../../x", "1&host=127.0.0.1", "1#/x", "1?a=2"]
    rows = [{"id": value, "title": f"第{n}段水渠修成通水", "date": "2026-06-01"} for n, value in enumerate(ids)]
    site = DataPortal()
    site.answer = lambda target, body: (
        json.dumps({"rows": rows if '"no":1,' in body else []}).encode() if "/api/list" in target else None
    )
    _crawl(site, tmp_path / "a.db", settings={"NEWSCRAWLER_CAPTURES": False})
    listed = _rows(tmp_path / "a.db", "SELECT url, state FROM urls")
    assert len(listed) == len(ids)
    assert all(row["url"].startswith("http://www.t.example/news.html?id=") for row in listed)
    asked = {target for _, target, _, headers in site.requests if headers["Host"] == "www.t.example"}
    assert {target.partition("?")[0] for target in asked} == {"/robots.txt", "/", "/api/list", "/api/article"}
    assert len(site.requests) == len([one for one in site.requests if one[3]["Host"] == "www.t.example"])


ARTICLE_ANSWERS: dict[str, tuple[Any, str, str]] = {
    "neither title nor text": ({"code": 500, "msg": "busy"}, "failed", "neither title nor text; it has code, msg"),
    "no text": ({"data": {"title": "只有标题的一条消息"}}, "failed", "no article"),
    "a page": (SHELL, "failed", "is not JSON"),
    "broken": ('{"data": {"title": "', "failed", "not valid JSON"),
    "login": ({"data": {"title": "请先登录", "content": "请先登录"}}, "failed", "no article"),
}


def test_data_that_is_no_article_is_told(tmp_path: Path) -> None:
    site = DataPortal([Story(n, f"第{n}段水渠修成通水", "2026-06-01") for n in range(1, len(ARTICLE_ANSWERS) + 1)])
    answers = {f"/api/article?id={n}": one[0] for n, one in enumerate(ARTICLE_ANSWERS.values(), 1)}

    def answer(target: str, body: str) -> bytes | None:
        found = answers.get(target)
        if found is None:
            return site.respond(target, body)
        return (found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)).encode()

    site.answer = answer
    _crawl(site, tmp_path / "a.db", settings={"NEWSCRAWLER_CAPTURES": False})
    rows = _rows(tmp_path / "a.db", "SELECT url, state, reason FROM urls ORDER BY url")
    for row, (name, (_, state, told)) in zip(rows, ARTICLE_ANSWERS.items(), strict=True):
        assert row["state"] == state and told in row["reason"], (name, row)
    assert _sweep(tmp_path / "a.db")["mark"] is None


def test_an_article_that_a_script_builds_is_not_given_up(tmp_path: Path) -> None:
    """An empty page of an application says nothing about its article: it is told and tried again."""
    keys = deepcopy(DATA_KEYS)
    del keys["article"]
    site = DataPortal(stories(3))
    spider = _crawl(site, tmp_path / "a.db", small_portal(**keys), settings={"NEWSCRAWLER_CAPTURES": False})
    assert spider.context.outcome == "incomplete"
    (row,) = _rows(tmp_path / "a.db", "SELECT count(*) AS n FROM urls WHERE reason LIKE '%[article.json]%'")
    assert row["n"] == 3 and _sweep(tmp_path / "a.db")["mark"] is None


@pytest.mark.slow
def test_lists_that_a_script_loads_or_counts_are_followed(tmp_path: Path) -> None:
    """Four cities: parts of pages, data, a pager in a script file, and an address that brings nothing."""
    from newscrawler.demo.server import SiteServer

    rows = [(f"/2026/0305/{n}.shtml", f"青石坳第{n}号堤段加固完工", "2026-03-05") for n in range(900, 936)]
    items = [f"<li><a href='{path}'>{title}</a> {day}</li>" for path, title, day in rows]
    data = [{"title": title, "url": path, "date": day} for path, title, day in rows]

    def page(start: int, more: str) -> str:
        return f"<html><head><title>列表</title></head><body><ul>{''.join(items[start : start + 4])}</ul>{more}</body></html>"

    def answer(start: int, stop: int) -> Response:
        return Response(200, {"Content-Type": "application/json"}, json.dumps({"list": data[start:stop]}).encode())

    counted = (
        "<div class='page'></div><script src='/enshi/count.js'></script>"
        "<script>createPageHTML(pages, {}, 'index', 'html');</script>"
    )
    names = {"wuhan": "武汉", "yichang": "宜昌", "enshi": "恩施州", "huangshi": "黄石"}
    pages: dict[str, Any] = {
        "/": "<html><body>"
        + "".join(f"<a href='/{path}/'>{name}</a>" for path, name in names.items())
        + "</body></html>",
        "/wuhan/": page(0, "<div class='more' data-url='/ajax/wuhan?p='></div>"),
        "/ajax/wuhan?p=2": "".join(items[4:8]),
        "/ajax/wuhan?p=3": "".join(items[8:10]),
        "/ajax/wuhan?p=4": "<ul></ul>",
        "/yichang/": page(10, "<a class='more' data-url='/ajax/yichang?page=1'>加载更多</a>"),
        "/ajax/yichang?page=2": answer(14, 18),
        "/ajax/yichang?page=3": answer(18, 18),
        "/enshi/": page(20, counted.format(0)),
        "/enshi/count.js": Response(200, {}, b"var pages = 3;"),
        "/enshi/index_1.html": page(24, counted.format(1)),
        "/enshi/index_2.html": page(28, counted.format(2)),
        "/huangshi/": page(32, "<div class='more' data-url='/ajax/huangshi?p='></div>"),
        "/ajax/huangshi?p=2": "<ul></ul>",
        **{path: article(title, day) for path, title, day in rows},
    }
    with SiteServer(Pages(pages)) as server:
        driver.crawl(small_portal(), tmp_path / "a.db", via=server.url, settings={"NEWSCRAWLER_CAPTURES": False})
        assert sum(request.path == "/enshi/count.js" for request in server.requests) == 1
    found = _rows(
        tmp_path / "a.db",
        "SELECT s.name, w.outcome, w.entries FROM sections s JOIN sweeps w ON w.section = s.id ORDER BY s.name",
    )
    assert {row["name"]: (row["outcome"], row["entries"]) for row in found} == {
        "武汉市": ("end", 10),
        "宜昌市": ("end", 8),
        "恩施土家族苗族自治州": ("end", 12),
        "黄石市": ("more", 4),
    }


@nightly.by_day(0)
@pytest.mark.parametrize(
    ("states", "stops", "end"), [(True, 10, "all 10 records"), (False, 10, "all 10 entries that it states")]
)
def test_records_that_a_datastore_asks_for_by_post(tmp_path: Path, states: bool, stops: int, end: str) -> None:
    """As the script of 大汉 asks: first and last record in the query, the rest in the body."""
    site = DataPortal(stories(stops))
    keys = {"sections": {"宜昌市": "/col/col7/index.html"}, "article": DATA_KEYS["article"]}
    total = "<totalrecord>10</totalrecord>" if states else ""

    def records(first: int, last: int) -> str:
        items = "".join(
            f"<record><![CDATA[<li><a href='{one.url}'>{one.title}</a><span>{one.day}</span></li>]]></record>"
            for one in site.stories[first - 1 : last]
        )
        return f"<datastore>{total}<recordset>{items}</recordset></datastore>"

    def answer(target: str, body: str) -> bytes | None:
        parts = urlsplit(target)
        if parts.path == "/col/col7/index.html":
            script = "var a={totalRecord:10,perPage:4,proxyUrl:'/module/web/jpage/dataproxy.jsp',dataBefore:'col=1&columnid=7'}"
            return f"<html><body><script type='text/xml'>{records(1, 4)}</script><script>{script}</script></body></html>".encode()
        if parts.path == "/module/web/jpage/dataproxy.jsp" and body == "col=1&columnid=7":
            asked = dict(parse_qsl(parts.query))
            return records(int(asked["startrecord"]), int(asked["endrecord"])).encode()
        return site.respond(target, body)

    site.answer = answer
    spider = _crawl(site, tmp_path / "a.db", small_portal(**keys), settings={"NEWSCRAWLER_CAPTURES": False})
    sweep = _sweep(tmp_path / "a.db")
    assert spider.context.outcome == "done" and sweep["entries"] == 10 and sweep["mark"] == "beginning", sweep
    assert end in sweep["reason"]
    asked = [target.partition("?")[2] for method, target, _, _ in site.requests if method == "POST"]
    assert asked[:2] == ["startrecord=5&endrecord=8&perpage=4", "startrecord=9&endrecord=12&perpage=4"]


def test_no_address_of_a_page_asks_for_a_post(tmp_path: Path) -> None:
    from newscrawler.demo.server import SiteServer

    rows = "".join(
        f"<li><a href='/2026/0305/{n}.shtml'>青石坳第{n}号堤段加固完工</a> 2026-03-05</li>" for n in range(4)
    )
    hostile = "/yichang/#!post:a=1"
    page = f"<html><body><ul>{rows}</ul><a href='/yichang/2.html#!post:a=1'>下一页</a></body></html>"
    pages: dict[str, Any] = {
        "/": f"<html><body><a href='{hostile}'>宜昌</a></body></html>",
        "/yichang/": page,
        "/rss.xml": Response(
            200, {}, b"<sitemapindex><sitemap><loc>http://www.t.example/m.xml#!post:a</loc></sitemap></sitemapindex>"
        ),
    }
    with SiteServer(Pages(pages)) as server:
        portal = small_portal(feeds=("/rss.xml",))
        driver.crawl(portal, tmp_path / "a.db", via=server.url, settings={"NEWSCRAWLER_CAPTURES": False})
        assert {"/yichang/", "/yichang/2.html", "/m.xml"} <= {request.path for request in server.requests}
        assert {request.method for request in server.requests} == {"GET"}


@pytest.mark.slow
def test_the_source_of_a_listing_counts_where_the_article_names_none(tmp_path: Path) -> None:
    """By `listing.json.source`, in a crawl, a refresh and from captures; the page's own source goes before it."""
    keys, site, archive = deepcopy(DATA_KEYS), DataPortal(stories(6)), tmp_path / "a.db"
    keys["listing"]["json"]["source"] = "from.name"
    whole, detail = site.answer, site.detail

    def answer(target: str, body: str) -> bytes | None:
        found = whole(target, body)
        if found is None or "/api/list" not in target:
            return found
        listed = json.loads(found)
        for row in listed["data"]["rows"]:
            row["from"] = {"name": "来源：<b>三江日报</b>"} if row["id"] % 3 else {}
        return json.dumps(listed, ensure_ascii=False).encode()

    def without_source(story: Story) -> dict[str, Any]:
        found = detail(story)
        if story.id % 2:
            del found["data"]["source"]
        return found

    site.answer, site.detail = answer, without_source
    expected = {
        one.url: ("山口晚报" if one.id % 2 == 0 else "三江日报" if one.id % 3 else None, one.id % 3 != 0)
        for one in site.stories
    }
    portal = small_portal(**keys)

    def check() -> None:
        found = _rows(archive, "SELECT url, source, listed_source FROM articles_flat")
        assert {row["url"]: (row["source"], row["listed_source"] == "来源：三江日报") for row in found} == expected

    with serving(site) as via:
        assert driver.crawl(portal, archive, via=via).context.outcome == "done"
        check()
        rules = _rows(
            archive, "SELECT DISTINCT json_extract(provenance, '$.source.rule') AS rule, source FROM versions"
        )
        assert {(row["rule"], row["source"]) for row in rules if row["rule"] == "listing"} == {("listing", "三江日报")}
        program.wait_for_next_second()
        assert driver.crawl(portal, archive, via=via, refresh="0s").context.outcome == "done"
    check()
    assert _rows(archive, "SELECT max(version_count) AS n FROM articles_flat") == [{"n": 1}]
    with closing(open_archive(archive)) as connection:
        numbers = Selection().article_numbers(connection, "t")
        again = list(rebuild(archive, portal, numbers, workers=1))
    assert [one.outcome for one in again] == ["same"] * 6, [(one.detail, one.changes) for one in again]


UNADDRESSED: dict[str, tuple[Change, dict[str, Any], str]] = {
    "no value of the template's key": (
        lambda keys: None,
        {"list_title": "没有编号的一条消息"},
        "makes no address of 1 of 3",
    ),
    "a value that leaves the folder": (
        lambda keys: keys["listing"]["json"].update(url="/n/{id}.html"),
        {"id": "../../x", "list_title": "编号是路径的一条消息"},
        "makes no address of 1 of 3",
    ),
    "no address, by the general rules": (
        lambda keys: keys["listing"]["json"].pop("url"),
        {"list_title": "没有地址的一条消息", "published_at": "2026-06-20"},
        "no address of 1 of 3",
    ),
    "a film without a date": (
        lambda keys: keys["listing"]["json"].pop("url"),
        {"list_title": "一部影片的名字", "file": "/a.mp4"},
        "",
    ),
}


@nightly.by_day(1)
@pytest.mark.parametrize("change, row, told", UNADDRESSED.values(), ids=UNADDRESSED)
def test_an_article_of_a_list_without_an_address_is_told(
    tmp_path: Path, change: Change, row: dict[str, Any], told: str
) -> None:
    """A list is not called complete as long as data names an article to which nothing leads."""
    keys, site = deepcopy(DATA_KEYS), DataPortal(stories(2))
    change(keys)
    if "/n/" in keys["listing"]["json"].get("url", ""):
        keys["article"]["url"] = r"/n/(?P<id>\d+)\.html$"

    def answer(target: str, body: str) -> bytes | None:
        if "/api/list" not in target:
            return site.respond(target, body)
        listed = [
            {"id": one.id, "url": f"/news.html?id={one.id}", "list_title": one.title, "published_at": one.day}
            for one in site.stories
        ]
        return json.dumps({"rows": [*listed, row] if '"no":1,' in body else []}, ensure_ascii=False).encode()

    site.answer = answer
    spider = _crawl(site, tmp_path / "a.db", small_portal(**keys), settings={"NEWSCRAWLER_CAPTURES": False})
    assert _rows(tmp_path / "a.db", "SELECT count(*) AS n FROM articles") == [{"n": 2}]
    assert told in spider.context.outcome_reason and (spider.context.outcome == "incomplete") == bool(told)
    assert (_sweep(tmp_path / "a.db")["mark"] is None) == bool(told)
