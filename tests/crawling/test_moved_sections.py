"""Links of cities that redirect within the portal, and sections that moved: when the page counts as the section's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from newscrawler.demo.model import Response
from support.crawls import Crawl
from support.pages import LAST_PAGE, Pages, article

MENU = "<html><body><a href='/go?city=yc'>宜昌</a> <a href='/go?city=es'>恩施州</a></body></html>"
STORIES = {
    city: [(f"/{city}/2026/{n}.html", f"{city}渡口的{n}号灯塔重新点亮", f"2026-0{6 - n // 20}-{28 - n % 20}") for n in range(30)]
    for city in ("yc", "es")
}  # fmt: skip


def to(place: str, status: int = 302) -> Response:
    return Response(status, {"Location": place}, b"")


def page(city: str, title: str, begin: int = 5, end: int = 17) -> str:
    rows = "".join(f"<li><a href='{p}'>{t}</a><i>{day}</i></li>" for p, t, day in STORIES[city][begin:end])
    return f"<html><head><title>{title}</title></head><body><ul>{rows}</ul>{LAST_PAGE}</body></html>"


def site(pages: dict[str, str | Response]) -> Pages:
    articles = {path: article(title, day) for stories in STORIES.values() for path, title, day in stories}
    return Pages({"/": MENU, **articles, **pages})  # type: ignore[arg-type]


def two(title: str, **changed: int) -> Pages:
    """Both links redirect; the first leads to a page with this title, and with entries from `begin` on."""
    return site(
        {
            "/go?city=yc": to("/col/7/"),
            "/col/7/": page("yc", title, **changed),
            "/go?city=es": to("/col/8/"),
            "/col/8/": page("es", "恩施_试验网"),
        }
    )


def marks(done: Crawl) -> list[str | None]:
    rows = done.rows("SELECT complete_back_to AS mark FROM sections ORDER BY name")
    return [row["mark"] for row in rows]


@pytest.mark.slow
@pytest.mark.parametrize("title", ["宜昌_试验网", "试验网-宜昌频道", "试验网 > 地方 > 宜昌新闻", "宜昌市"])
def test_a_page_that_is_titled_after_the_city_is_the_citys(crawl: Callable[..., Crawl], title: str) -> None:
    done = crawl(two(title))
    assert (done.status, marks(done)) == (0, ["beginning", "beginning"]), done.messages


def test_a_county_amid_two_cities_is_a_section_at_the_page_that_is_titled_after_it(crawl) -> None:
    menu = "<div><a href='/go/1.html'>宜昌</a><a href='/go/2.html'>枝江</a><a href='/go/3.html'>黄石</a></div>"
    titles = {1: "宜昌_试验网", 2: "枝江_试验网", 3: "黄石_试验网"}
    pages = {
        "/": f"<html><body>{menu}</body></html>",
        **{f"/go/{n}.html": f"<meta http-equiv='refresh' content='0; url=/xw/{n}/'>" for n in titles},
        **{f"/xw/{n}/": page("yc", title, begin=9 * n - 9, end=9 * n) for n, title in titles.items()},
    }
    done = crawl(site(pages))
    assert (done.status, marks(done)) == (0, ["beginning"] * 3), done.messages
    names = {row["name"] for row in done.rows("SELECT name FROM sections")}
    assert names == {"宜昌市", "枝江市", "黄石市"}


@pytest.mark.slow
@pytest.mark.parametrize("title", ["列表_试验网", "湖北新闻_试验网", "恩施_试验网", "宜昌襄阳恩施_试验网", ""])
def test_any_other_page_is_the_sections_when_it_shows_the_same_list_again(crawl, title: str) -> None:
    done = crawl(two(title))
    assert marks(done) == [None, "beginning"]
    assert "the section moved to http://www.t.example/col/7/" in done.messages
    later = crawl(two(title, begin=2))  # three new ones on top
    assert marks(later) == ["beginning", "beginning"], later.messages
    assert "the section moved to" not in later.messages


def test_a_page_that_shows_another_list_is_not_the_sections(crawl: Callable[..., Crawl]) -> None:
    assert marks(crawl(two("列表_试验网"))) == [None, "beginning"]
    done = crawl(two("列表_试验网", begin=18, end=30))
    assert marks(done) == [None, "beginning"] and "the section moved to" in done.messages


@pytest.mark.slow
@pytest.mark.parametrize("title", ["宜昌_试验网", "列表_试验网"])
def test_a_page_to_which_two_sections_lead_is_none_of_them(crawl, title: str) -> None:
    portal = site({"/go?city=yc": to("/col/7/"), "/go?city=es": to("/col/7/"), "/col/7/": page("yc", title)})
    for _ in range(2):
        done = crawl(portal)
        assert marks(done) == [None, None], done.messages
    assert "lead to http://www.t.example/col/7/" in done.messages
