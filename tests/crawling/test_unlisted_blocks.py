"""Articles beside a list that stand in no list of the portal: with a block of its own a section is incomplete."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from support import nightly
from support.crawls import Crawl
from support.pages import LAST_PAGE, Pages, article

Story = tuple[str, str, str]
CITIES = {"宜昌市": "1", "恩施土家族苗族自治州": "2"}


def stories(city: str, begin: int, number: int, folder: str = "") -> list[Story]:
    """Stories of a city, newest first; all cities share one tree of days."""
    days = [f"2026-0{6 - n // 28}-{28 - n % 28:02d}" for n in range(begin, begin + number)]
    return [
        (f"{folder}/{day[:7]}/{day[8:]}/content_{city}{900 - n}.htm", f"第{city}{n}号渠口的闸门按时打开了", day)
        for n, day in enumerate(days, begin)
    ]


def rows(shown: Sequence[Story]) -> str:
    return "".join(f"<li><a href='{path}'>{title}</a><span>{day}</span></li>" for path, title, day in shown)


def pictures(shown: Sequence[Story], heading: str = "图片新闻") -> str:
    items = (f"<li><a href='{path}'><img src='/i.jpg'><p>{title}</p></a></li>" for path, title, _ in shown)
    return f"<div class='pics'><h3>{heading}</h3><ul>{''.join(items)}</ul></div>"


def tab(shown: Sequence[Story]) -> str:
    items = (f"<dd><em>{day}</em><a href='{path}'>{title}</a></dd>" for path, title, day in shown)
    return f"<div class='tab' id='t2'><h4>县市</h4><dl>{''.join(items)}</dl></div>"


def captions(shown: Sequence[Story]) -> str:
    items = (f"<li><a href='{path}'><img src='/i.jpg'></a><p>{title}</p></li>" for path, title, _ in shown)
    return f"<div class='show'><ul>{''.join(items)}</ul></div>"


def page(shown: Sequence[Story], beside: str = "", pager: str = LAST_PAGE) -> str:
    block = f"<div class='list'><ul>{rows(shown)}</ul>{pager}</div>"
    return f"<html><head><title>列表</title></head><body>{beside}{block}</body></html>"


NEXT = "<a href='node_{}_2.htm'>下一页</a>"
Beside = Callable[[str, int], str]
"""From a city and the number of a page to what stands beside its list."""


def crawled(crawl: Callable[..., Crawl], beside: Beside, home: str = "", cities: Sequence[str] = "12") -> Crawl:
    """The crawl of a portal whose sections have two pages each, with something beside their lists."""
    names = {"1": "宜昌", "2": "恩施州"}
    menu = "".join(f"<a href='/node_{city}.htm'>{names[city]}</a>" for city in cities)
    pages: dict[str, str] = {"/": f"<html><body><div class='nav'>{menu}</div>{home}</body></html>"}
    for city in cities:
        listed = stories(city, 0, 12)
        pages[f"/node_{city}.htm"] = page(listed[:8], beside(city, 1), NEXT.format(city))
        pages[f"/node_{city}_2.htm"] = page(listed[8:], beside(city, 2))
    for folder in ("", "/tour"):
        pages |= {path: article(title, day) for city in "129" for path, title, day in stories(city, 0, 40, folder)}
    return crawl(Pages(pages))  # type: ignore[arg-type]


def marks(done: Crawl) -> set[str]:
    return {str(row["mark"]) for row in done.rows("SELECT complete_back_to AS mark FROM sections")}


@nightly.by_day(4)
@pytest.mark.parametrize("block", [pictures, tab, captions])
@pytest.mark.parametrize("cities", ["12", "1"])
def test_articles_of_a_block_that_no_list_shows_are_missing(crawl, block, cities: str) -> None:
    done = crawled(crawl, lambda city, number: block(stories(city, 20, 4)) if number == 1 else "", cities=cities)
    assert done.status == 1, done.messages
    assert marks(done) == {"None"}
    reasons = {str(row["reason"]) for row in done.rows("SELECT listing_end_reason AS reason FROM sections")}
    assert all(reason.startswith("4 articles beside its list stand in no list that was read") for reason in reasons)


@nightly.by_day(1)
@pytest.mark.parametrize("missing", [1, 3])
def test_a_block_where_the_next_page_has_its_list_is_the_list(crawl, missing: int) -> None:
    """A dated choice above the list is read, and the next page has the list alone."""
    shown, behind = stories("1", 0, 8), stories("1", 20, 5)
    items = {path: f"<li><a href='{path}'>{title}</a></li>" for path, title, _ in (*shown, *behind)}
    chosen = f"<div class='top'><h3>要闻</h3><ul>{rows(shown[missing:])}</ul></div>"
    listed = "<div class='new'><h3>最新</h3><ul>{}</ul></div><p>{}</p>"
    first = "".join(items[path] for path, *_ in shown[: 4 + missing])
    rest = "".join(items[path] for path, *_ in behind)
    pages = {
        "/": "<html><body><a href='/node_1.htm'>宜昌</a></body></html>",
        "/node_1.htm": f"<html><body>{chosen}{listed.format(first, NEXT.format('1'))}</body></html>",
        "/node_1_2.htm": f"<html><body>{listed.format(rest, LAST_PAGE)}</body></html>",
        **{path: article(title, day) for path, title, day in (*shown, *behind)},
    }
    done = crawl(Pages(pages))
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == len(shown) - missing + len(behind), done.messages
    assert done.status == 1 and marks(done) == {"None"}, done.messages
    reason = str(done.one("SELECT listing_end_reason AS reason FROM sections")["reason"])
    assert reason.startswith(f"{missing} articles beside its list stand in no list that was read"), reason


COUNTER = {
    "a block of the portal": lambda city, number: pictures(stories("9", 20, 4)) if number == 1 else "",
    "a block that changed while the pages were read": lambda city, number: (
        pictures(stories("9", 20 + int(city), 4)) if number == 1 else ""
    ),
    "a block of the template": lambda city, number: pictures(stories(city, 20 + 4 * number, 4)),
    "a ranking": lambda city, number: pictures(stories(city, 20, 4), "热点排行") if number == 1 else "",
    "a choice": lambda city, number: pictures(stories(city, 20, 4), "为您推荐") if number == 1 else "",
    "articles of another folder": lambda city, number: pictures(stories(city, 20, 4, "/tour")) if number == 1 else "",
    "articles of the list": lambda city, number: pictures(stories(city, 8, 4)) if number == 1 else "",
    "articles of the other list": lambda city, number: pictures(stories("21"[int(city) - 1], 9, 3)),
    "two that are new": lambda city, number: pictures([*stories(city, 30, 2), *stories(city, 0, 2)]),
}  # fmt: skip


@nightly.by_day(8)
@pytest.mark.parametrize("beside", COUNTER.values(), ids=COUNTER)
def test_blocks_of_the_portal_and_articles_of_its_lists_say_nothing(crawl, beside: Beside) -> None:
    done = crawled(crawl, beside)
    assert (done.status, marks(done)) == (0, {"beginning"}), done.messages


@pytest.mark.slow
def test_a_block_of_the_homepage_is_the_portals(crawl) -> None:
    shown = stories("1", 20, 4)
    done = crawled(crawl, lambda city, number: pictures(shown) if (city, number) == ("1", 1) else "", pictures(shown))
    assert (done.status, marks(done)) == (0, {"beginning"}), done.messages
