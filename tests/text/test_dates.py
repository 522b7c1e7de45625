"""The table of date patterns, row by row."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.normalization.dates import parse_published
from newscrawler.text import dates
from newscrawler.text.clock import CHINA
from support import nightly

BASE = datetime(2019, 7, 12, 12, tzinfo=CHINA)
FINDERS = ("in a listing", "short, with a time", "behind an outlet")


@pytest.mark.parametrize("row", dates.PATTERNS, ids=lambda row: row.name)
def test_a_row_matches_its_example_and_not_its_counter_example(row: dates.DatePattern) -> None:
    match = row.regex.search(row.example)
    assert match is not None
    assert match.group() == row.example
    assert row.regex.search(row.counter_example) is None


def test_names_are_unique() -> None:
    assert len({row.name for row in dates.PATTERNS}) == len(dates.PATTERNS)


@pytest.mark.parametrize("row", [row for row in dates.PATTERNS if row.name in FINDERS], ids=lambda row: row.name)
def test_what_a_finder_finds_the_parser_reads(row: dates.DatePattern) -> None:
    published = parse_published(row.example, base=BASE)
    assert published is not None
    assert published.date == "2019-07-10"


@nightly.by_day(every=4)
@pytest.mark.parametrize("finder", [dates.IN_LISTING, dates.FULL, dates.BEHIND_OUTLET])
@pytest.mark.parametrize(
    "form",
    ["{y}-{m}-{d}", "{y}-{m:02}-{d:02}", "{y}/{m}/{d}", "{y}.{m:02}.{d:02}", "{y}年{m}月{d}日", "{y}年{m:02}月{d:02}"],
)
@given(day=st.dates(date(1995, 1, 1), BASE.date()))
def test_full_dates_that_a_finder_finds_are_read_as_the_same_day(
    finder: dates.re.Pattern[str], form: str, day: date
) -> None:
    text = f"三峡日报 {form.format(y=day.year, m=day.month, d=day.day)} 编辑"
    match = finder.search(text)
    assert match is not None
    published = parse_published(match.group(), base=BASE)
    assert published is not None
    assert published.date == day.isoformat()
