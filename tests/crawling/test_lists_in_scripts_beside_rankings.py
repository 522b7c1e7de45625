"""A list that stands as data in a script, beside a ranking whose links stand in the page: the data is the list."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import pytest

from support import nightly
from support.crawls import Crawl
from support.pages import LAST_PAGE, Pages, article

Story = tuple[str, str, str]
CITIES = {"yichang": "宜昌", "enshi": "恩施州"}


def stories(city: str) -> list[Story]:
    return [
        (f"/news/2026/06/{city}{8300 - n}.shtml", f"{CITIES[city]}第{n}处渡口换上了新船", f"2026-06-{28 - n:02d}")
        for n in range(8)
    ]


def hot(heading: str) -> str:
    """A ranking of the whole portal, the same on each page."""
    shown = [*stories("yichang")[2:4], *stories("enshi")[5:7]]
    links = "".join(f"<li><em>{n}</em><a href='{path}'>{title}</a></li>" for n, (path, title, _) in enumerate(shown, 1))
    return f"<div class='b'><div class='tit'>{heading}</div><ul>{links}</ul></div>"


def in_script(shown: Sequence[Story]) -> str:
    data = [
        {"id": n, "title": title, "url": path, "pubtime": f"{day} 08:00:00"}
        for n, (path, title, day) in enumerate(shown)
    ]
    fill = 'var h="";for(var i in list){h+=list[i].title;}document.getElementById("box").innerHTML=h;'
    return f"<div id='box'></div><script>var list={json.dumps(data, ensure_ascii=False)};{fill}</script>"


def as_literal(shown: Sequence[Story]) -> str:
    rows = ",".join(f"{{title:'{title}',url:'{path}',date:'{day}'}}" for path, title, day in shown)
    return f"<ul id='box'></ul><script>show([{rows}]);</script>"


def as_links(shown: Sequence[Story]) -> str:
    rows = "".join(f"<li><a href='{path}'>{title}</a><span>{day}</span></li>" for path, title, day in shown)
    return f"<ul class='list'>{rows}</ul>"


def crawled(
    crawl: Callable[..., Crawl],
    write: Callable[[Sequence[Story]], str],
    beside: str,
    second: str = "/{}/index_2.shtml",
    last: str = LAST_PAGE,
) -> Crawl:
    """The crawl of two cities whose lists have two pages, with something beside each."""
    menu = "".join(f"<a href='/{city}/'>{name}</a>" for city, name in CITIES.items())
    pages = {"/": f"<html><body>{menu}</body></html>"}
    for number, city in enumerate(CITIES):
        told, after = stories(city), second.format(number if "count" in second else city, number)
        for path, shown, pager in (
            (f"/{city}/", told[:5], f"<a href='{after}'>下一页</a>"),
            (after, told[5:], last.format(city)),
        ):
            pages[path] = f"<html><body><div>{write(shown)}<p>{pager}</p></div>{beside}</body></html>"
        pages |= {path: article(title, day) for path, title, day in told}
    return crawl(Pages(pages))  # type: ignore[arg-type]


def shown_by_sections(done: Crawl) -> list[tuple[object, object]]:
    """The number of articles that each section showed, and its mark."""
    rows = done.rows(
        "SELECT count(*) AS n, s.complete_back_to AS mark FROM listing_sightings l JOIN sections s ON s.id = l.section "
        "GROUP BY s.id"
    )
    return [(row["n"], row["mark"]) for row in rows]


@nightly.by_day(4)
@pytest.mark.parametrize("write", [in_script, as_literal, as_links])
@pytest.mark.parametrize("heading", ["24小时热文", "点击排行", "为您推荐"])
def test_each_city_has_its_own_list_whatever_stands_beside_it(crawl, write, heading: str) -> None:
    done = crawled(crawl, write, hot(heading))
    assert done.status == 0, done.messages
    assert shown_by_sections(done) == [(8, "beginning")] * 2


@pytest.mark.slow
def test_a_ranking_is_no_second_list_where_the_address_counts_the_pages(crawl) -> None:
    """On a page of 北方网's system the address alone says that it is the last one, also below the ranking."""
    second = "/system/count//0008434/00{}000000000/000/000/c000843400{}000000000_000000001.shtml"
    done = crawled(crawl, as_links, hot("24小时热文"), second=second, last="<a href='/{}/'>1</a><b>2</b>")
    assert shown_by_sections(done) == [(8, "beginning")] * 2, done.messages


def test_data_without_dates_is_no_list(crawl) -> None:
    """A show of pictures beside a list of links."""
    slides = json.dumps([{"title": title, "url": path, "img": "/i.jpg"} for path, title, _ in stories("enshi")[:3]])
    done = crawled(crawl, as_links, f"<script>var slides={slides};</script>")
    assert shown_by_sections(done) == [(8, "beginning")] * 2
