"""The rows that reports count: articles that are not suppressed, each in its newest version, and their cities."""

from __future__ import annotations

import sqlite3

from newscrawler.archive.columns import CITIES_OF_ARTICLES, FROM_VERSIONS
from newscrawler.archive.filters import ArticleFilter, city_names

IN_CITIES = f"{FROM_VERSIONS}\nLEFT JOIN ({CITIES_OF_ARTICLES}) k ON k.n = a.n"
"""The same, one row per article and city. So articles are counted as distinct ones."""


def where_in_cities(connection: sqlite3.Connection, filters: ArticleFilter) -> tuple[str, list[str]]:
    """Return the condition of a filter and its values. Of the cities of an article those of the filter count."""
    where, values = filters.where(connection)
    if not filters.cities:
        return where, values
    names = city_names(connection, filters.cities)
    return f"{where} AND k.city IN ({', '.join('?' * len(names))})", [*values, *names]
