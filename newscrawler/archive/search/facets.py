"""Facets: how often cities, sources, editors and months occur among articles."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter

MAX_FACETED = 300
"""Facets count at most this many articles: the newest."""
FACET_SIZE = 12
"""Values per facet, the most frequent first."""


def count_facets(connection: sqlite3.Connection, numbers: list[int]) -> dict[str, list[tuple[str, int]]]:
    """Return the most frequent cities, sources, editors and months of these articles, each with its count.

    Months are sorted newest first. A city counts if one of its sections listed the article.
    """
    rows = connection.execute(
        """SELECT d.version, substr(d.published, 1, 7), v.source FROM json_each(?) j
           CROSS JOIN search_documents d ON d.n = j.value CROSS JOIN versions v ON v.id = d.version""",
        [json.dumps(numbers)],
    ).fetchall()
    people = connection.execute(
        """SELECT c.version, c.name FROM json_each(?) j CROSS JOIN credits c ON c.version = j.value
           WHERE c.part = 'editor'""",
        [json.dumps([row[0] for row in rows])],
    )
    cities = dict(connection.execute("SELECT id, city FROM sections WHERE city IS NOT NULL").fetchall())
    listed = connection.execute(
        "SELECT l.article, l.section FROM json_each(?) j CROSS JOIN article_sections l ON l.article = j.value",
        [json.dumps(numbers)],
    )
    # An article counts once per name, even if it has the name several times.
    in_cities = {(article, cities[section]) for article, section in listed if section in cities}
    counted = {
        "city": Counter(city for _, city in in_cities),
        "source": Counter(source for _, _, source in rows if source),
        "editor": Counter(name for _, name in set(people)),
        "month": Counter(month for _, month, _ in rows if len(month) == 7),
    }
    frequent = {
        name: sorted(values.items(), key=lambda item: (-item[1], item[0]))[:FACET_SIZE]
        for name, values in counted.items()
    }
    return {**frequent, "month": sorted(frequent["month"], reverse=True)}
