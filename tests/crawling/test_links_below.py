"""Links below the last page of a listing that no other page has: what follows the list, whatever it is called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from support import nightly
from support.crawls import Crawl
from support.pages import DEFINITION, Pages, article, listing

ROWS = [(f"/n/20260305/{n}.html", f"青石坳第{n}号堤段加固完工", "2026-03-05") for n in range(1, 8)]
HOME = "<html><body><div class='nav'><a href='/yichang/'>宜昌</a> <a href='/enshi/'>恩施</a> <a href='/zt/'>专题汇总</a></div></body></html>"
PARTS = (ROWS[:3], ROWS[3:5], ROWS[5:])


def crawled(crawl: Callable[..., Crawl], below: Callable[[int], str], pages: int = 3) -> tuple[str | None, str]:
    """Return the mark of 宜昌市, whose pages have `below(number)` below their pager, and what the crawl said."""
    site: dict[str, Any] = {"/": HOME, "/enshi/": listing([])}
    parts = PARTS[-pages:]
    for number, rows in enumerate(parts, 1):
        back = f"<a href='/yichang/{number - 1 if number > 2 else ''}'>上一页</a> " if number > 1 else ""
        on = f"<a href='/yichang/{number + 1}'>下一页</a>" if number < pages else "<span>下一页</span>"
        site[f"/yichang/{number if number > 1 else ''}"] = listing(rows, f"{back}{on}</div><div>{below(number)}")
    site |= {path: article(title, day) for path, title, day in ROWS}
    done = crawl(Pages(site), definition=DEFINITION)
    mark = done.one("SELECT complete_back_to FROM sections WHERE name = '宜昌市'")["complete_back_to"]
    return mark, done.messages


@nightly.by_day(1)
@pytest.mark.parametrize("pages", [2, 3])
@pytest.mark.parametrize(
    ("on_all", "on_last"),
    [
        ("", "<p><a href='/lib/yc.htm'>资料室</a></p>"),
        ("", "<p align='center'><a href='/lib/yc.htm'><img src='/images/b3.gif' border='0'></a></p>"),
        (
            "<a href='/print?p={}'>打印本页</a> <a href='/about.html'>联系我们</a>",
            "<a href='/yichang/more.htm'>接着看</a>",
        ),
        ("<a href='#top'>返回顶部</a> <a href='/app/'>手机版</a> ", "<a href='/lib/?c=yc'>仓库</a>"),
        ("", "<a href='http://old.example/yc/'>历史数据（2016年前）</a>"),
        ("", "<a href='http://old.example/yc/'>原宜昌频道（旧版）归档</a>"),
        (
            "",
            "<a href='/lib/yc.htm'>资料室</a></div><div><h3>热点排行</h3>"
            "<ol><li><a href='/n/20260305/7.html'>青石坳第7号堤段加固完工</a></li></ol>",
        ),
    ],
)
def test_a_link_that_only_the_last_page_has_leads_on(
    crawl: Callable[..., Crawl], on_all: str, on_last: str, pages: int
) -> None:
    mark, messages = crawled(
        crawl, lambda number: on_all.format(number) + (on_last if number == pages else ""), pages=pages
    )
    address = on_last.partition("href='")[2].partition("'")[0]
    assert mark == "2026-03-05" and address in messages


@nightly.by_day(0, 6)
@pytest.mark.parametrize(
    "below",
    [
        lambda number: "<a href='/lib/yc.htm'>资料室</a>",  # all pages have it
        lambda number: f"<a href='/lib/{number}.htm'>资料室</a>",  # each page has one of its own
        lambda number: f"<a href='/tag/{number}/'>标签{'甲乙丙'[number - 1]}</a>" if number > 1 else "",
        lambda number: "<a href='/tag/a/'>春耕</a>" if number < 3 else "<a href='/tag/b/'>防汛</a>",
        lambda number: (
            "<a href='/yichang/'>回到列表</a> <a href='/'>返回首页</a> <a href='#'>返回顶部</a> <a href='/city/'>返回上一级</a>"
            if number == 3
            else ""
        ),
        lambda number: (
            "<a href='http://share.example/?u=1'>转给朋友</a> <a href='/print.php?p=3'>打印</a>" if number == 3 else ""
        ),
        lambda number: "<a href='http://partner.example/'>合作伙伴</a>" if number == 3 else "",
        lambda number: "<a href='/rss/'>订阅本频道</a> <a href='/app/'>下载客户端</a>" if number == 3 else "",
        lambda number: "<p>版权声明：<a href='/copy.html'>版权所有</a></p>" if number == 3 else "",
        lambda number: "<a href='/zt/'>专题汇总</a> <a href='/enshi/'>恩施</a>" if number == 3 else "",
        lambda number: "<a href='/n/20260101/99.html'>水库除险</a>" if number == 3 else "",  # an article
        lambda number: "<a href='javascript:more()'>资料室</a>" if number == 1 else "",
    ],
)
def test_other_links_below_a_list_say_nothing(crawl: Callable[..., Crawl], below: Callable[[int], str]) -> None:
    assert crawled(crawl, below)[0] == "beginning"


NAMES = ["历史资料库", "旧稿库", "往期资料", "查询历史稿件库", "新闻档案库", "<img src='/b.gif' alt='过往报道'>"]


@nightly.by_day(0)
@pytest.mark.parametrize("words", NAMES)
def test_an_archive_is_told_by_its_name_below_the_only_page(crawl: Callable[..., Crawl], words: str) -> None:
    mark, messages = crawled(crawl, lambda number: f"<p><a href='/lib/yc.htm'>{words}</a></p>", pages=1)
    assert mark == "2026-03-05" and "/lib/yc.htm" in messages


@nightly.by_day(2)
@pytest.mark.parametrize("words", NAMES)
def test_an_archive_in_the_folder_of_the_section_is_read(crawl: Callable[..., Crawl], words: str) -> None:
    site = {
        "/": HOME,
        "/enshi/": listing([]),
        "/yichang/": listing(ROWS[:3], f"<span>下一页</span><p><a href='/yichang/lib.htm'>{words}</a></p>"),
        "/yichang/lib.htm": listing(ROWS[3:]),
        **{path: article(title, day) for path, title, day in ROWS},
    }
    done = crawl(Pages(site), definition=DEFINITION)
    marks = done.rows("SELECT complete_back_to FROM sections WHERE name LIKE '宜昌市%'")
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == 7 and all(
        one["complete_back_to"] == "beginning" for one in marks
    )


@nightly.by_day(0)
@pytest.mark.parametrize("words", ["历史文化", "老年大学", "旧城改造", "资料下载", "图库", "档案管理"])
def test_other_names_below_the_only_page_say_nothing(crawl: Callable[..., Crawl], words: str) -> None:
    assert crawled(crawl, lambda number: f"<p><a href='/lib/yc.htm'>{words}</a></p>", pages=1)[0] == "beginning"
