"""Ways to what is older than a list, outside of the section's folder and beside a pager that ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from support import nightly
from support.crawls import Crawl
from support.pages import DEFINITION, LAST_PAGE, Pages, article, listing

NEW = [(f"/n/20260305/{n}.html", f"青石坳第{n}号堤段加固完工", "2026-03-05") for n in range(1, 6)]
OLD = {
    year: [(f"/n/{year}0305/{n}.html", f"白鹭洲第{n}座泵站{year}年检修", f"{year}-03-05") for n in range(1, 6)]
    for year in (2024, 2025)
}
HOME = "<html><body><div class='nav'><a href='/yichang/'>宜昌</a> <a href='/old/'>旧版首页</a></div></body></html>"


def crawled(crawl: Callable[..., Crawl], pages: dict[str, Any]) -> tuple[int, int, str | None, str]:
    """Return the exit status, the stored articles, the mark of 宜昌市, and what the crawl said."""
    rows = [*NEW, *(row for rows in OLD.values() for row in rows)]
    done = crawl(
        Pages({"/": HOME, **pages, **{path: article(title, day) for path, title, day in rows}}), definition=DEFINITION
    )
    mark = done.one("SELECT complete_back_to FROM sections WHERE name = '宜昌市'")["complete_back_to"]
    return done.status, done.one("SELECT count(*) AS n FROM articles")["n"], mark, done.messages


@nightly.by_day(0)
@pytest.mark.parametrize("address", ["/list.php?c=yc&y={}", "/yc{}/", "/lib/{}/yc.html"])
def test_years_beside_a_list_are_followed_wherever_they_lie(crawl: Callable[..., Crawl], address: str) -> None:
    bar = "<a href='/yichang/'>2026年</a> " + " ".join(f"<a href='{address.format(y)}'>{y}年</a>" for y in OLD)
    pages = {"/yichang/": listing(NEW, f"{bar}{LAST_PAGE}")}
    pages |= {address.format(year): listing(rows, f"{bar}{LAST_PAGE}") for year, rows in OLD.items()}
    assert crawled(crawl, pages)[:3] == (0, 15, "beginning")


@nightly.by_day(4)
@pytest.mark.parametrize(
    "words",
    [
        "历史新闻",
        "旧版入口",
        "往期回顾",
        "[旧闻列表]",
        "2026年以前的新闻请点击这里",
        "查看2025年12月之前的文章",
        "今年以前的报道 >>",
        "旧版频道",
        "历史文章专区",
    ],
)
def test_what_leads_to_older_entries_is_told_beside_a_pager_that_ends(crawl: Callable[..., Crawl], words: str) -> None:
    pages = {"/yichang/": listing(NEW, f"{LAST_PAGE}<p><a href='/history/yc1.htm'>{words}</a></p>")}
    status, stored, mark, messages = crawled(crawl, pages)
    assert (status, stored, mark) == (1, 5, "2026-03-05") and "/history/yc1.htm" in messages


@nightly.by_day(3)
@pytest.mark.parametrize(
    "words",
    [
        "2026年1月1日以前的文章请访问<a href='/history/yc1.htm'>旧频道</a>",
        "历史新闻请访问<a href='/history/yc1.htm'>老网站</a>。",
        "<a href='/history/yc1.htm'>2026年以前的文章请点击这里</a>",
        "更早的报道，请到<a href='/history/yc1.htm'>这里</a>查看",
        "往期内容可在 <a href='/history/yc1.htm'>资料库</a> 中查询",
    ],
)
def test_a_sentence_about_older_entries_is_told(crawl: Callable[..., Crawl], words: str) -> None:
    """It stands below the pager of the last page, which ends the list."""
    pages = {
        "/yichang/": listing(NEW[:3], "<a href='/yichang/2.html'>下一页</a>"),
        "/yichang/2.html": listing(NEW[3:], f"<p><a href='/yichang/'>上一页</a></p><p class='old'>{words}</p>"),
    }
    status, stored, mark, messages = crawled(crawl, pages)
    assert (status, stored, mark) == (1, 5, "2026-03-05") and "/history/yc1.htm" in messages


@nightly.by_day(2)
@pytest.mark.parametrize("address", ["/history/yichang.htm", "/lib.php?c=yichang", "/yichang/lib/"])
@pytest.mark.parametrize(
    "words",
    ["<a href='{}'>历史资料库</a>", "往期内容可在<a href='{}'>这里</a>查询", "<a href='{}'><img alt='旧版频道'></a>"],
)
def test_an_archive_whose_address_names_the_section_is_read(
    crawl: Callable[..., Crawl], words: str, address: str
) -> None:
    pages = {
        "/yichang/": listing(NEW, f"{LAST_PAGE}<p>{words.format(address)}</p>"),
        address: listing(OLD[2025], "<a href='/yichang/'>返回</a>"),
    }
    assert crawled(crawl, pages)[1] == 10


@pytest.mark.parametrize("address", ["/system/count/000510/c000510_000000004.shtml", "/list/20045.html"])
def test_more_behind_an_address_with_numbers_is_told(crawl: Callable[..., Crawl], address: str) -> None:
    below = f"<div class='more'><a href='{address}'>更多新闻&gt;&gt;</a></div>"
    status, stored, mark, messages = crawled(crawl, {"/yichang/": listing(NEW, below)})
    assert (status, stored, mark) == (1, 5, "2026-03-05") and address in messages


@nightly.by_day(0)
@pytest.mark.parametrize("words", ["上一周", "前一周 >", "« 上个月"])
def test_an_archive_by_weeks_or_months_is_read(crawl: Callable[..., Crawl], words: str) -> None:
    rows = [*NEW, *OLD[2025], *OLD[2024]]
    addresses = ["/yichang/", "/yichang/202610.html", "/yichang/202609.html"]
    pages = {
        address: listing(rows[5 * n : 5 * n + 5], f"<p><a href='{before}'>{words}</a></p>" if before else "")
        for n, (address, before) in enumerate(zip(addresses, [*addresses[1:], ""], strict=True))
    }
    assert crawled(crawl, pages)[1] == 15


def test_pages_behind_the_last_stated_one_are_read_though_the_order_changes(crawl: Callable[..., Crawl]) -> None:
    """Pages that are counted down overlap with the page before them, and state the last page on their way."""
    rows = [row for n in range(4) for row in (NEW[n], OLD[2025][n], OLD[2024][n])]
    pages = {"/yichang/": listing(rows[:5], "<p><a href='/yichang/old_3.html'>更多新闻</a></p>")}
    for number in (3, 2, 1):
        part = rows[4 * (3 - number) : 4 * (4 - number)][::-1]
        link = f"<a href='/yichang/old_{number - 1}.html'>下一页</a>" if number > 1 else ""
        pages[f"/yichang/old_{number}.html"] = listing(part, f"<p>第{number}页/共3页 {link}</p>")
    assert crawled(crawl, pages)[1] == len(rows)


@nightly.by_day(1)
@pytest.mark.parametrize(
    "markup",
    [
        "{}<p>更多精彩内容请访问<a href='http://elsewhere.example/'>新频道</a></p>",
        "{}<p>历史上的今天：<a href='/today/'>渡口通航</a></p>",
        "{}<p><a href='/old/'>旧版首页</a></p>",  # the homepage has it, too
        "{}<p><a href='/history/'>历史</a> <a href='/culture/'>历史文化</a></p>",
        "{}<p><a href='/special/2025/'>2025年</a></p>",  # one year alone
        "{}<p><a href='/n/20260101/99.html'>2025年以前的老照片征集启事</a></p>",  # an article
    ],
)
def test_other_links_beside_a_list_are_no_older_entries(crawl: Callable[..., Crawl], markup: str) -> None:
    assert crawled(crawl, {"/yichang/": listing(NEW, markup.format(LAST_PAGE))})[2] == "beginning"
