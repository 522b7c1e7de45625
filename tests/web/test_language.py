"""The table of strings, and which language a visitor gets."""

import re
from pathlib import Path

import pytest

import newscrawler.web
from newscrawler.web.language import chosen_language, text
from newscrawler.web.strings import STRINGS

ROOM = Path(newscrawler.web.__file__).parent


@pytest.mark.parametrize(
    ("asked", "header", "expected"),
    [
        ("", "", "en"),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("", "en-US,en;q=0.9,zh;q=0.8", "en"),
        ("", "en;q=0.1, zh;q=0.2", "zh"),
        ("", "de, fr;q=0.5", "en"),
        ("", "zh;q=0, en;q=0.1", "en"),
        ("", "zh;q=nonsense", "en"),
        ("", ",;;q=,zh", "zh"),
        ("zh", "en", "zh"),
        ("en", "zh", "en"),
        ("fr", "zh", "zh"),
    ],
)
def test_language(asked: str, header: str, expected: str) -> None:
    assert chosen_language(asked, header) == expected


def test_both_languages_say_the_same() -> None:
    for key, (chinese, english) in STRINGS.items():
        assert chinese and english, key
        assert sorted(re.findall(r"\{\w+\}", chinese)) == sorted(re.findall(r"\{\w+\}", english)), key


def test_every_string_that_a_template_asks_for_is_there() -> None:
    asked = set()
    for template in (ROOM / "templates").glob("*.html"):
        asked |= set(re.findall(r"""\bsay\("([\w-]+)"[,)]""", template.read_text(encoding="utf-8")))
    assert asked and asked <= STRINGS.keys(), asked - STRINGS.keys()


def test_numbers_have_separators() -> None:
    assert text("found", "en", count=12345) == "12,345 articles"


def test_templates_have_no_script_and_no_style() -> None:
    for template in (ROOM / "templates").glob("*.html"):
        source = template.read_text(encoding="utf-8")
        assert not re.search(r"<script|<style|\bstyle=|\bon[a-z]+=|\|safe", source), template.name
