"""A list that states more than it shows, in a script that makes the addresses: the usual ones are tried."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support import nightly
from support.crawls import Crawl
from support.endings import STORIES, section, site, stored
from support.pages import listing

STATES = {
    "a library of pagers": "<div id='kkpager'></div><script>kkpager.generPageHtml({{pno: {page}, total: 5, totalRecords: 40}})</script>",
    "a constructor": "<script>new Pager({{RecordCount: 40, PageSize: 8, PageIndex: {page}, UrlFormat: 'index_{{0}}.html'}})</script>",
    "hidden fields": "<input type='hidden' id='totalpage' value='5'><input type='hidden' id='curpage' value='{page}'>",
    "variables": "<script>var totalCount = 40, pageSize = 8, curPage = {page};</script>",
}


def pages(pager: str, name: str, count: int = 5) -> dict[str, object]:
    return {
        f"/yichang/{name.format(n) if n > 1 else ''}": listing(STORIES[8 * n - 8 : 8 * n], pager.format(page=n))
        for n in range(1, count + 1)
    }


@nightly.by_day(1, 4)
@pytest.mark.parametrize("name", ["index_{}.shtml", "list_{}.shtml"])
@pytest.mark.parametrize("pager", STATES.values(), ids=STATES)
def test_pages_that_a_total_makes_likely_are_read(crawl: Callable[..., Crawl], pager: str, name: str) -> None:
    done = crawl(site(pages(pager, name)))
    assert (done.status, stored(done)) == (0, 40), done.messages
    assert section(done)["mark"] in ("beginning", STORIES[-1][2])


@nightly.by_day(2)
@pytest.mark.parametrize("pager", STATES.values(), ids=STATES)
@pytest.mark.parametrize("count", [1, 4])
def test_pages_that_are_not_found_are_told(crawl: Callable[..., Crawl], pager: str, count: int) -> None:
    """The fifth page, or all but the first, have addresses that nobody can guess."""
    done = crawl(site(pages(pager, "index_{}.shtml", count)))
    assert (done.status, section(done)["outcome"], stored(done)) == (1, "more", 8 * count), done.messages
    assert section(done)["mark"] == STORIES[8 * count - 1][2]


def test_a_total_that_is_nearly_met_proves_no_end(crawl: Callable[..., Crawl]) -> None:
    """Two entries are missing, as many as may come and go while a list is read."""
    pager = "<script>new Pager({{RecordCount: 18, PageSize: 8, PageIndex: {page}, UrlFormat: 'p{{0}}.htm'}})</script>"
    done = crawl(site(pages(pager, "index_{}.shtml", 2)))
    assert (section(done)["outcome"], stored(done)) == ("unproven", 16), done.messages


def test_pages_whose_address_the_pager_holds_end_behind_the_last_one(crawl: Callable[..., Crawl]) -> None:
    """The pager states entries, too; that its address answers nothing behind the last page proves the end."""
    pager = "<div class='pagination' data-total='40' data-size='8' data-current='{page}' data-url='list_{{page}}.shtml'></div>"
    done = crawl(site(pages(pager, "list_{}.shtml")))
    assert (done.status, section(done)["mark"], stored(done)) == (0, "beginning", 40), done.messages
