"""Short titles in a side box are no columns: the city to whose list they belong still stores them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from support.crawls import Crawl
from support.endings import stored
from support.pages import Pages, article

CITIES = {"yc": "宜昌", "hs": "黄石"}
PLACES = ["渡口", "石桥", "水厂", "书院", "粮站", "茶园", "码头", "灯塔", "果园", "老街"]
FEW = 4
"""Articles on the second page of a list."""


def title(name: str, number: int) -> str:
    return f"{CITIES[name]}的{PLACES[number]}今年重新开放"


def portal(list_form: str, show_forms: dict[str, str], *, is_dated: bool = True) -> Pages:
    """A portal whose lists lie in its root. Each shows the newest articles of the other city in a box."""
    menu = "".join(f"<a href='{list_form.format(name)}'>{city}</a> " for name, city in CITIES.items())
    pages: dict[str, Any] = {"/": f"<html><body><p>{menu}</p></body></html>"}
    number_of = {name: 3025000 + 100 * at for at, name in enumerate(CITIES)}

    def link(name: str, number: int) -> str:
        url = show_forms[name].format(number_of[name] + number)
        return f"<li><a href='{url}'>{title(name, number)}</a>{f' <em>06-{10 + number}</em>' if is_dated else ''}</li>"

    for name in CITIES:
        other = next(one for one in CITIES if one != name)
        box = f"<div class='other'><h3>其他市州</h3><ul>{''.join(link(other, n) for n in range(6, 10))}</ul></div>"
        first, second = list_form.format(name), list_form.format(name) + "&page=2"
        rows = ["".join(link(name, n) for n in numbers) for numbers in (range(FEW, 10), range(FEW))]
        pager = f"<div class='page'><a href='{first}'>1</a> <a href='{second}'>2</a>"
        for url, shown, last in ((first, rows[0], f"<a href='{second}'>下一页</a>"), (second, rows[1], "")):
            pages[url] = f"<html><body><p>{menu}</p><ul>{shown}</ul>{pager} {last}</div>{box}</body></html>"
        for n in range(10):
            day = f"2026-06-{10 + n}"
            pages[show_forms[name].format(number_of[name] + n)] = article(title(name, n), day)
    return Pages(pages)


@pytest.mark.parametrize(
    ("list_form", "show_forms"),
    [
        ("/index.php?a=lists&catid={}", dict.fromkeys(CITIES, "/index.php?a=show&id={}")),
        ("/index.php?a=lists&id={}", dict.fromkeys(CITIES, "/index.php?a=show&id={}")),
        ("/?cat={}", dict.fromkeys(CITIES, "/?p={}")),
        ("/index.php?a=lists&catid={}", {"yc": "/index.php?a=show&id={}", "hs": "/view.php?aid={}"}),
        ("/index.php?a=lists&catid={}", {"yc": "/view.php?aid={}", "hs": "/index.php?a=show&id={}"}),
    ],
    ids=["one form", "the form of the list but for a word", "a form without digits", "own forms", "own forms, turned"],
)
def test_a_side_box_takes_no_article_from_the_list_of_its_city(
    crawl: Callable[..., Crawl], list_form: str, show_forms: dict[str, str]
) -> None:
    done = crawl(portal(list_form, show_forms))
    assert stored(done) == 20, done.messages
    sections = done.rows("SELECT name, complete_back_to FROM sections")
    assert {row["name"]: row["complete_back_to"] for row in sections} == {"宜昌市": "beginning", "黄石市": "beginning"}
    assert done.status == 0, done.messages


@pytest.mark.parametrize("taken_by", CITIES)
def test_an_article_that_was_read_as_a_column_is_stored_with_its_list(
    crawl: Callable[..., Crawl], taken_by: str
) -> None:
    own = {"yc": "/index.php?a=show&id={}", "hs": "/index.php?a=show&id={}"} | {taken_by: "/view.php?aid={}"}
    done = crawl(portal("/index.php?a=lists&catid={}", own, is_dated=False))
    assert stored(done) == 20, done.messages
    assert done.status == 1, "some columns are none"
