"""The words of an article in the full-text index, computed from arrays of code points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from newscrawler.archive.indexing.code_points import (
    HAN,
    SPACE,
    WORD,
    Codes,
    Kinds,
    code_points,
    distinct,
    folded,
    text_of,
)
from newscrawler.archive.indexing.words import END, month_word

_END = ord(END)
_HAN_STARTS_ABOVE = 0x2FFF


@dataclass(frozen=True, slots=True)
class Document:
    """The indexed words of a version: three values, which FTS5 needs again to remove them."""

    body: str
    title: str
    characters: str


def document(title: str, summary: str, body: str, published: str) -> Document:
    """Return the indexed words of a title (with subtitle), a summary, a body and a date."""
    title_codes, title_kinds = folded(title)
    body_codes, body_kinds = folded(f"{summary} {body}" if summary else body)
    in_title = distinct(title_codes[title_codes > _HAN_STARTS_ABOVE])
    everywhere = distinct(np.concatenate((in_title, body_codes[body_codes > _HAN_STARTS_ABOVE])))
    month = month_word(published)
    return Document(
        f"{_words(body_codes, body_kinds)}{month}",
        _words(title_codes, title_kinds).rstrip(),
        _each(everywhere, " ") + _each(in_title, f"{END} ") + month,
    )


def _words(codes: Codes, kinds: Kinds) -> str:
    """Return the words of folded text, a space after each; `search.query.tokens` is the definition.

    A Han character becomes a pair with its successor, the last of a run one with 。; another word is followed by 。.
    """
    if not len(codes):
        return ""
    next_codes = np.append(codes[1:], np.uint32(_END))
    next_kinds = np.append(kinds[1:], SPACE)
    is_han = kinds == HAN
    ends_word = (kinds == WORD) & (next_kinds != WORD)
    width = np.where(is_han | ends_word, 3, kinds == WORD)
    at = np.cumsum(width) - width
    words = np.full(int(width.sum()), ord(" "), dtype=np.uint32)
    is_letter = kinds != SPACE
    words[at[is_letter]] = codes[is_letter]
    words[at[is_han] + 1] = np.where(next_kinds[is_han] == HAN, next_codes[is_han], np.uint32(_END))
    words[at[ends_word] + 1] = _END
    return text_of(words)


def _each(characters: Codes, after: str) -> str:
    """Return the characters, each with the same text after it."""
    rows = np.empty((len(characters), 1 + len(after)), dtype=np.uint32)
    rows[:, 0] = characters
    rows[:, 1:] = code_points(after)
    return text_of(rows)
