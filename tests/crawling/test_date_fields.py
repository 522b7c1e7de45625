"""A list that ends beside a field for a day: what is older may be had through the field alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support import nightly
from support.crawls import Crawl
from support.pages import LAST_PAGE, Pages, article, listing

ROWS = [(f"/yichang/202603/{n}.html", f"青石坳第{n}号堤段加固完工", f"2026-03-{20 - n}") for n in range(1, 7)]
HOME = "<html><body><div class='nav'><a href='/yichang/'>宜昌</a></div></body></html>"
MONTH = [range(at, min(at + 7, 32)) for at in range(1, 32, 7)]


def table(cell: str) -> str:
    rows = "".join("<tr>" + "".join(f"<td>{cell.format(day)}</td>" for day in week) + "</tr>" for week in MONTH)
    return f"<table>{rows}</table>"


FIELDS = {
    "a picker": "<div class='cal'><input type='text' id='date' onclick='WdatePicker()'><button onclick='query()'>查询</button></div>",
    "a field of HTML": "<p>按日期查看：<input type='date' onchange='go(this.value)'></p>",
    "a month": "<form action='/search.php'><input type='month' name='m'><input type='submit' value='查看'></form>",
    "a span of days": "<form><input name='begin' placeholder='开始日期'> 至 <input name='end' placeholder='结束日期'><button>查询</button></form>",
    "a class": "<div><input class='form-control Wdate' name='t1'><a onclick='find()'>往期</a></div>",
    "lists of years and months": "<select id='y'><option>请选择年份</option><option value='2026'>2026年</option><option value='2025'>2025年</option></select>"
    "<select id='m'><option value='1'>1月</option><option value='2'>2月</option></select><button onclick='show()'>确定</button>",
    "values of years": "<select onchange='query(this)'><option value='2026'>2026</option><option value='2025'>2025</option></select>",
    "values of days": "<select onchange='f()'><option value='2026-03-20'>2026-03-20</option><option value='2026-03-19'>2026-03-19</option><option value='1'>2026-03-18</option></select>",
    "a list of days": "<select onchange='show(this.value)'><option>2026-03-20</option><option>2026-03-19</option></select>",
    "a calendar of a script": "<div id='calendar'></div><script>draw('calendar');</script>",
    "a calendar with clicks": table("<a href='javascript:show({0})'>{0}</a>"),
    "cells with clicks": table("<span onclick='show({0})'>{0}</span>"),
}
OTHERS = {
    "a search": "<form action='/so/'><input name='q' placeholder='请输入关键词'><input type='date' name='d'><button>搜索</button></form>",
    "a search without a form": "<div>关键词<input id='kw'> 日期<input id='date1' class='Wdate'><button onclick='so()'>检索</button></div>",
    "a letter to the paper": "<form><textarea name='text'></textarea><input type='date' name='day'><button>提交</button></form>",
    "a hidden field": "<input type='hidden' name='date' value='2026-03-20'>",
    "numbers of pages": "<select onchange='go(this.value)'><option>1</option></select>",
    "a leaf of a calendar": table("{0}"),
    "volumes with addresses": "<select onchange='location=this.value'><option value='/zt/2025/'>2025年</option><option value='/zt/2024/'>2024年</option></select>",
    "volumes that code opens": "<select onchange=\"location.href='/zt/'+this.value+'/'\"><option value='2025'>2025年</option><option value='2024'>2024年</option></select>",
    "another list's": "<div><div><input type='date'><ul>"
    + "".join(f"<li><a href='/sz/2026/03/{n}.html'>外省消息第{n}条今日播报</a></li>" for n in range(5))
    + "</ul></div></div>",
    "a name like one": "<input id='update' value='刷新' type='button'><input class='today-weather'>",
}


def crawled(crawl: Callable[..., Crawl], markup: str) -> tuple[int, str | None, str]:
    page = listing(ROWS).replace("<ul class='list'>", f"{markup}<ul class='list'>")
    done = crawl(Pages({"/": HOME, "/yichang/": page, **{path: article(title, day) for path, title, day in ROWS}}))
    assert done.one("SELECT count(*) AS n FROM articles")["n"] >= len(ROWS)
    mark = done.one("SELECT complete_back_to FROM sections WHERE name = '宜昌市'")["complete_back_to"]
    return done.status, mark, done.messages


@nightly.by_day(11)
@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_a_field_for_a_day_is_a_sign_of_more(crawl: Callable[..., Crawl], field: str) -> None:
    status, mark, messages = crawled(crawl, field)
    assert (status, mark) == (1, "2026-03-14") and "asks for a day" in messages, messages


@nightly.by_day(8)
@pytest.mark.parametrize("markup", OTHERS.values(), ids=OTHERS)
def test_other_fields_say_nothing_of_a_list(crawl: Callable[..., Crawl], markup: str) -> None:
    status, mark, messages = crawled(crawl, markup)
    assert (status, mark) == (0, "beginning"), messages


def test_a_day_without_news_is_no_empty_section(crawl: Callable[..., Crawl]) -> None:
    page = f"<html><body>{FIELDS['a picker']}<p>暂无内容</p></body></html>"
    done = crawl(Pages({"/": HOME, "/yichang/": page}))
    assert done.one("SELECT complete_back_to FROM sections")["complete_back_to"] is None
    assert done.status == 1 and "asks for a day" in done.messages


@pytest.mark.slow
def test_a_field_of_the_first_page_counts_on_the_last(crawl: Callable[..., Crawl]) -> None:
    first = listing(ROWS[:3], "<a href='/yichang/index_2.html'>下一页</a>")
    pages = {
        "/yichang/": first.replace("<ul class='list'>", f"{FIELDS['a picker']}<ul class='list'>"),
        "/yichang/index_2.html": listing(ROWS[3:], LAST_PAGE),
    }
    done = crawl(Pages({"/": HOME, **pages, **{path: article(title, day) for path, title, day in ROWS}}))
    assert done.one("SELECT complete_back_to FROM sections")["complete_back_to"] == "2026-03-14"
    assert done.status == 1
