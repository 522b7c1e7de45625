"""Text as values."""

from __future__ import annotations

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.normalization.text import (
    char_count,
    clean_body,
    clean_line,
    clean_markup,
    language_of,
    text_hash,
)

ANY_TEXT = st.text(st.characters())
"""Lone surrogates too."""


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("\u3000\u3000江边\xa0的 \t集市\r\n ", "江边 的 集市"),
        ("宜\u200b昌\ufeff\u202e", "宜昌"),
        ("\u2066左右\u2069\x00\x9f", "左右"),
        ("坏\ud800字", "坏字"),
        ("全角：（１２３）！", "全角：（１２３）！"),
        ("cafe\u0301", "café"),
        ("中\u200d文", "中文"),
        ("\U0001f468\u200d\U0001f33e种稻", "\U0001f468\u200d\U0001f33e种稻"),
        ("软\xad连字符", "软连字符"),
    ],
)
def test_clean_line(text: str, line: str) -> None:
    assert clean_line(text) == line


def test_clean_body_keeps_one_paragraph_a_line() -> None:
    body = "\u3000\u3000第一段。\r\n\r\n \u3000\n第二段，\x0b还有\u2028第三段。\n"
    assert clean_body(body) == "第一段。\n第二段，\n还有\n第三段。"


@given(st.one_of(ANY_TEXT, st.text("e\u0301\u200c\u200b \t\n\u2028\r\x1d\x00\u2000\u0627文")))
def test_a_body_is_cleaned_as_its_lines_are(text: str) -> None:
    lines = [clean_line(part) for part in re.split("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", text)]
    assert clean_body(text) == "\n".join(line for line in lines if line)


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean_line(clean_line(text)) == clean_line(text)
    assert clean_body(clean_body(text)) == clean_body(text)


@given(ANY_TEXT)
def test_a_clean_line_is_one_line_that_utf8_holds(text: str) -> None:
    line = clean_line(text)
    assert line == line.strip()
    assert len(line.splitlines()) <= 1
    assert "  " not in line
    line.encode()


def test_char_count_skips_white_space_only() -> None:
    assert char_count("两 段\n\u3000文字，。") == 6


def test_hash_is_what_its_documentation_says() -> None:
    expected = hashlib.sha256("标题\n正文一正文二".encode()).hexdigest()
    assert text_hash("标 题", "正文一\n\u3000\u3000正文二 ") == expected


@given(ANY_TEXT, ANY_TEXT)
def test_hash_ignores_white_space_and_nothing_else(one: str, other: str) -> None:
    same = "".join(one.split()) == "".join(other.split())
    assert (text_hash(one) == text_hash(other)) is same
    assert text_hash(" \n".join(one)) == text_hash(one)


def test_hash_knows_title_from_body() -> None:
    assert text_hash("甲", "乙丙") != text_hash("甲乙", "丙")
    assert text_hash("甲", "") != text_hash("甲")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("江边的集市每逢三六九开张。", "zh"),
        ("5G与AI：Smart City Expo 在宜昌开幕，企业签约二十个项目", "zh"),
        ("བོད་ལྗོངས་ཀྱི་གསར་འགྱུར་ཞིག", "bo"),
        ("شىنجاڭ خەۋەرلىرى ۋە باشقا ئۇچۇرلار كۆرۈڭ", "ug"),
        ("ᠮᠣᠩᠭᠣᠯ ᠤᠨ ᠰᠣᠨᠢᠨ", "mn"),
        ("Өвөр Монголын мэдээ үзээрэй", "mn"),
        ("The river market opens three times a week", "en"),
        ("Le marché rouvre après l'été à la préfecture", "und"),
        ("연변의 강변 장터가 열렸다", "ko"),
        ("川の市場がひらきました", "ja"),
        ("ꆈꌠꁱꂷꉬ", "ii"),
        ("Новый рынок у реки", "ru"),
        ("2019-07-10 12%", "und"),
        ("", "und"),
    ],
)
def test_language_of(text: str, language: str) -> None:
    assert language_of(text) == language


def test_markup_keeps_no_invisible_character() -> None:
    assert clean_markup("<p>一\x1b[31m二\u202e三\u200b</p>\n") == "<p>一[31m二三</p>\n"
