"""The rows that reports count: articles that are not suppressed, each in its newest version, and their cities."""

from __future__ import annotations

import sqlite3

from newscrawler.archive.columns import CITIES_OF_ARTICLES, NOT_SUPPRESSED
from newscrawler.archive.filters import ArticleFilter, city_names

FROM = f"""FROM articles a
JOIN portals p ON p.id = a.portal AND {NOT_SUPPRESSED}
JOIN versions v ON v.id = a.version
LEFT JOIN sections s ON s.id = a.section"""
"""The tables of `columns.FROM` without the texts, which no report needs."""

IN_CITIES = f"{FROM}\nLEFT JOIN ({CITIES_OF_ARTICLES}) k ON k.n = a.n"
"""The same, one row per article and city. So articles are counted as distinct ones."""


def where_in_cities(connection: sqlite3.Connection, filters: ArticleFilter) -> tuple[str, list[str]]:
    """Return the condition of a filter and its values. Of the cities of an article those of the filter count."""
    where, values = filters.where(connection)
    if not filters.cities:
        return where, values
    names = city_names(connection, filters.cities)
    return f"{where} AND k.city IN ({', '.join('?' * len(names))})", [*values, *names]
