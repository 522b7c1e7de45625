"""A page of another city's list in place of one of a section's is told, and its entries are not the section's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from support import nightly
from support.crawls import Crawl
from support.pages import Pages, article, listing

CITIES = {"yc": "宜昌", "hs": "黄石", "jz": "荆州"}
PER_PAGE, PAGES = 6, 4
TOLD = "shows a page of the list of 黄石市"
Made = dict[str, dict[str, Any]]


def story(city: str, number: int, layout: str) -> tuple[str, str, str]:
    """The address, title and day of a city's article."""
    index = list(CITIES).index(city)
    day = f"2026-{6 - number // 28:02d}-{28 - number % 28:02d}"
    folder = f"/{city}/" if layout == "folders" else "/xw/"
    path = f"{folder}{day[:4]}{day[5:7]}/t{day.replace('-', '')}_{7000 + 100 * index + number}.html"
    return path, f"{CITIES[city]}渡口的石阶第{number}次修整完毕", day


def page_of(city: str, number: int, layout: str, entries: list[tuple[str, str, str]]) -> str:
    """A page of a city's list, from 1, with a pager of relative addresses."""
    links = "".join(
        f"<a href='index{f'_{n - 1}' if n > 1 else ''}.html'>{n}</a> " if n != number else f"<span>{n}</span> "
        for n in range(1, PAGES + 1)
    )
    following = f"<a href='index_{number}.html'>下一页</a>" if number < PAGES else "<span>下一页</span>"
    made = listing(entries, f"<div class='page'>{links}{following}</div>")
    title = f"<title>{CITIES[city]}新闻_第{number}页_试验网</title>" if layout != "bare" else "<title>试验网</title>"
    return made.replace("<title>列表</title>", title, 1)


def portal(layout: str, shared: int = 0) -> Pages:
    """A portal of three cities; `shared` articles of 黄石's third page stand on that of 宜昌, too."""
    menu = "".join(f"<li><a href='/{city}/'>{name}</a></li>" for city, name in CITIES.items())
    pages: dict[str, Any] = {"/": f"<html><body><ul>{menu}</ul></body></html>"}
    for city in CITIES:
        stories = [story(city, number, layout) for number in range(PER_PAGE * PAGES)]
        if city == "yc":
            top = 2 * PER_PAGE
            stories[top : top + shared] = [story("hs", number, layout) for number in range(top, top + shared)]
        for number in range(1, PAGES + 1):
            shown = stories[(number - 1) * PER_PAGE : number * PER_PAGE]
            name = f"index_{number - 1}.html" if number > 1 else ""
            pages[f"/{city}/{name}"] = page_of(city, number, layout, shown)
        pages |= {path: article(title, day) for path, title, day in stories}
    return Pages(pages)


def sections(done: Crawl) -> dict[str, tuple[str, str | None]]:
    rows = done.rows("SELECT name, listing_end, complete_back_to FROM sections")
    return {row["name"]: (row["listing_end"], row["complete_back_to"]) for row in rows}


def articles_of(done: Crawl, city: str) -> int:
    query = "SELECT count(*) AS n FROM articles_flat WHERE cities LIKE ?"
    return int(done.rows(query, f"%{city}%")[0]["n"])


@nightly.by_day(1)
@pytest.mark.parametrize("layout", ["folders", "titles", "bare"])
@pytest.mark.parametrize("number", [2, 3, 4])
def test_a_page_of_another_citys_list_is_told_and_read_again(
    crawl: Callable[..., Crawl], layout: str, number: int
) -> None:
    whole, mixed = portal(layout), portal(layout)
    mixed.pages[f"/yc/index_{number - 1}.html"] = mixed.pages[f"/hs/index_{number - 1}.html"]
    done = crawl(mixed)
    assert done.status == 1 and f"page {number} {TOLD}" in done.messages
    above = story("yc", (number - 1) * PER_PAGE - 1, layout)[2]
    assert sections(done)["宜昌市"] == ("more", above)
    assert sections(done)["荆州市"] == ("proven", "beginning")
    if layout != "bare":  # nothing tells whose page it is where titles and folders are alike
        assert articles_of(done, "宜昌市") == PER_PAGE * (PAGES - 1)
        assert sections(done)["黄石市"] == ("proven", "beginning")
    again = crawl(whole)
    assert again.status == 0, again.messages
    assert set(sections(again).values()) == {("proven", "beginning")}
    assert again.one("SELECT count(*) AS n FROM articles")["n"] == 3 * PER_PAGE * PAGES


@nightly.by_day(0)
@pytest.mark.parametrize("cities", [["yc"], ["yc", "jz"]])
@pytest.mark.parametrize("layout", ["folders", "titles"])
def test_all_pages_but_the_first_may_be_anothers(crawl: Callable[..., Crawl], layout: str, cities: list[str]) -> None:
    """One script sends the pages of all cities, and keeps the city of the one that asked last."""
    mixed = portal(layout)
    for city in cities:
        for number in range(2, PAGES + 1):
            mixed.pages[f"/{city}/index_{number - 1}.html"] = mixed.pages[f"/hs/index_{number - 1}.html"]
    done = crawl(mixed)
    assert done.status == 1 and f"page 2 {TOLD}" in done.messages
    assert sections(done)["黄石市"] == ("proven", "beginning")
    for city in cities:
        assert sections(done)[f"{CITIES[city]}市"] == ("more", story(city, PER_PAGE - 1, layout)[2])
        assert articles_of(done, f"{CITIES[city]}市") == PER_PAGE


@nightly.by_day(1)
@pytest.mark.parametrize("layout", ["folders", "titles", "bare"])
@pytest.mark.parametrize("shared", [1, 4])
def test_articles_of_two_cities_make_no_strange_page(crawl: Callable[..., Crawl], layout: str, shared: int) -> None:
    done = crawl(portal(layout, shared))
    assert done.status == 0, done.messages
    assert set(sections(done).values()) == {("proven", "beginning")}
    assert articles_of(done, "宜昌市") == PER_PAGE * PAGES


def test_pages_of_the_province_in_the_lists_of_all_cities_are_their_own(crawl: Callable[..., Crawl]) -> None:
    """The same articles, in another order, on pages of two cities."""
    pages = portal("titles", PER_PAGE)
    city = [story("hs", number, "titles") for number in range(2 * PER_PAGE, 3 * PER_PAGE)]
    pages.pages["/yc/index_2.html"] = page_of("yc", 3, "titles", [*city[1:], city[0]])
    done = crawl(pages)
    assert done.status == 0, done.messages
