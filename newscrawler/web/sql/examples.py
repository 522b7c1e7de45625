"""Example queries of the SQL page."""

from __future__ import annotations

EXAMPLES: dict[str, str] = {
    "newest": """SELECT published, city, source, title, url
FROM articles_flat
ORDER BY published_date DESC
LIMIT 50""",
    "cities": """SELECT city, substr(published_date, 1, 7) AS month, count(*) AS articles
FROM articles_flat
WHERE published_date IS NOT NULL
GROUP BY city, month
ORDER BY month DESC, articles DESC""",
    "outlets": """SELECT source, count(*) AS articles, round(avg(char_count)) AS characters,
  min(published_date) AS first, max(published_date) AS last
FROM articles_flat
GROUP BY source
ORDER BY articles DESC""",
    "reprint_delay": """SELECT origin_source, source, days_late, title, url
FROM reprints
ORDER BY days_late DESC""",
    "edited": """SELECT v.article, v.number, v.title, v.seen_from, v.char_count - o.char_count AS characters_more
FROM article_versions v
JOIN article_versions o ON o.article = v.article AND o.number = v.number - 1
WHERE v.number > 1
ORDER BY v.seen_from DESC""",
    "editors": """SELECT editors, source, count(*) AS articles
FROM articles_flat
WHERE published_date >= (SELECT date(max(published_date), '-1 year') FROM articles_flat)
  AND editors IS NOT NULL
GROUP BY editors, source
ORDER BY articles DESC""",
}
"""Name to SQL. `sql-NAME` in the table of strings is its title."""
