"""Reading the archive without search words: the newest articles of a filter, page by page.

The order is the date of publication, newest first, then the row number; articles without a date come last.
`search_documents` holds exactly the articles that are not suppressed, with an index in this order.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from newscrawler.archive.filters import ArticleFilter, city_names
from newscrawler.archive.search.search import COUNT_LIMIT

_NEWEST_ROWS = 3_000
"""How many of the newest articles are read before the index of a filter's own names is used."""
_LAST = "~"
"""Sorts after every date."""

_JOINS = """CROSS JOIN articles a ON a.n = d.n CROSS JOIN versions v ON v.id = a.version
  CROSS JOIN portals p ON p.id = a.portal LEFT JOIN sections s ON s.id = a.section"""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last article of a page of a list; the next page begins after it."""

    published: str
    n: int


def list_articles(
    connection: sqlite3.Connection, article_filter: ArticleFilter, *, limit: int, after: Cursor | None = None
) -> tuple[list[int], Cursor | None]:
    """Return row numbers of the newest articles after a cursor, and the cursor of the next page if there may be one.

    Raises FilterError for a filter that names something unknown.
    """
    where, values = article_filter.where(connection)
    cursor = after or Cursor(_LAST, 0)
    bounds, bound_values = _bounds(article_filter, cursor)
    order = f"{bounds} AND {where} ORDER BY d.published DESC, d.n DESC LIMIT ?"
    end = [*bound_values, *values, limit + 1]
    driver, names = _driver(connection, article_filter)
    rows: list[tuple[int, str]] = []
    if driver:
        # A frequent name is among the newest; a rare one is quick to read from its index.
        near = (
            f"(SELECT n, published FROM search_documents d WHERE {bounds} ORDER BY d.published DESC, d.n DESC LIMIT ?)"
        )
        sql = f"SELECT d.n, d.published FROM {near} d {_JOINS} WHERE {order}"
        rows = connection.execute(sql, [*bound_values, _NEWEST_ROWS, *end]).fetchall()
    if len(rows) <= limit:
        source = f"({driver}) k CROSS JOIN search_documents d ON d.n = k.article" if driver else "search_documents d"
        rows = connection.execute(
            f"SELECT d.n, d.published FROM {source} {_JOINS} WHERE {order}", [*names, *end]
        ).fetchall()
    more = len(rows) > limit
    rows = rows[:limit]
    return [row[0] for row in rows], Cursor(rows[-1][1], rows[-1][0]) if more else None


def find_all(connection: sqlite3.Connection, article_filter: ArticleFilter) -> list[int]:
    """Return the row numbers (`articles.n`) of all articles that a filter selects. Raises as `list_articles` does."""
    where, values = article_filter.where(connection)
    if not values:
        return [row[0] for row in connection.execute("SELECT n FROM search_documents")]
    bounds, bound_values = _bounds(article_filter, Cursor(_LAST, 0))
    driver, names = _driver(connection, article_filter)
    source = f"({driver}) k CROSS JOIN search_documents d ON d.n = k.article" if driver else "search_documents d"
    sql = f"SELECT d.n FROM {source} {_JOINS} WHERE {bounds} AND {where}"
    return [row[0] for row in connection.execute(sql, [*names, *bound_values, *values])]


def count_articles(connection: sqlite3.Connection, article_filter: ArticleFilter) -> int:
    """Return how many articles a filter selects (COUNT_LIMIT + 1: more). Without a filter the count is exact."""
    where, values = article_filter.where(connection)
    if not values:
        return int(connection.execute("SELECT count(*) FROM search_documents").fetchone()[0])
    bounds, bound_values = _bounds(article_filter, Cursor(_LAST, 0))
    driver, names = _driver(connection, article_filter)
    source = f"({driver}) k CROSS JOIN search_documents d ON d.n = k.article" if driver else "search_documents d"
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {source} {_JOINS} WHERE {bounds} AND {where} LIMIT {COUNT_LIMIT + 1})"
    return int(connection.execute(sql, [*names, *bound_values, *values]).fetchone()[0])


def _bounds(article_filter: ArticleFilter, cursor: Cursor) -> tuple[str, list[str | int]]:
    """Return the condition on the index: after the cursor, within the days of the filter."""
    parts = ["(d.published, d.n) < (?, ?)"]
    values: list[str | int] = [cursor.published, cursor.n]
    if article_filter.since:
        parts.append("d.published >= ?")
        values.append(article_filter.since)
    if article_filter.until:
        parts.append("d.published <= ?")
        values.append(article_filter.until + _LAST)
    return " AND ".join(parts), values


def _driver(connection: sqlite3.Connection, article_filter: ArticleFilter) -> tuple[str, list[str]]:
    """Return a query for the articles that a filter can select, from an index of names; empty if it names none."""
    for people in (article_filter.editors, article_filter.authors):
        if people:
            placeholders = ", ".join("?" * len(people))
            return (
                "SELECT DISTINCT w.article FROM credits c CROSS JOIN versions w ON w.id = c.version "
                f"WHERE c.name IN ({placeholders})",
                list(people),
            )
    if article_filter.sources:
        placeholders = ", ".join("?" * len(article_filter.sources))
        return f"SELECT DISTINCT article FROM versions WHERE source IN ({placeholders})", list(article_filter.sources)
    if article_filter.cities:
        # Few articles belong to no section with a city; for these the filter itself reads the city.
        names = city_names(connection, article_filter.cities)
        placeholders = ", ".join("?" * len(names))
        return (
            f"""SELECT l.article FROM sections t CROSS JOIN article_sections l ON l.section = t.id
                WHERE t.city IN ({placeholders})
                UNION SELECT n FROM articles WHERE section IN (SELECT id FROM sections WHERE city IS NULL)
                UNION SELECT n FROM articles WHERE section IS NULL""",
            names,
        )
    return "", []
