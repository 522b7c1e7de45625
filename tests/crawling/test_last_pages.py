"""Last pages with one to three entries are read as the pages before them, whatever stands beside the list."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from newscrawler.demo.server import SiteServer
from support import driver, nightly
from support.pages import Pages, article, html, small_portal

PLACES = (
    "青石坳",
    "白鹭洲",
    "梅子坝",
    "柳林渡",
    "石门坎",
    "双河口",
    "马鞍山",
    "杨家湾",
    "高桥铺",
    "云雾岭",
    "竹溪口",
    "沙洋闸",
)
WORKS = ("堤段加固完工", "泵站检修提前结束", "新修渠道通水", "老桥改建通车", "茶园引来新客商", "小学操场换了新颜")
SIZE = 10
LAST = (1, 2, 3)
Entries = list[tuple[str, str, str]]


def titles() -> list[str]:
    return [f"{place}{work}{number}月回访" for number in range(1, 9) for work in WORKS for place in PLACES]


def one_link(path: str, title: str, day: str) -> str:
    """Day, headline and abstract are one link, and the address has no date."""
    date = f"<div class='date'><b>{day[8:]}</b><em>{day[:7]}</em></div>"
    abstract = f"<p>{title}，记者近日在现场看到，各项工作正按计划推进……</p>"
    return f"<li><a href='{path}'>{date}<div class='txt'><h3>{title}</h3>{abstract}</div></a></li>"


def undated(path: str, title: str, day: str) -> str:
    return f"<li><a href='{path}'>{title}</a></li>"


def dated(path: str, title: str, day: str) -> str:
    return f"<li><span>{day}</span><a href='{path}'>{title}</a></li>"


def clock(path: str, title: str, day: str) -> str:
    """The day stands above the list."""
    return f"<li><em>08:{day[8:]}</em><a href='{path}'>{title}</a></li>"


def listing_page(
    style: Callable[..., str], entries: Entries, ranking: Entries, page: int, pages: int, base: str
) -> Any:
    def address(number: int) -> str:
        return base if number == 1 else f"{base}p/{number}.html"

    following = f"<a class='next' href='{address(page + 1)}'>下一页</a>" if page < pages else ""
    numbers = "".join(
        f"<span class='current'>{n}</span>" if n == page else f"<a class='num' href='{address(n)}'>{n}</a>"
        for n in range(1, pages + 1)
    )
    beside = "".join(
        f"<li><i>{place}</i><a href='{path}'>{title}</a></li>" for place, (path, title, _) in enumerate(ranking, 1)
    )
    items = "".join(style(*entry) for entry in entries)
    return html(
        "<html><head><title>栏目</title></head><body><ul class='nav'><li><a href='/'>首页</a></li></ul>"
        f"<ul class='news-list'>{items}</ul><div class='pages'>{numbers}{following}</div>"
        + (f"<div class='hot'><h3>热点排行</h3><ol class='rank'>{beside}</ol></div>" if beside else "")
        + "<div class='foot'>版权所有 试验网</div></body></html>"
    )


STYLES = {"one link": one_link, "undated": undated, "dated": dated, "clock": clock}


@nightly.by_day(1)
@pytest.mark.parametrize("has_ranking", [False, True])
def test_a_short_last_page_is_read(has_ranking: bool, tmp_path: Path) -> None:
    names = iter(titles())
    pages: dict[str, Any] = {"/": html("<html><body><p>试验网</p></body></html>")}
    expected: dict[str, set[str]] = {}
    sections: dict[str, str] = {}
    number = 730
    ranking = [
        (f"/detail/id/{n}.html", f"全省今年第{n}号重点工程建设现场推进会昨日举行", "2026-03-04")
        for n in range(100, 105)
    ]
    for name, style in STYLES.items():
        for last in LAST:
            entries: Entries = []
            for _ in range(SIZE + last):
                number += 1
                entries.append((f"/detail/id/{number}.html", next(names), "2026-03-05"))
            base = f"/lists/cid/{len(sections) + 1}/"
            label = f"{name}, {last}"
            sections[label] = base
            expected[label] = {f"http://www.t.example{path}" for path, _, _ in entries}
            for page in (1, 2):
                part = entries[:SIZE] if page == 1 else entries[SIZE:]
                shown = listing_page(style, part, ranking if has_ranking else [], page, 2, base)
                pages[base if page == 1 else f"{base}p/2.html"] = shown
            pages |= {path: html(article(title)) for path, title, _ in entries}
    pages |= {path: html(article(title)) for path, title, _ in ranking}
    with SiteServer(Pages(pages)) as server:
        spider = driver.crawl(small_portal(sections=sections), tmp_path / "a.db", via=server.url)
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        rows = connection.execute(
            "SELECT s.name, d.url FROM article_sections l JOIN sections s ON s.id = l.section "
            "JOIN articles d ON d.n = l.article"
        ).fetchall()
    stored = {label: {url for name, url in rows if name == label} for label in expected}
    assert stored == expected
    outcomes = {sweep.name: (sweep.outcome, sweep.reason) for sweep in spider.context.sweeps.values()}
    assert {outcome for outcome, _ in outcomes.values()} == {"end"}, outcomes


def test_an_empty_page_with_new_links_proves_no_end(tmp_path: Path) -> None:
    """The last page has a list in another form, which is not understood; the pager says that it is the last one."""
    names = iter(titles())
    entries: Entries = [(f"/detail/id/{n}.html", next(names), "2026-03-05") for n in range(730, 740)]
    pages: dict[str, Any] = {"/": html("<html><body><p>试验网</p></body></html>")}
    pages["/lists/"] = listing_page(dated, entries, [], 1, 2, "/lists/")
    odd = "".join(f"<div><b><a href='/odd/{n}'>云岭{n}讯</a></b></div>" for n in range(2))
    pages["/lists/p/2.html"] = html(
        f"<html><body>{odd}<div class='pages'><a class='num' href='/lists/'>1</a><span class='current'>2</span>"
        "</div></body></html>"
    )
    pages |= {path: html(article(title)) for path, title, _ in entries}
    with SiteServer(Pages(pages)) as server:
        spider = driver.crawl(small_portal(sections={"宜昌市": "/lists/"}), tmp_path / "a.db", via=server.url)
    (sweep,) = spider.context.sweeps.values()
    assert sweep.outcome == "more" and "page 2 shows no entry; 2 links were seen" in sweep.reason
