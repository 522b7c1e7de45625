"""Rows of page numbers that show a group of pages at a time: the way on behind the last number of a group."""

from __future__ import annotations

import pytest

from newscrawler.extraction.page import Page, read_page
from newscrawler.listings.pagers import PagerView, read_ways
from newscrawler.listings.ways import WaysOn

URL = "http://www.t.example/yc/"
GROUP = "<div><a href='/yc/'>1</a> <a href='/yc/index_2.html'>2</a> <b>3</b> <a href='/yc/index_{to}.html'{more}>{name}</a></div>"
FIRST = "<div><b>1</b> <a href='/yc/index_2.html'>2</a> <a href='/yc/index_3.html'>3</a> <a href='/yc/index_4.html'>{}</a></div>"


def ways(markup: str, number: int) -> WaysOn:
    url = URL if number == 1 else f"{URL}index_{number}.html"
    page = read_page(f"<html><body>{markup}</body></html>".encode(), url=url)
    assert isinstance(page, Page)
    return read_ways(PagerView(page.root, url, url, number))


NAMES = {
    "a picture": "<img src='/i/r.gif'>",
    "an icon": "<i class='fa fa-angle-right'></i>",
    "nothing": "",
    "dots": "…",
    "an arrow": "»",
    "a number of pages": "下3页",
    "a group": "下一组",
    "back in time": "后十页 >>",
}


@pytest.mark.parametrize("name", NAMES)
def test_what_stands_behind_the_last_number_leads_on(name: str) -> None:
    found = ways(GROUP.format(name=NAMES[name], to=4, more=""), 3)
    assert found.next_urls == (f"{URL}index_4.html",) and not found.end


@pytest.mark.parametrize("name", NAMES)
def test_the_next_number_comes_before_the_next_group(name: str) -> None:
    assert ways(FIRST.format(NAMES[name]), 1).next_urls == (f"{URL}index_2.html",)


def test_an_icon_of_a_script_is_a_sign() -> None:
    found = ways("<div><a href='/yc/'>1</a> <b>2</b> <a href='javascript:go()'><img src='/i/r.gif'></a></div>", 2)
    assert not found.end and (found.signs or found.hints)


@pytest.mark.parametrize(
    "behind",
    [
        "<a href='/yc/index_2.html'><img src='/i/l.gif'></a>",  # the page before
        "<a href='/yc/index_3.html'><img src='/i/r.gif'></a>",  # this page itself
        "<a href='#'><img src='/i/top.gif'></a>",
        "<a class='disabled' href='javascript:go()'><i class='icon'></i></a>",
        "<a href='/about/'><img src='/i/a.gif'></a>",
        "<a href='/yc/index_7.html' title='上一页'><img src='/i/l.gif'></a>",
    ],
)
def test_other_pictures_behind_the_last_number_leave_the_end_proven(behind: str) -> None:
    row = f"<div><a href='/yc/'>1</a> <a href='/yc/index_2.html'>2</a> <b>3</b> {behind}</div>"
    assert ways(row, 3).end
