"""Where a script fills the place of a section's list, boxes of the portal beside it are none of the section's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from support import nightly
from support.crawls import Crawl
from support.endings import stored
from support.pages import LAST_PAGE, Pages, article

CITIES = {"yc": "宜昌", "hs": "黄石"}
HOT = [(f"/yw/202606/t202606{n}_{n}.html", f"山里的桥今天通车了第{n}座", f"2026-06-{n}") for n in range(10, 15)]
ASKS = "$.ajax({type:'POST',url:'/api/list',data:{id:7,page:p},success:function(r){render(r)}})"
PLACES = {
    "an empty box": f"<div id='newslist'></div><script>function load(p){{{ASKS}}}load(1)</script>",
    "an empty list": f"<div class='page-content' id='list0'><ul></ul></div><script>function load(p){{{ASKS}}}</script>",
    "a file behind it": "<div class='news_list'><ul></ul></div><script src='/script/0/pageSet.js'></script>",
    "a request in attributes": "<ul id='artlist'></ul><script src='//cdn.example/set.js' url='/api/unit' queryData=\"{'id':7}\"></script>",
    "its name in a script": "<table id='rows'><tbody></tbody></table><script>fill('#rows', 7)</script>",
    "rows with a click": "".join(
        f"<li onclick='app.open({n})'><b>宜昌渡口的石阶第{n}次修整完毕</b><i>2026-06-{n}</i></li>"
        for n in range(10, 18)
    ),
}


def boxes(pictures: bool) -> str:
    ranking = "".join(f"<li><a href='{path}'>{title}</a></li>" for path, title, _ in HOT)
    shown = "".join(f"<a href='{path}'><img src='/i.jpg' alt='{title}'></a>" for path, title, _ in HOT[1:4])
    more = f"<div class='b'><h3>图片新闻</h3><div class='pics'>{shown}</div></div>" if pictures else ""
    return f"<div class='side'><div class='b'><h3>热点排行</h3><ol>{ranking}</ol></div>{more}</div>"


def portal(main: Callable[[str], str], side: str) -> Pages:
    menu = "".join(f"<li><a href='/{city}/list.html'>{name}</a></li>" for city, name in CITIES.items())
    pages: dict[str, Any] = {"/": f"<html><body><ul>{menu}</ul></body></html>"}
    for city, name in CITIES.items():
        pages[f"/{city}/list.html"] = (
            f"<html><body><h2>{name}</h2><div class='l'>{main(city)}</div>{side}</body></html>"
        )
    pages |= {path: article(title, day) for path, title, day in HOT}
    return Pages(pages)


@nightly.by_day(1)
@pytest.mark.parametrize("pictures", [False, True])
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_boxes_beside_a_place_that_a_script_fills_are_not_the_list(
    crawl: Callable[..., Crawl], place: str, pictures: bool
) -> None:
    done = crawl(portal(lambda city: place, boxes(pictures)))
    assert done.status == 1, done.messages
    assert stored(done) == 0
    assert not done.rows("SELECT 1 FROM sections WHERE complete_back_to IS NOT NULL")


def own_list(city: str, heading: str = "") -> str:
    shown = "".join(
        f"<li><a href='/{city}/2026/06{n}/{n}.html'>{CITIES[city]}渡口的石阶第{n}次修整完毕</a><i>2026-06-{n}</i></li>"
        for n in range(17, 10, -1)
    )
    return f"{heading}<ul class='list'>{shown}</ul><div>{LAST_PAGE}</div>"


@nightly.by_day(0)
@pytest.mark.parametrize(
    ("before", "heading"),
    [
        ("<div id='newsad'></div><script>$.get('/ad?n=7')</script>", ""),
        ("<div class='list-tip'></div><script src='/js/page.js'></script>", "<h3>宜昌热点</h3>"),
        ("<ul id='list_hot'></ul><script>fill('list_hot')</script>", "<h3>推荐新闻</h3>"),
    ],
)
def test_an_empty_place_beside_a_list_of_the_page_says_nothing(
    crawl: Callable[..., Crawl], before: str, heading: str
) -> None:
    pages = portal(lambda city: before + own_list(city, heading), boxes(True))
    for city, name in CITIES.items():
        pages.pages |= {
            f"/{city}/2026/06{n}/{n}.html": article(f"{name}渡口的石阶第{n}次修整完毕", f"2026-06-{n}")
            for n in range(11, 18)
        }
    done = crawl(pages)
    assert done.status == 0, done.messages
    assert stored(done) == 14
