"""Characters that cannot be seen or that move a cursor never reach an output as they are."""

import json

import pytest

from newscrawler.text.printable import CONTROL, escaped_json, printable, single_line

HIDDEN = [
    "\x1b",
    "\x7f",
    "\x9b",
    "\u200f",
    "\u202e",
    "\u2066",
    "\ufeff",
    "\ufff9",
    "\ufffb",
    "\U000e0001",
    "\U000e0041",
]


@pytest.mark.parametrize("character", HIDDEN, ids=ascii)
def test_a_hidden_character_is_made_visible_or_escaped(character: str) -> None:
    text = f"桥{character}通车"
    for shown in (printable(text), single_line(text), escaped_json(json.dumps(text, ensure_ascii=False))):
        assert not CONTROL.search(shown)
        assert character not in shown
    assert json.loads(escaped_json(json.dumps(text, ensure_ascii=False))) == text
