"""Numbers that speak against the end of a pager: of entries, in fields and scripts, and of pages, on pages before it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support import nightly
from support.crawls import Crawl
from support.endings import STORIES, five_pages, section, site, stored
from support.pages import listing

SAYS = {
    "fields": "<input type='hidden' id='pageSize' value='8'><input type='hidden' id='totalCount' value='{}'>",
    "fields of another case": "<INPUT TYPE='HIDDEN' NAME='pageno' VALUE='1'><INPUT TYPE='Hidden' NAME='RecordCount' VALUE='{}'>",
    "variables": "<script>var pageSize = 8; var total_num = {};</script>",
    "an object": "<script>var conf = {{currentPage: 1, 'recordCount': '{}'}};</script>",
    "a call": "<script>drawPager({{perPage: 8, totalRecords: {}, box: '.page'}});</script>",
}
SOMETHING_ELSE = {
    "without pages": "<script>var newsCount = {};</script>",
    "a field without pages": "<input type='hidden' name='totalCount' value='{}'>",
    "any total": "<script>var size = 3; var count = {};</script>",
    "comments of a page": "<script>var comment = {{totalCount: {}, page: 1, pageSize: 10, hasMore: true}}</script>",
    "views": "<script>var pageSize = 8; var viewCount = {};</script>",
    "comments": "<script>var pageSize = 8; var commentCount = {};</script>",
    "of a field of an object": "<script>var pageSize = 8; stat.totalCount = {};</script>",
    "a sum": "<script>var pageSize = 8, totalCount = 12{} * pageSize;</script>",
}


@nightly.by_day(0, 2)
@pytest.mark.parametrize("text", SAYS.values(), ids=SAYS)
def test_a_higher_number_is_a_sign_of_more(crawl: Callable[..., Crawl], text: str) -> None:
    done = crawl(site(five_pages(text.format(67), (1, 2, 3, 4, 5))))
    found = section(done)
    assert (done.status, found["outcome"], found["mark"]) == (1, "more", STORIES[-1][2]), done.messages
    assert "it states 67 entries, and shows 40 (" in str(found["reason"])


@nightly.by_day(0)
@pytest.mark.parametrize("number", [0, 8, 40, 41])
@pytest.mark.parametrize("text", SAYS.values(), ids=SAYS)
def test_a_number_that_is_not_higher_leaves_the_end_proven(crawl: Callable[..., Crawl], text: str, number: int) -> None:
    done = crawl(site(five_pages(text.format(number), (1, 2, 3, 4, 5))))
    assert (done.status, section(done)["mark"]) == (0, "beginning"), done.messages


@nightly.by_day(1)
@pytest.mark.parametrize("text", SOMETHING_ELSE.values(), ids=SOMETHING_ELSE)
def test_a_number_of_something_else_says_nothing(crawl: Callable[..., Crawl], text: str) -> None:
    done = crawl(site(five_pages(text.format(67), (1, 2, 3, 4, 5))))
    assert (done.status, section(done)["mark"]) == (0, "beginning"), done.messages


@nightly.by_day(0)
@pytest.mark.parametrize(
    ("number", "says", "is_whole"), [(40, "暂无数据", True), (67, "暂无数据", False), (40, "", False)]
)
def test_an_empty_page_behind_all_that_is_stated_is_no_page(
    crawl: Callable[..., Crawl], number: int, says: str, is_whole: bool
) -> None:
    """A pager without an end leads on behind the last page."""
    total = f"<p>本栏目共有 {number} 篇文章</p>"
    pages = {
        f"/yichang/{f'?page={n}' if n > 1 else ''}": listing(
            STORIES[8 * n - 8 : 8 * n] if n < 6 else [], f"{total}<a href='/yichang/?page={n + 1}'>下一页</a>"
        ).replace("</ul>", f"</ul><p>{says if n > 5 else ''}</p>")
        for n in range(1, 40)
    }
    done = crawl(site(pages))
    found = section(done)
    assert (found["outcome"] == "end", found["mark"] == "beginning") == (is_whole, is_whole), done.messages
    assert done.status == (0 if is_whole else 1)


def pagers_that_state(*counts: int) -> dict[str, object]:
    """Five pages of which each states another number of pages."""
    return {
        f"/yichang/{f'index_{n}.html' if n else ''}": listing(
            STORIES[8 * n : 8 * n + 8], f"<script>createPageHTML({count}, {n}, 'index', 'html');</script>"
        )
        for n, count in enumerate(counts)
    }


@nightly.by_day(0)
@pytest.mark.parametrize("counts", [(5, 4, 3, 3, 3), (5, 5, 5, 4, 4), (5, 5, 2, 5, 5)])
def test_pages_that_a_pager_stated_before_are_read(crawl: Callable[..., Crawl], counts: tuple[int, ...]) -> None:
    done = crawl(site(pagers_that_state(*counts)))
    assert (done.status, section(done)["mark"], stored(done)) == (0, "beginning", 40), done.messages


@nightly.by_day(0)
@pytest.mark.parametrize("counts", [(6, 5, 5, 5, 5), (5, 4, 4, 4)])
def test_a_page_that_is_gone_leaves_the_end_unproven(crawl: Callable[..., Crawl], counts: tuple[int, ...]) -> None:
    done = crawl(site(pagers_that_state(*counts)))
    found = section(done)
    assert (done.status, found["outcome"], stored(done)) == (0, "unproven", 8 * len(counts)), done.messages
    assert found["mark"] == STORIES[8 * len(counts) - 1][2]
