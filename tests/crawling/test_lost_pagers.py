"""A page that comes in place of the next one, or lost its pager, proves no end, though nothing on it leads on."""

from __future__ import annotations

import pytest

from support import nightly
from support.crawls import Crawl
from support.pages import Pages, article

ROWS = [(f"/n/202603{28 - n // 3:02d}/{n}01.html", f"青石坳第{n}段水渠修成通水", f"2026-03-{28 - n // 3:02d}") for n in range(24)]  # fmt: skip
HOT = [(f"/n/20260329/{n}02.html", f"雨后的山路又添了第{n}座桥", "2026-03-29") for n in range(6)]
BACK = "<a href='{}'>上一页</a> "
NEXT = "<a href='{}'>下一页</a>"


def rows(shown: list[tuple[str, str, str]]) -> str:
    return "".join(f"<li><a href='{path}'>{title}</a><span>{day}</span></li>" for path, title, day in shown)


def address(number: int) -> str:
    return "/yc/" if number == 1 else f"/yc/index_{number}.html"


def pages(sizes: list[int], back: str) -> dict[str, str]:
    """A list on pages of these sizes, with 下一页 on all but the last one and `back` on all but the first."""
    found, at = {}, 0
    for number, size in enumerate(sizes, 1):
        links = back.format(address(number - 1)) if number > 1 else ""
        links += NEXT.format(address(number + 1)) if number < len(sizes) else ""
        body = f"<div class='m'><ul class='l'>{rows(ROWS[at : at + size])}</ul><p>{links}</p></div>"
        found[address(number)] = f"<html><body>{body}</body></html>"
        at += size
    return found


def crawled(crawl, listings: dict[str, str]) -> tuple[str, str, str]:
    home = {"/": "<html><body><a href='/yc/'>宜昌</a></body></html>"}
    stories = {path: article(title, day) for path, title, day in (*ROWS, *HOT)}
    done: Crawl = crawl(Pages({**home, **listings, **stories}))
    assert done.status == 0, done.messages
    row = done.one("SELECT listing_end, complete_back_to, listing_end_reason AS reason FROM sections")
    return row["listing_end"], row["complete_back_to"], row["reason"]


@nightly.by_day(0, 2)
@pytest.mark.parametrize(
    ("sizes", "back"),
    [([8, 8, 3], BACK), ([8, 8, 8], BACK), ([8, 8, 3], ""), ([8, 3], BACK), ([4, 4, 4], ""), ([8, 9, 3], "<a>«</a> ")],
)
def test_the_last_page_of_a_pager_proves_the_end(crawl, sizes: list[int], back: str) -> None:
    assert crawled(crawl, pages(sizes, back))[:2] == ("proven", "beginning")


MISSING = "<html><body><h2>抱歉，您访问的页面不存在或已被删除</h2><div class='hot'><h3>{}</h3><ul class='r'>{}</ul></div></body></html>"
LOST = {
    "the pager is gone": (3, lambda page: page.replace(BACK.format(address(2)), "")),
    "another page is in its place": (3, lambda page: MISSING.format("大家都在看", rows(HOT))),
    "a second page of other articles": (2, lambda page: MISSING.format("看一看", rows(HOT))),
}


@nightly.by_day(1)
@pytest.mark.parametrize("name", LOST)
def test_a_page_without_the_pager_of_the_others_proves_none(crawl, name: str) -> None:
    number, change = LOST[name]
    listings = pages([8, 8] if number == 2 else [8, 8, 5], BACK)
    listings[address(number)] = change(listings[address(number)]).replace(NEXT.format(address(number + 1)), "")
    end, mark, reason = crawled(crawl, listings)
    assert (end, mark != "beginning") == ("unproven", True), reason
    assert reason.startswith(f"page {number} ")
