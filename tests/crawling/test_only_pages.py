"""The only page of a listing is not called incomplete for what its pager says on longer lists, too."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support import nightly
from support.crawls import Crawl
from support.endings import STORIES, section, site, stored
from support.pages import listing

ONE_PAGE = {
    "a last page that is the first": "<a href='/yichang/?uid=77&pageNum=1'>首页</a> <a href='/yichang/?uid=77&pageNum=1'>尾页</a>",
    "a last page alone": "<a href='/yichang/'>首页</a> <a href='/yichang/?page=1'>末页</a>",
    "a function that goes to a page": "<script>function goPage(p){window.location.href='/yichang/?p='+p;}</script>"
    "<a href='javascript:;' onclick='goPage(1)' class='on'>1</a>",
    "one that opens it": "<script>function to(page){window.open('/yichang/?p=' + page, '_self')}</script>",
    "one page that a script states": "<script>pager({total_pages: 1, url: function(t, page){return '/yichang/?p='+page;}})</script>",
}
LONGER = {
    "counted from 0": "<a href='/yichang/{before}'>上一页</a> <a href='/yichang/?page=1'>尾页</a>",
    "a function": "<script>function goPage(page){{window.location.href='/yichang/?page='+page;}}</script>",
}


@nightly.by_day(0, 2)
@pytest.mark.parametrize("pager", ONE_PAGE.values(), ids=ONE_PAGE)
def test_the_only_page_is_whole(crawl: Callable[..., Crawl], pager: str) -> None:
    pages = {"/yichang/": listing(STORIES[:8], pager), "/yichang/?p=1": listing(STORIES[:8], pager)}
    again = {"/yichang/?uid=77&pageNum=1": pages["/yichang/"], "/yichang/?page=1": pages["/yichang/"]}
    done = crawl(site({**pages, **again}))
    assert (done.status, stored(done), section(done)["listing_end"]) == (0, 8, "unproven"), done.messages


@nightly.by_day(0)
@pytest.mark.parametrize("pager", LONGER.values(), ids=LONGER)
def test_a_second_page_is_read(crawl: Callable[..., Crawl], pager: str) -> None:
    first, second = listing(STORIES[:8], pager.format(before="")), listing(STORIES[8:16], pager.format(before=""))
    number = 1 if "尾页" in pager else 2
    done = crawl(site({"/yichang/": first, f"/yichang/?page={number}": second}))
    assert (done.status, stored(done)) == (0, 16), done.messages


@nightly.by_day(0)
def test_a_script_that_loads_more_is_still_told(crawl: Callable[..., Crawl]) -> None:
    script = "<script>var page = 1; function more(){ page++; $.get('/part/?p=' + page, add); }</script>"
    done = crawl(site({"/yichang/": listing(STORIES[:8], script)}))
    assert (done.status, section(done)["listing_end"]) == (1, "more"), done.messages
