"""Who reprints whom, how much later, and how much of what a portal publishes is reprinted."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from statistics import median
from typing import Any

from newscrawler.archive.columns import FROM_VERSIONS
from newscrawler.archive.filters import ArticleFilter
from newscrawler.archive.rows import select_rows


def reprint_delays(connection: sqlite3.Connection, filters: ArticleFilter) -> list[dict[str, Any]]:
    """Return who reprints whom and how much later: one row per outlet of origin and reprinting portal.

    The filters choose the reprints. Columns: the outlet and the portal of the original, the portal that reprints,
    articles, how many of these have an original that a reprint names as its source (of the others the original is
    the earliest copy that the archive has), and the median delay in days; in hours where both pages show a time.
    """
    where, values = filters.where(connection)
    rows = connection.execute(
        f"""SELECT coalesce(r.origin_source, o.name), r.origin_portal, r.portal, r.origin_evidence = 'named',
              r.days_late, r.hours_late
            FROM reprints r JOIN portals o ON o.id = r.origin_portal
            WHERE r.id IN (SELECT a.id {FROM_VERSIONS} WHERE {where})""",
        values,
    )
    delays_by_pair: dict[tuple[str, str, str], list[tuple[int, int | None, float | None]]] = defaultdict(list)
    for outlet, origin, portal, *delay in rows:
        delays_by_pair[outlet, origin, portal].append((delay[0], delay[1], delay[2]))
    return [
        {
            "origin": outlet,
            "origin_portal": origin,
            "portal": portal,
            "reprints": len(delays),
            "named": sum(named for named, _, _ in delays),
            "median_days": _median([days for _, days, _ in delays]),
            "median_hours": _median([hours for _, _, hours in delays]),
        }
        for (outlet, origin, portal), delays in sorted(
            delays_by_pair.items(), key=lambda item: (-len(item[1]), item[0])
        )
    ]


def reprints_by_month(connection: sqlite3.Connection, filters: ArticleFilter) -> list[dict[str, Any]]:
    """Return how much of what a portal publishes in a month is from which outlet: who sets topics for whom.

    One row per month of the reprint, outlet of origin and reprinting portal. Columns: the reprints, all articles of the
    portal in that month that fit the filters, and the share of the reprints in them. Reprints without a date are left
    out.
    """
    where, values = filters.where(connection)
    rows = select_rows(
        connection,
        f"""WITH chosen AS MATERIALIZED
              (SELECT a.id, a.portal, substr(v.published_date, 1, 7) AS month {FROM_VERSIONS}
               WHERE {where} AND v.published_date IS NOT NULL),
            months AS (SELECT portal, month, count(*) AS articles FROM chosen GROUP BY portal, month)
            SELECT c.month, coalesce(r.origin_source, o.name) AS origin, r.origin_portal, r.portal,
              count(*) AS reprints, m.articles AS portal_articles
            FROM reprints r JOIN portals o ON o.id = r.origin_portal JOIN chosen c ON c.id = r.id
            JOIN months m ON m.portal = c.portal AND m.month = c.month
            GROUP BY c.month, origin, r.origin_portal, r.portal ORDER BY c.month, reprints DESC, origin, r.portal""",
        values,
    )
    return [row | {"share": round(row["reprints"] / row["portal_articles"], 6)} for row in rows]


def _median(values: list[Any]) -> float | None:
    known = [float(value) for value in values if value is not None]
    return round(median(known), 2) if known else None
