"""Reading the archive without a word to search for: the newest articles of a filter, page by page, and their facets.

Order is the date of publication, newest first, and the row number among equals; articles without a date come last.
`search_documents` holds exactly the articles that are shown, with an index in this order.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from dataclasses import dataclass

from newscrawler.archive.filters import ArticleFilter, city_names
from newscrawler.archive.search.search import COUNTED, Hit
from newscrawler.archive.search.snippets import WIDTH, Snippet

FACETED = 300
"""Facets count this many articles at most: the newest ones."""
FACET_SIZE = 12
"""Values of a facet that are shown, the most frequent first."""
_WALKED = 3_000
"""How many of the newest articles are looked at before a filter is answered from its own index."""
_LAST = "~"
"""Sorts behind every date."""

_JOINS = """CROSS JOIN articles a ON a.n = d.n CROSS JOIN versions v ON v.id = a.version
  CROSS JOIN portals p ON p.id = a.portal LEFT JOIN sections s ON s.id = a.section"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of a list ended: the next one begins behind it."""

    published: str
    n: int


def list_articles(
    db: sqlite3.Connection, chosen: ArticleFilter, *, limit: int, after: Place | None = None
) -> tuple[list[int], Place | None]:
    """Return row numbers of the newest articles behind `after`, and where they end when there may be more.

    Raises FilterError for a filter that names something unknown.
    """
    where, values = chosen.where(db)
    place = after or Place(_LAST, 0)
    bounds, bound_values = _bounds(chosen, place)
    order = f"{bounds} AND {where} ORDER BY d.published DESC, d.n DESC LIMIT ?"
    end = [*bound_values, *values, limit + 1]
    driver, names = _driver(db, chosen)
    rows: list[tuple[int, str]] = []
    if driver:
        # A frequent name is among the newest; a rare one is quick to read from its index.
        near = (
            f"(SELECT n, published FROM search_documents d WHERE {bounds} ORDER BY d.published DESC, d.n DESC LIMIT ?)"
        )
        sql = f"SELECT d.n, d.published FROM {near} d {_JOINS} WHERE {order}"
        rows = db.execute(sql, [*bound_values, _WALKED, *end]).fetchall()
    if len(rows) <= limit:
        source = f"({driver}) k CROSS JOIN search_documents d ON d.n = k.article" if driver else "search_documents d"
        rows = db.execute(f"SELECT d.n, d.published FROM {source} {_JOINS} WHERE {order}", [*names, *end]).fetchall()
    more = len(rows) > limit
    rows = rows[:limit]
    return [row[0] for row in rows], Place(rows[-1][1], rows[-1][0]) if more else None


def count_articles(db: sqlite3.Connection, chosen: ArticleFilter) -> int:
    """Return how many articles a filter means; COUNTED + 1 stands for more. Without a filter the count is exact."""
    where, values = chosen.where(db)
    if not values:
        return int(db.execute("SELECT count(*) FROM search_documents").fetchone()[0])
    bounds, bound_values = _bounds(chosen, Place(_LAST, 0))
    driver, names = _driver(db, chosen)
    source = f"({driver}) k CROSS JOIN search_documents d ON d.n = k.article" if driver else "search_documents d"
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {source} {_JOINS} WHERE {bounds} AND {where} LIMIT {COUNTED + 1})"
    return int(db.execute(sql, [*names, *bound_values, *values]).fetchone()[0])


def _bounds(chosen: ArticleFilter, place: Place) -> tuple[str, list[str | int]]:
    """Return the stretch of the index that is read: behind the place, within the filter's days."""
    parts = ["(d.published, d.n) < (?, ?)"]
    values: list[str | int] = [place.published, place.n]
    if chosen.since:
        parts.append("d.published >= ?")
        values.append(chosen.since)
    if chosen.until:
        parts.append("d.published <= ?")
        values.append(chosen.until + _LAST)
    return " AND ".join(parts), values


def _driver(db: sqlite3.Connection, chosen: ArticleFilter) -> tuple[str, list[str]]:
    """Return a statement that gives the articles a filter can mean from an index of names; empty when it has none."""
    for people in (chosen.editors, chosen.authors):
        if people:
            marks = ", ".join("?" * len(people))
            return (
                "SELECT DISTINCT w.article FROM credits c CROSS JOIN versions w ON w.id = c.version "
                f"WHERE c.name IN ({marks})",
                list(people),
            )
    if chosen.sources:
        marks = ", ".join("?" * len(chosen.sources))
        return f"SELECT DISTINCT article FROM versions WHERE source IN ({marks})", list(chosen.sources)
    if chosen.cities:
        # Of articles of no city's section, of which there are few, the filter itself reads the city.
        names = city_names(db, chosen.cities)
        marks = ", ".join("?" * len(names))
        return (
            f"""SELECT l.article FROM sections t CROSS JOIN article_sections l ON l.section = t.id
                WHERE t.city IN ({marks})
                UNION SELECT n FROM articles WHERE section IN (SELECT id FROM sections WHERE city IS NULL)
                UNION SELECT n FROM articles WHERE section IS NULL""",
            names,
        )
    return "", []


def entries(connection: sqlite3.Connection, numbers: list[int]) -> list[Hit]:
    """Return these articles in this order, as hits without a mark; the snippet is how summary or body begins."""
    rows = connection.execute(
        f"""SELECT a.n, a.id, a.url, a.portal, coalesce(s.city, v.city), s.name, v.title, v.source, v.published,
              a.status, substr(coalesce(v.summary, x.body), 1, {WIDTH + 1})
            FROM json_each(?) j CROSS JOIN articles a ON a.n = j.value CROSS JOIN versions v ON v.id = a.version
            CROSS JOIN texts x ON x.hash = v.text LEFT JOIN sections s ON s.id = a.section""",
        [json.dumps(numbers)],
    )
    found = {}
    for n, article, url, portal, city, section, title, source, published, status, text in rows:
        start = text[:WIDTH].replace("\n", " ") + ("…" if len(text) > WIDTH else "")
        found[n] = Hit(
            id=article,
            url=url,
            portal=portal,
            city=city,
            section=section,
            title=title,
            source=source,
            published=published,
            status=status,
            title_snippet=Snippet(title, ()),
            snippet=Snippet(start, ()),
        )
    return [found[n] for n in numbers if n in found]


def facets(connection: sqlite3.Connection, numbers: list[int]) -> dict[str, list[tuple[str, int]]]:
    """Return the most frequent cities, sources, editors and months of these articles, each with its count.

    Months stand newest first. A city is one whose section listed the article.
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
    # An article counts once for a name, however often it has it.
    in_cities = {(article, cities[section]) for article, section in listed if section in cities}
    counted = {
        "city": Counter(city for _, city in in_cities),
        "source": Counter(source for _, _, source in rows if source),
        "editor": Counter(name for _, name in set(people)),
        "month": Counter(month for _, month, _ in rows if len(month) == 7),
    }
    found = {
        name: sorted(values.items(), key=lambda one: (-one[1], one[0]))[:FACET_SIZE] for name, values in counted.items()
    }
    return {**found, "month": sorted(found["month"], reverse=True)}
