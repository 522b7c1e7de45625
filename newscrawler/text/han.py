"""Han characters: which they are, and folding of text so that two prints of one word are equal.

Folding turns one character into one character, so positions stay what they were. Full and half width, compatibility
and letter forms, upper and lower case, traditional and simplified become one. Whatever is neither a letter, a number
nor a combining mark becomes a space.

The search index contains folded text: a change of folding needs a migration that rebuilds the index.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from importlib.resources import files

from newscrawler.text.patterns import late

IDEOGRAPHS = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
"""The inside of a regular expression's character class: Han ideographs."""
UNSPACED = "〇々〆ぁ-ゖゝ-ヺー-ヿㇰ-ㇿ\u3400-\u4dbf\u4e00-\ufaff\U00020000-\U0003fffd"
"""The same for the characters that the index takes one by one: Han, kana, and also Yi and Hangul (U+A000 to U+D7FF)."""

_RUN = late(f"[{UNSPACED}]+|[^ {UNSPACED}]+")
_STARTS_UNSPACED = late(f"[{UNSPACED}]")


class _Folding(dict[int, int]):
    """The table for `str.translate`. It grows by each character that texts contain."""

    def __init__(self) -> None:
        super().__init__()
        self._simplified = _read_simplified()

    def __missing__(self, code: int) -> int:
        folded = ord(_fold_character(chr(code), self._simplified))
        self[code] = folded
        return folded


def _read_simplified() -> dict[str, str]:
    text = files("newscrawler.text").joinpath("data", "simplified.tsv").read_text(encoding="utf-8")
    return dict(line.split("\t") for line in text.splitlines() if not line.startswith("#"))


def _fold_character(character: str, simplified: dict[str, str]) -> str:
    if len(plain := unicodedata.normalize("NFKC", character)) == 1:
        character = plain
    if len(lower := character.lower()) == 1:
        character = lower
    character = simplified.get(character, character)
    return character if unicodedata.category(character)[0] in "LNM" else " "


@lru_cache(maxsize=1)
def _table() -> _Folding:
    return _Folding()


@lru_cache(maxsize=8)
def fold(text: str) -> str:
    """Return the folded text, which is as long as the text itself.

    The last results are cached: a stored body is folded for the index and again for its reprints.
    """
    return text.translate(_table())


def runs(folded: str) -> list[str]:
    """Split folded text into its runs, in order: unspaced characters that stand together, and whole other words."""
    return _RUN.findall(folded)


def is_han(run: str) -> bool:
    """Tell whether a run consists of unspaced characters, which are Han in nearly all texts."""
    return _STARTS_UNSPACED.match(run) is not None
