"""Lists that a script of the section's page fills: their data is asked for where the script says with what address."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest

from newscrawler.demo.model import Response
from support import nightly, program
from support.crawls import Crawl
from support.endings import STORIES, section, stored
from support.pages import LAST_PAGE, Pages, article, listing

SIZE, ALL = 8, 20
OWN = STORIES[:ALL]
NEWS = [(f"/quansheng/2026/06{n}/{n}.html", f"山里的桥今天通车了第{n}座", f"2026-06-{n}") for n in range(10, 16)]
SHOWN = "".join(f"<li><a href='{path}'>{title}</a></li>" for path, title, _ in NEWS)
SIDE = f"<div class='r'><div><h4>图说</h4><ul>{SHOWN}</ul></div></div>"


def data(rows: list[tuple[str, str, str]], **beside: Any) -> Response:
    found = [{"title": title, "url": path, "publishTime": f"{day} 08:30:00"} for path, title, day in rows]
    body = json.dumps({"code": 0, "rows": found, **beside}, ensure_ascii=False)
    return Response(200, {"Content-Type": "application/json"}, body.encode())


def answers(address: str, rows: list[tuple[str, str, str]] = OWN) -> dict[str, Response]:
    """The answers at an address with a place for the number of the page."""
    pages = -(-len(rows) // SIZE)
    return {
        address.format(n): data(rows[SIZE * n - SIZE : SIZE * n], page=n, pageTotal=pages, total=len(rows))
        for n in range(1, pages + 1)
    }


def portal(main: str, further: dict[str, Any], side: str = SIDE) -> Pages:
    pages: dict[str, Any] = {
        "/": "<html><body><p><a href='/yc/'>宜昌</a></p></body></html>",
        "/yc/": f"<html><head><title>宜昌</title></head><body><div class='l'>{main}</div>{side}</body></html>",
    }
    return Pages(pages | {path: article(title, day) for path, title, day in [*OWN, *NEWS]} | further)


ASKS = {
    "a function with a number": (
        "<div id='docs'></div><script>var all=3;function show(n){$.ajax({url:'/d/yc_'+n+'.json',success:draw})}show(1);</script>",
        "/d/yc_{}.json",
    ),
    "a variable": (
        "<ul id='newslist'></ul><div id='more'>点击加载更多</div><script>var page=1;function load(){$.getJSON('/api/list?"
        "cid=7&page='+page+'&size=8',function(d){$('#newslist').append(html(d));page++})}load();$('#more').click(load)</script>",
        "/api/list?cid=7&page={}&size=8",
    ),
    "fetch": (
        "<div class='main-list'></div><script>let p = 1; fetch(`/open/col?code=yc&p=${p}`).then(r => r.json()).then(draw)</script>",
        "/open/col?code=yc&p={}",
    ),
    "layui": (
        "<ul id='LAY_list'></ul><script>layui.use('flow',function(){layui.flow.load({elem:'#LAY_list',done:function(page,next)"
        "{layui.jquery.get('/flow/yc?page='+page,function(r){next(html(r.data),page<r.pages)})}})})</script>",
        "/flow/yc?page={}",
    ),
    "vue": (
        "<div id='app'><ul><li v-for='x in list' :key='x.id'><a :href='x.url'>{{ x.title }}</a></li></ul></div><script>"
        "new Vue({el:'#app',data:{list:[],page:1},mounted(){axios.get('/col/7?page='+this.page).then(this.put)}})</script>",
        "/col/7?page={}",
    ),
}


@nightly.by_day(0)
@pytest.mark.parametrize(("main", "address"), ASKS.values(), ids=ASKS)
def test_the_data_of_a_list_is_read_in_place_of_the_page(crawl: Callable[..., Crawl], main: str, address: str) -> None:
    done = crawl(portal(main, answers(address)))
    found = section(done)
    assert (done.status, stored(done), found["mark"]) == (0, ALL, "beginning"), done.messages
    assert not done.rows("SELECT 1 FROM articles_flat WHERE url LIKE '%quansheng%'")


PART = "<div id='box'></div><script>$.get('/data/yc.json',function(d){$('#box').html(render(d))},'json')</script>"


def test_data_that_states_no_end_proves_none(crawl: Callable[..., Crawl]) -> None:
    """Neither does one whose total is that of the answer: it may have the newest entries only."""
    for beside in ({}, {"total": ALL, "pageTotal": 1}):
        done = crawl(portal(PART, {"/data/yc.json": data(OWN, **beside)}))
        found = section(done)
        assert (done.status, stored(done), found["mark"]) == (0, ALL, OWN[-1][2]), done.messages


NO_DATA = {
    "not found": {},
    "an error": {"/data/yc.json": Response(500, {}, b"error")},
    "no entries": {"/data/yc.json": data([])},
    "a message": {
        "/data/yc.json": Response(200, {"Content-Type": "application/json"}, b'{"code": 401, "msg": "sign"}')
    },
}


def two_cities(main: str, further: dict[str, Any]) -> Pages:
    site = portal(main, further)
    site.pages["/hs/"] = str(site.pages["/yc/"]).replace("宜昌", "黄石")
    site.pages["/"] = "<html><body><p><a href='/yc/'>宜昌</a> <a href='/hs/'>黄石</a></p></body></html>"
    return site


@nightly.by_day(1)
@pytest.mark.parametrize("further", NO_DATA.values(), ids=NO_DATA)
@pytest.mark.parametrize("pager", ["", "<div class='page'>第1页/共1页</div>", f"<div>{LAST_PAGE}</div>"])
def test_without_data_a_box_that_all_cities_share_is_none_of_theirs(
    crawl: Callable[..., Crawl], further: dict[str, Any], pager: str
) -> None:
    done = crawl(two_cities(PART.replace("<script>", f"{pager}<script>"), further))
    assert done.status == 1, done.messages
    assert not done.rows("SELECT 1 FROM sections WHERE complete_back_to IS NOT NULL")
    assert not done.rows("SELECT 1 FROM article_sections")


@nightly.by_day(0)
@pytest.mark.parametrize(
    ("main", "is_told"),
    [
        (PART, False),
        (PART.replace("<script>", "<div class='page'>第1页/共1页</div><script>"), True),
        (PART.replace("box", "newslist"), True),
        ("<ul id='list'></ul><script src='/js/list.js'></script>", True),
    ],
    ids=["a place", "its pager", "its name", "a file"],
)
def test_with_one_city_a_list_beside_a_place_has_no_mark(crawl: Callable[..., Crawl], main: str, is_told: bool) -> None:
    """Whether it is a box, nothing tells; a place with the name of a list, or a pager, is told."""
    done = crawl(portal(main, {"/js/list.js": "var c = 7;"}))
    found = section(done)
    assert (done.status, found["mark"]) == (int(is_told), None), done.messages
    assert found["outcome"] == ("more" if is_told else "unproven")


@nightly.by_day(0)
@pytest.mark.parametrize(
    "script",
    [
        "$.post('/api/7',{page:1},draw)",
        "fetch('http://elsewhere.example/api/7?page=1').then(draw)",
        "$.get('/api/search?page='+page,draw)",
        "$.get(base(7)+'?page='+page,draw)",
    ],
    ids=["a form", "another host", "a search", "an address that is not known"],
)
def test_what_cannot_be_asked_for_is_told(crawl: Callable[..., Crawl], script: str) -> None:
    done = crawl(portal(f"<div id='newslist'></div><script>var page=1;{script}</script>", {}, side=""))
    assert (done.status, stored(done), section(done)["outcome"]) == (1, 0, "more"), done.messages


def test_coverage_names_sections_of_which_no_list_was_read(crawl: Callable[..., Crawl]) -> None:
    done = crawl(portal("<div id='newslist'></div><script>$.post('/api/7',{page:1},draw)</script>", {}, side=""))
    told = program.run(
        [sys.executable, "-m", "newscrawler", "coverage", "--archive", str(done.archive)],
        capture_output=True,
        text=True,
    )
    assert "section 宜昌市 has never listed an article (http://www.t.example/yc/)" in told.stderr + told.stdout


def test_a_script_with_many_addresses_is_asked_for_few(crawl: Callable[..., Crawl]) -> None:
    asked: list[int] = []

    def answer(number: int) -> Callable[[], Response]:
        def respond() -> Response:
            asked.append(number)
            return data([])

        return respond

    calls = "".join(f"$.get('/d/{n}.json',add);" for n in range(200))
    files = {f"/d/{n}.json": answer(n) for n in range(200)}
    done = crawl(portal(f"<div id='list'></div><script>{calls}</script>", files, side=""))
    assert done.status == 1 and len(asked) <= 3, asked


WIDGETS = {
    "the weather": "<div id='tqyb'></div><script>$.getJSON('/tq.json',function(d){$('#tqyb').html(d.w)})</script>",
    "a dated ranking": "<ul class='newslist_r'></ul><script>$.getJSON('/hot.json',function(d){$('.newslist_r').html(rows(d))})</script>",
    "a ranking": "<ul id='yd'></ul><script>$.getJSON('/hot.json',function(d){$('#yd').html(rows(d))})</script>",
    "visitors": "<div class='clear'></div><script>$.get('/api/visit?cid=7',function(d){$('#n').text(d)})</script>",
    "in the foot": "<footer><div id='cp'></div><script>$.get('/cp.html',function(d){$('#cp').html(d)})</script></footer>",
    "anything": "<div id='tg5'></div><script>$.get('/tg5.html',function(d){$('#tg5').html(d)})</script>",
}


@nightly.by_day(0)
@pytest.mark.parametrize("widget", WIDGETS.values(), ids=WIDGETS)
@pytest.mark.parametrize("pager", ["", LAST_PAGE])
@pytest.mark.parametrize("is_dated", [True, False])
def test_a_short_list_stays_beside_what_a_script_fills(
    crawl: Callable[..., Crawl], widget: str, pager: str, is_dated: bool
) -> None:
    own = [(path, title, day if is_dated else "") for path, title, day in OWN[:7]]
    hot = {
        "/hot.json": data([*NEWS, *OWN[8:]]),
        "/tq.json": Response(200, {"Content-Type": "application/json"}, b'{"w": "7"}'),
    }
    done = crawl(portal(listing(own, pager), hot, side=widget))
    assert (done.status, stored(done)) == (0, 7), done.messages
    assert section(done)["listing_end"] == ("proven" if pager else "unproven")


def test_blocks_of_a_front_page_stay(crawl: Callable[..., Crawl]) -> None:
    blocks = "".join(
        f"<div class='b{n}'><h3>{name}</h3><ul>"
        + "".join(f"<li><a href='{path}'>{title}</a></li>" for path, title, _ in STORIES[7 * n : 7 * n + 7])
        + "</ul></div>"
        for n, name in enumerate(("要闻", "县区", "民生", "文化"))
    )
    site = portal(blocks, {path: article(title, day) for path, title, day in STORIES}, side=WIDGETS["anything"])
    done = crawl(site)
    assert stored(done) >= 7, done.messages


def test_one_address_for_all_cities_gives_no_mark(crawl: Callable[..., Crawl]) -> None:
    """What a script asks for on the pages of all cities is the portal's."""
    asks = "<div id='box'></div><script>$.getJSON('/api/list?page=1',function(d){$('#box').html(html(d))})</script>"
    site = portal(asks, {"/hs/": f"<html><body><div class='l'>{asks}</div></body></html>"})
    site.pages["/"] = "<html><body><p><a href='/yc/'>宜昌</a> <a href='/hs/'>黄石</a></p></body></html>"
    site.pages |= answers("/api/list?page={}")
    done = crawl(site)
    assert done.status == 1, done.messages
    assert not done.rows("SELECT 1 FROM sections WHERE complete_back_to IS NOT NULL")
