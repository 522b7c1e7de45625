"""A new first page with an old second one: what stood between them is on neither, and must not be lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest

from support import nightly
from support.crawls import Crawl
from support.pages import LAST_PAGE, Pages, article, listing

Row = tuple[str, str, str]
FIRST = date(2025, 6, 1)
ROWS: list[Row] = [
    (f"/yc/{FIRST + timedelta(days=n):%Y%m}/{1000 + n}.html", f"沙洲头第{n}条渔船返港", f"{FIRST + timedelta(days=n)}")
    for n in range(180)
]
"""From the oldest to the newest."""
TOLD = "new entries stand directly above old ones"
SIZE = 10


def parts(rows: Sequence[Row]) -> list[list[Row]]:
    rows = rows[::-1]
    return [list(rows[at : at + SIZE]) for at in range(0, len(rows), SIZE)]


def site(pages: Sequence[Sequence[Row]]) -> Pages:
    site = {path: article(title, day) for path, title, day in ROWS}
    for number, part in enumerate(pages, 1):
        way_on = f"<a href='/yc/index_{number + 1}.html'>下一页</a>" if number < len(pages) else LAST_PAGE
        site["/yc/" + (f"index_{number}.html" if number > 1 else "")] = listing(list(part), way_on)
    return Pages({"/": "<html><body><div class='nav'><a href='/yc/'>宜昌</a></div></body></html>", **site})


def state(done: Crawl) -> tuple[int, str | None, int | None]:
    stored = done.one("SELECT count(*) AS n FROM articles")["n"]
    row = done.one("SELECT complete_back_to AS mark, complete_run AS run FROM sections")
    return stored, row["mark"], row["run"]


@nightly.by_day(0)
@pytest.mark.parametrize(
    ("known", "new", "fresh"),
    [(40, 25, 1), (40, 35, 2), (130, 25, 1)],  # a short list is read to its end, a long one to its mark
)
def test_what_stands_between_pages_of_two_times_is_read_by_the_next_crawl(
    crawl: Callable[..., Crawl], known: int, new: int, fresh: int
) -> None:
    before, after = ROWS[:known], ROWS[: known + new]
    assert state(crawl(site(parts(before)))) == (known, "beginning", 1)
    done = crawl(site([*parts(after)[:fresh], *parts(before)[fresh:]]))
    assert done.status == 0 and TOLD in done.messages, done.messages
    assert state(done) == (known + fresh * SIZE, "beginning", 1)
    done = crawl(site(parts(after)))
    assert TOLD not in done.messages and state(done) == (known + new, "beginning", 3), done.messages


@nightly.by_day(2)
@pytest.mark.parametrize(
    "later",
    [
        ROWS[:52],  # as always
        ROWS[:60],  # as many new ones as fit on pages
        [*ROWS[:30], *ROWS[38:55]],  # most of the newest were withdrawn
        ROWS[:40],
        ROWS[:36],  # some were withdrawn, and nothing is new
    ],
)
def test_pages_of_one_time_leave_the_mark_to_move(crawl: Callable[..., Crawl], later: list[Row]) -> None:
    crawl(site(parts(ROWS[:40])))
    done = crawl(site(parts(later)))
    assert TOLD not in done.messages and state(done)[1:] == ("beginning", 2), done.messages


@pytest.mark.slow
def test_when_the_newest_were_withdrawn_the_mark_moves_with_the_next_crawl(crawl: Callable[..., Crawl]) -> None:
    crawl(site(parts(ROWS[:40])))
    without = [*ROWS[:25], *ROWS[40:45]]
    assert TOLD in crawl(site(parts(without))).messages
    done = crawl(site(parts([*without, ROWS[45]])))
    assert TOLD not in done.messages and state(done) == (46, "beginning", 3), done.messages
