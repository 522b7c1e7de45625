"""Dates whose parts stand in several texts."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.text.split_dates import find_split_date


def found(*texts: str) -> str:
    split = find_split_date(texts)
    return split.text if split else ""


@pytest.mark.parametrize(
    "form",
    [
        "{d:02}|{y}.{m:02}",
        "{d}日|{y}年{m}月",
        "{y}-{m:02}|{d:02}",
        "{y}{m:02}|{d:02}",
        "{m:02}-{d:02}|{y}",
        "{m}月{d}日|{y}年",
        "{y}|{m:02}/{d:02}",
        "{m:02}|-|{d:02}|{y}",
        "{d}|{m}月|{y}",
        "{d}/|{m:02}月|{y}",
        "{y}|{m:02}|{d:02}",
        "{d:02}| |{y}/{m}",
        "天气转暖果农忙|{d:02}|{y}.{m:02}|阅读 12",
    ],
)
@given(day=st.dates(date(1995, 1, 1), date(2030, 1, 1)))
def test_a_date_in_several_texts_is_read_as_its_day(form: str, day: date) -> None:
    assert found(*form.format(y=day.year, m=day.month, d=day.day).split("|")) == day.isoformat()


@pytest.mark.parametrize("form", ["{d}|/{m:02}月", "{d}|/|{m}月", "{d}/{m}月", "{m}月|{d}", "{d}|{m}月", "{m}月|{d}日"])
@given(day=st.dates(date(2024, 1, 1), date(2024, 12, 31)))
def test_without_a_year_the_day_and_the_month_are_told_apart_by_the_word_of_the_month(form: str, day: date) -> None:
    assert found(*form.format(m=day.month, d=day.day).split("|")) == f"{day:%m-%d}"


@pytest.mark.parametrize(
    ("texts", "day"),
    [
        (("26", "Jan", "2024"), "2024-01-26"),
        (("Jan 2024", "26"), "2024-01-26"),
        (("五月", "6", "2024"), "2024-05-06"),
        (("26", "01", "2024"), "2024-01-26"),
        (("01", "26", "2024"), "2024-01-26"),
        (("２６", "２０２４．０１"), "2024-01-26"),
        (("1", "石桥头修路", "26", "2024-01"), "2024-01-26"),
    ],
)
def test_other_forms(texts: tuple[str, ...], day: str) -> None:
    assert found(*texts) == day


@pytest.mark.parametrize(
    "texts",
    [
        ("5", "石桥头修路", "2024-01"),  # not side by side
        ("05", "01", "2024"),  # either may be the month
        ("05", "01"),
        ("2024-01-26", "15"),  # a whole date, and a number of readers
        ("128", "2024-01"),
        ("32", "2024-01"),
        ("26", "2024.13"),
        ("26", "2024"),
        ("01-26", "15"),
        ("01-26",),
        ("2024.01",),
        ("26",),
        ("121月",),
        ("第26期", "2024-01"),
        (),
    ],
)
def test_what_makes_no_date(texts: tuple[str, ...]) -> None:
    assert found(*texts) == ""
