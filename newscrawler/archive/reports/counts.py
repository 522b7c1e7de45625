"""Counts over the whole archive or one name in it: articles per day, month, city, outlet or editor.

They use an index where there is one. The larger ones take some tenths of a second on 200,000 articles, so callers
should cache them.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date, timedelta

from newscrawler.archive.columns import CITIES_OF_SELECTED

Counted = list[tuple[str, int]]
"""Names or dates, each with a number of articles."""

MOST_NAMES = 1_000
"""Length of the list of all outlets or editors."""


def count_all(connection: sqlite3.Connection) -> dict[str, int]:
    """Return the number of articles that are not suppressed, and of portals, sections and runs."""
    queries = {
        "articles": "SELECT count(*) FROM search_documents",
        "portals": "SELECT count(*) FROM portals",
        "sections": "SELECT count(*) FROM sections",
        "runs": "SELECT count(*) FROM runs",
    }
    return {name: int(connection.execute(sql).fetchone()[0]) for name, sql in queries.items()}


def by_day(connection: sqlite3.Connection, days: int) -> Counted:
    """Return the articles of each of the last days, up to the newest that has one; days without one count 0."""
    newest = connection.execute("SELECT max(published) FROM search_documents").fetchone()[0]
    try:
        last = date.fromisoformat((newest or "")[:10])
    except ValueError:
        return []
    dates = [(last - timedelta(back)).isoformat() for back in range(days - 1, -1, -1)]
    counts = dict(
        connection.execute(
            "SELECT substr(published, 1, 10), count(*) FROM search_documents WHERE published >= ? GROUP BY 1",
            [dates[0]],
        ).fetchall()
    )
    return [(day, counts.get(day, 0)) for day in dates]


def by_city(connection: sqlite3.Connection) -> Counted:
    """Return the articles of each city, as the filter by city finds them, in the order of GB/T 2260 codes.

    A city without an article is included when a section is about it.
    """
    rows = connection.execute(
        """SELECT city, min(code), sum(number) FROM (
             SELECT t.city AS city, t.city_code AS code, count(DISTINCT d.n) AS number
             FROM sections t LEFT JOIN article_sections l ON l.section = t.id
             LEFT JOIN search_documents d ON d.n = l.article WHERE t.city IS NOT NULL GROUP BY t.city
             UNION ALL
             SELECT v.city, v.city_code, count(*)
             FROM articles a CROSS JOIN search_documents d ON d.n = a.n CROSS JOIN versions v ON v.id = d.version
             LEFT JOIN sections s ON s.id = a.section
             WHERE (a.section IS NULL OR a.section IN (SELECT id FROM sections WHERE city IS NULL))
               AND v.city IS NOT NULL AND NOT EXISTS (
                 SELECT 1 FROM article_sections l JOIN sections t ON t.id = l.section
                 WHERE l.article = a.n AND t.city = v.city)
             GROUP BY v.city)
           GROUP BY city ORDER BY 2, 1"""
    )
    return [(city, number) for city, _, number in rows]


_BY_NAME = {
    "outlet": """SELECT v.source, count(*) FROM search_documents d CROSS JOIN versions v ON v.id = d.version
                 WHERE v.source IS NOT NULL AND (?1 = '' OR instr(v.source, ?1))
                 GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?2""",
    "editor": """SELECT c.name, count(DISTINCT d.n) FROM search_documents d
                 CROSS JOIN credits c ON c.version = d.version WHERE c.part = 'editor'
                   AND (?1 = '' OR instr(c.name, ?1))
                 GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?2""",
}


def by_name(connection: sqlite3.Connection, kind: str, part: str = "") -> Counted:
    """Return the outlets or editors (`kind`) with the most articles; only names that contain `part`."""
    return connection.execute(_BY_NAME[kind], [part, MOST_NAMES]).fetchall()


@dataclass(frozen=True, slots=True)
class Profile:
    """One city, outlet or editor over time."""

    articles: int
    months: Counted
    """From the first to the last month with an article, at least 12; a month may count 0."""
    undated: int
    cities: Counted
    outlets: Counted
    editors: Counted


_OF_ONE = {
    "city": """SELECT l.article AS n FROM sections t JOIN article_sections l ON l.section = t.id WHERE t.city = ?1
               UNION SELECT a.n FROM versions v JOIN articles a ON a.version = v.id
               LEFT JOIN sections s ON s.id = a.section WHERE v.city = ?1 AND s.city IS NULL""",
    "outlet": "SELECT a.n FROM versions v JOIN articles a ON a.version = v.id AND a.n = v.article WHERE v.source = ?1",
    "editor": """SELECT DISTINCT a.n FROM credits c JOIN versions v ON v.id = c.version
                 JOIN articles a ON a.n = v.article AND a.version = v.id WHERE c.name = ?1 AND c.part = 'editor'""",
}
_TOP = 10


def profile(connection: sqlite3.Connection, kind: str, name: str) -> Profile | None:
    """Return the counts of a city, outlet or editor over time; None when it has no article that is not suppressed."""
    selection = f"WITH selected AS MATERIALIZED ({_OF_ONE[kind]})"
    source = "FROM selected k CROSS JOIN search_documents d ON d.n = k.n"
    rows = connection.execute(f"{selection} SELECT substr(d.published, 1, 7), count(*) {source} GROUP BY 1", [name])
    by_month = dict(rows.fetchall())
    if not by_month:
        return None
    undated = by_month.pop("", 0)
    tops = {
        "city": f"""SELECT city, count(*) FROM ({CITIES_OF_SELECTED}) c
                    CROSS JOIN search_documents d ON d.n = c.article GROUP BY 1""",
        "outlet": f"""SELECT v.source, count(*) {source} CROSS JOIN versions v ON v.id = d.version
                      WHERE v.source IS NOT NULL GROUP BY 1""",
        "editor": f"""SELECT c.name, count(DISTINCT d.n) {source} CROSS JOIN credits c ON c.version = d.version
                      WHERE c.part = 'editor' GROUP BY 1""",
    }
    lists = {
        other: connection.execute(f"{selection} {sql} ORDER BY 2 DESC, 1 LIMIT {_TOP}", [name]).fetchall()
        for other, sql in tops.items()
        if other != kind
    }
    return Profile(
        articles=sum(by_month.values()) + undated,
        months=all_months(by_month),
        undated=undated,
        cities=lists.get("city", []),
        outlets=lists.get("outlet", []),
        editors=lists.get("editor", []),
    )


_MOST_MONTHS = 600
_LEAST_MONTHS = 12


def all_months(by_month: dict[str, int]) -> Counted:
    """Return all months from the first to the last, at least 12; more than 50 years are not filled."""
    months = sorted(month for month in by_month if len(month) == 7)
    if not months:
        return []
    first, last = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (months[0], months[-1]))
    first = min(first, last - _LEAST_MONTHS + 1)
    if last - first > _MOST_MONTHS:
        return [(month, by_month[month]) for month in months]
    names = [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(first, last + 1)]
    return [(month, by_month.get(month, 0)) for month in names]
