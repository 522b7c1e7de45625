"""A list that shows its newest entries only: where none that a crawl knew is left, what stood in between is not known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest

from support import nightly
from support.crawls import Crawl
from support.pages import LAST_PAGE, Pages, article, listing

Row = tuple[str, str, str]
FIRST = date(2026, 1, 1)
ROWS: list[Row] = [
    (
        f"/yichang/{FIRST + timedelta(days=n):%Y%m}/{1000 + n}.html",
        f"青石坳第{n}座水窖蓄满",
        f"{FIRST + timedelta(days=n)}",
    )
    for n in range(60)
]
"""From the oldest to the newest."""


def site(rows: Sequence[Row], size: int = 6) -> Pages:
    """A portal whose list has these rows from the top."""
    pages = {path: article(title, day) for path, title, day in ROWS}
    parts = [rows[at : at + size] for at in range(0, len(rows), size)]
    for number, part in enumerate(parts, 1):
        way_on = f"<a href='/yichang/index_{number + 1}.html'>下一页</a>" if number < len(parts) else LAST_PAGE
        pages["/yichang/" + (f"index_{number}.html" if number > 1 else "")] = listing(list(part), way_on)
    return Pages({"/": "<html><body><div class='nav'><a href='/yichang/'>宜昌</a></div></body></html>", **pages})


def newest(until: int, count: int) -> list[Row]:
    return ROWS[until - count : until][::-1]


def mark(done: Crawl) -> str | None:
    return done.one("SELECT complete_back_to FROM sections")["complete_back_to"]


@nightly.by_day(3)
@pytest.mark.parametrize(
    "later",
    [
        newest(45, 12),
        newest(33, 12),
        newest(45, 6),  # one page of the newest
        [ROWS[4], ROWS[3], *newest(45, 10)],  # two old ones on top, without a word
    ],
)
def test_a_window_that_has_moved_past_what_was_known_is_told(crawl: Callable[..., Crawl], later: list[Row]) -> None:
    assert mark(crawl(site(newest(20, 12)))) == "beginning"
    done = crawl(site(later))
    assert done.status == 1 and "none of the entries that earlier crawls knew" in done.messages
    assert mark(done) == later[-1][2]


@pytest.mark.slow
@pytest.mark.parametrize("later", [newest(31, 12), newest(25, 12), [ROWS[18], *newest(29, 11)], newest(20, 12)])
def test_a_window_that_still_shows_a_known_entry_has_no_gap(crawl: Callable[..., Crawl], later: list[Row]) -> None:
    crawl(site(newest(20, 12)))
    done = crawl(site(later))
    assert (done.status, mark(done)) == (0, "beginning"), done.messages


def test_what_a_gap_took_back_is_complete_again_when_the_whole_list_is_read(crawl: Callable[..., Crawl]) -> None:
    crawl(site(newest(20, 12)))
    crawl(site(newest(45, 12)))
    done = crawl(site(newest(46, 46)), "--full")
    assert (done.status, mark(done)) == (0, "beginning"), done.messages


def redesigned(rows: Sequence[Row], *, title: str = "{}", shift: int = 0) -> Pages:
    """The same rows at new addresses, with other titles or days."""
    portal = site([])
    moved = []
    for number, (_, name, day) in enumerate(rows):
        later = f"{date.fromisoformat(day) + timedelta(days=shift)}"
        moved.append((f"/detail/{9000 + number}", title.format(name), later))
    portal.pages |= {path: article(name, day) for path, name, day in moved}
    portal.pages["/yichang/"] = listing(moved)
    return portal


@pytest.mark.slow
@pytest.mark.parametrize("title", ["{}", "{} 青石日报", "{}2026-01-10"])
def test_known_entries_at_the_new_addresses_of_a_redesign_leave_no_gap(crawl: Callable[..., Crawl], title: str) -> None:
    crawl(site(newest(20, 12)))
    done = crawl(redesigned(newest(24, 16), title=title))
    assert done.status != 1 and mark(done) == "beginning", done.messages


@pytest.mark.slow
@pytest.mark.parametrize(("title", "shift"), [("{}", 60), ("县城里{}", 0)])
def test_other_days_and_other_titles_are_other_entries(crawl: Callable[..., Crawl], title: str, shift: int) -> None:
    crawl(site(newest(20, 12)))
    done = crawl(redesigned(newest(20, 12), title=title, shift=shift))
    assert done.status == 1 and "none of the entries that earlier crawls knew" in done.messages
