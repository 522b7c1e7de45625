"""The number of entries that a pager states without a word like 共 right before it."""

from __future__ import annotations

import pytest

from newscrawler.extraction.page import Page, read_page
from newscrawler.listings.pagers import PagerView, read_ways
from newscrawler.listings.ways import WaysOn

URL = "http://news.t.example/yc/"
NEXT = "<a href='index_2.html'>下一页</a>"


def ways(markup: str) -> WaysOn:
    page = read_page(f"<html><body><div id='m'>{markup}</div></body></html>".encode(), url=URL)
    assert isinstance(page, Page)
    return read_ways(PagerView(page.root, URL, URL, 1))


TOTALS = {
    "dedecms": "<ul><li><span class='pageinfo'>共 <strong>7</strong>页<strong>{}</strong>条</span></li>{next}</ul>",
    "dedecms with records": "<div>共 7 页 {} 条记录</div>{next}",
    "a slash": "<div>共7页/{}条</div>{next}",
    "behind the page": "<div>第1/7页，{}条 {next}</div>",
    "before the pages": "<div>{} 条记录 1/7 页 {next}</div>",
    "before all pages": "<div><b>{}</b>条 共7页 {next}</div>",
    "ecms": '<p><a title="总数">&nbsp;<b>{}</b> </a>&nbsp;<b>1</b> {next}</p>',
    "ecms in English": '<p><a title="Total record">&nbsp;<b>{}</b> </a>&nbsp;<b>1</b> {next}</p>',
    "phpcms": "<div id='pages'><a class='a1'>{}条</a> <a class='a1'>上一页</a> <span>1</span> {next}</div>",
    "items of a list": "<ul class='pagination'><li><span>{}篇</span></li><li>上一页</li><li>{next}</li></ul>",
    "a word and a colon": "<div>页次：1/7页 20条/页 总数：{} {next}</div>",
}
"""How templates state the number of entries without a word like 共 right before it."""
NO_TOTALS = {
    "the size of a page": "<div>共 7 页 20条/页 {next}</div>",
    "the size in words": "<div>共 7 页 每页 20条 {next}</div>",
    "the size in an element": "<div>每页 <b>20条</b> {next}</div>",
    "a choice of sizes": "<div><a>10条</a> <a>20条</a> <a>50条</a> {next}</div>",
    "options": "<div><select><option>20条</option></select> {next}</div>",
    "pages": "<div>总页数：7 <a title='总页数'><b>7</b></a> {next}</div>",
    "comments": "<div>共 7 页 30条评论 {next}</div>",
    "far from a pager": "<div><b>今日</b> <span>30条</span></div><div>" + "长岭坡的水渠修好了。" * 40 + "{next}</div>",
}


@pytest.mark.parametrize("markup", TOTALS.values(), ids=TOTALS)
def test_a_total_of_a_template_without_a_word_of_counting(markup: str) -> None:
    found = ways(markup.format("1135", next=NEXT))
    assert (found.entries, found.next_urls) == (1135, (f"{URL}index_2.html",))


@pytest.mark.parametrize("markup", NO_TOTALS.values(), ids=NO_TOTALS)
def test_what_is_no_total(markup: str) -> None:
    found = ways(markup.format(next=NEXT))
    assert (found.entries, found.next_urls) == (None, (f"{URL}index_2.html",))
