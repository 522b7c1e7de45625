"""The search language: words, "quoted phrases", AND, OR, NOT in upper case, and parentheses.

Whatever a user types either means something here or ends in a SearchError; none of it reaches FTS5 as syntax.

What matches, exactly: a word or phrase is split, as texts are, into runs of Han characters and other words. A
single Han run matches anywhere inside a run of the text. Another word matches a whole word of the text. Several
runs match runs that follow each other: the first may be the end of a longer Han run, the last the beginning of
one, and whatever is no letter or number may stand between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from newscrawler.archive.errors import UserError
from newscrawler.archive.filters import WordFilter
from newscrawler.archive.indexing.words import END
from newscrawler.text.han import UNSPACED, fold, is_han, runs

MAX_QUERY_LENGTH = 1000
MAX_WORDS = 32
MAX_DEPTH = 16

_QUOTES = '"“”＂'
_LEXEME = re.compile(rf"\s+|[(（]|[)）]|[{_QUOTES}]([^{_QUOTES}]*)([{_QUOTES}]?)|[^\s(（)）{_QUOTES}]+")
_OPERATORS = ("AND", "OR", "NOT")


class SearchError(UserError):
    """A search that means nothing; the message says what is wrong and how to write it."""


@dataclass(frozen=True, slots=True)
class Query:
    """A search, understood."""

    match: str
    """The FTS5 expression, for the table `table`."""
    title_match: str
    """The same, but true only where the title alone fulfils it."""
    table: Literal["search_index", "search_characters"]
    """`search_index`, or `search_characters` for a single Han character."""
    highlights: re.Pattern[str] = field(repr=False)
    """Finds in folded text what the search asks for; what NOT excludes is left out."""


@dataclass(frozen=True, slots=True)
class _Word:
    text: str


_Lexeme = _Word | str


def parse_query(text: str) -> Query:
    """Understand a search. Raises SearchError."""
    if len(text) > MAX_QUERY_LENGTH:
        raise SearchError(
            "the search has {length:,} characters; {most:,} is the most.", length=len(text), most=MAX_QUERY_LENGTH
        )
    lexemes = _lexemes(text)
    if not any(isinstance(lexeme, _Word) for lexeme in lexemes):
        raise SearchError("the search names no word; write one, as in: newscrawler search 宜昌")
    parser = _Parser(lexemes)
    match = parser.whole()
    highlights = re.compile("|".join(sorted(map(_pattern, parser.included), key=len, reverse=True)))
    if (
        len(lexemes) == 1
        and len(parser.included[0]) == 1
        and is_han(parser.included[0][0])
        and len(parser.included[0][0]) == 1
    ):
        character = parser.included[0][0]
        return Query(f'"{character}"', f'"{character}{END}"', "search_characters", highlights)
    return Query(match, f"{{title}} : ({match})", "search_index", highlights)


def word_filter(text: str) -> WordFilter:
    """Return the filter for articles that a search finds. Raises SearchError."""
    query = parse_query(text)
    return WordFilter(text, query.table, query.match)


def _lexemes(text: str) -> list[_Lexeme]:
    """Split into words, operators and parentheses; what holds no letter or number is left out."""
    lexemes: list[_Lexeme] = []
    for lexeme in _LEXEME.finditer(text):
        whole = lexeme.group()
        if whole in "(（":
            lexemes.append("(")
        elif whole in ")）":
            lexemes.append(")")
        elif whole in _OPERATORS:
            lexemes.append(whole)
        elif lexeme[1] is not None:
            if not lexeme[2]:
                raise SearchError("the quote before {start!r} is not closed.", start=lexeme[1][:20])
            lexemes += [_Word(lexeme[1])] * bool(runs(fold(lexeme[1])))
        elif runs(fold(whole)):
            lexemes.append(_Word(whole))
    if sum(isinstance(lexeme, _Word) for lexeme in lexemes) > MAX_WORDS:
        raise SearchError("the search has more than {most} words; leave some out.", most=MAX_WORDS)
    return lexemes


class _Parser:
    """Recursive descent: OR binds least, then AND, which may be left out, then NOT."""

    def __init__(self, lexemes: list[_Lexeme]) -> None:
        self._lexemes = lexemes
        self._at = 0
        self._depth = 0
        self._excluded = False
        self.included: list[list[str]] = []
        """The runs of each word that is not excluded."""

    def whole(self) -> str:
        expression = self._any()
        if self._next() is not None:
            raise SearchError("there is a ) without its (.")
        return expression

    def _next(self) -> _Lexeme | None:
        return self._lexemes[self._at] if self._at < len(self._lexemes) else None

    def _any(self) -> str:
        parts = [self._all()]
        while self._next() == "OR":
            self._at += 1
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else " OR ".join(f"({part})" for part in parts)

    def _all(self) -> str:
        included, excluded = [self._one()], []
        while (lexeme := self._next()) not in (None, "OR", ")"):
            if lexeme == "AND":
                self._at += 1
            if self._next() == "NOT":
                self._at += 1
                self._excluded = not self._excluded
                excluded.append(self._one())
                self._excluded = not self._excluded
            else:
                included.append(self._one())
        expression = " AND ".join(f"({part})" for part in included)
        return f"({expression}) NOT ({' OR '.join(f'({part})' for part in excluded)})" if excluded else expression

    def _one(self) -> str:
        lexeme = self._next()
        self._at += 1
        if isinstance(lexeme, _Word):
            parts = runs(fold(lexeme.text))
            if not self._excluded:
                self.included.append(parts)
            return _phrase(parts)
        if lexeme == "(":
            self._depth += 1
            if self._depth > MAX_DEPTH:
                raise SearchError("more than {most} parentheses stand inside each other.", most=MAX_DEPTH)
            expression = self._any()
            if self._next() != ")":
                raise SearchError("there is a ( without its ).")
            self._at += 1
            self._depth -= 1
            return expression
        if lexeme == "NOT":
            raise SearchError("NOT needs a word before it that is to be found, as in: 宜昌 NOT 武汉")
        if lexeme in ("AND", "OR"):
            raise SearchError(
                '{operator} needs a word on both sides; to search for the word itself write "{operator}"',
                operator=lexeme,
            )
        if lexeme is None:
            raise SearchError("a word is missing at the end.")
        raise SearchError("a word is missing before a ).")


def tokens(parts: Iterable[str]) -> list[str]:
    """Return the words that the index holds of runs of folded text: the definition of the index.

    Every Han character with its successor, the last of its run with 。; another word with 。.
    """
    return [
        token
        for part in parts
        for token in (map("".join, zip(part, f"{part[1:]}{END}", strict=True)) if is_han(part) else [part + END])
    ]


def _phrase(parts: list[str]) -> str:
    """Return the FTS5 phrase that a list of runs means."""
    indexed = tokens(parts)
    if not is_han(parts[-1]):
        return f'"{" ".join(indexed)}"'
    # The last run may go on in the text: its end is not asked for. Of one character only the beginning of a pair
    # is known.
    if len(parts[-1]) == 1:
        return f'"{" ".join([*indexed[:-1], parts[-1]])}" *'
    return f'"{" ".join(indexed[:-1])}"'


def _pattern(parts: list[str]) -> str:
    """Return the regular expression that finds these runs in folded text."""
    pattern = ""
    for number, part in enumerate(parts):
        if number:
            pattern += " *" if is_han(part) != is_han(parts[number - 1]) else " +"
        pattern += part if is_han(part) else f"(?<![^ {UNSPACED}]){re.escape(part)}(?![^ {UNSPACED}])"
    return pattern
