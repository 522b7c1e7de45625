"""Searching the archive: how many articles match, and the best or the newest of them, with highlights.

Up to `COUNT_LIMIT` matches are counted and ranked exactly, by FTS5's bm25, where the title weighs ten times the body.
With more matches, a word hardly distinguishes articles, and reading every match would take a second. The count is then
"more than", and the ranking puts articles with the words in the title first, then all others, newest first in both.
The order "newest first" is exact for any number of matches.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from newscrawler.archive.filters import ArticleFilter
from newscrawler.archive.indexing.words import month_word
from newscrawler.archive.search.hits import Hit, read_hits
from newscrawler.archive.search.query import Query, SearchError, parse_query

__all__ = ["COUNT_LIMIT", "Results", "SearchError", "find_all", "search", "search_numbers"]

COUNT_LIMIT = 10_000
"""Matches that are counted and ranked exactly."""
_TITLE_WEIGHT = 10.0


@dataclass(frozen=True, slots=True)
class Results:
    """The result of a search."""

    count: int
    exact: bool
    """False when there are more than `count` matches."""
    hits: list[Hit]

    @property
    def count_text(self) -> str:
        """The number of matches in words."""
        number = f"{self.count:,}" if self.exact else f"more than {self.count:,}"
        return f"{number} article{'' if self.exact and self.count == 1 else 's'}"


def search(
    connection: sqlite3.Connection,
    words: str,
    article_filter: ArticleFilter | None = None,
    *,
    limit: int = 20,
    newest: bool = False,
) -> Results:
    """Find the articles whose newest version contains the words; `search.query` defines what words mean.

    Ranked, or newest first by the date of publication; articles without a date come last. Raises SearchError,
    and FilterError for a filter that names something unknown.
    """
    count, numbers = search_numbers(connection, words, article_filter, limit=limit, newest=newest)
    return Results(min(count, COUNT_LIMIT), count <= COUNT_LIMIT, read_hits(connection, words, numbers))


def search_numbers(
    connection: sqlite3.Connection,
    words: str,
    article_filter: ArticleFilter | None = None,
    *,
    limit: int,
    newest: bool = False,
) -> tuple[int, list[int]]:
    """Return how many articles match (COUNT_LIMIT + 1: more), and their row numbers (`articles.n`).

    The order is that of `search`. Raises as `search` does.
    """
    query = parse_query(words)
    where, values = (article_filter or ArticleFilter()).where(connection)
    finder = _Finder(connection, query, where if values else "", values)
    count = finder.count(query.match)
    if newest or not count:
        numbers = finder.newest(query.match, limit, count) if count else []
    elif count <= COUNT_LIMIT:
        numbers = finder.ranked(limit)
    else:
        numbers = finder.newest(query.title_match, limit, finder.count(query.title_match))
        if len(numbers) < limit:
            more = finder.newest(query.match, limit + len(numbers), count)
            numbers = list(dict.fromkeys(numbers + more))[:limit]
    return count, numbers


def find_all(connection: sqlite3.Connection, words: str, article_filter: ArticleFilter | None = None) -> list[int]:
    """Return the row numbers (`articles.n`) of all articles that match, in their order. Raises as `search` does."""
    query = parse_query(words)
    where, values = (article_filter or ArticleFilter()).where(connection)
    return sorted(_Finder(connection, query, where if values else "", values).all(query.match))


class _Finder:
    """Runs the expressions of one search; CROSS JOIN keeps the index as the outer loop."""

    def __init__(self, connection: sqlite3.Connection, query: Query, where: str, values: list[str]) -> None:
        self._connection = connection
        self._query = query
        self._table = query.table
        joins = f"FROM {query.table} i CROSS JOIN search_documents d ON d.n = i.rowid"
        if where:
            joins += """ CROSS JOIN articles a ON a.n = d.n CROSS JOIN versions v ON v.id = a.version
                CROSS JOIN portals p ON p.id = a.portal LEFT JOIN sections s ON s.id = a.section"""
        self._from = f"{joins} WHERE i.{query.table} MATCH ?{f' AND {where}' if where else ''}"
        # Without a filter the index alone can count.
        self._count_from = self._from if where else f"FROM {query.table} i WHERE i.{query.table} MATCH ?"
        self._values = values

    def count(self, match: str) -> int:
        """Return the number of matches, or COUNT_LIMIT + 1 when there are more."""
        sql = f"SELECT count(*) FROM (SELECT 1 {self._count_from} LIMIT {COUNT_LIMIT + 1})"
        return int(self._connection.execute(sql, [match, *self._values]).fetchone()[0])

    def all(self, match: str) -> list[int]:
        return self._numbers(f"SELECT i.rowid {self._count_from}", match)

    def ranked(self, limit: int) -> list[int]:
        # Single characters have no frequencies in their own table; as pairs that begin with them they have.
        match, table = self._query.match, self._table
        if table == "search_characters":
            match, table = f"{match} *", "search_index"
        sql = self._from.replace(self._table, table)
        return self._numbers(
            f"SELECT i.rowid {sql} ORDER BY bm25(i.{table}, 1.0, {_TITLE_WEIGHT}), d.published DESC, d.n DESC LIMIT ?",
            match,
            limit,
        )

    def newest(self, match: str, limit: int, count: int) -> list[int]:
        """Return the newest of `count` matches; very many are read month by month, from the newest on."""
        sql = f"SELECT i.rowid {self._from} ORDER BY d.published DESC, d.n DESC LIMIT ?"
        if count <= COUNT_LIMIT:
            return self._numbers(sql, match, limit)
        numbers: list[int] = []
        for month in self._months():
            numbers += self._numbers(sql, f'({match}) AND {self._column}"{month}"', limit - len(numbers))
            if len(numbers) >= limit:
                break
        return numbers

    @property
    def _column(self) -> str:
        return "{body} : " if self._table == "search_index" else ""

    def _numbers(self, sql: str, match: str, *more: int) -> list[int]:
        return [row[0] for row in self._connection.execute(sql, [match, *self._values, *more])]

    def _months(self) -> Iterator[str]:
        """Yield the words of the months in which articles were published, newest first."""
        before = "~"
        while latest := self._connection.execute(
            "SELECT max(published) FROM search_documents WHERE published < ?", [before]
        ).fetchone()[0]:
            yield month_word(latest)
            before = latest[:7]
        yield month_word("")
