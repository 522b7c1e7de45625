"""A section's page may show its newest entries only: 更多 beside them leads to the list of all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from support import nightly
from support.crawls import Crawl
from support.endings import stored
from support.pages import Pages, article

CITIES = {"yc": "宜昌", "hs": "黄石", "jz": "荆州"}
NEWEST, PER_PAGE, PAGES = 6, 10, 3
Story = tuple[str, str, str]
ADDRESSES: dict[str, Callable[[str, int], str]] = {
    "counted down": lambda city, n: f"/system/more/14{list(CITIES).index(city)}00/14_0000000{PAGES + 1 - n}.shtml",
    "a folder elsewhere": lambda city, n: f"/all/{city}/index{f'_{n}' if n > 1 else ''}.html",
    "a query": lambda city, n: f"/newslist.php?cid={7 + list(CITIES).index(city)}{f'&page={n}' if n > 1 else ''}",
}
PLACES = {
    "below": "<h2>{name}</h2><ul class='list'>{rows}</ul><div class='more'><a href='{url}'>更多&gt;&gt;</a></div>",
    "in the heading": "<div class='hd'><h2>{name}</h2><a href='{url}'>更多</a></div><ul class='list'>{rows}</ul>",
    "the last row": "<h2>{name}</h2><ul class='list'>{rows}<li class='r'><a href='{url}'>查看更多</a></li></ul>",
    "a table": "<table><tr><td><h3>{name}</h3><ul>{rows}</ul></td></tr><tr><td><a href='{url}'>更多新闻</a></td></tr></table>",
}
SIDE = "<div class='side'><h3>热点排行</h3><ol>{}</ol><a href='/hot/'>更多</a></div>"


def story(city: str, number: int) -> Story:
    day = f"2026-{6 - number // 28:02d}-{28 - number % 28:02d}"
    path = f"/system/{day.replace('-', '/')}/{12000 + 100 * list(CITIES).index(city) + number:09d}.shtml"
    return path, f"{CITIES[city]}渡口的石阶第{number}次修整完毕", day


def stories(city: str) -> list[Story]:
    return [story(city, number) for number in range(PER_PAGE * PAGES)]


def rows(shown: list[Story]) -> str:
    return "".join(f"<li><a href='{path}' title='{t}'>{t}</a><span>{day}</span></li>" for path, t, day in shown)


def page(title: str, body: str) -> str:
    side = SIDE.format(
        "".join(f"<li><a href='/hot/2026/06{n:02d}/{n}.html'>山里的桥今天通车了第{n}座</a></li>" for n in range(9, 14))
    )
    return f"<html><head><title>{title}_试验网</title></head><body><div class='left'>{body}</div>{side}</body></html>"


def portal(address: Callable[[str, int], str], place: str, *, older: bool = False, all_of: str = "") -> Pages:
    """A portal of three cities. `older`: 更多 leads to what is older; `all_of`: to one list of all cities."""
    menu = "".join(f"<li><a href='/qx/{city}/index.shtml'>{name}</a></li>" for city, name in CITIES.items())
    pages: dict[str, Any] = {"/": f"<html><body><ul>{menu}</ul></body></html>"}
    for city, name in CITIES.items():
        own = stories(city)
        pages[f"/qx/{city}/index.shtml"] = page(
            name, place.format(name=name, rows=rows(own[:NEWEST]), url=all_of or address(city, 1))
        )
        listed = own[NEWEST:] if older else own
        for number in range(1, PAGES + 1):
            pager = f"<a href='{address(city, number + 1)}'>下一页</a>" if number < PAGES else ""
            shown = listed[(number - 1) * PER_PAGE : number * PER_PAGE]
            pages[address(city, number)] = page(name, f"<ul class='list'>{rows(shown)}</ul><div>{pager}</div>")
        pages |= {path: article(title, day) for path, title, day in own}
    return Pages(pages)


def ends(done: Crawl) -> dict[str, tuple[str, str | None]]:
    query = "SELECT name, listing_end, complete_back_to FROM sections"
    return {row["name"]: (row["listing_end"], row["complete_back_to"]) for row in done.rows(query)}


@nightly.by_day(0)
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES)
def test_more_beside_the_newest_entries_leads_to_all_of_them(
    crawl: Callable[..., Crawl], address: Callable[[str, int], str], place: str
) -> None:
    done = crawl(portal(address, place))
    assert done.status == 0, done.messages
    assert stored(done) == len(CITIES) * PER_PAGE * PAGES
    assert set(ends(done).values()) == {("proven", "beginning")}
    again = crawl(portal(address, place))
    assert again.status == 0 and set(ends(again).values()) == {("proven", "beginning")}


@nightly.by_day(1)
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_more_may_lead_to_what_is_older(crawl: Callable[..., Crawl], place: str) -> None:
    done = crawl(portal(ADDRESSES["a query"], place, older=True))
    assert done.status == 0, done.messages
    assert stored(done) == len(CITIES) * PER_PAGE * PAGES


@nightly.by_day(0)
@pytest.mark.parametrize(
    "kind", ["all cities", "all cities by day", "something else", "gone", "an older list of others"]
)
def test_more_may_lead_to_no_list_of_the_section(crawl: Callable[..., Crawl], kind: str) -> None:
    """Then it is told as before, and nothing of it is the section's."""
    pages = portal(ADDRESSES["a query"], PLACES["below"], all_of="/zx/all.shtml")
    of_all = [one for city in CITIES for one in stories(city)[:NEWEST]]
    if kind == "all cities by day":
        of_all.sort(key=lambda one: one[2], reverse=True)
    if kind == "something else":
        of_all = [(f"/tv/{n}.shtml", f"山里的桥今天通车了第{n}座", "2026-06-01") for n in range(10)]
    if kind == "an older list of others":
        of_all = [(f"/tv/{n}.shtml", f"山里的桥今天通车了第{n}座", "2025-06-01") for n in range(10)]
    # The list of all cities may even begin with those of the last one in the menu.
    of_all.reverse() if kind == "all cities" else None
    if kind != "gone":
        pages.pages["/zx/all.shtml"] = page("最新播报", f"<ul class='list'>{rows(of_all)}</ul>")
    done = crawl(pages)
    assert done.status == 1 and "a link beside the list leads on" in done.messages
    assert stored(done) == len(CITIES) * NEWEST
    for city in CITIES.values():
        rows_of = done.rows("SELECT title FROM articles_flat WHERE cities LIKE ?", f"%{city}%")
        assert len(rows_of) == NEWEST and all(city in row["title"] for row in rows_of)


@nightly.by_day(0)
@pytest.mark.parametrize("is_whole", [True, False])
def test_a_page_of_one_block_is_as_complete_as_its_column(crawl: Callable[..., Crawl], is_whole: bool) -> None:
    """Its only 更多 leads into the section's own folder, so that it is a column."""
    pages = portal(lambda city, n: f"/qx/{city}/xw/index{f'_{n}' if n > 1 else ''}.shtml", PLACES["in the heading"])
    if not is_whole:
        # A lead story that the column does not have.
        first = str(pages.pages["/qx/yc/index.shtml"])
        path, title, day = "/system/2026/06/29/000019999.shtml", "宜昌渡口的石阶开工了", "2026-06-29"
        pages.pages["/qx/yc/index.shtml"] = first.replace("<li>", f"{rows([(path, title, day)])}<li>", 1)
        pages.pages[path] = article(title, day)
    done = crawl(pages)
    assert done.status == 0, done.messages
    assert ends(done)["荆州市"] == ("columns", "beginning")
    assert ends(done)["宜昌市"][0] == ("columns" if is_whole else "unproven")
    again = crawl(pages)
    assert again.status == 0 and ends(again)["荆州市"] == ("columns", "beginning")
