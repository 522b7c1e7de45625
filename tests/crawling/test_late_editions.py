"""Editions that a newspaper publishes after newer ones: asked for again while they can still come."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

import pytest

from newscrawler.crawling.spider.late_editions import LATE_DAYS, late_days, unfinished_days
from newscrawler.demo.model import Response
from newscrawler.text.clock import CHINA
from support import nightly
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


@pytest.mark.slow
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


@nightly.by_day(1)
@pytest.mark.parametrize("ago", [16, 39, 46, 56])
def test_an_edition_that_comes_weeks_late_is_read(crawl: Callable[..., Crawl], ago: int) -> None:
    """The last one is older than all others."""
    days = [n for n in range(50) if n % 7 < 5]
    crawl(Newspaper(n for n in days if n != ago), definition=NEWSPAPER)
    done = crawl(Newspaper({*days, ago}), definition=NEWSPAPER)
    assert (done.status, stored(done), *section(done)) == (0, 3 * len({*days, ago}), "beginning", 2), done.messages


@pytest.mark.slow
def test_an_edition_that_never_was_expected_is_found_by_a_full_reading(crawl: Callable[..., Crawl]) -> None:
    days = range(0, 60, 7)
    crawl(Newspaper(days), definition=NEWSPAPER)
    late = Newspaper([*days, 45])
    assert stored(crawl(late, definition=NEWSPAPER)) == 27 and late.asked.count(address(45)) == 0
    assert stored(crawl(Newspaper([*days, 45]), "--full", definition=NEWSPAPER)) == 30


@pytest.mark.slow
def test_a_late_edition_that_was_read_in_part_is_read_again(crawl: Callable[..., Crawl]) -> None:
    crawl(Newspaper(DAILY), definition=NEWSPAPER)
    for second in (html("busy", 500), None):
        paper = Newspaper([9, *DAILY])
        folder = address(9).rpartition("/")[0]
        paper.pages[address(9)] = str(paper.pages[address(9)]).replace("<ul>", "<a href='node_2.htm'>第02版</a><ul>")
        paper.pages[f"{folder}/node_2.htm"] = (
            second or "<ul><li><a href='content_9.htm'>渔村的码头换上了新木板</a></li></ul>"
        )
        paper.pages[f"{folder}/content_9.htm"] = article("渔村的码头换上了新木板", f"{TODAY - timedelta(days=9)}")
        done = crawl(paper, definition=NEWSPAPER)
    assert (done.status, stored(done), *section(done)) == (0, 64, "beginning", 3), done.messages


@nightly.by_day(0)
@pytest.mark.parametrize("answer", [html("busy", 500), html("<html><body><p>暂无</p></body></html>")])
def test_a_late_edition_that_cannot_be_read_leaves_the_mark(crawl: Callable[..., Crawl], answer: Response) -> None:
    crawl(Newspaper(DAILY), definition=NEWSPAPER)
    done = crawl(Newspaper(DAILY, d9=answer), definition=NEWSPAPER)
    assert (done.status, *section(done)) == (1, "beginning", 1), done.messages
    done = crawl(Newspaper([9, *DAILY]), definition=NEWSPAPER)
    assert (done.status, stored(done), *section(done)) == (0, 63, "beginning", 3), done.messages


@pytest.mark.slow
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
        ([0, 1, 2], []),
        ([0, 7, 14, 21], []),
        ([n for n in range(14) if n % 7], [7]),  # one free day of that week shows nothing
        ([n for n in range(30) if n % 7], []),
        ([0, 7], [1, 2, 3, 4, 5, 6]),  # nothing shows yet on which days it appears
        ([*range(4), *range(5, 60)], [4]),
        ([n for n in range(3, 80) if n != 5], [5]),  # the days since the newest are asked for above
        ([n for n in range(80) if n not in range(40, 50)], list(range(40, 50))),
        ([n for n in range(120) if n not in (70, 90, 110)], [70, 90, 110]),
        (
            [n for n in range(200) if n % 7 or n < 100],
            [105, 112, 119, 126],
        ),  # later it appeared on that day of the week
    ],
)
def test_days_on_which_the_rhythm_lets_expect_an_edition_are_late(known: list[int], wanted: list[int]) -> None:
    late = late_days(MONDAY, {MONDAY - timedelta(days=n) for n in known}, 0)
    assert [days_ago for days_ago in late if days_ago < max(known)] == wanted


@pytest.mark.parametrize(
    ("known", "wanted"),
    [([0, 1, 2], [7, 8, 9, 14, 15, 16]), (range(21), range(21, 35)), (range(0, 60, 7), [63, 70]), ([], [])],
)
def test_days_before_the_oldest_edition_are_late_too(known: Iterable[int], wanted: Iterable[int]) -> None:
    late = late_days(MONDAY, {MONDAY - timedelta(days=n) for n in known}, 0)
    assert [days_ago for days_ago in late if days_ago > max(known, default=0)] == list(wanted)


def test_of_many_missing_editions_that_are_old_some_are_asked_for_in_turn() -> None:
    known = {MONDAY - timedelta(days=n) for n in range(400) if n % 5}
    asked = [set(late_days(MONDAY + timedelta(days=n), known, 0)) for n in range(5)]
    days = [{MONDAY + timedelta(days=n - ago) for ago in one if ago > LATE_DAYS + n} for n, one in enumerate(asked)]
    assert all(len(one) <= 20 for one in days) and len(set().union(*days)) > 65


def test_days_that_were_asked_for_and_days_before_since_are_not_asked_again() -> None:
    known = {MONDAY - timedelta(days=n) for n in range(80) if n not in (2, 5, 12)}
    assert late_days(MONDAY, known, 2)[:2] == [5, 12]
    assert late_days(MONDAY, known, 0, since=f"{MONDAY - timedelta(days=6)}") == [2, 5]


@pytest.mark.parametrize(
    ("day", "last", "is_read"),
    [
        (1, 1, True),
        (2, 1, True),
        (3, 2, True),
        (4, 1, False),
        (7, 4, True),
        (9, 2, False),
        (9, 4, True),
        (30, 24, True),
    ],
)
def test_an_edition_is_read_again_one_two_three_and_seven_days_after_its_day(
    day: int, last: int, is_read: bool
) -> None:
    """`day` and `last` are how many days ago the edition was, and was read last."""
    read = {MONDAY - timedelta(days=day): MONDAY - timedelta(days=last)}
    assert unfinished_days(MONDAY, read, 0) == ([day] if is_read else [])
    assert unfinished_days(MONDAY, read, day) == []


def test_an_edition_that_a_later_crawl_may_have_read_in_part_is_read_again() -> None:
    assert unfinished_days(MONDAY, {MONDAY - timedelta(days=20): None, MONDAY - timedelta(days=200): None}, 0) == [20]


def with_calendar(paper: Newspaper, days: Iterable[int]) -> Newspaper:
    """Put a calendar of these days, so many days ago, on each page of an edition."""
    cells = "".join(f"<td><a href='{address(n)}'>{(TODAY - timedelta(days=n)).day}</a></td>" for n in days)
    for path, page in paper.pages.items():
        if path.endswith("node_1.htm"):
            paper.pages[path] = str(page).replace("<ul>", f"<table><tr>{cells}</tr></table><ul>")
    return paper


@pytest.mark.slow
def test_an_edition_that_is_not_expected_is_read_if_a_calendar_names_it(crawl: Callable[..., Crawl]) -> None:
    days = range(0, 60, 7)
    crawl(with_calendar(Newspaper(days), days), definition=NEWSPAPER)
    done = crawl(with_calendar(Newspaper([*days, 45]), [*days, 45]), definition=NEWSPAPER)
    assert (done.status, stored(done), *section(done)) == (0, 30, "beginning", 2), done.messages


@pytest.mark.slow
def test_a_calendar_of_every_day_names_no_edition(crawl: Callable[..., Crawl]) -> None:
    days = range(0, 60, 7)
    crawl(with_calendar(Newspaper(days), range(60)), definition=NEWSPAPER)
    later = with_calendar(Newspaper(days), range(60))
    done = crawl(later, definition=NEWSPAPER)
    assert done.status == 0 and later.asked.count(address(45)) == 0, done.messages


@pytest.mark.slow
def test_an_edition_that_is_not_expected_is_read_if_an_index_names_it(crawl: Callable[..., Crawl]) -> None:
    def site(ago: Iterable[int]) -> Newspaper:
        paper = Newspaper(ago)
        for month in {address(n).split("/")[2] for n in range(90)}:
            days = [TODAY - timedelta(days=n) for n in ago if f"{TODAY - timedelta(days=n)}".startswith(month)]
            rows = "".join(
                f"<p><period_date>{day}</period_date><front_page>node_1.htm</front_page></p>" for day in days
            )
            paper.pages[f"/html/{month}/period.xml"] = f"<list>{rows}</list>"
        return paper

    hole = next(n for n in (21, 28) if address(n)[:13] == address(n + 1)[:13])  # in one month
    days = [n for n in (*range(8), *range(14, 60, 7)) if n != hole]
    crawl(site(days), definition=NEWSPAPER)
    done = crawl(site([*days, hole + 1]), definition=NEWSPAPER)
    assert (done.status, stored(done)) == (0, 3 * len(days) + 3), done.messages
