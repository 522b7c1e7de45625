"""Dividing texts into words. Chinese has no spaces, so a result depends on who divides: the choice goes with it.

`jieba` (extra `words`) is the default. It also knows the names of divisions of the gazetteer, and the words of users'
dictionaries. `pairs` needs no extra: each two Han characters that stand together, as in the search index.

Texts are folded first (`text.han`), so one word in traditional or simplified characters, or in full width, is one word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from newscrawler.archive.errors import UnavailableError
from newscrawler.places import counties_of, divisions_of, provinces
from newscrawler.research.dictionaries import Dictionary
from newscrawler.text.han import fold, is_han, runs
from newscrawler.text.installation import install_line

SegmenterName = Literal["jieba", "pairs"]
Token = tuple[str, int]
"""A word and where it begins in the text, in characters."""


@dataclass(frozen=True, slots=True)
class Segmentation:
    """A choice of segmenter. It can be sent to other processes and machines."""

    name: SegmenterName = "jieba"
    dictionaries: tuple[Dictionary, ...] = ()


@dataclass(frozen=True, slots=True)
class Segmenter:
    """Divides texts into words."""

    description: str
    """Name, version and dictionaries, for the result."""
    _divide: Callable[[str], Iterable[Token]]

    def tokens(self, text: str) -> Iterable[Token]:
        """Return the words of a text in their order, folded. What is neither a letter nor a number is left out."""
        return self._divide(fold(text))


def _pairs(folded: str) -> Iterator[Token]:
    """Yield each two neighbours of a run of Han characters; a single character, and other words, as they are."""
    at = 0
    for run in runs(folded):
        at = folded.index(run, at)
        if is_han(run) and len(run) > 1:
            yield from ((run[shift : shift + 2], at + shift) for shift in range(len(run) - 1))
        else:
            yield run, at
        at += len(run)


def make_segmenter(chosen: Segmentation) -> Segmenter:
    """Return a segmenter. Raises UnavailableError when jieba is not installed."""
    if chosen.name == "pairs":
        return Segmenter("pairs of Han characters", _pairs)
    return _jieba(chosen.dictionaries)


@cache
def _jieba_with_places() -> Any:
    """Return jieba's tokenizer with the names of places, which takes a second or two to make."""
    import jieba

    tokenizer = jieba.Tokenizer()
    # `initialize` would load a cache from the folder for temporary files, where anybody can put one.
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for word in _names_of_places():
        if not tokenizer.FREQ.get(word):
            tokenizer.add_word(word)
    return tokenizer


def _jieba(dictionaries: Sequence[Dictionary]) -> Segmenter:
    try:
        import jieba
    except ImportError:
        raise UnavailableError(
            f"words need jieba, which is not installed: {install_line('words')}. '--segmenter pairs' needs nothing."
        ) from None
    tokenizer = _jieba_with_places()
    if dictionaries:
        tokenizer = copy(tokenizer)
        tokenizer.FREQ = dict(tokenizer.FREQ)
    for dictionary in dictionaries:
        for word, frequency in dictionary.words.items():
            tokenizer.add_word(fold(word).replace(" ", ""), frequency)
    parts = [f"jieba {jieba.__version__} with new words (HMM)", f"{len(_names_of_places()):,} names of places"]
    parts += [dictionary.sentence() for dictionary in dictionaries]

    def divide(folded: str) -> Iterator[Token]:
        at = 0
        for word in tokenizer.cut(folded):
            if not word.isspace():
                yield word, at
            at += len(word)

    return Segmenter("; ".join(parts), divide)


@cache
def _names_of_places() -> list[str]:
    """Return the full names of all provinces, prefectures and counties."""
    names: set[str] = set()
    for province in provinces():
        divisions = divisions_of(province)
        places = [province, *divisions, *(county for division in divisions for county in counties_of(division))]
        names.update(place.name for place in places)
    return sorted(map(fold, names))
