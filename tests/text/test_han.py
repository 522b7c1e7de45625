"""Folding and classes of characters. What search makes of them is tested in tests/search."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.text.han import IDEOGRAPHS, fold, is_han, runs


@pytest.mark.parametrize(
    ("one", "other"), [("臺灣", "台湾"), ("Ａ股２０１９", "a股2019"), ("①", "1"), ("宜昌：新桥", "宜昌 新桥")]
)
def test_two_prints_of_one_text_fold_to_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(st.text())
def test_folding_keeps_positions(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("character", ["一", "鿿", "㐀", "\uf900", "\U00020000"])
def test_ideographs(character: str) -> None:
    assert re.fullmatch(f"[{IDEOGRAPHS}]", character)
    assert is_han(character)


@pytest.mark.parametrize("character", ["a", "1", "。", "ぁ", "가", "ꀀ", "〇"])
def test_other_characters_are_not_ideographs(character: str) -> None:
    assert not re.fullmatch(f"[{IDEOGRAPHS}]", character)


def test_runs() -> None:
    assert runs("宜昌 2019年 gdp") == ["宜昌", "2019", "年", "gdp"]
