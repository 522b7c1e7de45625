"""A page that says that its list is a part of what there is speaks against the end of its pager."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support import nightly
from support.crawls import Crawl
from support.endings import STORIES, five_pages, section, site

SAYS = {
    "a search": "更多内容请使用<a href='/search/'>站内检索</a>",
    "put away": "2025年以前的稿件已归档，不在此列出",
    "members": "<a href='/login'>登录</a>后可查看全部内容",
    "a count": "已显示 40 / 96",
    "a limit": "本栏目只显示最新的40条信息",
}
NOTHING = {
    "an app": "更多精彩内容请下载清江新闻客户端",
    "comments": "登录后可查看全部评论",
    "a limit that was not reached": "本栏目只显示最新的100条信息",
    "a smaller count": "已显示 8 / 8",
    "an account": "更多资讯请搜索微信公众号：清江发布",
    "an account by its name": "更多新闻请搜索“清江发布”",
    "an account to follow": "更多内容，请搜索关注清江发布",
    "an imprint": "本网所有稿件均在本频道首发，未经授权不得转载",
    "a ranking": "显示近一周热点新闻",
}


def crawled(crawl: Callable[..., Crawl], text: str, pages_with_it: tuple[int, ...]) -> Crawl:
    """The crawl of a section of five pages, of which some have a text below their pager."""
    return crawl(site(five_pages(text, pages_with_it)))


@nightly.by_day(1, 5)
@pytest.mark.parametrize("pages", [(1,), (5,), (1, 2, 3, 4, 5)], ids=["first page", "last page", "all pages"])
@pytest.mark.parametrize("text", SAYS.values(), ids=SAYS)
def test_a_list_that_says_that_it_is_a_part_is_incomplete(
    crawl: Callable[..., Crawl], text: str, pages: tuple[int, ...]
) -> None:
    done = crawled(crawl, text, pages)
    found = section(done)
    assert done.status == 1 and found["outcome"] == "more", done.messages
    assert found["mark"] == STORIES[-1][2]
    assert "shows a part of its list only" in str(found["reason"]) or "it states 96 entries" in str(found["reason"])


@nightly.by_day(0)
@pytest.mark.parametrize("text", NOTHING.values(), ids=NOTHING)
def test_what_says_something_else_leaves_the_end_proven(crawl: Callable[..., Crawl], text: str) -> None:
    done = crawled(crawl, text, (1, 2, 3, 4, 5))
    assert (done.status, section(done)["mark"]) == (0, "beginning"), done.messages


@nightly.by_day(0)
@pytest.mark.parametrize("text", ["登录后可查看全部内容", "<a href='http://old.t.example/'>旧版网站</a> 手机版"])
def test_what_the_homepage_says_too_is_said_of_the_portal(crawl: Callable[..., Crawl], text: str) -> None:
    home = f"<html><body><p>{text} 6月30日</p><div><a href='/yichang/'>宜昌</a></div></body></html>"
    done = crawl(site(five_pages(text, (1, 2, 3, 4, 5)), home=home))
    assert (done.status, section(done)["mark"]) == (0, "beginning"), done.messages
