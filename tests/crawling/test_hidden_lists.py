"""Rows of years and names beside a list whose pager ends: what only a script shows was not read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support import nightly
from support.crawls import Crawl
from support.endings import STORIES, section, site
from support.pages import listing

END = "<p class='page'><b>1</b> <a href='/yichang/index_1.html'>2</a> <a href='/yichang/index_1.html'>下一页</a></p>"
LAST = "<p class='page'><a href='/yichang/'>上一页</a> <a href='/yichang/'>1</a> <b>2</b></p>"


def crawled(crawl: Callable[..., Crawl], row: str, home: str = "") -> Crawl:
    """The crawl of a section of two pages with a row above its list; all is of 2026."""
    pages = {
        "/yichang/": listing(STORIES[:8], END).replace("<body>", f"<body>{row}"),
        "/yichang/index_1.html": listing(STORIES[8:16], LAST).replace("<body>", f"<body>{row}"),
    }
    return crawl(site(pages, home=home))


YEARS = {
    "tabs": "<div class='y'><span class='on' data-year='2026'>2026</span><span data-year='2025'>2025</span></div>",
    "a list": "<ul><li>2026年</li><li>2025年</li><li>2024年</li></ul>",
    "actions": "<p><a href='javascript:;' onclick='y(2026)'>2026</a><a href='javascript:;' onclick='y(2025)'>2025</a></p>",
}


@nightly.by_day(0)
@pytest.mark.parametrize("row", YEARS.values(), ids=YEARS)
def test_years_of_which_no_entry_was_read_are_missing(crawl: Callable[..., Crawl], row: str) -> None:
    done = crawled(crawl, row)
    found = section(done)
    assert (done.status, found["outcome"], found["mark"]) == (1, "more", STORIES[15][2]), done.messages
    assert "a row of years is followed by a script" in str(found["reason"])


MONTHS = {
    "clicks": (
        "<ul class='m'><li class='on' onclick=\"m('202606')\">2026年6月</li><li onclick=\"m('202605')\">2026年5月</li>"
        "<li onclick=\"m('202603')\">2026年3月</li></ul>"
    ),
    "keys": "<div><a href='javascript:;' data-m='6'>2026-06</a> <a href='javascript:;' data-m='5'>2026-05</a></div>",
}
WORDS = "<div class='arc'><h3>归档</h3><ul><li>2026年6月</li><li>2026年5月</li></ul></div>"


@nightly.by_day(0)
@pytest.mark.parametrize("row", MONTHS.values(), ids=MONTHS)
def test_months_that_a_script_shows_are_missing_where_no_pager_ends(crawl: Callable[..., Crawl], row: str) -> None:
    page = listing(STORIES[:8], "").replace("<body>", f"<body>{row}")
    done = crawl(site({"/yichang/": page}))
    found = section(done)
    assert (done.status, found["outcome"]) == (1, "more"), done.messages
    assert "a row of months is followed by a script" in str(found["reason"])


@nightly.by_day(2)
@pytest.mark.parametrize("row", [*MONTHS.values(), WORDS], ids=[*MONTHS, "words"])
def test_months_say_nothing_against_a_pager_that_ends(crawl: Callable[..., Crawl], row: str) -> None:
    done = crawled(crawl, row)
    assert (done.status, section(done)["mark"]) == (0, "beginning"), done.messages


@pytest.mark.slow
def test_months_as_words_of_a_box_are_no_sign(crawl: Callable[..., Crawl]) -> None:
    done = crawl(site({"/yichang/": listing(STORIES[:8], "").replace("<body>", f"<body>{WORDS}")}))
    assert (done.status, section(done)["listing_end"]) == (0, "unproven"), done.messages


COUNTED = "<ul class='kind'><li class='active' data-kind='0'>图文(16)</li><li data-kind='1'>视频(5)</li><li data-kind='2'>图集(4)</li></ul>"
NAMED = "<ul class='kind'><li class='active' data-kind='0'>图文</li><li data-kind='1'>视频</li><li data-kind='2'>图集</li></ul>"


@pytest.mark.parametrize(("row", "outcome", "status"), [(COUNTED, "more", 1), (NAMED, "unproven", 0)])
def test_a_list_beside_others_that_only_a_script_shows_has_no_mark(
    crawl: Callable[..., Crawl], row: str, outcome: str, status: int
) -> None:
    done = crawled(crawl, row)
    found = section(done)
    assert (done.status, found["outcome"], found["mark"]) == (status, outcome, None), done.messages
    assert "a row of names is followed by a script" in str(found["reason"])


WHOLE = {
    "all": "<ul><li class='active' data-kind='0'>全部</li><li data-kind='1'>视频</li><li data-kind='2'>图集</li></ul>",
    "years that were read": "<div><span class='on'>2026</span><span>2027</span></div>",
    "tabs of this page": (
        "<ul><li class='on' data-id='a'>图文</li><li data-id='b'>视频</li><li data-id='c'>图集</li></ul>"
        "<div id='a'></div><div id='b'></div><div id='c'></div>"
    ),
    "ways to share": "<div><i class='on' data-type='a'>微信</i><i data-type='b'>微博</i><i data-type='c'>空间</i></div>",
    "sizes of letters": "<p><b class='on' data-id='m'>中</b><b data-id='l'>大</b><b data-id='s'>小</b></p>",
    "languages": "<ul><li class='on' data-value='a'>简体</li><li data-value='b'>繁体</li><li data-value='c'>English</li></ul>",
    "a ranking": "<ul><li class='on' data-id='1'>日榜</li><li data-id='2'>周榜</li><li data-id='3'>月榜</li></ul>",
    "a span of years": "<p><span>1999</span>-<span>2026</span> 山口网络</p>",
    "months that were read": "<div><span class='on'>2026年6月</span><span>2026年7月</span></div>",
    "versions": "<p><span>2.6</span><span>2.5</span></p>",
    "one year": "<div><span class='on'>2026</span></div>",
}


@nightly.by_day(0)
@pytest.mark.parametrize("row", WHOLE.values(), ids=WHOLE)
def test_rows_that_hide_nothing_leave_the_end_proven(crawl: Callable[..., Crawl], row: str) -> None:
    done = crawled(crawl, row)
    assert (done.status, section(done)["mark"]) == (0, "beginning"), done.messages


@pytest.mark.parametrize(
    "row",
    [
        "<p><span>1999</span> - <span>2026</span> 山口网络 版权所有</p>",
        "<ul><li class='on' data-city='1'>武汉</li><li data-city='2'>襄阳</li><li data-city='3'>十堰</li></ul>",
        COUNTED,
    ],
)
def test_a_row_that_the_homepage_has_too_is_the_portals(crawl: Callable[..., Crawl], row: str) -> None:
    done = crawled(crawl, row, f"<html><body>{row}<div><a href='/yichang/'>宜昌</a></div></body></html>")
    assert (done.status, section(done)["mark"]) == (0, "beginning"), done.messages
