"""What a page says of its list in words: that it is a part of what there is, whatever its pager says."""

from __future__ import annotations

import pytest

from newscrawler.extraction.page import Page, read_page
from newscrawler.listings.pagers import PagerView
from newscrawler.listings.partial_lists import words_of_a_part
from newscrawler.listings.stated_amounts import amounts_beside

PAGE_URL = "http://www.t.example/yc/"
STORIES = [(f"/yc/202606/t202606{10 + n}_{7000 + n}.html", f"第{n}座山里的水库开闸放水") for n in range(6)]
ROWS = "".join(f"<li><a href='{path}'>{title}</a><span>06-1{n}</span></li>" for n, (path, title) in enumerate(STORIES))
ENTRIES = {f"http://www.t.example{path}" for path, _ in STORIES}
SENTENCE = "更早的稿件请使用站内检索查询"


def view_of(markup: str) -> PagerView:
    page = read_page(f"<html><body>{markup}</body></html>".encode(), url=PAGE_URL)
    assert isinstance(page, Page)
    return PagerView(page.root, PAGE_URL, PAGE_URL, 1)


PLACES = {
    "below the pager": f"<div class='l'><ul>{ROWS}</ul><p>1 2</p><p class='note'>{SENTENCE}</p></div>",
    "above the list": f"<div class='l'><div>{SENTENCE}</div><ul>{ROWS}</ul></div>",
    "in the list": f"<ul>{ROWS}<li class='tip'>{SENTENCE}</li></ul>",
    "with a link": f"<div><ul>{ROWS}</ul><p>更早的稿件请使用<a href='/search/'>站内检索</a>查询</p></div>",
    "in a cell": f"<table><tr><td><ul>{ROWS}</ul></td></tr><tr><td>{SENTENCE}</td></tr></table>",
}


@pytest.mark.parametrize("markup", PLACES.values(), ids=PLACES)
def test_a_sentence_beside_the_list_says_that_it_is_a_part(markup: str) -> None:
    assert SENTENCE in words_of_a_part(view_of(markup), ENTRIES)


ELSEWHERE = {
    "the title of an entry": f"<ul>{ROWS}<li><a href='/yc/202606/t20260620_7010.html'>{SENTENCE}</a></li></ul>",
    "a summary of an entry": f"<ul>{ROWS.replace('</a><span>06-13', f'</a><p>{SENTENCE}</p><span>06-13')}</ul>",
    "another box": (
        f"<div class='l'><ul>{ROWS}</ul></div><div class='r'><div class='b'><h3>数字报</h3><p>{SENTENCE}</p>"
        "<ul><li><a href='/szb/202606/t20260620_7020.html'>清江日报今天出版的第一版要闻</a></li></ul></div></div>"
    ),
    "an advertisement": f"<div><ul>{ROWS}</ul><p>更多精彩内容请下载清江新闻客户端</p></div>",
    "an imprint": f"<div><ul>{ROWS}</ul><p>本网所有内容均为原创，转载请注明来源</p></div>",
    "a comment box": f"<div><ul>{ROWS}</ul><p>登录后可查看全部评论</p></div>",
}


@pytest.mark.parametrize("markup", ELSEWHERE.values(), ids=ELSEWHERE)
def test_what_says_something_else_is_no_such_sentence(markup: str) -> None:
    entries = ENTRIES | {"http://www.t.example/yc/202606/t20260620_7010.html"}
    assert words_of_a_part(view_of(markup), entries) == ()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("已显示 6 / 40", 40),
        ("已加载6条/共40条", 40),
        ("Showing 1 to 6 of 40 entries", 40),
        ("Displaying 1 - 6 of 40", 40),
        ("本频道累计发稿 356 篇", 356),
    ],
)
def test_how_many_are_shown_of_all(text: str, number: int) -> None:
    (amount,) = amounts_beside(view_of(f"<div><ul>{ROWS}</ul><p>{text}</p></div>"), ENTRIES)
    assert amount.number == number and amount.sign(6, 1)
