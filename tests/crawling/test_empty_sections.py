"""Sections that are empty for a time: at first, or later, and what is said when they show entries."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from newscrawler.demo.model import Response
from support import nightly
from support.crawls import Crawl
from support.pages import LAST_PAGE, Pages, article, html, listing

ROWS = [(f"/yc/2026/{n}.html", f"石桥头的第{n}盏渔火亮了", f"2026-06-{28 - n:02d}") for n in range(24)]
EMPTY = "<html><body><div class='nodata'>暂无内容</div></body></html>"
GAP = "none of the entries that earlier crawls knew"


def site(rows: list[tuple[str, str, str]], instead: str | Response | None = None) -> Pages:
    pages: dict[str, str | Response | Callable[[], Response]] = {path: article(title, day) for path, title, day in ROWS}
    for at in range(0, len(rows), 8):
        way_on = f"<a href='/yc/index_{at // 8 + 2}.html'>下一页</a>" if at + 8 < len(rows) else LAST_PAGE
        pages[f"/yc/index_{at // 8 + 1}.html" if at else "/yc/"] = listing(rows[at : at + 8], way_on)
    if instead is not None:
        pages["/yc/"] = instead
    return Pages({"/": "<html><body><a href='/yc/'>宜昌</a></body></html>", **pages})


def state(done: Crawl) -> tuple[int, int, str | None]:
    stored = done.one("SELECT count(*) AS n FROM articles")["n"]
    return done.status, stored, done.one("SELECT complete_back_to AS mark FROM sections")["mark"]


@pytest.mark.slow
@pytest.mark.parametrize("rows", [ROWS[:5], ROWS])
@pytest.mark.parametrize("arguments", [(), ("--full",)])
def test_a_section_that_was_empty_has_no_gap(
    crawl: Callable[..., Crawl], rows: list[tuple[str, str, str]], arguments: tuple[str, ...]
) -> None:
    assert state(crawl(site([], EMPTY))) == (0, 0, "beginning")
    done = crawl(site(rows), *arguments)
    assert state(done) == (0, len(rows), "beginning") and GAP not in done.messages, done.messages


def test_a_section_that_was_empty_and_then_showed_others_has_a_gap(crawl: Callable[..., Crawl]) -> None:
    crawl(site([], EMPTY))
    crawl(site(ROWS[16:]))
    done = crawl(site(ROWS[:8]))
    assert done.status == 1 and GAP in done.messages, done.messages


@pytest.mark.slow
def test_an_interrupted_crawl_of_a_section_that_was_empty_goes_on(crawl: Callable[..., Crawl]) -> None:
    crawl(site([], EMPTY))
    crawl(site(ROWS), "--limit", "3")
    done = crawl(site(ROWS))
    assert state(done) == (0, 24, "beginning") and GAP not in done.messages, done.messages


@nightly.by_day(2)
@pytest.mark.parametrize(
    "instead",
    [
        EMPTY,
        "<html><body><ul class='list'></ul></body></html>",
        "<html><body><p>数据库连接失败，请稍后再试</p></body></html>",
        html("{}"),
        html(""),
        html("busy", 503),
    ],
)
def test_a_list_that_is_empty_for_a_time_loses_nothing(crawl: Callable[..., Crawl], instead: str | Response) -> None:
    known = ROWS[12:]
    assert state(crawl(site(known))) == (0, 12, "beginning")
    done = crawl(site(known, instead))
    assert done.status == 1 and done.one("SELECT complete_run AS run FROM sections")["run"] == 1, done.messages
    assert done.one("SELECT count(*) AS n FROM articles WHERE status <> 'live'")["n"] == 0
    done = crawl(site(ROWS))
    assert state(done) == (0, 24, "beginning") and GAP not in done.messages, done.messages


@pytest.mark.slow
def test_a_list_that_shows_its_pinned_entry_only_for_a_time_loses_nothing(crawl: Callable[..., Crawl]) -> None:
    crawl(site(ROWS[12:]))
    assert state(crawl(site(ROWS[20:21]))) == (0, 12, "beginning")
    assert state(crawl(site(ROWS))) == (0, 24, "beginning")


OTHERS = [(f"/xw/2026/{n}.html", f"清河县城的石桥又添了第{n}盏灯", f"2026-06-{28 - n % 20:02d}") for n in range(60, 66)]
ITEMS = "".join(f"<li><a href='{path}'>{title}</a><i>{day}</i></li>" for path, title, day in OTHERS)
NOTICES = {
    "words and a number": "<div class='nodata'>暂无内容</div><div class='pages'>共<b>0</b>条 1/1页 上页 下页</div>",
    "words": "<ul class='list'><li>暂无相关信息</li></ul>",
    "a number": "<ul class='list'></ul><p>共 0 条</p>",
}


@pytest.mark.parametrize("notice", NOTICES.values(), ids=NOTICES)
@pytest.mark.parametrize("heading", ["推荐阅读", "热点排行"])
def test_boxes_of_the_portal_are_none_of_a_section_that_says_that_it_is_empty(
    crawl: Callable[..., Crawl], notice: str, heading: str
) -> None:
    box = f"<div class='box'><div class='hd'>{heading}</div><ul>{ITEMS}</ul></div>"
    done = crawl(site([], f"<html><body><div class='l'>{notice}</div>{box}</body></html>"))
    assert state(done)[:2] == (0, 0) and " empty" in done.messages, done.messages


@pytest.mark.parametrize(
    "body",
    [
        "<ul class='list'>{}</ul><div class='comments'><h3>网友评论</h3><p>暂无信息</p></div>",
        "<div class='hd'>最新</div><ul>{}</ul><p>评论 共0条</p>",
        "<div class='hd'>推荐阅读</div><ul>{}</ul><p>推荐位暂无内容更新时，会显示近一个月的旧稿件，请读者留意日期</p>",
    ],
    ids=["comments", "a number of comments", "a sentence about something else"],
)
def test_other_things_that_are_empty_take_no_entries_from_a_list(crawl: Callable[..., Crawl], body: str) -> None:
    page = f"<html><body>{body.format(ITEMS)}{LAST_PAGE}</body></html>"
    pages = site([], page).pages | {path: article(title, day) for path, title, day in OTHERS}
    assert state(crawl(Pages(pages)))[1] == len(OTHERS)
