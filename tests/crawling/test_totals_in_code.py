"""A number of entries in a hidden field or a script's variable speaks against the end of a pager that shows fewer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support import nightly
from support.crawls import Crawl
from support.endings import STORIES, five_pages, section, site

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
    "pages": "<script>var pageSize = 8; var totalPage = 5; var count = {};</script>",
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
