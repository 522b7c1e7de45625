"""Numbers of an archive: totals, and reports on cities, months, outlets, editors, fields, reprints, days, divisions.

Each report is a list of rows, which are dictionaries with the same keys. All count the articles that are not
suppressed, each by its newest version, and take the filters of search and export.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from newscrawler.archive.columns import FROM_VERSIONS
from newscrawler.archive.filters import ArticleFilter
from newscrawler.archive.reports.counted_rows import IN_CITIES, where_in_cities
from newscrawler.archive.reports.reprint_statistics import reprint_delays, reprints_by_month
from newscrawler.archive.reports.withdrawals import by_portal_and_month
from newscrawler.archive.rows import select_rows

CITY_RULE = (
    "An article counts once for each city whose sections list it, so the cities may add up to more than all articles."
)
"""What stands beside numbers per city."""

FILLED = {
    "source": "v.source IS NOT NULL",
    "published": "v.published IS NOT NULL",
    "editors": "EXISTS (SELECT 1 FROM credits c WHERE c.version = v.id AND c.part = 'editor')",
    "authors": "EXISTS (SELECT 1 FROM credits c WHERE c.version = v.id AND c.part = 'author')",
    "summary": "v.summary IS NOT NULL",
    "body": "v.char_count > 0",
    "county": "v.county IS NOT NULL",
    "images": "v.image_count > 0",
}
"""Field to the SQL condition for a value."""

_FILLED_SUMS = ", ".join(f"total({condition}) AS {name}" for name, condition in FILLED.items())


def totals(connection: sqlite3.Connection, filters: ArticleFilter) -> dict[str, Any]:
    """Return the number of articles, versions and characters, the span of dates, and the share of filled fields."""
    where, values = filters.where(connection)
    row = select_rows(
        connection,
        f"""SELECT count(*) AS articles, total(a.version_count) AS versions, total(v.char_count) AS characters,
                  min(v.published_date) AS first_published, max(v.published_date) AS last_published, {_FILLED_SUMS}
                {FROM_VERSIONS} WHERE {where}""",
        values,
    )[0]
    return {
        "articles": row["articles"],
        "versions": int(row["versions"]),
        "characters": int(row["characters"]),
        "first_published": row["first_published"],
        "last_published": row["last_published"],
        "filled": _shares(row),
    }


def by_city(connection: sqlite3.Connection, filters: ArticleFilter) -> list[dict[str, Any]]:
    """Return one row per portal and city: articles, first and last day of publication, outlets."""
    where, values = where_in_cities(connection, filters)
    return select_rows(
        connection,
        f"""SELECT a.portal, k.city AS city, count(DISTINCT a.n) AS articles,
                  min(v.published_date) AS first_published, max(v.published_date) AS last_published,
                  count(DISTINCT v.source) AS sources
                {IN_CITIES} WHERE {where} GROUP BY 1, 2 ORDER BY a.portal, min(k.city_code)""",
        values,
    )


def by_month(connection: sqlite3.Connection, filters: ArticleFilter) -> list[dict[str, Any]]:
    """Return one row per month of publication (`2019-07`; None: no date) and city: its code, and articles.

    `month_articles` are those of the month in all cities, each counted once. If the filter has words, `share` and
    `month_share` say how much of the articles that the filter without words selects have them, 0 to 1.
    """
    cities, months = _month_counts(connection, filters)
    shares: dict[tuple[str | None, str | None], float] = {}
    month_shares: dict[str | None, float] = {}
    if filters.search:
        all_cities, all_months = _month_counts(connection, replace(filters, search=None))
        of_all = {(row["month"], row["city"]): row["articles"] for row in all_cities}
        keys = ((row["month"], row["city"], row["articles"]) for row in cities)
        shares = {(month, city): round(number / of_all[month, city], 4) for month, city, number in keys}
        month_shares = {month: round(number / all_months[month], 4) for month, number in months.items()}
    return [
        row
        | {
            "share": shares.get((row["month"], row["city"])),
            "month_articles": months[row["month"]],
            "month_share": month_shares.get(row["month"]),
        }
        for row in cities
    ]


def _month_counts(
    connection: sqlite3.Connection, filters: ArticleFilter
) -> tuple[list[dict[str, Any]], dict[str | None, int]]:
    """Return the articles per month and city, and those per month."""
    where, values = where_in_cities(connection, filters)
    cities = select_rows(
        connection,
        f"""SELECT substr(v.published_date, 1, 7) AS month, k.city AS city, min(k.city_code) AS city_code,
                  count(DISTINCT a.n) AS articles
                {IN_CITIES} WHERE {where} GROUP BY 1, 2 ORDER BY 1, 3, 2""",
        values,
    )
    where, values = filters.where(connection)
    months = connection.execute(
        f"SELECT substr(v.published_date, 1, 7), count(*) {FROM_VERSIONS} WHERE {where} GROUP BY 1", values
    )
    return cities, dict(months.fetchall())


def by_outlet(connection: sqlite3.Connection, filters: ArticleFilter) -> list[dict[str, Any]]:
    """Return one row per outlet (None: the page names none), the most frequent first.

    Columns: articles, portals and cities in which they appeared, first and last day of publication.
    """
    where, values = filters.where(connection)
    return select_rows(
        connection,
        f"""SELECT v.source AS outlet, count(DISTINCT a.n) AS articles, count(DISTINCT a.portal) AS portals,
                  count(DISTINCT k.city) AS cities,
                  min(v.published_date) AS first_published, max(v.published_date) AS last_published
                {IN_CITIES} WHERE {where} GROUP BY 1 ORDER BY 2 DESC, 1""",
        values,
    )


def by_editor(connection: sqlite3.Connection, filters: ArticleFilter) -> list[dict[str, Any]]:
    """Return one row per name of an editor and portal, the most frequent first: two portals' editors are two persons.

    Columns: articles, cities and outlets of these, first and last day of publication. An article with two editors
    counts for both.
    """
    where, values = filters.where(connection)
    return select_rows(
        connection,
        f"""SELECT e.name AS editor, a.portal, count(DISTINCT a.n) AS articles, count(DISTINCT k.city) AS cities,
                  count(DISTINCT v.source) AS sources,
                  min(v.published_date) AS first_published, max(v.published_date) AS last_published
                {IN_CITIES} JOIN credits e ON e.version = v.id AND e.part = 'editor'
                WHERE {where} GROUP BY 1, 2 ORDER BY 3 DESC, 2, 1""",
        values,
    )


def fill_rates(connection: sqlite3.Connection, filters: ArticleFilter) -> list[dict[str, Any]]:
    """Return one row per portal and section (None: listed by none) with its articles and each field's share, 0 to 1."""
    where, values = filters.where(connection)
    rows = select_rows(
        connection,
        f"""SELECT a.portal, s.name AS section, count(*) AS articles, {_FILLED_SUMS}
            {FROM_VERSIONS} WHERE {where}
            GROUP BY a.portal, s.id ORDER BY a.portal, s.city_code IS NULL, s.city_code, s.name""",
        values,
    )
    return [
        {"portal": row["portal"], "section": row["section"], "articles": row["articles"]} | _shares(row) for row in rows
    ]


def _shares(row: dict[str, Any]) -> dict[str, float | None]:
    articles = row["articles"]
    return {name: round(row[name] / articles, 4) if articles else None for name in FILLED}


def by_day(connection: sqlite3.Connection, filters: ArticleFilter) -> list[dict[str, Any]]:
    """Return one row per day of publication with an article: the articles of that day, each counted once."""
    where, values = filters.where(connection)
    return select_rows(
        connection,
        f"""SELECT v.published_date AS day, count(*) AS articles {FROM_VERSIONS}
            WHERE {where} AND v.published_date IS NOT NULL GROUP BY 1 ORDER BY 1""",
        values,
    )


def by_division(connection: sqlite3.Connection, filters: ArticleFilter) -> list[dict[str, Any]]:
    """Return one row per province of a portal and city (None: of no city), with the articles of all portals.

    `province_articles` are those of the province, each counted once.
    """
    where, values = filters.where(connection)
    provinces = dict(
        connection.execute(
            f"SELECT p.province_code, count(*) {FROM_VERSIONS} WHERE {where} GROUP BY 1", values
        ).fetchall()
    )
    where, values = where_in_cities(connection, filters)
    rows = select_rows(
        connection,
        f"""SELECT p.province, p.province_code, k.city AS city, min(k.city_code) AS city_code,
                  count(DISTINCT a.n) AS articles
                {IN_CITIES} WHERE {where} GROUP BY 1, 2, 3 ORDER BY 2, min(k.city_code) IS NULL, 4, 3""",
        values,
    )
    return [row | {"province_articles": provinces[row["province_code"]]} for row in rows]


@dataclass(frozen=True, slots=True)
class Report:
    """A report: the keys of its rows, in order, and the function that returns them."""

    columns: tuple[str, ...]
    rows: Callable[[sqlite3.Connection, ArticleFilter], list[dict[str, Any]]]


_AGENDA = ("month", "origin", "origin_portal", "portal", "reprints", "portal_articles", "share")
_SPAN = ("first_published", "last_published")
REPORTS = {
    "cities": Report(("portal", "city", "articles", *_SPAN, "sources"), by_city),
    "months": Report(("month", "city", "city_code", "articles", "share", "month_articles", "month_share"), by_month),
    "outlets": Report(("outlet", "articles", "portals", "cities", *_SPAN), by_outlet),
    "editors": Report(("editor", "portal", "articles", "cities", "sources", *_SPAN), by_editor),
    "fields": Report(("portal", "section", "articles", *FILLED), fill_rates),
    "reprints": Report(
        ("origin", "origin_portal", "portal", "reprints", "named", "median_days", "median_hours"), reprint_delays
    ),
    "agenda": Report(_AGENDA, reprints_by_month),
    "days": Report(("day", "articles"), by_day),
    "map": Report(("province", "province_code", "city", "city_code", "articles", "province_articles"), by_division),
    "withdrawals": Report(("month", "portal", "withdrawn", "edited"), by_portal_and_month),
}
