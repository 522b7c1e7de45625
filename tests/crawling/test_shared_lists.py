"""Sections of several cities whose lists show the same articles are incomplete: a box was read, or one list for all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from support import nightly
from support.crawls import Crawl
from support.endings import stored
from support.pages import DEFINITION, Pages, article, listing

CITIES = {"yc": "宜昌", "hs": "黄石", "jz": "荆州"}
TOLD = "entries stand in the lists of other cities, too"


def story(number: int) -> tuple[str, str, str]:
    day = 28 - number % 28
    path = f"/xw/202606/t202606{day:02d}_{7000 + number}.html"
    return path, f"渡口的石阶第{number}次修整完毕", f"2026-06-{day:02d}"


def crawled(
    crawl: Callable[..., Crawl], lists: dict[str, Sequence[int]], names: dict[str, str] = CITIES, extra: str = ""
) -> Crawl:
    """A crawl of a portal with these cities, each with the numbers of the stories of its list."""
    menu = "".join(f"<li><a href='/{name}/'>{names[name]}</a></li>" for name in lists)
    pages: dict[str, Any] = {"/": f"<html><body><ul>{menu}</ul></body></html>"}
    for name, numbers in lists.items():
        shown = [story(number) for number in numbers]
        pages[f"/{name}/"] = listing(shown)
        pages |= {path: article(title, day) for path, title, day in shown}
    return crawl(Pages(pages), definition=DEFINITION + extra)


def ends(done: Crawl) -> dict[str, str]:
    return {row["name"]: row["listing_end"] for row in done.rows("SELECT name, listing_end FROM sections")}


@nightly.by_day(1)
@pytest.mark.parametrize("own", [0, 2])
def test_one_list_for_all_cities_is_none_of_them(crawl, own: int) -> None:
    lists = {name: [*range(30, 38), *range(10 * n, 10 * n + own)] for n, name in enumerate(CITIES)}
    done = crawled(crawl, lists)
    assert done.status == 1 and TOLD in done.messages
    assert set(ends(done).values()) == {"more"}
    assert stored(done) == 8 + 3 * own
    assert not done.rows("SELECT 1 FROM sections WHERE complete_back_to IS NOT NULL")


def test_a_definition_that_names_the_entries_settles_it(crawl) -> None:
    """The message says to name them: once that is done, it must not come again at each crawl."""
    lists = {name: [*range(30, 38), 10 * n] for n, name in enumerate(CITIES)}
    done = crawled(crawl, lists, extra="[listing]\nentry = 'ul.list a'\n")
    assert done.status == 0 and set(ends(done).values()) == {"proven"}, done.messages


@nightly.by_day(3)
@pytest.mark.parametrize(
    "lists",
    [
        {"yc": range(8), "hs": range(6, 16), "jz": range(14, 24)},
        {"yc": range(12), "hs": [*range(8), *range(20, 24)]},
        {"yc": range(4), "hs": range(4)},
        {"yc": range(16), "hs": range(9, 14)},
    ],
    ids=["some articles of two cities", "two thirds of them", "few", "most of the other list only"],
)
def test_some_articles_belong_to_several_cities(crawl, lists: dict[str, range]) -> None:
    assert ends(crawled(crawl, lists))["宜昌市"] == "proven"


@pytest.mark.slow
def test_articles_of_a_county_stand_in_the_list_of_its_city(crawl) -> None:
    done = crawled(crawl, {"yc": range(12), "zg": range(8)}, {"yc": "宜昌", "zg": "秭归县"})
    assert done.status == 0 and set(ends(done).values()) == {"proven"}, done.messages


@pytest.mark.parametrize("place", ["<div id='pager'></div>", "<div class='page'>加载更多</div>"])
def test_a_box_beside_lists_that_a_script_fills_gives_no_mark(crawl, place: str) -> None:
    """What a script would load is told, and the box of the portal that was read says nothing about the cities."""
    shown = [story(number) for number in range(8)]
    menu = "".join(f"<li><a href='/{name}/'>{city}</a></li>" for name, city in CITIES.items())
    pages: dict[str, Any] = {"/": f"<html><body><ul>{menu}</ul></body></html>"}
    filled = (
        f"<div id='list'></div>{place}<script>function show(d){{document.getElementById('list').innerHTML=d}}</script>"
    )
    for name in CITIES:
        pages[f"/{name}/"] = listing(shown, "").replace("<body>", f"<body>{filled}")
    pages |= {path: article(title, day) for path, title, day in shown}
    done = crawl(Pages(pages))
    assert done.status == 1 and TOLD in done.messages
    assert not done.rows("SELECT 1 FROM sections WHERE complete_back_to IS NOT NULL")
