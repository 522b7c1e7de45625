"""Days beside the entries of a list, as a reader sees them: in one element or in several."""

from __future__ import annotations

from datetime import datetime

import pytest

from newscrawler.crawling.spider.sightings import sightings_of
from newscrawler.listings.entries import ListingRules
from newscrawler.listings.listing import read_listing
from newscrawler.listings.listing_page import ListingPage
from newscrawler.text.clock import CHINA

HOST = "http://www.t.example"
DAYS = [("2025", "12", f"{n:02}") for n in range(8, 20)]


def days_of(row: str, wrapped: str = "<ul class='list'>{}</ul>") -> list[tuple[str, str]]:
    """Return title and day of each entry of a list with these rows."""
    rows = "".join(
        row.format(url=f"/yc/{y}{m}/{n}.html", title=f"渡口村第{n}盏路灯点亮", y=y, m=m, d=d, views=1500 + 97 * n)
        for n, (y, m, d) in enumerate(DAYS)
    )
    page = read_listing(
        f"<html><body>{wrapped.format(rows)}</body></html>".encode(),
        url=f"{HOST}/yc/",
        number=1,
        rules=ListingRules(),
        is_own=lambda url: url.startswith(HOST),
    )
    assert isinstance(page, ListingPage)
    now = datetime(2026, 3, 1, tzinfo=CHINA)
    found = sightings_of(page.entries, lambda url: url, lambda url: True, now)
    return [(one.title, one.listed_date) for one in found]


WANTED = [(f"渡口村第{n}盏路灯点亮", "-".join(day)) for n, day in enumerate(DAYS)]


@pytest.mark.parametrize(
    "row",
    [
        "<li><div class='dd'><b>{d}</b><span>{y}.{m}</span></div><a href='{url}'>{title}</a></li>",
        "<li><a href='{url}'>{title}</a><p><span>{y}-{m}</span> <em>{d}</em></p></li>",
        "<li><div class='t'>{m}-{d}<i>{y}</i></div><a href='{url}'>{title}</a></li>",
        "<li><span>{m}月{d}日</span><span>{y}年</span><a href='{url}'>{title}</a></li>",
        "<li><a href='{url}'>{title}</a><em>{d}</em>/{m}月</li>",
        "<li><em>{d}</em><i>{m}月</i><a href='{url}'>{title}</a><span>阅读 {views}</span></li>",
        "<li><a href='{url}'>{title}</a><span>{y}-{m}-{d}</span><em>{views}</em></li>",
        "<li><a href='{url}'>{title}</a><span>{y}-{m}-{d}</span><em>15</em></li>",
        "<li><a href='{url}'><div class='dd'><b>{d}</b><span>{y}.{m}</span></div><h3>{title}</h3></a></li>",
        "<li><a href='{url}'><h3>{title}</h3><p>{d}</p><p>{y}/{m}</p></a></li>",
        "<div class='item'><div><strong>{d}</strong><br>{y}-{m}</div><div><a href='{url}'>{title}</a></div></div>",
        "<dl><dt>{d}<sub>{y}年{m}月</sub></dt><dd><a href='{url}'>{title}</a></dd></dl>",
    ],
)
def test_the_day_of_a_row_is_the_one_that_a_reader_sees(row: str) -> None:
    assert days_of(row) == WANTED


def test_a_number_beside_a_few_rows_is_no_part_of_their_days() -> None:
    """Ten thousand readers: only some of their numbers look like years."""
    found = days_of("<li><a href='{url}'>{title}</a><span>{m}-{d}</span><em>{views}</em></li>")
    assert found == WANTED


@pytest.mark.parametrize(
    "row",
    [
        "<li><i>{d}</i><a href='{url}'>{title}</a><span>{y}-{m}</span></li>",  # a rank, and a month
        "<li><a href='{url}'>{title}</a><b>{d}</b><span>跟帖</span></li>",
        "<li><a href='{url}'>{title}</a><span>{m}</span><span>{d}</span></li>",  # sizes, places, ages
    ],
)
def test_numbers_that_make_no_date_give_no_day(row: str) -> None:
    assert {day for _, day in days_of(row)} == {""}
