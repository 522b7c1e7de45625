"""Columns of front pages whose addresses are numbers: the page tells what belongs to a city, not the address."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from support import nightly
from support.crawls import Crawl
from support.pages import Pages, article

Story = tuple[str, str, str]
CITIES = {"宜昌": 1, "恩施州": 2}
NAMES = ("要闻", "民生", "文旅")
ADDRESSES = {
    "a number": "/list/{}.html",
    "a channel": "/channel/{}.html",
    "a folder of a number": "/GB/{}/index.html",
    "a node": "/node_ab12c{}",
    "what looks like an article": "/c{}",
    "a parameter": "/list.php?cid={}",
    "a file": "/list_{}.htm",
}  # fmt: skip
FORMS = {
    "above, with a sign": "<div class='b'><div class='bt'><span>{0}</span><a href='{1}'>更多&gt;&gt;</a></div><ul>{2}</ul></div>",
    "above": "<section><h2>{0}</h2><a class='more' href='{1}'>MORE</a><ul>{2}</ul></section>",
    "below": "<div><h3>{0}</h3><ul>{2}</ul><p><a href='{1}'>更多</a></p></div>",
    "an image": "<div><h3>{0}<a href='{1}'><img src='/i/more.png'></a></h3><ul>{2}</ul></div>",
}  # fmt: skip


def stories(column: int, number: int = 9) -> list[Story]:
    """Stories of a column, newest first; each column reaches back to a day of its own."""
    return [
        (
            f"/p/{column}{700 - n}.html",
            f"第{column}片梯田第{n}道田埂补好了",
            f"2026-0{7 - n // 4}-{28 - n - column % 5:02d}",
        )
        for n in range(number)
    ]


def rows(shown: Sequence[Story]) -> str:
    return "".join(f"<li><a href='{path}'>{title}</a><span>{day}</span></li>" for path, title, day in shown)


def list_page(shown: Sequence[Story], more: str) -> str:
    return f"<html><body><h2>列表</h2><ul>{rows(shown)}</ul><div class='page'>{more}</div></body></html>"


def portal(address: str, form: str, beside: Callable[[int], str] = lambda city: "", home: str = "") -> Pages:
    """Two cities with three columns of two pages each; `beside` is what their front pages have besides."""
    pages: dict[str, str] = {}
    menu = ""
    for name, city in CITIES.items():
        own = address.format(city * 100)
        menu += f"<a href='{own}'>{name}</a>"
        blocks = ""
        for n, column in enumerate(NAMES, 1):
            number = city * 100 + n * 10
            path, shown = address.format(number), stories(number)
            second = f"{path}&page=2" if "?" in path else f"/second/{number}.html"
            blocks += form.format(column, path, rows(shown[:4]))
            pages[path] = list_page(shown[:6], f"<a href='{second}'>下一页</a>")
            pages[second] = list_page(shown[6:], "<span>下一页</span>")
            pages |= {one: article(title, day) for one, title, day in shown}
        pages[own] = f"<html><body><div class='main'>{blocks}</div>{beside(city)}</body></html>"
    pages["/"] = f"<html><body><div class='nav'>{menu}</div>{home}</body></html>"
    pages |= {one: article(title, day) for one, title, day in stories(990)}
    pages["/list/990.html"] = list_page(stories(990), "<span>下一页</span>")
    return Pages(pages)  # type: ignore[arg-type]


def columns(done: Crawl) -> list[str]:
    return [str(row["url"]) for row in done.rows("SELECT url FROM sections WHERE name LIKE '%/%'")]


def marks(done: Crawl) -> set[str]:
    return {str(row["mark"]) for row in done.rows("SELECT complete_back_to AS mark FROM sections")}


@nightly.by_day(5)
@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES)
def test_each_block_of_a_city_is_its_column_whatever_its_address(crawl, address: str) -> None:
    done = crawl(portal(address, FORMS["above, with a sign"]))
    assert done.status == 0, done.messages
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == 54
    assert len(columns(done)) == 6 and marks(done) == {"beginning"}


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_the_forms_of_a_block(crawl, form: str) -> None:
    done = crawl(portal("/list/{}.html", form))
    assert done.status == 0, done.messages
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == 54
    assert marks(done) == {"beginning"}


def of_portal(heading: str) -> str:
    return FORMS["above"].format(heading, "/list/990.html", rows(stories(990)[:4]))


@nightly.by_day(1)
@pytest.mark.parametrize(
    ("beside", "home"),
    [
        (lambda city: of_portal("国内新闻"), ""),
        (lambda city: of_portal("国内新闻") if city == 1 else "", of_portal("国内新闻")),
        (lambda city: of_portal("点击排行") if city == 1 else "", ""),
        (lambda city: of_portal("国内新闻") if city == 1 else "<a href='/list/990.html'>国内</a>", ""),
    ],
    ids=["on each page", "on the homepage", "a ranking", "a link of the other city"],
)
def test_a_block_of_the_portal_is_no_column_of_a_city(crawl, beside: Callable[[int], str], home: str) -> None:
    done = crawl(portal("/list/{}.html", FORMS["above"], beside, home))
    assert len(columns(done)) == 6, columns(done)
    assert not any("990" in url for url in crawl.requests)


@pytest.mark.slow
def test_a_more_that_leads_to_an_article_is_no_column(crawl) -> None:
    """A lead story is shown with a few of its sentences and 更多, which is the story."""
    (path, title, _), *rest = stories(990)
    lead = FORMS["above"].format("今日关注", path, f"<li><a href='{path}'>{title}</a></li>{rows(rest[:2])}")
    done = crawl(portal("/list/{}.html", FORMS["above"], lambda city: lead if city == 1 else ""))
    assert len(columns(done)) == 6, columns(done)


@pytest.mark.slow
def test_a_crawl_of_one_city_tells_what_it_cannot_judge(crawl) -> None:
    """No other page shows which blocks are the portal's. What an earlier crawl found counts."""
    pages = portal("/list/{}.html", FORMS["above"])
    alone = crawl(pages, "--city", "宜昌")
    assert alone.status == 1 and "its blocks lead to 3 listings outside of its own folder" in alone.messages
    assert marks(alone) == {"None"}
    whole = crawl(pages)
    assert whole.status == 0, whole.messages
    known = crawl(pages, "--city", "宜昌")
    assert known.status == 0 and marks(known) == {"beginning"}, known.messages


def test_columns_that_cannot_be_read_leave_no_mark(crawl) -> None:
    pages = portal("/list/{}.html", FORMS["above"])
    del pages.pages["/list/120.html"]
    done = crawl(pages)
    assert done.status == 1
    assert done.one("SELECT complete_back_to AS mark FROM sections WHERE name = '宜昌市'")["mark"] is None
