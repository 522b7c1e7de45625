"""What portals took away or edited: articles that are missing, and versions whose title or text differs from before.

An article is missing from the first answer 404 or 410 on, or since its address leads elsewhere; it is *gone* when that
is so a day later (docs/glossary.md). A version that other rules read from a stored page is no edit. Months are China's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from newscrawler.archive.columns import CHINA_MONTH, FROM, MISSING_SINCE, NOT_SUPPRESSED
from newscrawler.archive.filters import ArticleFilter
from newscrawler.archive.rows import select_rows
from newscrawler.archive.suppressed_names import SuppressedNames

_MISSING = f"""SELECT a.n, a.id, a.portal, a.status, v.title, v.source, v.published, {MISSING_SINCE} AS moment
FROM articles a JOIN versions v ON v.id = a.version
WHERE a.n IN (SELECT article FROM urls WHERE missing_since IS NOT NULL) AND {NOT_SUPPRESSED}"""
_EDITED = f"""SELECT a.n, a.id, a.portal, a.status, v.title, v.source, v.published, v.seen_from AS moment, v.number
FROM articles a JOIN versions v ON v.article = a.n AND v.number > 1
JOIN versions b ON b.article = a.n AND b.number = v.number - 1 JOIN runs r ON r.id = v.run
WHERE a.version_count > 1 AND v.content_hash <> b.content_hash AND r.command <> 'reextract'
  AND NOT coalesce(v.capture = b.capture, 0) AND {NOT_SUPPRESSED}"""
_SELECTS = {"withdrawn": _MISSING, "edited": _EDITED}
KINDS = tuple(_SELECTS)


@dataclass(frozen=True, slots=True)
class MonthOfPortal:
    """What a portal withdrew and edited in one month."""

    month: str
    portal: str
    withdrawn: int
    edited: int


def by_portal_and_month(connection: sqlite3.Connection, filters: ArticleFilter) -> list[dict[str, Any]]:
    """Return one row per month and portal, the newest month first: articles that went missing, and edits."""
    return [asdict(row) for row in count_by_month(connection, filters)]


def count_by_month(connection: sqlite3.Connection, filters: ArticleFilter | None = None) -> list[MonthOfPortal]:
    """Return one row per portal and month in which something was withdrawn or edited, the newest month first.

    Of the articles that fit the filters. Raises FilterError for a filter that names something unknown.
    """
    chosen = "moment IS NOT NULL"
    values: Sequence[str] = ()
    if filters is not None:
        where, values = filters.where(connection)
        chosen += f" AND n IN (SELECT a.n {FROM} WHERE {where})"
    numbers: dict[tuple[str, str], dict[str, int]] = {}
    for kind, select in _SELECTS.items():
        for portal, month, number in connection.execute(
            f"SELECT portal, {CHINA_MONTH}, count(*) FROM ({select}) WHERE {chosen} GROUP BY 1, 2", values
        ):
            numbers.setdefault((portal, month or ""), dict.fromkeys(KINDS, 0))[kind] = number
    ordered = sorted(numbers.items(), key=lambda item: item[0][0])
    ordered.sort(key=lambda item: item[0][1], reverse=True)
    return [MonthOfPortal(month, portal, **found) for (portal, month), found in ordered]


def list_changes(
    connection: sqlite3.Connection, kind: str, *, portal: str | None, month: str, limit: int, offset: int
) -> list[dict[str, Any]]:
    """Return what was withdrawn or edited (`kind`), the newest first, of one portal or month or of all.

    Each is a dict with id, portal, status, title, source, published, and the moment; `number` is that of the version of
    an edit, `reason` says why an article is missing (None when it names a suppressed article).
    """
    conditions, values = ["moment IS NOT NULL"], []
    for condition, value in (("portal = ?", portal), (f"{CHINA_MONTH} = ?", month)):
        if value:
            conditions.append(condition)
            values.append(value)
    rows = select_rows(
        connection,
        f"""SELECT * FROM ({_SELECTS[kind]}) WHERE {" AND ".join(conditions)}
            ORDER BY moment DESC, id LIMIT ? OFFSET ?""",
        [*values, limit, offset],
    )
    if kind == "withdrawn":
        names = SuppressedNames.read(connection)
        for row in rows:
            reason = connection.execute(
                "SELECT max(reason) FROM urls WHERE article = ? AND missing_since IS NOT NULL", [row["n"]]
            ).fetchone()[0]
            row["reason"] = names.removed_from(reason)
    return rows
