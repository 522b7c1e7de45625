"""Numbers as pages write them when they count."""

from __future__ import annotations

import re

import pytest

from newscrawler.text.numerals import COUNT, count_of, without_list_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("46", 46),
        ("1,045", 1_045),
        ("1，234，567", 1_234_567),
        ("1 045", 1_045),
        ("１０４５", 1_045),
        ("1.2万", 12_000),
        ("3 万", 30_000),
        ("三", 3),
        ("十", 10),
        ("二十三", 23),
        ("两百", 200),
        ("一千零四十五", 1_045),
        ("三万二千", 32_000),
        ("二〇", 20),
    ],
)
def test_the_value_of_a_count(text: str, value: int) -> None:
    match = re.fullmatch(COUNT, text)
    assert match is not None and count_of(match[0]) == value


def test_a_blank_parts_numbers_that_are_no_thousands() -> None:
    assert re.findall(COUNT, "第1 2024") == ["1 ", "2024"]
    assert re.findall(COUNT, "1,04") == ["1", "04"]


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("1.烟台", "烟台"),
        ("1．烟台", "烟台"),
        ("01 烟台", "烟台"),
        ("12、烟台", "烟台"),
        ("（一）烟台", "烟台"),
        ("(3) 烟台", "烟台"),
        ("[02]烟台", "烟台"),
        ("十二、烟台", "烟台"),
        ("①烟台", "烟台"),
        ("⒈ 烟台", "烟台"),
        ("3.15晚会", "3.15晚会"),
        ("24小时", "24小时"),
        ("2026 宜昌", "2026 宜昌"),
        ("第八师", "第八师"),
        ("三明", "三明"),
        ("十堰", "十堰"),
        ("九 江", "九 江"),
        ("1.", "1."),
        ("", ""),
    ],
)
def test_the_number_of_an_item_of_a_list(text: str, rest: str) -> None:
    assert without_list_number(text) == rest
