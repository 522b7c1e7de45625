"""Word lists: the frequent words of a selection, what sets it apart from another, and what stands near a word.

The measures are those of corpus linguistics. Log-likelihood (Dunning 1993, in the form of Rayson and Garside 2000) says
how sure it is that two frequencies differ: 15.13 is exceeded by chance once in 10,000 words. Log ratio (Hardie 2014)
says how much they differ: 1 is twice as often, -1 half as often. A frequency of 0 counts as 0.5 in it.
"""

from __future__ import annotations

import math
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from newscrawler.archive.filters import ArticleFilter
from newscrawler.archive.progress import Progress, unwatched
from newscrawler.archive.search.query import parse_query, word_filter
from newscrawler.research.segmentation import Segmenter
from newscrawler.research.texts import numbers_by_date, read_texts
from newscrawler.text.han import fold

_MILLION = 1_000_000
_INSTEAD_OF_ZERO = 0.5


@dataclass(slots=True)
class WordCounts:
    """The words of a selection."""

    occurrences: Counter[str] = field(default_factory=Counter)
    articles: Counter[str] = field(default_factory=Counter)
    """In how many articles each word occurs."""
    tokens: int = 0
    texts: int = 0
    """Articles that were read."""


def count_all_words(
    connection: sqlite3.Connection,
    numbers: Sequence[int],
    segmenter: Segmenter,
    *,
    progress: Progress = unwatched,
) -> WordCounts:
    """Count the words in the titles and bodies of these articles (`articles.n`)."""
    counts = WordCounts()
    for text in read_texts(connection, numbers):
        progress("articles", counts.texts, len(numbers))
        words = [word for _, content in text.fields() for word, _ in segmenter.tokens(content)]
        counts.occurrences.update(words)
        counts.articles.update(set(words))
        counts.tokens += len(words)
        counts.texts += 1
    return counts


def list_words(counts: WordCounts, *, limit: int, shortest: int) -> list[dict[str, Any]]:
    """Return the most frequent words of at least `shortest` characters: occurrences, articles, per million words."""
    return [
        {
            "word": word,
            "occurrences": number,
            "articles": counts.articles[word],
            "per_million": round(_MILLION * number / counts.tokens, 3),
        }
        for word, number in _ordered(counts.occurrences)
        if len(word) >= shortest
    ][:limit]


def _ordered(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def compare_words(
    counts: WordCounts, reference: WordCounts, *, limit: int, shortest: int, least: int
) -> list[dict[str, Any]]:
    """Return the words that a selection has more often than its reference, the surest first (keyness).

    A word must occur `least` times in the selection.
    """
    rows: list[dict[str, Any]] = []
    for word, number in counts.occurrences.items():
        other = reference.occurrences[word]
        ratio = log_ratio(number, counts.tokens, other, reference.tokens)
        if len(word) >= shortest and number >= least and ratio > 0:
            rows.append(
                {
                    "word": word,
                    "occurrences": number,
                    "in_reference": other,
                    "articles": counts.articles[word],
                    "log_likelihood": round(log_likelihood(number, counts.tokens, other, reference.tokens), 3),
                    "log_ratio": round(ratio, 3),
                }
            )
    rows.sort(key=lambda row: (-row["log_likelihood"], row["word"]))
    return rows[:limit]


def log_likelihood(number: int, size: int, other: int, other_size: int) -> float:
    """Return the log-likelihood of two frequencies: `number` of `size` words, and `other` of `other_size`."""
    if not size or not other_size:
        return 0.0
    whole = (number + other) / (size + other_size)
    parts = ((number, size * whole), (other, other_size * whole))
    return 2 * sum(observed * math.log(observed / expected) for observed, expected in parts if observed)


def log_ratio(number: int, size: int, other: int, other_size: int) -> float:
    """Return the binary logarithm of the ratio of two relative frequencies; 0 where one of the selections is empty."""
    if not size or not other_size:
        return 0.0
    return math.log2((number or _INSTEAD_OF_ZERO) / size / ((other or _INSTEAD_OF_ZERO) / other_size))


def collocates(
    connection: sqlite3.Connection,
    words: str,
    article_filter: ArticleFilter,
    segmenter: Segmenter,
    *,
    window: int,
    limit: int,
    shortest: int,
    least: int,
    progress: Progress = unwatched,
) -> list[dict[str, Any]]:
    """Return the words that stand within `window` characters of a word, the surest first.

    They are compared with the words of the same articles outside of these windows, as `compare_words` does; `least` is
    how often a collocate must stand near. A word counts once, also where windows overlap. The word itself, and words
    that a piece of it belongs to, are left out. Raises SearchError and FilterError.
    """
    highlights = parse_query(words).highlights
    numbers = numbers_by_date(connection, replace(article_filter, search=word_filter(words)))
    near, far = WordCounts(), WordCounts()
    for text in read_texts(connection, numbers):
        progress("articles", near.texts, len(numbers))
        found: set[str] = set()
        for _, content in text.fields():
            spans = [match.span() for match in highlights.finditer(fold(content))]
            for word, is_near in _sorted_out(segmenter, content, spans, window):
                counts = near if is_near else far
                counts.occurrences[word] += 1
                counts.tokens += 1
                if is_near:
                    found.add(word)
        near.articles.update(found)
        near.texts += 1
    rows = compare_words(near, far, limit=limit, shortest=shortest, least=least)
    return [
        {
            "outside" if name == "in_reference" else "near" if name == "occurrences" else name: value
            for name, value in row.items()
        }
        for row in rows
    ]


def _sorted_out(
    segmenter: Segmenter, content: str, spans: list[tuple[int, int]], window: int
) -> Iterator[tuple[str, bool]]:
    """Yield the words of a text that lie outside of the spans, and whether each stands near one. Both are in order."""
    at = 0
    for word, start in segmenter.tokens(content):
        end = start + len(word)
        while at < len(spans) and spans[at][1] <= start:
            at += 1
        before = spans[at - 1] if at else None
        after = spans[at] if at < len(spans) else None
        if after and after[0] < end:
            continue
        yield (
            word,
            (before is not None and end - before[1] <= window) or (after is not None and after[0] - start <= window),
        )
