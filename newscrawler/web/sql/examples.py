"""Example queries of the SQL page."""

from __future__ import annotations

from dataclasses import dataclass

from newscrawler.text.languages import N_


@dataclass(frozen=True, slots=True)
class Example:
    """A query with a title."""

    title: str
    sql: str


EXAMPLES: dict[str, Example] = {
    "newest": Example(
        N_("Newest articles"),
        """SELECT published, city, source, title, url
FROM articles_flat
ORDER BY published_date DESC
LIMIT 50""",
    ),
    "cities": Example(
        N_("Articles per city and month"),
        """SELECT city, substr(published_date, 1, 7) AS month, count(*) AS articles
FROM articles_flat
WHERE published_date IS NOT NULL
GROUP BY city, month
ORDER BY month DESC, articles DESC""",
    ),
    "outlets": Example(
        N_("Articles and mean length per outlet"),
        """SELECT source, count(*) AS articles, round(avg(char_count)) AS characters,
  min(published_date) AS first, max(published_date) AS last
FROM articles_flat
GROUP BY source
ORDER BY articles DESC""",
    ),
    "reprint_delay": Example(
        N_("How many days after its origin an article is reprinted"),
        """SELECT origin_source, source, days_late, title, url
FROM reprints
ORDER BY days_late DESC""",
    ),
    "edited": Example(
        N_("Versions of articles, the most often edited first"),
        """SELECT v.article, v.number, v.title, v.seen_from, v.char_count - o.char_count AS characters_more
FROM article_versions v
LEFT JOIN article_versions o ON o.article = v.article AND o.number = v.number - 1
ORDER BY v.number DESC, v.seen_from DESC
LIMIT 100""",
    ),
    "editors": Example(
        N_("Editors and their outlets in the last year"),
        """SELECT editors, source, count(*) AS articles
FROM articles_flat
WHERE published_date >= (SELECT date(max(published_date), '-1 year') FROM articles_flat)
  AND editors IS NOT NULL
GROUP BY editors, source
ORDER BY articles DESC""",
    ),
}
