"""Numbers as pages write them when they count."""

from __future__ import annotations

import re

import pytest

from newscrawler.text.numerals import COUNT, count_of


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
