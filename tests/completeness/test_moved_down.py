"""Known entries that moved from a list into columns of its section, as at the turn of a year, leave no gap."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from support import nightly
from support.crawls import Crawl
from support.pages import LAST_PAGE, Pages, article, listing

Row = tuple[str, str, str]
GAP = "none of the entries that earlier crawls knew"
OLD: list[Row] = [(f"/yc/2025/{n}.html", f"磨盘山第{n}口蓄水窖完工", f"2025-12-{n:02d}") for n in range(10, 30)]
OLDER: list[Row] = [(f"/yc/2024/{n}.html", f"石板岭第{n}段机耕路通车", f"2024-11-{n:02d}") for n in range(10, 28)]
NEW: list[Row] = [(f"/yc/2026/{n}.html", f"柳树湾第{n}户果农剪枝忙", f"2026-01-{n:02d}") for n in range(1, 13)]
"""Each from the oldest to the newest."""


def pages_of(address: str, rows: Sequence[Row], beside: str = "", size: int = 8) -> dict[str, str]:
    """Return the pages of a list, the newest first, with links beside it."""
    rows = rows[::-1]
    pages = {}
    for number in range(1, len(rows) // size + 2):
        name = address + (f"index_{number}.html" if number > 1 else "")
        on = f"<a href='{address}index_{number + 1}.html'>下一页</a>" if len(rows) > number * size else LAST_PAGE
        part = list(rows[(number - 1) * size : number * size])
        pages[name] = listing(part, on).replace("<ul class='list'>", f"{beside}<ul class='list'>")
    return pages


def site(rows: Sequence[Row], columns: dict[str, Sequence[Row]], *, undated: bool = False) -> Pages:
    """A city's list with links to the years beside it, which stand in its folder."""
    names = {key: f"{key[:4]}年{key[5:]}{'月' * ('-' in key)}" for key in columns}
    links = "".join(f"<a href='/yc/{key}/'>{name}</a> " for key, name in names.items())
    pages = pages_of("/yc/", rows, f"<div class='years'>{links}</div>" if columns else "")
    for key, inside in columns.items():
        pages |= pages_of(f"/yc/{key}/", inside)
    if undated:
        for path, page in pages.items():
            for _, _, day in (*OLD, *OLDER, *NEW):
                page = page.replace(f"<span>{day}</span>", "")
            pages[path] = page
    pages |= {path: article(title, day) for path, title, day in (*OLD, *OLDER, *NEW)}
    return Pages({"/": "<html><body><div class='nav'><a href='/yc/'>宜昌</a></div></body></html>", **pages})


def of_section(done: Crawl) -> tuple[str | None, str]:
    row = done.one("SELECT complete_back_to AS mark, listing_end AS ends FROM sections WHERE front IS NULL")
    return row["mark"], row["ends"]


@nightly.by_day(17)
@pytest.mark.parametrize(
    ("before", "later"),
    [
        ({"2024": OLDER}, {"2025": OLD, "2024": OLDER}),  # the year becomes a column
        ({"2025": OLD, "2024": OLDER}, {"2025": OLD, "2024": OLDER}),  # it was one before
        ({"2025": OLD[:15]}, {"2026": NEW, "2025": OLD}),  # columns of all years, this one's, too
        ({}, {"2025": OLD}),  # there were no columns
        ({"2025-11": OLDER}, {"2025-12": OLD, "2025-11": OLDER}),  # months
    ],
)
@pytest.mark.parametrize("undated", [False, True])
@pytest.mark.parametrize("new", [NEW[:1], NEW])
def test_what_moved_into_a_year_is_known(
    crawl: Callable[..., Crawl],
    before: dict[str, Sequence[Row]],
    later: dict[str, Sequence[Row]],
    new: Sequence[Row],
    undated: bool,
) -> None:
    first = crawl(site(OLD[:15], before, undated=undated))
    assert of_section(first) == ("beginning", "proven"), first.messages
    done = crawl(site(new, {key: new if rows is NEW else rows for key, rows in later.items()}, undated=undated))
    assert done.status == 0 and GAP not in done.messages, done.messages
    assert of_section(done) == ("beginning", "proven")


@nightly.by_day(0)
@pytest.mark.parametrize(
    "later",
    [
        {"2025": OLD[:3], "2024": OLDER},  # the column lacks the newest of them
        {"2024": OLDER},
        {},
    ],
)
def test_a_gap_above_what_the_columns_show_is_told(
    crawl: Callable[..., Crawl], later: dict[str, Sequence[Row]]
) -> None:
    crawl(site(OLD[:15], {"2024": OLDER}))
    done = crawl(site(NEW, later))
    assert done.status == 1 and GAP in done.messages, done.messages


def test_a_column_that_cannot_be_read_to_what_is_known_closes_no_gap(crawl: Callable[..., Crawl]) -> None:
    crawl(site(OLD[:15], {"2024": OLDER}))
    broken = site(NEW, {"2025": OLD, "2024": OLDER})
    del broken.pages["/yc/2025/index_2.html"]
    done = crawl(broken)
    assert done.status == 1, done.messages
    done = crawl(site(NEW, {"2025": OLD, "2024": OLDER}))
    assert (done.status, *of_section(done)) == (0, "beginning", "proven"), done.messages


@pytest.mark.slow
def test_a_list_whose_end_nothing_proves_stays_so(crawl: Callable[..., Crawl]) -> None:
    crawl(site(OLD[:15], {"2024": OLDER}))
    portal = site(NEW[:2], {"2025": OLD, "2024": OLDER})
    portal.pages["/yc/"] = str(portal.pages["/yc/"]).replace(LAST_PAGE, "")
    done = crawl(portal)
    assert done.status == 0 and of_section(done)[1] == "unproven", done.messages
