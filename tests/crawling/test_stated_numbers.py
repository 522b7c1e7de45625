"""A listing whose stated number of entries was met, while the address of its next page answers nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from newscrawler.demo.model import Response
from support import nightly
from support.crawls import Crawl
from support.pages import DEFINITION, HOMEPAGE, Pages, article, html, listing

ROWS = [(f"/yichang/2026{n:02}.html", f"青石坳第{n}座水窖蓄满", f"2026-03-{28 - n}") for n in range(12)]
STORIES = {path: article(title, day) for path, title, day in ROWS}
ANSWERS = {
    "gone": html("<h1>404</h1>", 404),
    "gone for good": html("<h1>410</h1>", 410),
    "an empty page": html(""),
    "no content": Response(204, {}, b""),
}


def data(total: int, rows: list[tuple[str, str, str]] = ROWS) -> Response:
    objects = [{"title": title, "url": path, "time": day} for path, title, day in rows]
    return Response(200, {"Content-Type": "application/json"}, json.dumps({"total": total, "list": objects}).encode())


def crawled(crawl: Callable[..., Crawl], pages: dict[str, Any], address: str) -> tuple[int, str | None]:
    """Return the exit status and the mark."""
    definition = DEFINITION.replace("[crawl]", f'[sections]\n"宜昌市" = "{address}"\n[crawl]')
    done = crawl(Pages({"/": HOMEPAGE, **STORIES, **pages}), definition=definition)
    return done.status, done.one("SELECT complete_back_to FROM sections")["complete_back_to"]


@nightly.by_day(3)
@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_nothing_behind_the_last_stated_entry_is_the_end(crawl: Callable[..., Crawl], answer: Response) -> None:
    pages = {"/api?page=1": data(len(ROWS)), "/api?page=2": answer}
    assert crawled(crawl, pages, "/api?page=1") == (0, "beginning")


@pytest.mark.slow
def test_an_empty_answer_may_state_no_entries(crawl: Callable[..., Crawl]) -> None:
    pages = {"/api?page=1": data(len(ROWS)), "/api?page=2": data(0, [])}
    assert crawled(crawl, pages, "/api?page=1") == (0, "beginning")


@pytest.mark.slow
def test_a_page_counts_like_data(crawl: Callable[..., Crawl]) -> None:
    pager = f"共{len(ROWS)}条 <a href='/yichang/index_2.html'>下一页</a>"
    assert crawled(crawl, {"/yichang/": listing(ROWS, pager)}, "/yichang/") == (0, "beginning")


@nightly.by_day(2)
@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_nothing_before_the_last_stated_entry_is_a_failure(crawl: Callable[..., Crawl], answer: Response) -> None:
    pages = {"/api?page=1": data(len(ROWS) + 10), "/api?page=2": answer}
    assert crawled(crawl, pages, "/api?page=1") == (1, None)


@nightly.by_day(0)
@pytest.mark.parametrize("answer", [html("<h1>500</h1>", 500), html("<h1>403 Forbidden</h1>", 403)])
def test_an_error_is_no_end(crawl: Callable[..., Crawl], answer: Response) -> None:
    pages = {"/api?page=1": data(len(ROWS)), "/api?page=2": answer}
    assert crawled(crawl, pages, "/api?page=1") == (1, None)


def test_a_page_that_the_pager_states_is_no_end(crawl: Callable[..., Crawl]) -> None:
    pager = f"共{len(ROWS)}条 1/2页 <a href='/yichang/index_2.html'>下一页</a>"
    status, mark = crawled(crawl, {"/yichang/": listing(ROWS, pager)}, "/yichang/")
    assert status == 1 and mark != "beginning"


@nightly.by_day(4)
@pytest.mark.parametrize("form", ["a link", "code"])
@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_nothing_behind_the_last_stated_page_is_the_end(
    crawl: Callable[..., Crawl], answer: Response, form: str
) -> None:
    def pager(number: int) -> str:
        link = {"a link": f"href='/yichang/index_{number + 1}.html'"}
        code = f"href=\"javascript:location.href='index_{number + 1}.html'\""
        return f"<div>共 2 页 <a {link.get(form, code)}>下一页</a></div>"

    pages = {"/yichang/": listing(ROWS[:6], pager(1)), "/yichang/index_2.html": listing(ROWS[6:], pager(2))}
    assert crawled(crawl, {**pages, "/yichang/index_3.html": answer}, "/yichang/") == (0, "beginning")


@pytest.mark.slow
def test_a_single_stated_page_is_the_end(crawl: Callable[..., Crawl]) -> None:
    pages = {"/yichang/": listing(ROWS, "共 1 页 <a href='/yichang/index_2.html'>下一页</a>")}
    assert crawled(crawl, pages, "/yichang/") == (0, "beginning")


@pytest.mark.slow
def test_pages_behind_the_last_stated_one_are_read(crawl: Callable[..., Crawl]) -> None:
    """A template may state 共 1 页 on every page."""
    pages = {
        "/yichang/": listing(ROWS[:6], "共 1 页 <a href='/yichang/index_2.html'>下一页</a>"),
        "/yichang/index_2.html": listing(ROWS[6:], "共 1 页 <span>下一页</span>"),
    }
    definition = DEFINITION.replace("[crawl]", '[sections]\n"宜昌市" = "/yichang/"\n[crawl]')
    done = crawl(Pages({"/": HOMEPAGE, **STORIES, **pages}), definition=definition)
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == len(ROWS)


@nightly.by_day(2)
@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_nothing_at_a_page_that_is_stated_is_a_failure(crawl: Callable[..., Crawl], answer: Response) -> None:
    pages = {
        "/yichang/": listing(ROWS[:6], "共 3 页 <a href='/yichang/index_2.html'>下一页</a>"),
        "/yichang/index_2.html": listing(ROWS[6:], "共 3 页 <a href='/yichang/index_3.html'>下一页</a>"),
        "/yichang/index_3.html": answer,
    }
    assert crawled(crawl, pages, "/yichang/")[0] == 1


@pytest.mark.slow
def test_a_row_of_numbers_states_no_last_page(crawl: Callable[..., Crawl]) -> None:
    pager = "<div class='page'><a href='/yichang/'>1</a> <b>2</b> <a href='/yichang/index_3.html'>下一页</a></div>"
    pages = {
        "/yichang/": listing(ROWS[:6], "<a href='/yichang/index_2.html'>下一页</a>"),
        "/yichang/index_2.html": listing(ROWS[6:], pager),
    }
    assert crawled(crawl, pages, "/yichang/")[0] == 1


@pytest.mark.slow
def test_the_pages_of_a_day_say_nothing_about_the_day_before(crawl: Callable[..., Crawl]) -> None:
    pages = {
        "/yichang/": listing(ROWS[:6], "共 1 页 <a href='/yichang/20260322.html'>前一天</a>"),
        "/yichang/20260322.html": html(
            "<html><body>当日暂无新闻 <a href='/yichang/20260321.html'>前一天</a></body></html>"
        ),
        "/yichang/20260321.html": listing(ROWS[6:], "共 1 页"),
    }
    definition = DEFINITION.replace("[crawl]", '[sections]\n"宜昌市" = "/yichang/"\n[crawl]')
    done = crawl(Pages({"/": HOMEPAGE, **STORIES, **pages}), definition=definition)
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == len(ROWS)


def test_an_entry_that_was_withdrawn_while_it_was_read_leaves_a_doubt(crawl: Callable[..., Crawl]) -> None:
    pages = {"/api?page=1": data(len(ROWS), ROWS[:6]), "/api?page=2": data(len(ROWS) - 1, ROWS[7:])}
    pages["/api?page=3"] = data(len(ROWS) - 1, [])
    assert crawled(crawl, pages, "/api?page=1")[1] != "beginning"


NUMBERS = [
    # What stands above a list of two pages with twelve entries, and whether it speaks against the pager's end.
    ("<p>共收录文章 67 篇</p>", True),
    ("<div class='tip'>本栏目共有 67 条信息，仅开放浏览前2页</div>", True),
    ("<div class='tip'>仅开放浏览前2页</div>", True),
    ("<div>只显示最新12条</div>", True),
    ("<p>本栏目只展示近三个月的新闻</p>", True),
    ("<p>为您找到“宜昌”相关结果约58个</p>", True),
    ("<p>共58条结果</p>", True),
    ("<p>共收录文章 12 篇</p>", False),
    ("<p>共 13 条信息</p>", False),
    ("<div>只显示最新50条</div>", False),
    ("<div>最多显示前 100 页</div>", False),
    ("<p>本站共收录文章 45000 篇</p>", False),
    ("<p>累计访问 12000 次</p>", False),
]


@nightly.by_day(0, 2, 8)
@pytest.mark.parametrize(("number", "is_more"), NUMBERS)
def test_a_number_beside_the_list_speaks_against_the_end_of_its_pager(
    crawl: Callable[..., Crawl], number: str, is_more: bool
) -> None:
    """Portals cut the pages of a list; the number comes from their database."""
    pages = {
        "/yichang/": listing(ROWS[:6], "<p><b>1</b> <a href='/yichang/index_2.html'>2</a></p>"),
        "/yichang/index_2.html": listing(ROWS[6:], "<p><a href='/yichang/'>1</a> <b>2</b></p>"),
    }
    first = pages["/yichang/"]
    pages["/yichang/"] = str(first).replace("<body>", f"<body>{number}", 1)
    status, mark = crawled(crawl, pages, "/yichang/")
    assert (status, mark == "beginning") == ((1, False) if is_more else (0, True))


@pytest.mark.parametrize("last", [{"total": 0, "list": []}, {"total": 0}, {"list": [], "total": "0", "pages": 0}])
def test_a_later_number_below_what_was_read_proves_nothing(crawl: Callable[..., Crawl], last: dict[str, Any]) -> None:
    """A query that failed states 0 entries; the first page states no number at all."""
    answer = Response(200, {"Content-Type": "application/json"}, json.dumps(last).encode())
    pages = {
        "/yichang/": listing(ROWS[:6], "<a class='m' data-url='/api?page=2'>加载更多</a>"),
        "/api?page=2": data(len(ROWS) + 20, ROWS[6:]),
        "/api?page=3": answer,
    }
    status, mark = crawled(crawl, pages, "/yichang/")
    assert status == 1 and mark != "beginning"
