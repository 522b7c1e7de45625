"""Concordances: each occurrence of a word in its context, one per line (KWIC).

A word is found as a search finds it (`archive.search.query`): in full or half width, traditional or simplified, Han
words also inside longer words. Titles and bodies are read; a summary repeats the body and is left out.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Literal, get_args

from newscrawler.archive.errors import UserError
from newscrawler.archive.filters import ArticleFilter
from newscrawler.archive.search.query import parse_query, word_filter
from newscrawler.research.texts import Text, numbers_by_date, read_texts
from newscrawler.text.han import fold

Order = Literal["date", "left", "right"]
ORDERS: tuple[Order, ...] = get_args(Order)
MOST_SORTED = 200_000
"""Lines that are sorted by their context at most: all of them are in memory then."""


class ConcordanceError(UserError):
    """A concordance that cannot be made; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """One occurrence."""

    id: str
    """Of the article."""
    published_date: str | None
    city: str | None
    source: str | None
    field: str
    """title or body."""
    offset: int
    """Where the word begins in the field, in characters from 0."""
    left: str
    key: str
    """The word as it stands in the text."""
    right: str


COLUMNS = tuple(column.name for column in fields(Line))
"""The names of the values of a line, in their order."""


def concordance(
    connection: sqlite3.Connection,
    words: str,
    article_filter: ArticleFilter,
    *,
    order: Order = "date",
    width: int = 30,
    most_sorted: int = MOST_SORTED,
) -> Iterator[Line]:
    """Yield the occurrences of words in the articles that contain them; `width` is the context in characters.

    The order `date` is that of publication, then that of the text; nothing is read before it is asked for. `left` and
    `right` sort by the context on this side, from the word outwards, by the code points of the folded characters.
    Raises SearchError and FilterError at once, and ConcordanceError for more than `most_sorted` lines to be sorted.
    """
    highlights = parse_query(words).highlights
    numbers = numbers_by_date(connection, replace(article_filter, search=word_filter(words)))
    lines = _lines(connection, numbers, highlights, width)
    if order == "date":
        return lines
    kept: list[Line] = []
    for line in lines:
        if len(kept) == most_sorted:
            raise ConcordanceError(
                "there are more than {most:,} lines, too many to be sorted; add filters, or sort by date.",
                most=most_sorted,
            )
        kept.append(line)
    kept.sort(key=_right_key if order == "right" else _left_key)
    return iter(kept)


def _lines(
    connection: sqlite3.Connection, numbers: Sequence[int], highlights: re.Pattern[str], width: int
) -> Iterator[Line]:
    for text in read_texts(connection, numbers):
        for field, content in text.fields():
            for match in highlights.finditer(fold(content)):
                yield _line(text, field, content, match.start(), match.end(), width)


def _line(text: Text, field: str, content: str, start: int, end: int, width: int) -> Line:
    return Line(
        text.id,
        text.published_date,
        text.city,
        text.source,
        field,
        start,
        content[max(0, start - width) : start].replace("\n", " "),
        content[start:end].replace("\n", " "),
        content[end : end + width].replace("\n", " "),
    )


def _right_key(line: Line) -> str:
    return fold(line.right).replace(" ", "")


def _left_key(line: Line) -> str:
    return fold(line.left).replace(" ", "")[::-1]
