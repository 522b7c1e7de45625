"""Folding text for search: one character becomes one character, so positions stay what they were.

Two prints of one word are equal after folding: full- and half-width, compatibility and letter forms, upper and
lower case, traditional and simplified. What is neither a letter, a number nor a mark becomes a space.

Folding is part of what the search index holds: a change of it needs a migration that rebuilds the index.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib.resources import files

END = "。"
"""The word that ends a run of characters in the index. Folding turns it into a space, so no text contains it."""

_HAN = "〇々〆ぁ-ゖゝ-ヺー-ヿㇰ-ㇿ㐀-䶿一-鿿豈-\ufaff\U00020000-\U0003fffd"
"""Scripts that are written without spaces between words: Han characters and, with them, kana."""

_RUN = re.compile(f"[{_HAN}]+|[^ {_HAN}]+")
_IS_HAN = re.compile(f"[{_HAN}]")


class _Folding(dict[int, int]):
    """The table of `str.translate`, filled as characters turn up."""

    def __init__(self) -> None:
        super().__init__()
        self._simplified = _read_simplified()

    def __missing__(self, code: int) -> int:
        folded = ord(_fold_character(chr(code), self._simplified))
        self[code] = folded
        return folded


def _read_simplified() -> dict[str, str]:
    text = files("newscrawler.archive.indexing").joinpath("data", "simplified.tsv").read_text(encoding="utf-8")
    return dict(line.split("\t") for line in text.splitlines() if not line.startswith("#"))


def _fold_character(character: str, simplified: dict[str, str]) -> str:
    if len(plain := unicodedata.normalize("NFKC", character)) == 1:
        character = plain
    if len(lower := character.lower()) == 1:
        character = lower
    character = simplified.get(character, character)
    return character if unicodedata.category(character)[0] in "LNM" else " "


_TABLE = _Folding()


@lru_cache(maxsize=8)
def fold(text: str) -> str:
    """Return the folded text, as long as the text itself.

    The last few are kept: a body that is stored is folded for the index and again for its reprints.
    """
    return text.translate(_TABLE)


def runs(folded: str) -> list[str]:
    """Split folded text into its runs, in order: Han characters that stand together, and whole other words."""
    return _RUN.findall(folded)


def is_han(run: str) -> bool:
    """Tell whether a run is one of Han characters."""
    return _IS_HAN.match(run) is not None


HAN_CLASS = _HAN
"""The inside of a regular expression's character class: the characters that Han runs are made of."""


def month_word(published: str) -> str:
    """Return the index's word for the month of an ISO date, or for no date."""
    return END + (published[:7].replace("-", "") or "none")
