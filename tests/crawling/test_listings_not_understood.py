"""Listings that the program does not understand are told: they are neither empty nor complete, and the crawl is not done."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from newscrawler.demo.model import Response
from newscrawler.demo.server import SiteServer
from support import driver, nightly
from support.pages import HOMEPAGE, LAST_PAGE, Pages, article, listing, small_portal

ROWS = [(f"/2026/0305/{number}.shtml", f"青石坳第{number}号堤段加固完工", "2026-03-05") for number in range(201, 205)]
RSS = "".join(
    f"<item><title>{title}</title><link>http://www.t.example{path}</link><pubDate>{day}</pubDate></item>"
    for path, title, day in ROWS
)
FEED = f"<?xml version='1.0' encoding='UTF-16'?><rss version='2.0'><channel>{RSS}</channel></rss>"
JSON = (
    '{"total": 4, "list": ['
    + ",".join(f'{{"url": "{path}", "title": "{title}", "date": "{day}"}}' for path, title, day in ROWS)
    + "]}"
)


def _crawl(folder: Path, sections: dict[str, tuple[str, Any]]) -> tuple[Any, dict[str, tuple[Any, ...]]]:
    """Crawl sections of (address, page); return the spider, and of each section (outcome, reason, mark)."""
    pages: dict[str, Any] = {"/": HOMEPAGE, **dict(sections.values())}
    pages |= {path: article(title, day) for path, title, day in ROWS}
    portal = small_portal(sections={name: path for name, (path, _) in sections.items()})
    with SiteServer(Pages(pages)) as server:
        spider = driver.crawl(portal, folder / "a.db", via=server.url, settings={"NEWSCRAWLER_CAPTURES": False})
    with closing(sqlite3.connect(folder / "a.db")) as connection:
        rows = connection.execute(
            """SELECT s.name, w.outcome, w.reason, s.complete_back_to FROM sections s
               JOIN sweeps w ON w.section = s.id"""
        ).fetchall()
    return spider, {name: tuple(rest) for name, *rest in rows}


def _raw(body: bytes, kind: str) -> Response:
    return Response(200, {"Content-Type": kind}, body)


def _rows(row: str, tail: str = "") -> str:
    """A page whose list has rows of this form."""
    rows = "".join(row.format(n=n, title=f"青石坳第{n}号堤段加固完工", day=f"2026-03-{n:02d}") for n in range(1, 9))
    return f"<html><body><div class='nav'><a href='/'>首页</a></div><ul>{rows}</ul>{tail}<p>版权所有 试验网</p></body></html>"


def _script(code: str, around: str = "div") -> str:
    return f"<html><body><h1>宜昌</h1><{around}><script>{code}</script></{around}><p>版权所有</p></body></html>"


UNLINKED: dict[str, str] = {
    "a script file in the list": "<html><body><ul><script src='/js/k_7.js'></script></ul></body></html>",
    "a script file named like a list": "<html><body><div><script src='/get.asp?classid=7'></script></div></body></html>",
    "a script that writes unknown addresses": _script("for(i in u)document.write('<a href=\"'+u[i]+'\">')", "ul"),
    "a part that is loaded": _script("$('.c').load('/inc/7.txt')"),
    "encoded data": _script("show(atob('W3sidCI6MX1d'))"),
    "titles and numbers": _script("".join(f"add('青石坳第{n}号堤段加固完工', {n});" for n in range(8))),
    "rows of javascript:": _rows("<li><a href='javascript:show({n})'>{title}</a></li>"),
    "rows of #": _rows("<li><a href='#'>{title}</a><span>{day}</span></li>"),
    "rows with numbers": _rows("<li data-id='{n}'><h3>{title}</h3></li>"),
    "dated rows": _rows("<li>{title} <i>{day}</i></li>"),
    "dated rows and a pager": _rows("<tr><td>{title}</td><td>{day}</td></tr>", LAST_PAGE),
    "a template": "<html><body><ul><li v-for='n in rows'><a>{{n.title}}</a></li></ul></body></html>",
    "an island of XML": "<html><body><xml id='n'><t>水渠</t></xml><table datasrc='#n'></table></body></html>",
    "Flash": "<html><body><object><param name='movie' value='/l.swf?xml=/x/7.xml'></object></body></html>",
    "dated rows, and words in a script": _rows(
        "<li>{title} <i>{day}</i></li>", "<script>var none = '暂无内容'</script>"
    ),
}
"""Pages whose rows stand in no link that can be read."""

NOT_UNDERSTOOD: dict[str, Any] = {
    **UNLINKED,
    "an application": "<html><body><div id='app'></div><script src='/app.js'></script></body></html>",
    "an application with another name": (
        "<html><head><script>var a=1</script></head><body><noscript>请启用脚本</noscript><div id='page-root'></div>"
        "<script type='module' src='/assets/index.3f.js'></script></body></html>"
    ),
    "a frameset": (
        "<html><frameset cols='20%,80%'><frame src='/menu.html'><frame src='http://list.t.example/a.html'></frameset></html>"
    ),
    "an iframe": "<html><body><h1>宜昌</h1><iframe src='https://cdn.example/list?channel=17'></iframe></body></html>",
    "onclick": (
        "<html><body><ul class='list'>"
        + "".join(f"<li onclick='go({number})'>青石坳第{number}号堤段加固完工</li>" for number in range(20))
        + f"</ul><div>{LAST_PAGE}</div></body></html>"
    ),
    "a feed without addresses": _raw(f"<rss>{'<item><title>水渠修好了</title></item>' * 9}</rss>".encode(), "text/xml"),
    "records without an end": _raw(b"<recordset>" + b"<record><![CDATA[<li>" * 90, "text/xml"),
    "JSON, nested": _raw(b"[" * 200_000, "application/json"),
    "JSON, cut off": _raw(JSON.encode()[:-60], "application/json"),
    "JSON without addresses": _raw(
        b'{"list": [' + b",".join([b'{"n": 1, "title": "x"}'] * 9) + b"]}", "application/json"
    ),
    "JSONP, cut off": _raw(b"callback({'list': [", "application/javascript"),
    "a plain text": _raw("水渠修好了\n山口架起了桥\n".encode(), "text/plain"),
}


def test_what_is_not_understood_is_told(tmp_path: Path) -> None:
    sections = {name: (f"/{number}/", page) for number, (name, page) in enumerate(NOT_UNDERSTOOD.items())}
    spider, found = _crawl(tmp_path, sections)
    for name, (outcome, reason, mark) in found.items():
        assert outcome in ("failed", "more"), (name, outcome, reason)
        assert reason and reason != "empty", name
        assert mark is None, name
    assert spider.context.outcome == "incomplete"
    assert all(name in spider.context.outcome_reason for name in NOT_UNDERSTOOD)


def test_pages_of_a_pager_without_an_entry_prove_nothing(tmp_path: Path) -> None:
    """Each page says where the pager ends, and none shows a list that can be read."""
    page = "<html><body><h1>宜昌</h1><div id='rows-{}'></div><div class='page'>{}</div></body></html>"
    last = page.format(2, LAST_PAGE)
    pages = {"one": ("/1/", page.format(1, "<a href='/2/'>下一页</a>")), "two": ("/2/", last)}
    spider, found = _crawl(tmp_path, pages)
    outcome, reason, mark = found["one"]
    assert (outcome, mark) == ("more", None) and "shows no entry" in reason
    assert spider.context.outcome == "incomplete"
    # A page without a list, whose pager is switched off: nothing says that it is empty.
    assert found["two"][0] == "unproven" and found["two"][2] is None


def test_rows_lost_from_the_first_page_prove_nothing(tmp_path: Path) -> None:
    first = _rows("<li>{title} <i>{day}</i></li>", "<a href='/1/index_2.html'>下一页</a>")
    pages = {"one": ("/1/", first), "two": ("/1/index_2.html", listing(ROWS))}
    _, found = _crawl(tmp_path, pages)
    assert found["one"][0] == "more" and "page 1 shows no entry, and leads on" in found["one"][1]


def test_furniture_is_no_sign_of_rows(tmp_path: Path) -> None:
    """An empty section whose page has what every page has: a clock, counters, a search form, a menu of scripts."""
    furniture = (
        "<html><head><script src='/js/jquery.min.js'></script><script>var a = 1;</script></head><body>"
        "<script>document.write(new Date().getFullYear() + '年')</script>"
        "<a href='javascript:addFavorite()'>加入收藏</a><a href='#' onclick='setHome()'>设为首页</a>"
        "<form><script>function s(){if(!k)alert('请输入您要搜索的关键字')}</script></form>"
        "<div class='weather'><script src='/weather/widget.js'></script></div><p>今天是2026-03-05 星期四</p>"
        "<embed src='/ad/banner.swf'><script src='http://stat.example/hits.js?news=1'></script>"
        "<p>Copyright 2005-2026 试验网 版权所有</p></body></html>"
    )
    spider, found = _crawl(tmp_path, {"one": ("/1/", furniture)})
    assert found["one"][:2] == ("unproven", "empty") and spider.context.outcome == "done"


def test_a_section_that_says_that_it_is_empty_is_empty(tmp_path: Path) -> None:
    sections = {
        "one": ("/1/", "<html><body><ul class='list'></ul><p>暂无内容</p></body></html>"),
        "two": ("/2/", _raw(b'{"code": 0, "total": 0, "list": []}', "application/json")),
        "three": ("/3/", "<html><body><h1>宜昌</h1><ul class='list'></ul></body></html>"),
    }
    spider, found = _crawl(tmp_path, sections)
    assert {name: outcome for name, (outcome, *_) in found.items()} == {"one": "end", "two": "end", "three": "unproven"}
    assert spider.context.outcome == "done"


@nightly.by_day(4, 7)
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (FEED.encode("utf-16"), "text/xml"),
        (b"\xfe\xff" + FEED.encode("utf-16-be"), "application/rss+xml"),
        (FEED.encode("utf-16-le"), "application/rss+xml"),
        (FEED.replace("UTF-16", "GBK").encode("gbk"), "text/xml"),
        (JSON.encode("utf-16"), "application/json"),
        (JSON.encode("utf-16-be"), "application/json"),
        (JSON.encode("utf-32-le"), "application/json"),
        (JSON.replace('"total": 4', f'"total": 4, "id": {"9" * 5_000}').encode(), "application/json"),
        (JSON.replace('"total": 4', f'"total": 4, "x": -{"9" * 5_000}.5e9').encode(), "application/json"),
        (listing(ROWS).encode("utf-16"), "text/html"),
    ],
    ids=[
        *(
            "RSS UTF-16",
            "RSS UTF-16 BE",
            "RSS without a mark",
            "RSS GBK",
            "JSON UTF-16",
            "JSON UTF-16 BE",
            "JSON UTF-32",
        ),
        *("a long number", "a long fraction", "HTML UTF-16"),
    ],
)
def test_other_charsets_and_long_numbers_are_read(tmp_path: Path, body: bytes, kind: str) -> None:
    spider, _ = _crawl(tmp_path, {"宜昌市": ("/yichang/", _raw(body, kind))})
    assert spider.context.store.tally["宜昌市", "new"] == 4
    assert spider.context.outcome == "done"
