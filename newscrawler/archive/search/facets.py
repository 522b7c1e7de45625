"""Facets: how often cities, sources, editors and months occur among all articles of a result.

An article counts once for each of its cities, as the filter by city finds it (docs/glossary.md).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from newscrawler.archive.columns import CITIES_OF_SELECTED

FACET_SIZE = 12
"""Values per facet, the most frequent first."""

Counted = list[tuple[str, int]]

_SELECTED = "WITH selected(n) AS MATERIALIZED (SELECT value FROM json_each(?))"
_FREQUENT = {
    "city": f"SELECT city, count(*) FROM ({CITIES_OF_SELECTED}) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {FACET_SIZE}",
    "source": f"""SELECT v.source, count(*) FROM selected k CROSS JOIN search_documents d ON d.n = k.n
                  CROSS JOIN versions v ON v.id = d.version WHERE v.source IS NOT NULL AND v.source <> ''
                  GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {FACET_SIZE}""",
    "editor": f"""SELECT c.name, count(DISTINCT d.n) FROM selected k CROSS JOIN search_documents d ON d.n = k.n
                  CROSS JOIN credits c ON c.version = d.version WHERE c.part = 'editor'
                  GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {FACET_SIZE}""",
}
_MONTHS = """SELECT substr(d.published, 1, 7), count(*) FROM selected k CROSS JOIN search_documents d ON d.n = k.n
             WHERE length(d.published) >= 7 GROUP BY 1 ORDER BY 1"""


@dataclass(frozen=True, slots=True)
class Facets:
    """What the articles of a result have, each with the number of articles."""

    frequent: dict[str, Counted]
    """city, source and editor: the most frequent values."""
    months: Counted
    """All months in which one of them was published, the first first."""


def count_facets(connection: sqlite3.Connection, numbers: Sequence[int]) -> Facets:
    """Return the facets of the articles with these row numbers (`articles.n`)."""
    selected = json.dumps(numbers)
    frequent = {
        name: connection.execute(f"{_SELECTED} {sql}", [selected]).fetchall() for name, sql in _FREQUENT.items()
    }
    return Facets(frequent, connection.execute(f"{_SELECTED} {_MONTHS}", [selected]).fetchall())


def count_months(connection: sqlite3.Connection) -> dict[str, int]:
    """Return the number of articles of each month of publication, of the whole archive."""
    return dict(
        connection.execute(
            "SELECT substr(published, 1, 7), count(*) FROM search_documents WHERE length(published) >= 7 GROUP BY 1"
        ).fetchall()
    )
