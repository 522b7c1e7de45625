"""Buttons 加载更多 of scripts: the address of what they load stands in an attribute or in the code of the click."""

from __future__ import annotations

import json
from datetime import date, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from newscrawler.demo.model import Response
from support import nightly
from support.pages import Pages, article

PAGES, OF_A_PAGE = 3, 5
Entry = tuple[str, str, str]


def entries(number: int) -> list[Entry]:
    first = (number - 1) * OF_A_PAGE
    days = [date(2026, 6, 30) - timedelta(days=n) for n in range(first, first + OF_A_PAGE)]
    return [
        (f"/yc/2026/{day:%m%d}/{n}.html", f"清溪口第{n}座水塔今日完工", f"{day}") for n, day in enumerate(days, first)
    ]


def rows(part: list[Entry]) -> str:
    return "".join(f"<li><a href='{path}'>{title}</a><span>{day}</span></li>" for path, title, day in part)


def whole(number: int, button: str) -> str:
    shown = button.replace("@", str(number + 1)).replace("^", str(number)) if number < PAGES else ""
    return (
        f"<html><head><title>宜昌</title></head><body><ul class='l'>{rows(entries(number))}</ul>{shown}</body></html>"
    )


class Loading(Pages):
    """A portal of one city whose list is loaded part by part from `address`, as pages, as parts of pages or as data.

    In `address` and `button`, @ is the number of the next page and ^ that of this one.
    """

    def __init__(self, button: str, address: str, kind: str, first: int = 1) -> None:
        menu = "<html><body><p><a href='/yc/'>宜昌</a></p></body></html>"
        stories = [entry for number in range(1, PAGES + 1) for entry in entries(number)]
        super().__init__({"/": menu, **{path: article(title, day) for path, title, day in stories}})
        self.button, self.kind = button, kind
        self.pages["/yc/"] = whole(1, button)
        self.numbers = {self.canonical(address.replace("@", str(n - 1 + first))): n for n in range(2, PAGES + 1)}

    @staticmethod
    def canonical(path: str) -> str:
        parts = urlsplit(path)
        return f"{parts.path}?{sorted(parse_qsl(parts.query))}"

    def respond(self, path: str) -> Response:
        number = self.numbers.get(self.canonical(path))
        if number is None:
            is_behind = self.kind == "data" and self.numbers and path.startswith(("/api/", "/ajax/"))
            return (
                Response(200, {"Content-Type": "application/json"}, b'{"list": []}')
                if is_behind
                else super().respond(path)
            )
        if self.kind == "whole":
            body, content_type = whole(number, self.button), "text/html; charset=utf-8"
        elif self.kind == "part":
            body, content_type = rows(entries(number)), "text/html; charset=utf-8"
        else:
            found = [{"title": title, "url": path, "date": day} for path, title, day in entries(number)]
            body, content_type = json.dumps({"list": found}), "application/json"
        return Response(200, {"Content-Type": content_type}, body.encode())


MORE = "<script>function more(c,p){$.get('/ajax/'+c+'/'+p+'.html',add)}</script>"
AJAX = "<script>function more(c,p){$.ajax({url:'/ajax/'+c+'_'+p,success:add})}</script>"
SENT = "<script>function more(c,p){$.getJSON('/api/list',{cat:c,page:p},add)}</script>"
FIELDS = "<input type='hidden' id='pageNo' value='1'><input type='hidden' id='totalPage' value='3'>"
MORE_OF_FIELDS = FIELDS + "<div onclick='getMore()'>加载更多</div><script>function getMore(){{{}}}</script>"
"""The function of the button makes the address of a number that a field of the page holds."""
WAYS: list[tuple[str, str, str]] = [
    ("<a class='m' data-url='/yc/list_@.html'>加载更多</a>", "/yc/list_@.html", "whole"),
    ("<button onclick=\"loadMore('/x/list_@.html')\">点击加载更多</button>", "/x/list_@.html", "whole"),
    ("<div class='m' onclick=\"loadMore(this,'/x/yc_@.html')\">查看更多</div>", "/x/yc_@.html", "part"),
    ("<a href='javascript:;' data-api='/ajax/yc/@'>加载更多</a>", "/ajax/yc/@", "part"),
    ("<a href=\"javascript:more('yc',@)\">加载更多</a>" + MORE, "/ajax/yc/@.html", "part"),
    ("<p onclick=\"more('yc',@)\">加载更多</p>" + AJAX, "/ajax/yc_@", "data"),
    ("<p onclick=\"more('yc',@)\">加载更多</p>" + SENT, "/api/list?cat=yc&page=@", "data"),
    ("<a data-url='/api/list' data-channel='7' data-page='^'>加载更多</a>", "/api/list?channel=7&page=@", "data"),
    ("<a data-url='/api/list' data-cid='7' data-page='@' data-size='5'>加载更多</a>", "/api/list?cid=7&page=@&size=5", "data"),
    ("<span data-page='/yc/list_{page}.html'>加载更多</span>", "/yc/list_@.html", "whole"),
    ("<span data-href='/ajax/yc?pageNo=^'>加载更多</span>", "/ajax/yc?pageNo=@", "part"),
    ("<span data-load-url='/ajax/yc?p='>加载更多</span>", "/ajax/yc?p=@", "data"),
    ("<ul data-next='/ajax/yc_@.html'></ul>", "/ajax/yc_@.html", "part"),
    ("<a href='#' data-next='list_@.html'>下一页</a>", "/yc/list_@.html", "whole"),
    ("<a href='#' onclick=\"go('/x/yc_@.html')\">下一页</a>", "/x/yc_@.html", "whole"),
    ("<a data-tpl='/ajax/yc/{0}'>加载更多</a>", "/ajax/yc/@", "part"),
    (MORE_OF_FIELDS.format("var n=parseInt($('#pageNo').val())+1;$.get('/column/d29775/more_'+n,add)"), "/column/d29775/more_@", "part"),
    (MORE_OF_FIELDS.format("var v=Number(document.getElementById('pageNo').value), nx=v+1; $.get('/c/more/'+nx,add)"), "/c/more/@", "part"),
    (MORE_OF_FIELDS.format("let k = 1 + parseInt($('#pageNo').val(), 10); $.getJSON('/api/c7/' + k, add)"), "/api/c7/@", "data"),
]  # fmt: skip


@nightly.by_day(8)
@pytest.mark.parametrize(("button", "address", "kind"), WAYS)
def test_what_a_button_loads_is_read_to_its_end(crawl, button: str, address: str, kind: str) -> None:
    done = crawl(Loading(button, address, kind))
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == PAGES * OF_A_PAGE, done.messages
    section = done.one("SELECT listing_end, complete_back_to FROM sections")
    assert (section["listing_end"], section["complete_back_to"]) == ("proven", "beginning"), done.messages
    assert done.status == 0, done.messages


@nightly.by_day(5)
@pytest.mark.parametrize(("button", "address", "kind"), WAYS)
def test_a_button_that_brings_nothing_is_told(crawl, button: str, address: str, kind: str) -> None:
    portal = Loading(button, address, kind)
    portal.numbers.clear()
    done = crawl(portal)
    assert done.status == 1, done.messages
    # An address that is surely the next page's is a failure if it answers 404.
    section = done.one("SELECT listing_end, complete_back_to FROM sections")
    assert section["listing_end"] in ("more", None) and section["complete_back_to"] != "beginning"


BUTTON = """<p onclick="more(this)">加载更多</p><script>var page=1;
function more(b){page++;$.getJSON("/api/list?id=7&page="+page,function(r){if(!r.list.length){$(b).hide();}});}</script>"""
ANSWERS = [
    ('{"list": []}', "unproven"),
    ('{"code": 500, "list": []}', "more"),
    ('{"list": [], "msg": "没有更多了"}', "unproven"),
    ('{"list": [], "msg": "请先登录"}', "more"),
]


@nightly.by_day(3)
@pytest.mark.parametrize(("answer", "end"), ANSWERS)
def test_a_button_whose_address_answers_and_brings_nothing_more_says_nothing(crawl, answer: str, end: str) -> None:
    """The address brings what the page shows for its first number, so that an empty answer for the second counts."""
    portal = Loading(BUTTON, "/api/list?id=7&page=@", "data")
    portal.numbers.clear()
    found = [{"title": title, "url": path, "date": day} for path, title, day in entries(1)]
    json_type = {"Content-Type": "application/json"}
    portal.pages["/api/list?id=7&page=1"] = Response(200, json_type, json.dumps({"list": found}).encode())
    portal.pages["/api/list?id=7&page=2"] = Response(200, json_type, answer.encode())
    done = crawl(portal)
    assert done.one("SELECT listing_end FROM sections")["listing_end"] == end, done.messages
    assert done.status == (0 if end == "unproven" else 1), done.messages


@nightly.by_day(0)
@pytest.mark.parametrize("kind", ["whole", "part", "data"])
def test_a_list_of_others_is_not_taken_for_the_next_page(crawl, kind: str) -> None:
    """What the address brings is newer than what was read: another list of the portal."""
    button, address, _ = WAYS[3]
    portal = Loading(button, address, kind)
    newest = [(f"/a/2026/0715/{n}.html", f"别处的第{n}条要闻刚刚发布", "2026-07-15") for n in range(5)]
    portal.pages |= {path: article(title, day) for path, title, day in newest}
    portal.numbers.clear()
    portal.pages["/ajax/yc/2"] = rows(newest)
    done = crawl(portal)
    assert done.status == 1, done.messages
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == OF_A_PAGE


BUSY = "<p class='err'>系统繁忙，请稍后再试</p>"
SENT_AWAY = "<script>top.location='/login.html'</script>"


@nightly.by_day(3)
@pytest.mark.parametrize(
    ("answer", "end"),
    [
        (BUSY, "unproven"),
        (SENT_AWAY, "unproven"),
        ('{"error": "too fast"}', "unproven"),
        ("<b>Fatal error</b>: Allowed memory size exhausted", "more"),
        ("", "proven"),
        ("<p>没有更多了</p>", "proven"),
        (rows(entries(2)), "proven"),
    ],
)
def test_what_comes_in_place_of_a_part_is_no_end(crawl, answer: str, end: str) -> None:
    portal = Loading("<a class='m' data-url='/ajax/yc?p='>加载更多</a>", "/ajax/yc?p=@", "part")
    del portal.numbers[portal.canonical("/ajax/yc?p=3")]
    portal.pages["/ajax/yc?p=3"] = answer
    done = crawl(portal)
    section = done.one("SELECT listing_end, complete_back_to FROM sections")
    assert (section["listing_end"], section["complete_back_to"] == "beginning") == (end, end == "proven")
    assert done.status == (1 if end == "more" else 0), done.messages
