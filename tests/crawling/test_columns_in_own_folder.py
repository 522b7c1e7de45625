"""Columns in the folder of a section whose page has a number for a name: `/changde/node_6205.html`."""

from __future__ import annotations

import pytest

from support import nightly
from support.crawls import Crawl
from support.pages import Pages, article

CITIES = {"宜昌": "yichang", "恩施州": "enshi"}
NAMES = {"社会": "shehui", "民生": "minsheng", "文旅": "wenlv"}
HEADINGS = {
    "a heading that is a link": "<h3><a href='{1}'>{0}</a></h3>",
    "a picture": "<h3><a href='{1}' title='{0}'><img src='/i/x.gif' alt='{0}'></a></h3>",
    "a title with 更多": "<div class='title'><span>{0}</span><a href='{1}'>更多&gt;&gt;</a></div>",
}
PAGES = ("/{}/node_{}.html", "/{}/{}.html", "/{}/channel-{}.htm")


def rows(shown: list[tuple[str, str, str]]) -> str:
    return "".join(f"<li><a href='{path}'>{title}</a><span>{day}</span></li>" for path, title, day in shown)


def portal(heading: str, form: str = PAGES[0], lost: str = "") -> Pages:
    """Two cities with three columns of two pages in their folders."""
    pages: dict[str, str] = {}
    menu, number = "", 6200
    for city, folder in CITIES.items():
        number += 50
        own = form.format(folder, number)
        menu += f"<a href='{own}'>{city}</a>"
        blocks = ""
        for n, (name, sub) in enumerate(NAMES.items(), 1):
            path = form.format(f"{folder}/{sub}", number + n)
            second = path.replace(".htm", "_2.htm")
            stories = [
                (
                    f"/{folder}/{sub}/2026-07/{28 - i:02d}/content_{number}{n}{i:02d}.html",
                    f"{city}第{n}座水库第{i}道闸门修好了",
                    f"2026-07-{28 - i:02d}",
                )
                for i in range(9)
            ]
            blocks += f"<div class='box'>{heading.format(name, path)}<ul>{rows(stories[:4])}</ul></div>"
            pages[path] = f"<html><body><ul>{rows(stories[:6])}</ul><a href='{second}'>下一页</a></body></html>"
            pages[second] = f"<html><body><ul>{rows(stories[6:])}</ul><span>下一页</span></body></html>"
            pages |= {one: article(title, day) for one, title, day in stories}
        pages[own] = f"<html><body><div class='left'>{blocks}</div></body></html>"
    pages["/"] = f"<html><body><div class='nav'>{menu}</div></body></html>"
    pages.pop(lost, None)
    return Pages(pages)  # type: ignore[arg-type]


def ends(done: Crawl) -> dict[str, tuple[object, object]]:
    found = done.rows("SELECT name, listing_end, complete_back_to FROM sections")
    return {str(row["name"]): (row["listing_end"], row["complete_back_to"]) for row in found}


@nightly.by_day(1)
@pytest.mark.parametrize("heading", HEADINGS.values(), ids=HEADINGS)
def test_columns_in_the_folder_of_a_section_are_its_columns(crawl, heading: str) -> None:
    done = crawl(portal(heading))
    assert done.status == 0, done.messages
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == 54
    assert len(ends(done)) == 8 and {mark for _, mark in ends(done).values()} == {"beginning"}, ends(done)


@pytest.mark.slow
@pytest.mark.parametrize("form", PAGES)
def test_whatever_their_pages_are_called(crawl, form: str) -> None:
    done = crawl(portal(HEADINGS["a title with 更多"], form))
    assert done.status == 0, done.messages
    assert {mark for _, mark in ends(done).values()} == {"beginning"}, ends(done)


@pytest.mark.slow
def test_a_crawl_of_one_city_calls_no_column_that_it_reads_elsewhere(crawl) -> None:
    done = crawl(portal(HEADINGS["a heading that is a link"]), "--city", "宜昌")
    assert "outside of its own folder" not in done.messages
    assert done.status == 0, done.messages
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == 27


def test_a_column_that_cannot_be_read_leaves_no_mark(crawl) -> None:
    done = crawl(portal(HEADINGS["a heading that is a link"], lost="/yichang/shehui/node_6251.html"))
    assert done.status == 1
    assert ends(done)["宜昌市"][1] is None, ends(done)


@pytest.mark.slow
def test_blocks_below_a_folder_of_several_cities_are_no_columns(crawl) -> None:
    """Where the pages of cities lie beside each other, what lies below their folder may be the portal's."""
    heading = HEADINGS["a heading that is a link"]
    pages = portal(heading)
    for folder, number in (("yichang", 6250), ("enshi", 6300)):
        page = pages.pages.pop(f"/{folder}/node_{number}.html")
        pages.pages[f"/news/node_{number}.html"] = page
        assert isinstance(pages.pages["/"], str)
        pages.pages["/"] = pages.pages["/"].replace(f"/{folder}/node_", "/news/node_")
    done = crawl(pages)
    assert done.status == 1 and "outside of its own folder" in done.messages, done.messages
