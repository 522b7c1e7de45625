"""A section whose entries are lists, such as the issues of a weekly, is not read by storing nothing of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support.crawls import Crawl
from support.endings import stored
from support.pages import LAST_PAGE, Pages, article, listing

PLACES = ["渡口的石阶", "山里的粮站", "老街的茶馆", "水库的闸门", "村小的操场", "县城的书院"]


def issue(number: int) -> list[tuple[str, str, str]]:
    day = f"2026-06-{number:02d}"
    return [
        (f"/zk/2026/06{number:02d}/{7000 + 10 * number + n}.html", f"{place}在第{number}次整修后重新开放", day)
        for n, place in enumerate(PLACES)
    ]


def portal(form: str, issues: int, articles: int = 0) -> Pages:
    """宜昌 lists the issues of its weekly, and some articles; 黄石 has articles only."""
    shown = [(form.format(n), f"《清江周刊》第{n}期目录", f"2026-06-{n:02d}") for n in range(issues, 0, -1)]
    own = [(f"/yc/{8000 + n}.html", f"清江上游第{n}座水文站建成使用", f"2026-05-{n + 1:02d}") for n in range(articles)]
    others = [(f"/hs/{9000 + n}.html", f"磁湖边第{n}处口袋公园今天开园", f"2026-06-{n + 1:02d}") for n in range(6)]
    pages = {
        "/": "<html><body><div><a href='/yc/'>宜昌</a> <a href='/hs/'>黄石</a></div></body></html>",
        "/yc/": listing([*shown, *own]),
        "/hs/": listing(others),
    }
    pages |= {path: article(title, day) for path, title, day in (*own, *others)}
    for n in range(1, issues + 1):
        pages[form.format(n)] = listing(issue(n), LAST_PAGE).replace("列表", f"第{n}期目录")
        pages |= {path: article(title, day) for path, title, day in issue(n)}
    return Pages(pages)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["/yc/zk/{}/", "/yc/zk/{}.html", "/yc/zk.php?qi={}"])
def test_a_section_of_lists_is_incomplete(crawl: Callable[..., Crawl], form: str) -> None:
    done = crawl(portal(form, 6))
    assert done.status == 1 and stored(done) == 6, done.messages
    marks = {row["name"]: row["mark"] for row in done.rows("SELECT name, complete_back_to AS mark FROM sections")}
    assert marks["宜昌市"] is None and marks["黄石市"] == "beginning"
    again = crawl(portal(form, 6))
    assert again.status == 1, again.messages


@pytest.mark.parametrize(("issues", "articles"), [(2, 1), (3, 6)], ids=["few", "fewer than articles"])
def test_specials_among_articles_say_nothing(crawl: Callable[..., Crawl], issues: int, articles: int) -> None:
    done = crawl(portal("/yc/zk/{}/", issues, articles))
    assert (done.status, stored(done)) == (0, 6 + articles), done.messages


def test_each_crawl_counts_the_lists_on_all_pages(crawl: Callable[..., Crawl]) -> None:
    """A later crawl goes on at a bookmark, and leaves out the pages with the lists."""
    lists = [(f"/yc/zk/{n}/", f"《清江周刊》第{n}期目录", "2026-05-20") for n in range(20, 0, -1)]
    newest, oldest = (
        [(f"/yc/{first - n}.html", f"清江上游第{first - n}座水文站建成使用", day) for n in range(number)]
        for first, number, day in ((8900, 10, "2026-06-01"), (8100, 5, "2026-04-01"))
    )
    entries = [*newest, *lists, *oldest]
    pages = {path: article(title, day) for path, title, day in (*newest, *oldest)}
    pages |= {path: listing(issue(n), LAST_PAGE) for n, (path, _, _) in enumerate(lists, 1)}
    for number in range(4):
        on = f"<a href='/yc/index_{number + 1}.html'>下一页</a>" if number < 3 else LAST_PAGE
        pages[f"/yc/index_{number}.html" if number else "/yc/"] = listing(entries[10 * number : 10 * number + 10], on)
    pages["/"] = "<html><body><div><a href='/yc/'>宜昌</a></div></body></html>"
    for _ in range(3):
        done = crawl(Pages(pages))  # type: ignore[arg-type]
        marks = [row["mark"] for row in done.rows("SELECT complete_back_to AS mark FROM sections")]
        assert (done.status, marks) == (1, [None]), done.messages
