"""Lists in a frame of a city's page, beside which the page itself shows a box of the portal's choice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support import nightly
from support.crawls import Crawl
from support.pages import LAST_PAGE, Pages, article

Row = tuple[str, str, str]
OWN: dict[str, list[Row]] = {
    name: [(f"/news_54{k}{n}.html", f"青石坳第{k}{n}段水渠修成通水", f"2026-06-{28 - n:02d}") for n in range(10, 22)]
    for k, name in enumerate(("luoyang", "kaifeng"), 3)
}
BOX: list[Row] = [(f"/news_59{n}.html", f"清河县城的石桥又添了第{n}盏灯", f"2026-06-{n}") for n in range(10, 16)]
CITIES = {"宜昌": "luoyang", "黄石": "kaifeng"}


def rows(shown: list[Row]) -> str:
    return "".join(f"<li><a href='{path}'>{title}</a><i>{day}</i></li>" for path, title, day in shown)


def portal(page: str, **pages: str) -> Pages:
    """Two cities with these pages; `{frame}` is the address of a list of two pages, `{box}` are items of a choice."""
    links = "".join(f"<li><a href='/{path}.html'>{city}</a></li>" for city, path in CITIES.items())
    found = {
        "/": f"<html><body><ul>{links}</ul></body></html>",
        **{f"/inc/{name}": text for name, text in pages.items()},
    }
    for path in CITIES.values():
        frame = f"/inc/{path}_1.html"
        found[f"/{path}.html"] = (
            f"<html><body>{page.format(frame=frame, box=rows(BOX), own=rows(OWN[path]))}</body></html>"
        )
        following = f"<a href='/inc/{path}_2.html'>下一页</a>"
        for number, (shown, end) in enumerate(((OWN[path][:6], following), (OWN[path][6:], LAST_PAGE)), 1):
            found[f"/inc/{path}_{number}.html"] = (
                f"<html><body><table><tr><td><ul>{rows(shown)}</ul>{end}</td></tr></table></body></html>"
            )
    stored = [*OWN["luoyang"], *OWN["kaifeng"], *BOX]
    return Pages({**found, **{path: article(title, day) for path, title, day in stored}})


def stored(done: Crawl) -> int:
    return int(done.one("SELECT count(*) AS n FROM articles")["n"])


@nightly.by_day(0)
@pytest.mark.parametrize(
    "box",
    [
        "<div class='right'><div class='b'><div class='hd'>推荐阅读</div><ul>{box}</ul></div></div>",
        "<div class='sidebar'><ul>{box}</ul></div>",
    ],
)
@pytest.mark.parametrize("tops", ["", "<iframe src='/inc/top.html'></iframe>"])
def test_the_list_in_a_frame_goes_before_a_choice_beside_it(crawl: Callable[..., Crawl], box: str, tops: str) -> None:
    done = crawl(portal(tops + "<div class='l'><iframe src='{frame}' width='650'></iframe></div>" + box))
    assert stored(done) == 24 and done.status == 0, done.messages
    assert {row["complete_back_to"] for row in done.rows("SELECT complete_back_to FROM sections")} == {"beginning"}
    assert {row["cities"] for row in done.rows("SELECT cities FROM articles_flat")} == {"宜昌市", "黄石市"}


UNNAMED = "<div class='b'><p>热点新闻</p>{box}</div>".replace(
    "{box}", "".join(f"<p><a href='{p}'>{t}</a></p>" for p, t, _ in BOX)
)
FRAMES = {
    "a tag": "<iframe src='{frame}' width='650'></iframe>",
    "written": '<script>document.write(\'<iframe src="{frame}" width="680"></iframe>\');</script>',
}


@nightly.by_day(1)
@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_the_list_in_a_frame_goes_before_a_box_of_unknown_kind(crawl: Callable[..., Crawl], frame: str) -> None:
    done = crawl(portal(f"<div class='l'>{frame}</div>{UNNAMED}"))
    assert stored(done) == 24 and done.status == 0, done.messages
    assert {row["complete_back_to"] for row in done.rows("SELECT complete_back_to FROM sections")} == {"beginning"}


def test_a_list_without_dates_stays_where_its_frame_shows_fewer_with_dates(crawl: Callable[..., Crawl]) -> None:
    links = "".join(f"<p><a href='{path}'>{title}</a> {day}</p>" for path, title, day in BOX)
    own = "".join(f"<p><a href='{path}'>{title}</a></p>" for path, title, _ in OWN["luoyang"])
    page = f"<div class='l'>{own}</div><iframe src='/inc/hot.html' width='300' height='300'></iframe>"
    done = crawl(portal(page, **{"hot.html": f"<html><body>{links}</body></html>"}))
    titles = {row["title"] for row in done.rows("SELECT title FROM articles_flat")}
    assert titles >= {title for _, title, _ in OWN["luoyang"]}


def test_a_list_without_dates_stays_where_its_frame_shows_a_box(crawl: Callable[..., Crawl]) -> None:
    links = "".join(f"<p><a href='{path}'>{title}</a></p>" for path, title, _ in BOX[:4])
    own = "".join(f"<p><a href='{path}'>{title}</a></p>" for path, title, _ in OWN["luoyang"])
    pages = portal(
        f"<div class='l'>{own}</div><iframe src='/inc/hot.html'></iframe>",
        **{"hot.html": f"<html><body>{links}</body></html>"},
    )
    done = crawl(pages)
    assert {row["title"] for row in done.rows("SELECT title FROM articles_flat")} == {
        title for _, title, _ in OWN["luoyang"]
    }


CHOSEN = "<div class='b'><div class='hd'>推荐</div><ul>{own}</ul></div>"


@pytest.mark.parametrize(
    "pages",
    [
        {"weather.html": "<html><body><p>晴，二十三度</p></body></html>"},
        {"weather.html": f"<html><body><div class='hot'><h3>热点排行</h3><ol>{rows(BOX)}</ol></div></body></html>"},
        {},
    ],
    ids=["no list", "a ranking", "not there"],
)
def test_a_page_is_its_own_list_if_its_frame_shows_none(crawl: Callable[..., Crawl], pages: dict[str, str]) -> None:
    done = crawl(portal("<iframe src='/inc/weather.html'></iframe>" + CHOSEN, **pages))
    assert stored(done) == 24 and done.status == 0, done.messages


@pytest.mark.parametrize("page", ["<iframe src='{frame}'></iframe><h2>最新</h2><ul>{own}</ul>", CHOSEN])
def test_the_frame_of_a_page_with_a_list_is_left_alone(crawl: Callable[..., Crawl], page: str) -> None:
    site = portal(page)
    site.pages |= {path: "<html><body>坏了</body></html>" for path in site.pages if path.startswith("/inc/")}
    done = crawl(site)
    assert stored(done) == 24 and done.status == 0, done.messages
