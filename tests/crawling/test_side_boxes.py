"""What stands beside a city's list and belongs to the whole portal: boxes with 更多, menus whose addresses look like articles'."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support import nightly
from support.crawls import Crawl
from support.pages import LAST_PAGE, Pages, article

OWN = [(f"/show.asp?id={700 - n}", f"石门坎第{n}所村小添了新操场", f"2026-06-{28 - n}") for n in range(6)]
OTHER = [(f"/show.asp?id={900 - n}", f"各地晒秋图景第{n}组上新", f"2026-06-{28 - n}") for n in range(8)]


def rows(stories: list[tuple[str, str, str]]) -> str:
    return "".join(f"<li><a href='{path}'>{title}</a><i>{day}</i></li>" for path, title, day in stories)


def crawled(crawl: Callable[..., Crawl], own: str, *boxes: str) -> Crawl:
    """The crawl of a city whose page has two boxes beside its list, which lead to pages that the homepage names."""
    shown = [OTHER[:4], OTHER[4:]]
    side = "".join(
        f"<div class='b'><div class='hd'><h3>{name}</h3><a class='more' href='{box}'>更多</a></div><ul>{rows(part)}</ul></div>"
        for name, box, part in zip(("图片新闻", "视听"), boxes, shown, strict=True)
    )
    page = (
        f"<html><body><div class='l'><h3>宜昌</h3><ul>{rows(OWN)}</ul>{LAST_PAGE}</div><div>{side}</div></body></html>"
    )
    menu = "".join(f"<a href='{box}'>图片</a>" for box in boxes)
    home = f"<html><body><div><a href='{own}'>宜昌</a></div><div>{menu}</div></body></html>"
    pages = {path: article(title, day) for path, title, day in (*OWN, *OTHER)}
    for box, part in zip(boxes, shown, strict=True):
        pages[box] = f"<html><body><ul>{rows(part)}</ul>{LAST_PAGE}</body></html>"
    return crawl(Pages({"/": home, own: page, **pages}))


@nightly.by_day(1)
@pytest.mark.parametrize(
    "addresses", [("/list.asp?id=5", "/tupian/", "/shiting/"), ("/yc.html", "/list.asp?id=9", "/tp.html")]
)
def test_a_box_that_leads_to_the_portals_own_menu_is_no_column_of_a_city(crawl, addresses: tuple[str, ...]) -> None:
    done = crawled(crawl, *addresses)
    assert [row["name"] for row in done.rows("SELECT name FROM sections")] == ["宜昌市"]
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == len(OWN)
    assert (done.status, done.one("SELECT complete_back_to AS m FROM sections")["m"]) == (0, "beginning"), done.messages


@nightly.by_day(1)
@pytest.mark.parametrize("addresses", [("/yc/", "/yc/tp/", "/yc/st/"), ("/yc/index.html", "/yc/tp/", "/yc/st/")])
def test_a_box_that_leads_into_the_section_is_a_column_wherever_else_it_is_linked(crawl, addresses) -> None:
    done = crawled(crawl, *addresses)
    assert [row["name"] for row in done.rows("SELECT name FROM sections")] == [
        "宜昌市",
        "宜昌市/图片新闻",
        "宜昌市/视听",
    ]
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == len(OWN) + len(OTHER)


@pytest.mark.slow
def test_pages_of_listings_are_no_entries_whatever_their_addresses_look_like(crawl) -> None:
    """The list has the rule of the definition, which takes any link; the menu names the sections."""
    menu = "<p><a href='/list/1201.html'>宜昌市的新闻要闻</a> <a href='/list/1208.html'>恩施州的新闻要闻</a></p>"
    pages = {"/": "<html><body><a href='/list/1201.html'>宜昌</a> <a href='/list/1208.html'>恩施州</a></body></html>"}
    for number, stories in (("1201", OWN[:3]), ("1208", OWN[3:])):
        below = f"<a href='/list/{number}.html'>本栏目第一页的新闻</a>{LAST_PAGE}"
        pages[f"/list/{number}.html"] = f"<html><body>{menu}<ul>{rows(stories)}</ul>{below}</body></html>"
    pages |= {path: article(title, day) for path, title, day in OWN}
    definition = 'id = "t"\nname = "试验网"\nprovince = "湖北省"\nhomepage = "http://www.t.example/"\n'
    done = crawl(Pages(pages), definition=f'{definition}[listing]\nentry = "body"\n[crawl]\ndelay = 0\n')  # type: ignore[arg-type]
    assert done.one("SELECT count(*) AS n FROM urls")["n"] == len(OWN), done.messages
    assert done.status == 0, done.messages
