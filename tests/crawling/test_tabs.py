"""Tabs above a list: other lists of the same section, at addresses with a further key or that a script loads."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support import nightly
from support.crawls import Crawl
from support.pages import LAST_PAGE, Pages, article

Row = tuple[str, str, str]


def rows(shown: list[Row]) -> str:
    return "".join(f"<li><a href='{path}'>{title}</a><i>{day}</i></li>" for path, title, day in shown)


def stories(first: int) -> list[Row]:
    return [
        (f"/show.php?id=588{first + n}", f"青石坳第{first + n}段水渠修成通水", f"2026-06-{28 - n}") for n in range(5)
    ]


CITIES = {"宜昌": 460, "黄石": 881}
LISTS = {city: [stories(100 * number + 10 * n) for n in range(3)] for number, city in enumerate(CITIES, 1)}
LOADED = (
    "<div class='tabs'><{0} class='cur' data-url='/tab/{1}_0.html'>要闻</{0}><{0} data-url='/tab/{1}_1.{2}'>社会</{0}>"
    "<{0} data-url='/tab/{1}_2.{2}'>文旅</{0}></div>"
)
LINKED = (
    "<div class='tb'><a class='on' href='/list.php?area={1}'>图文</a><a href='/list.php?area={1}&{0}=2'>文字</a>"
    "<a href='/list.php?area={1}&{0}=3'>视频</a></div>"
)
TABS = {
    "keys": (LINKED, "type", "/list.php?area={}&type=2", "/list.php?area={}&type=3"),
    "other keys": (LINKED, "catid", "/list.php?area={}&catid=2", "/list.php?area={}&catid=3"),
    "loaded": (LOADED, "span", "/tab/{}_1.html", "/tab/{}_2.html"),
    "loaded, in rows": (LOADED, "li", "/tab/{}_1.html", "/tab/{}_2.html"),
    "loaded data": (LOADED, "b", "/tab/{}_1.json", "/tab/{}_2.json"),
}


def data(shown: list[Row]) -> str:
    rows = ",".join(f'{{"title": "{title}", "url": "{path}", "date": "{day}"}}' for path, title, day in shown)
    return f'{{"code": 0, "list": [{rows}]}}'


def portal(kind: str, page: str = "{tabs}<ul>{rows}</ul><p>{end}</p>", *, without: str = "") -> Pages:
    """Two cities whose lists have three tabs; addresses that contain `without` do not exist."""
    markup, name, *others = TABS[kind]
    links = "".join(f"<li><a href='/list.php?area={area}'>{city}</a></li>" for city, area in CITIES.items())
    pages = {"/": f"<html><body><ul>{links}</ul></body></html>"}
    for city, area in CITIES.items():
        first, *rest = LISTS[city]
        ending = others[0].rpartition(".")[2]
        tabs = markup.format(name, area, ending)
        body = page.format(tabs=tabs, rows=rows(first), end=LAST_PAGE, side=rows(LISTS[city][1]))
        pages[f"/list.php?area={area}"] = f"<html><body>{body}</body></html>"
        for address, shown in zip(others, rest, strict=True):
            body = data(shown) if ending == "json" else f"<ul>{rows(shown)}</ul><p>{LAST_PAGE}</p>"
            pages[address.format(area)] = body
        pages |= {path: article(title, day) for one in LISTS[city] for path, title, day in one}
    return Pages({path: body for path, body in pages.items() if not without or without not in path})


def marks(done: Crawl) -> set[str | None]:
    return {
        row["complete_back_to"] for row in done.rows("SELECT complete_back_to FROM sections WHERE name NOT LIKE '%/%'")
    }


@pytest.mark.parametrize("kind", TABS)
@nightly.by_day(0, 2, 4)
def test_the_tabs_of_a_list_are_columns_of_its_section(crawl: Callable[..., Crawl], kind: str) -> None:
    done = crawl(portal(kind))
    found = done.rows("SELECT url, cities FROM articles_flat")
    assert len(found) == 30 and {row["cities"] for row in found} == {"宜昌市", "黄石市"}, done.messages
    assert done.status == 0 and None not in marks(done), done.messages


@pytest.mark.parametrize(("kind", "without"), [("keys", "type=3"), ("loaded", "_2.html")])
def test_a_list_with_a_tab_that_cannot_be_read_has_no_mark(
    crawl: Callable[..., Crawl], kind: str, without: str
) -> None:
    done = crawl(portal(kind, without=without))
    assert done.status == 1 and marks(done) == {None}, done.messages


def test_a_list_with_other_lists_that_are_not_read_has_no_mark(crawl: Callable[..., Crawl]) -> None:
    """Nothing says that the key chooses a part of the list."""
    links = "<ul><li><a href='/list.php?area=460'>宜昌</a></li></ul>"
    tabs = "<a href='/list.php?area=460&q=2'>看图</a>"
    body = f"<div>{tabs}<ul>{rows(stories(10))}</ul></div>"
    pages = {"/": f"<html><body>{links}</body></html>", "/list.php?area=460": f"<html><body>{body}</body></html>"}
    done = crawl(Pages({**pages, **{path: article(title, day) for path, title, day in stories(10)}}))
    assert done.status == 1 and "看图" in done.messages and marks(done) == {None}, done.messages


BOXES = {
    "a box": "<div class='l'><ul>{rows}</ul><p>{end}</p></div><div class='r'><div class='b'><h3>各地</h3>{tabs}<ul>{side}</ul></div></div>",
    "no mark": "{tabs}<ul>{rows}</ul><p>{end}</p>",
    "the menu of the portal": "<div class='nav'>{tabs}</div><ul>{rows}</ul><p>{end}</p>",
}


@pytest.mark.parametrize("box", BOXES)
def test_other_rows_with_addresses_are_no_tabs_of_the_list(crawl: Callable[..., Crawl], box: str) -> None:
    site = portal("loaded", BOXES[box], without="/tab/")
    for area in CITIES.values():
        path = f"/list.php?area={area}"
        if box == "no mark":
            site.pages[path] = str(site.pages[path]).replace("class='cur'", "class='x'")
        elif box == "the menu of the portal":
            site.pages[path] = str(site.pages[path]).replace(f"/tab/{area}", "/tab/all")
    done = crawl(site)
    assert not done.rows("SELECT 1 FROM sections WHERE name LIKE '%/%'")
    # The articles of the box stand in no list that is read, which is told.
    assert ("articles beside its list stand in no list" in done.messages) is (box == "a box")
    found = done.status, done.one("SELECT count(*) AS n FROM articles")["n"]
    assert found == (1 if box == "a box" else 0, 10), done.messages


KEYED = "<div class='tabs'><span class='cur' data-id='0'>{0}</span><span data-id='7'>社会</span><span data-id='9'>文旅</span></div>"


@pytest.mark.parametrize(("name", "is_whole"), [("要闻", False), ("全部", True)])
def test_a_list_with_tabs_that_only_a_script_knows_has_no_mark(
    crawl: Callable[..., Crawl], name: str, is_whole: bool
) -> None:
    """A first tab with the entries of all others has one: nothing newer is missing."""
    body = f"<div>{KEYED.format(name)}<ul>{rows(stories(10))}</ul></div>"
    links = "<ul><li><a href='/yc/'>宜昌</a></li></ul>"
    pages = {"/": f"<html><body>{links}</body></html>", "/yc/": f"<html><body>{body}</body></html>"}
    done = crawl(Pages({**pages, **{path: article(title, day) for path, title, day in stories(10)}}))
    assert done.status == 1 and "a row of names" in done.messages
    assert marks(done) == ({"2026-06-24"} if is_whole else {None}), done.messages
