"""Rows of ranges of entries that number the pages of a list: 1-10, 11-20, 21-30."""

from __future__ import annotations

import pytest

from newscrawler.extraction.page import Page, read_page
from newscrawler.listings.entries import ListingRules
from newscrawler.listings.listing import read_listing
from newscrawler.listings.listing_page import ListingPage
from newscrawler.listings.pagers import PagerView, read_ways
from newscrawler.listings.ways import WaysOn

ROWS = "".join(
    f"<li><span>[10-{n}]</span> <a href='/view.php?nid={n}'>石板坡第{n}条水渠修成通水</a></li>"
    for n in range(20, 10, -1)
)
HOST = "http://news.t.example"
URL = f"{HOST}/list.php?tid=9"


def ways(markup: str, number: int = 1) -> WaysOn:
    url = URL if number == 1 else f"{URL}&start={number * 10 - 10}"
    page = read_page(f"<html><body>{markup}</body></html>".encode(), url=url)
    assert isinstance(page, Page)
    return read_ways(PagerView(page.root, url, url, number))


def row(total: int, current: int, label: str = "{}-{}", between: str = " | ", own: str = "<b>{}</b>") -> str:
    parts = []
    for at in range(0, total, 10):
        text = label.format(at + 1, min(total, at + 10))
        is_own = at == current * 10 - 10
        parts.append(own.format(text) if is_own else f"<a href='/list.php?tid=9&start={at}'>{text}</a>")
    return f"<div class='rg'>{between.join(parts)}</div>"


@pytest.mark.parametrize("current", [1, 2])
@pytest.mark.parametrize(
    ("label", "between", "own"),
    [
        ("{}-{}", " | ", "<b>{}</b>"),
        ("第{}-{}条", " ", "<span class='on'>{}</span>"),
        ("[{}~{}]", "", "{}"),
        ("{} – {}", "</li><li>", "<a class='current' href='/list.php?tid=9'>{}</a>"),
        ("{}至{}篇", "、", "<em>{}</em>"),
        ("{}—{}", " ", "共33条 {} "),
    ],
)
def test_ranges_that_follow_each_other_are_pages(label: str, between: str, own: str, current: int) -> None:
    found = ways(row(33, current, label, between, own), current)
    assert found.next_urls == (f"{HOST}/list.php?tid=9&start={current * 10}",)


def test_the_last_range_proves_the_end() -> None:
    found = ways(row(33, 4), 4)
    assert found.end and not found.next_urls
    # A group of ranges in the middle.
    group = ways("<p><a href='/list.php?tid=9&start=10'>11-20</a> <b>21-30</b> <a href='/list.php?tid=9&start=30'>31-40</a></p>", 3)  # fmt: skip
    assert group.next_urls == (f"{HOST}/list.php?tid=9&start=30",)


@pytest.mark.parametrize("total", [23, 41, 300])
@pytest.mark.parametrize("current", [1, 2])
@pytest.mark.parametrize("between", [" | ", "</li><li>"])
def test_ranges_that_look_like_days_are_no_list(total: int, current: int, between: str) -> None:
    body = f"<ul class='list'>{ROWS}</ul><ul><li>{row(total, current, between=between)}</li></ul>"
    page = read_listing(
        f"<html><body>{body}</body></html>".encode(),
        url=f"{URL}&start=10" if current == 2 else URL,
        number=current,
        rules=ListingRules(),
        is_own=lambda url: "t.example" in url,
    )
    assert isinstance(page, ListingPage) and len(page.entries) == 10 and not page.second_lists
    assert page.ways.next_urls == (f"{HOST}/list.php?tid=9&start={current * 10}",)


def test_ranges_that_a_script_follows_are_a_sign_of_more() -> None:
    found = ways("<p><b>1-10</b> <a href='javascript:go(2)'>11-20</a> <a href='javascript:go(3)'>21-30</a></p>")
    assert found.signs or found.hints


@pytest.mark.parametrize(
    "texts",
    [
        ["1-10", "1-11", "1-12"],  # days
        ["10-11", "10-12"],
        ["1-10", "21-30"],
        ["1-10", "11-15", "16-25"],
        ["3-2", "2-0"],  # scores
        ["1-1", "2-2"],
        ["0-9", "10-19"],
        ["5-14", "15-24"],
        ["2020-2021", "2022-2023"],  # years
        ["1-10"],
    ],
)
def test_other_ranges_are_no_pages(texts: list[str]) -> None:
    links = " ".join(f"<a href='/a/{n}.html'>{text}</a>" for n, text in enumerate(texts[1:]))
    found = ways(f"<div><b>{texts[0]}</b> {links}</div>")
    assert not found.next_urls and not found.end
