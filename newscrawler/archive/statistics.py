"""Numbers of an archive: articles a city, how often each field is filled, totals."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from newscrawler.archive.filters import ArticleFilter
from newscrawler.archive.flat import FROM

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
"""Field to the SQL condition that says it is filled."""


def totals(db: Database, chosen: ArticleFilter) -> dict[str, Any]:
    """Return the number of articles, versions and characters, the span of dates, and the share of filled fields."""
    where, values = chosen.where(db)
    filled = ", ".join(f"total({condition}) AS {name}" for name, condition in FILLED.items())
    row = next(
        db.query(
            f"""SELECT count(*) AS articles, total(a.version_count) AS versions, total(v.char_count) AS characters,
                  min(v.published_date) AS first_published, max(v.published_date) AS last_published, {filled}
                {FROM} WHERE {where}""",
            values,
        )
    )
    articles = row["articles"]
    return {
        "articles": articles,
        "versions": int(row["versions"]),
        "characters": int(row["characters"]),
        "first_published": row["first_published"],
        "last_published": row["last_published"],
        "filled": {name: round(row[name] / articles, 4) if articles else None for name in FILLED},
    }


def by_city(db: Database, chosen: ArticleFilter) -> list[dict[str, Any]]:
    """Return one row a portal and city: articles, first and last day of publication, outlets."""
    where, values = chosen.where(db)
    return list(
        db.query(
            f"""SELECT a.portal, coalesce(s.city, v.city) AS city, count(*) AS articles,
                  min(v.published_date) AS first_published, max(v.published_date) AS last_published,
                  count(DISTINCT v.source) AS sources
                {FROM} WHERE {where} GROUP BY 1, 2
                ORDER BY a.portal, CASE WHEN s.city IS NULL THEN v.city_code ELSE s.city_code END""",
            values,
        )
    )
