"""What leaves an end unproven although a pager ends: a script that may draw it, 2/3 on page 2, a number in a title."""

from __future__ import annotations

import pytest

from newscrawler.listings.entries import ListingRules
from newscrawler.listings.listing import read_listing
from newscrawler.listings.listing_page import ListingPage
from newscrawler.listings.ways import WaysOn

LIST_SCRIPT, APP, OTHERS = "<script src='/js/list.js'></script>", "<script src='/app.js'></script>", "<script src='//cdn.example/x.js'></script>"  # fmt: skip
BACK = "<a href='/yc/'>上一页</a>"


def ways(below: str, number: int, days: str = "2026-03-{n}") -> WaysOn:
    rows = "".join(
        f"<li><a href='/yc/2026/{n}.html'>青石坳第{n}段水渠通水</a><i>{days.format(n=n)}</i></li>"
        for n in range(20, 10, -1)
    )
    url = f"http://www.t.example/yc/{f'index_{number - 1}.html' if number > 1 else ''}"
    body = f"<html><body><div class='main'><ul>{rows}</ul>{below}</div></body></html>"
    page = read_listing(
        body.encode(), url=url, number=number, rules=ListingRules(), is_own=lambda one: "t.example" in one
    )
    assert isinstance(page, ListingPage) and len(page.entries) == 10
    return page.ways


DRAWN = "<div class='{name}'><button disabled class='btn-prev'></button><ul><li class='number active'>1</li></ul><button disabled class='btn-next'></button></div>"


@pytest.mark.parametrize("name", ["el-pagination", "page el-pagination is-background"])
@pytest.mark.parametrize(("script", "is_doubtful"), [(APP, True), (LIST_SCRIPT, True), (OTHERS, False), ("", False)])
def test_a_pager_that_a_library_draws_may_be_its_first_state(name: str, script: str, is_doubtful: bool) -> None:
    found = ways(DRAWN.format(name=name) + script, 1)
    assert found.end and bool(found.doubt) is is_doubtful


@pytest.mark.parametrize(
    ("below", "number", "is_doubtful"),
    [
        (f"<div>2/3 {BACK} <span>下一页</span></div>", 2, True),
        (f"<p>{BACK} <em>下一页</em> 2 / 12</p>", 2, True),
        (f"<div>3/3 {BACK} <span>下一页</span></div>", 3, False),
        (f"<div>{BACK} <span>下一页</span></div><p>2/3 更新</p>", 2, False),
        (f"<div>2026/2/3 {BACK} <span>下一页</span></div>", 2, False),
        (f"<div>{BACK} <a href='#'>下一页</a></div>{LIST_SCRIPT}", 2, True),
        (f"<div>{BACK} <a href='#'>下一页</a></div>{APP}", 2, False),
        (f"<div>{BACK} <a href='#' class='disabled'>下一页</a></div>{LIST_SCRIPT}", 2, False),
        (f"<div>{BACK} <b>2</b></div><p>下拉查看更多</p>", 2, True),
        (f"<div>{BACK} <b>2</b></div><p>下拉菜单有更多选择</p>", 2, False),
    ],
)
def test_what_a_later_page_shows(below: str, number: int, is_doubtful: bool) -> None:
    assert bool(ways(below, number).doubt) is is_doubtful


def test_days_like_a_number_of_pages_are_none() -> None:
    assert not ways(f"<div>{BACK} <span>下一页</span></div>", 2, days="2/{n}").doubt


@pytest.mark.parametrize(
    ("pager", "entries"),
    [
        ("<div class='page' title='共30条'><b>1</b> <a href='index_1.html'>2</a></div>", 30),
        ("<div class='page' title='共30条评论'><b>1</b> <a href='index_1.html'>2</a></div>", None),
        ("<div class='box' title='共30条'>热词</div>", None),
    ],
)
def test_a_number_in_the_title_of_a_pager_is_stated(pager: str, entries: int | None) -> None:
    assert ways(pager, 1).entries == entries
