"""The articles of all cities in one folder, beside whose lists stand boxes with articles of others."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support import nightly
from support.crawls import Crawl
from support.pages import DEFINITION, LAST_PAGE, Pages, article

Row = tuple[str, str, str]


def stories(first: int, address: str, count: int = 6) -> list[Row]:
    return [
        (address.format(n=first + n, day=28 - n), f"青石坳第{first + n}段水渠修成通水", f"2026-06-{28 - n}")
        for n in range(count)
    ]


def rows(shown: list[Row], *, dated: bool = True) -> str:
    return "".join(
        f"<li><a href='{path}'>{title}</a>{f'<i>{day}</i>' if dated else ''}</li>" for path, title, day in shown
    )


FORMS = {
    "names": ("/w/{}.html", "/w/202606/{day}/98{n}.html", {"宜昌": "yichang", "黄石": "huangshi"}),
    "numbers": ("/news/list_{}.html", "/news/814{n}.html", {"宜昌": "691", "黄石": "590"}),
    "queries": ("/p/list.php?c={}", "/p/view.php?aid=814{n}", {"宜昌": "691", "黄石": "590"}),
}
MENUS = {
    "none": "",
    "select": "<select onchange='go(this)'><option value='{0}'>宜昌</option><option value='{1}'>黄石</option></select>",
    "links": "<div><a href='{0}'>宜昌</a> <a href='{1}'>黄石</a></div>",
}
BOXES = {
    "pictures": "<div class='pics'><h3>图片新闻</h3><ul>{}</ul></div>",
    "newest": "<div class='b'><h4>各地最新</h4><ul>{}</ul></div>",
    "ranking": "<div class='right'><h3>热点排行</h3><ol>{}</ol></div>",
}


def portal(form: str, menu: str, box: str) -> Pages:
    """Two cities, each with a list of two pages, and a box with articles of the other one beside it."""
    address, of_articles, names = FORMS[form]
    urls = [address.format(name) for name in names.values()]
    lists = [stories(100 * n, of_articles, 12) for n in (1, 2)]
    pages = {"/": "<html><body><p>" + "".join(f"<a href='{u}'>{c}</a>" for c, u in zip(names, urls, strict=True))}
    for n, url in enumerate(urls):
        own, other = lists[n], lists[1 - n]
        second = url.replace(".html", "_2.html") if url.endswith(".html") else f"{url}&page=2"
        beside = BOXES[box].format(rows(other[:4], dated=box == "newest"))
        for path, shown, pager in ((url, own[:6], f"<a href='{second}'>下一页</a>"), (second, own[6:], LAST_PAGE)):
            body = f"{MENUS[menu].format(*urls)}<div class='l'><ul class='list'>{rows(shown)}</ul><p>{pager}</p></div>"
            pages[path] = f"<html><body>{body}{beside}</body></html>"
    return Pages({**pages, **{path: article(title, day) for one in lists for path, title, day in one}})


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("menu", MENUS)
@pytest.mark.parametrize("box", BOXES)
@nightly.by_day(0, 8, 16, 21)
def test_a_folder_in_which_other_cities_lie_makes_no_articles_of_a_city(
    crawl: Callable[..., Crawl], form: str, menu: str, box: str
) -> None:
    done = crawl(portal(form, menu, box))
    found = done.rows("SELECT url, cities FROM articles_flat")
    assert len(found) == 24, done.messages
    assert {row["cities"] for row in found} == {"宜昌市", "黄石市"}
    assert {row["complete_back_to"] for row in done.rows("SELECT complete_back_to FROM sections")} == {"beginning"}


def test_a_crawl_of_one_city_knows_where_the_others_lie(crawl: Callable[..., Crawl]) -> None:
    done = crawl(portal("names", "none", "pictures"), "--city", "宜昌")
    names = {row["url"].rpartition("/")[2] for row in done.rows("SELECT url FROM articles")}
    assert names == {f"98{n}.html" for n in range(100, 112)}


def test_a_county_in_the_folder_of_its_city_leaves_the_folder_to_the_city(crawl: Callable[..., Crawl]) -> None:
    """An article of the city's own that stands in a ranking alone is an entry."""
    own, other = stories(100, "/yc/202606/{n}.html"), stories(200, "/yc/202606/{n}.html")
    beside = f"<div class='right'><h3>热点排行</h3><ol>{rows(stories(300, '/yc/202606/{n}.html', 5), dated=False)}</ol></div>"
    named = '[sections]\n"宜昌市" = "/yc/news.html"\n"秭归县" = "/yc/zigui.html"\n'
    pages = {"/": "<html><body></body></html>"}
    for path, shown, box in (("/yc/news.html", own, beside), ("/yc/zigui.html", other, "")):
        pages[path] = f"<html><body><ul class='list'>{rows(shown)}</ul><p>{LAST_PAGE}</p>{box}</body></html>"
    stored = [*own, *other, *stories(300, "/yc/202606/{n}.html", 5)]
    done = crawl(
        Pages({**pages, **{path: article(title, day) for path, title, day in stored}}), definition=DEFINITION + named
    )
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == len(stored), done.messages
