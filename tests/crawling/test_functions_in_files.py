"""The function of a pager may stand in a script file of the page: `javascript:goPage(2)`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from newscrawler.demo.model import Response
from newscrawler.listings.pagers.function_files import MOST_FILES
from support import nightly
from support.crawls import Crawl
from support.endings import stored
from support.pages import Pages, article, listing

CITIES = {"yc": "宜昌", "hs": "黄石"}
PER_PAGE, PAGES = 6, 3
FUNCTIONS = {
    "declared": "function goPage(p){ location.href = p==1 ? './' : 'p_'+p+'.html'; }",
    "assigned": "var a=1;\nvar goPage = function(p){\n  window.location.href = 'p_' + p + '.html';\n};",
    "of the window": "window.goPage=function(p){location='p_'+p+'.html'}",
    "an arrow": "const goPage = (p) => { location.href = 'p_' + p + '.html' };",
    "with a guard": "function goPage(p){if(p<1)return;\n location.href='p_'+p+'.html';}",
    "a form": "function goPage(p){document.f1.page.value=p;document.f1.submit();}",
}
PAGERS = {
    "下一页": "第{n}页 {next}",
    "numbers": "{numbers} {next}",
    "a total": "共{all}页 第{n}页 {next}",
    "an attribute": "共{all}页 {attribute}",
}
NOISE = "function top(){scrollTo(0,0)} var countPage = 9; var currentPage = 0; createPageHTML(9,0,'index','html');"


def pager(form: str, number: int) -> str:
    link = f'<a href="javascript:goPage({number + 1})">下一页</a>' if number < PAGES else "<span>下一页</span>"
    button = f'<a href="javascript:;" onclick="goPage(\'{number + 1}\')">下一页</a>' if number < PAGES else ""
    numbers = " ".join(
        f"<b>{n}</b>" if n == number else f'<a href="javascript:goPage({n})">{n}</a>' for n in range(1, PAGES + 1)
    )
    return f"<div class='page'>{form.format(n=number, all=PAGES, next=link, numbers=numbers, attribute=button)}</div>"


def portal(
    function: str, form: str, head: str = "<script src='/js/list.js'></script>", file: str = "/js/list.js"
) -> Pages:
    menu = "".join(f"<li><a href='/{city}/'>{name}</a></li>" for city, name in CITIES.items())
    pages: dict[str, Any] = {"/": f"<html><body><ul>{menu}</ul></body></html>"}
    sent = "<form name='f1' method='get' action='list.html'><input type='hidden' name='page' value='1'></form>"
    for city, name in CITIES.items():
        own = [
            (f"/{city}/2026/06{28 - n:02d}/{900 - n}.html", f"{name}渡口的石阶第{n}次修整完毕", f"2026-06-{28 - n:02d}")
            for n in range(PER_PAGE * PAGES)
        ]
        for number in range(1, PAGES + 1):
            shown = own[(number - 1) * PER_PAGE : number * PER_PAGE]
            made = listing(shown, pager(form, number) + (sent if "submit" in function else ""))
            address = f"list.html?page={number}" if "submit" in function else f"p_{number}.html"
            pages[f"/{city}/{address if number > 1 else ''}"] = made.replace("</head>", f"{head}</head>")
        pages |= {path: article(title, day) for path, title, day in own}
    pages[file] = Response(200, {"Content-Type": "application/javascript"}, f"{NOISE}\n{function}".encode())
    return Pages(pages)


@nightly.by_day(0)
@pytest.mark.parametrize("form", PAGERS.values(), ids=PAGERS)
@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
def test_the_function_of_a_pager_is_read_from_its_file(crawl: Callable[..., Crawl], function: str, form: str) -> None:
    done = crawl(portal(function, form))
    assert done.status == 0, done.messages
    assert stored(done) == len(CITIES) * PER_PAGE * PAGES


@nightly.by_day(1)
@pytest.mark.parametrize(
    ("head", "file"),
    [
        ("<script src='/js/jquery.js'></script><script src='/js/common.js'></script>", "/js/common.js"),
        (
            "<script src='/js/top.js'></script><script src='/js/gone.js'></script><script src='/a/fn.js'></script>",
            "/a/fn.js",
        ),
        ("<script src='../static/page.js?v=3'></script>", "/static/page.js?v=3"),
    ],
)
def test_the_file_may_be_one_of_several(crawl: Callable[..., Crawl], head: str, file: str) -> None:
    pages = portal(FUNCTIONS["declared"], PAGERS["下一页"], head, file)
    if "top.js" in head:
        pages.pages["/js/top.js"] = Response(200, {"Content-Type": "text/javascript"}, b"function up(){scrollTo(0,0)}")
    done = crawl(pages)
    assert done.status == 0, done.messages
    assert stored(done) == len(CITIES) * PER_PAGE * PAGES
    assert not [path for path in crawl.requests if "jquery" in path]  # type: ignore[attr-defined]


@nightly.by_day(0)
@pytest.mark.parametrize(
    ("head", "form"),
    [
        ("<script src='http://cdn.other.example/list.js'></script>", PAGERS["下一页"]),
        ("<script src='/js/jquery.page.js'></script>", PAGERS["下一页"]),
        ("".join(f"<script src='/js/f{n}.js'></script>" for n in range(9)), PAGERS["下一页"]),
    ],
    ids=["another host", "a library", "too many files"],
)
def test_a_function_that_is_not_found_is_told(crawl: Callable[..., Crawl], head: str, form: str) -> None:
    done = crawl(portal(FUNCTIONS["declared"], form, head, "/js/f8.js"))
    assert done.status == 1 and "the address of 下一页 is in a script (goPage(2))" in done.messages
    asked = {path for path in crawl.requests if path.endswith(".js")}  # type: ignore[attr-defined]
    assert len(asked) == (MOST_FILES if "f8" in head else 0)


def test_a_button_of_a_show_of_pictures_asks_for_no_file(crawl: Callable[..., Crawl]) -> None:
    pages = portal(FUNCTIONS["declared"], "<span>{n}</span>", "<script src='/js/app.js'></script>", "/js/app.js")
    slider = "<div class='slide'><a href='javascript:next()'>下一页</a><a href=\"javascript:show('yw')\">要闻</a></div>"
    for city in CITIES:
        pages.pages[f"/{city}/"] = str(pages.pages[f"/{city}/"]).replace("<body>", f"<body>{slider}")
    crawl(pages)
    assert not [path for path in crawl.requests if path.endswith(".js")]  # type: ignore[attr-defined]
