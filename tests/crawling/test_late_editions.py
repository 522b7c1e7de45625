"""Editions that a newspaper publishes after newer ones: asked for again while they can still come."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

import pytest

from newscrawler.crawling.spider.late_editions import LATE_DAYS, late_days
from newscrawler.demo.model import Response
from newscrawler.text.clock import CHINA
from support.crawls import Crawl
from support.pages import DEFINITION, Pages, article, html

HOME = "<html><head><title>山口日报</title></head><body><p>山口日报数字报</p></body></html>"
NEWSPAPER = DEFINITION.replace("[crawl]", '[sections]\n"宜昌" = "/html/{yyyy}-{mm}/{dd}/node_1.htm"\n[crawl]')
TODAY = datetime.now(CHINA).date()
DAILY = [n for n in range(21) if n != 9]
"""How many days ago a daily's editions were: one is missing."""


def address(ago: int) -> str:
    return f"/html/{TODAY - timedelta(days=ago):%Y-%m/%d}/node_1.htm"


class Newspaper(Pages):
    """Editions of three articles, so many days ago; it counts how often each edition is asked for."""

    def __init__(self, ago: Iterable[int], **instead: Response) -> None:
        pages: dict[str, str | Response | Callable[[], Response]] = {"/": HOME}
        for n in ago:
            day = TODAY - timedelta(days=n)
            titles = [f"石桥镇第{number}架旧水车又转起来了（{day:%m月%d日}）" for number in range(3)]
            rows = "".join(
                f"<li><a href='content_{number}.htm'>{title}</a></li>" for number, title in enumerate(titles)
            )
            pages[address(n)] = f"<html><body><ul>{rows}</ul></body></html>"
            folder = address(n).rpartition("/")[0]
            pages |= {f"{folder}/content_{number}.htm": article(title, f"{day}") for number, title in enumerate(titles)}
        super().__init__({**pages, **{address(int(key[1:])): response for key, response in instead.items()}})
        self.asked: list[str] = []

    def respond(self, path: str) -> Response:
        self.asked.append(path)
        return super().respond(path)


def stored(done: Crawl) -> int:
    return int(done.one("SELECT count(*) AS n FROM articles")["n"])


def section(done: Crawl) -> tuple[str | None, int | None]:
    row = done.one("SELECT complete_back_to AS mark, complete_run AS run FROM sections")
    return row["mark"], row["run"]


def test_an_edition_that_comes_after_newer_ones_is_read(crawl: Callable[..., Crawl]) -> None:
    first = crawl(Newspaper(DAILY), definition=NEWSPAPER)
    assert (first.status, stored(first)) == (0, 60), first.messages
    waiting = Newspaper(DAILY)
    assert section(crawl(waiting, definition=NEWSPAPER)) == ("beginning", 2)
    assert waiting.asked.count(address(9)) == 1
    assert waiting.asked.count(address(8)) == waiting.asked.count(address(10)) == 0
    done = crawl(Newspaper([9, *DAILY]), definition=NEWSPAPER)
    assert (done.status, stored(done), *section(done)) == (0, 63, "beginning", 3), done.messages
    day = (TODAY - timedelta(days=9)).isoformat()
    assert len(done.rows("SELECT 1 FROM listing_sightings WHERE listed_date = ?", day)) == 3
    after = Newspaper([9, *DAILY])
    crawl(after, definition=NEWSPAPER)
    assert after.asked.count(address(9)) == 0


def test_an_edition_that_comes_too_late_is_found_by_a_full_reading(crawl: Callable[..., Crawl]) -> None:
    days = [n for n in range(21) if n != LATE_DAYS + 2]
    crawl(Newspaper(days), definition=NEWSPAPER)
    late = Newspaper(range(21))
    assert stored(crawl(late, definition=NEWSPAPER)) == 60 and late.asked.count(address(LATE_DAYS + 2)) == 0
    assert stored(crawl(Newspaper(range(21)), "--full", definition=NEWSPAPER)) == 63


@pytest.mark.parametrize("answer", [html("busy", 500), html("<html><body><p>暂无</p></body></html>")])
def test_a_late_edition_that_cannot_be_read_leaves_the_mark(crawl: Callable[..., Crawl], answer: Response) -> None:
    crawl(Newspaper(DAILY), definition=NEWSPAPER)
    done = crawl(Newspaper(DAILY, d9=answer), definition=NEWSPAPER)
    assert (done.status, *section(done)) == (1, "beginning", 1), done.messages
    done = crawl(Newspaper([9, *DAILY]), definition=NEWSPAPER)
    assert (done.status, stored(done), *section(done)) == (0, 63, "beginning", 3), done.messages


def test_a_limit_that_keeps_late_editions_from_being_asked_for_leaves_the_mark(crawl: Callable[..., Crawl]) -> None:
    crawl(Newspaper(DAILY[1:]), definition=NEWSPAPER)
    done = crawl(Newspaper([9, *DAILY]), "--limit", "3", definition=NEWSPAPER)
    assert (stored(done), section(done)[1]) == (60, 1), done.messages
    done = crawl(Newspaper([9, *DAILY]), definition=NEWSPAPER)
    assert (stored(done), *section(done)) == (63, "beginning", 3), done.messages


MONDAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("known", "wanted"),
    [
        ([n for n in range(40) if n not in (3, 8)], [3, 8]),  # a daily
        ([n for n in range(40) if (MONDAY - timedelta(days=n)).weekday() < 5 and n != 4], [4]),  # no weekends
        ([n for n in range(0, 60, 7) if n != 7], [7]),  # a weekly
        ([0, 1, 2], []),  # it began the day before yesterday
        ([0, 7, 14, 21], []),
        ([0, 7], [1, 2, 3, 4, 5, 6]),  # nothing shows yet on which days it appears
        ([0, 1, 2, 3, 5, 6, 7, 8], [4]),
        ([3, 4, 6, 7], [5]),  # the days since the newest are asked for above
        ([n for n in range(40) if n not in range(16, 20)], []),  # too long ago
        ([60, 70, 71, 72], []),  # its rhythm is not known any more
        ([], []),
    ],
)
def test_days_on_which_the_rhythm_lets_expect_an_edition_are_late(known: list[int], wanted: list[int]) -> None:
    assert late_days(MONDAY, {MONDAY - timedelta(days=n) for n in known}, 0) == wanted


def test_days_that_were_asked_for_and_days_before_since_are_not_asked_again() -> None:
    known = {MONDAY - timedelta(days=n) for n in range(40) if n not in (2, 5, 12)}
    assert late_days(MONDAY, known, 2) == [5, 12]
    assert late_days(MONDAY, known, 0, since=f"{MONDAY - timedelta(days=6)}") == [2, 5]
