"""Coverage: the documents that listings showed and their states, per section and month, with their URLs.

Suppressed articles are left out, of the listed documents as of the stored ones.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from newscrawler import places
from newscrawler.archive.columns import NOT_SUPPRESSED
from newscrawler.archive.filters import WordFilter, known_name
from newscrawler.archive.rows import select_rows
from newscrawler.archive.suppressed_names import SuppressedNames

NOT_ARTICLE = "not an article ("
"""How the reason of a document begins that is surely not an article."""
STATES = ("stored", "pending", "not_an_article", "failed", "blocked", "gone", "foreign")

_STATE = f"""CASE WHEN u.state = 'foreign' THEN 'foreign'
                 WHEN u.article IS NOT NULL AND a.status = 'gone' THEN 'gone'
                 WHEN u.article IS NOT NULL THEN 'stored'
                 WHEN u.state = 'failed' AND u.reason LIKE '{NOT_ARTICLE}%' THEN 'not_an_article'
                 ELSE u.state END"""

CAPTURED = """(EXISTS (SELECT 1 FROM captures c WHERE c.url = u.url AND c.status = 200)
  OR EXISTS (SELECT 1 FROM url_aliases x JOIN captures c ON c.url = x.alias WHERE x.url = u.id AND c.status = 200))"""
"""The condition that the archive has a page of an address, whoever captured it."""

# One row per section and document, with the newest date that the section's listing showed for it.
_LISTED = f"""
SELECT p.id AS portal, u.article, s.id AS section_id, s.name AS section, u.url, {_STATE} AS state, u.reason, u.next_try,
  coalesce(nullif(max(l.listed_date), ''), v.published_date, '') AS day, {CAPTURED} AS captured
FROM listing_sightings l
JOIN sections s ON s.id = l.section
JOIN portals p ON p.id = s.portal
JOIN urls u ON u.id = l.url
LEFT JOIN articles a ON a.n = u.article
LEFT JOIN versions v ON v.id = a.version
WHERE u.article IS NULL OR {NOT_SUPPRESSED}
GROUP BY s.id, u.id
"""


def section_names(connection: sqlite3.Connection, name: str, *, portal: str | None = None) -> list[str]:
    """Return the sections of this name; else those about this city, given in any form of its name.

    Raises FilterError, with the nearest names, when there are none.
    """
    where, values = ("WHERE portal = ?", [portal]) if portal else ("", [])
    rows = select_rows(connection, f"SELECT name, city, city_code FROM sections {where} ORDER BY id", values)
    names = list(dict.fromkeys(row["name"] for row in rows))
    if name in names:
        return [name]
    about = [
        row["name"]
        for row in rows
        if row["city"] and name in (row["city"], row["city_code"], *_names_of(row["city_code"]))
    ]
    return list(dict.fromkeys(about)) or [known_name(name, names, "section")]


def _names_of(code: str | None) -> tuple[str, ...]:
    division = places.division(code) if code else None
    return tuple(division.names) if division else ()


def coverage_table(
    connection: sqlite3.Connection,
    *,
    portal: str | None = None,
    by_month: bool = True,
    words: WordFilter | None = None,
) -> list[dict[str, Any]]:
    """Return one row per section and month: the listed documents, those that were captured, those in each state.

    `captured` counts those of which the archive has a page with status 200, of a crawl or an import, article or not.

    With `words` only the documents whose article contains them.

    The month is that of the date in the listing, or of the article's own date where the listing shows none, or empty.
    `complete_back_to` is the section's mark; `listing_end` says how its listing ended when it was last read as far down
    as it can be (proven, unproven, more, columns), `listing_end_reason` what shows that, and `listing_read` when (UTC).
    `failure` is why the last run could not read the listing, or None; `url` is the section's address.
    """
    month = "substr(day, 1, 7)" if by_month else "''"
    sums = ", ".join(f"sum(state = '{state}') AS \"{state}\"" for state in STATES)
    conditions = ["x.portal = :portal"] if portal else []
    if words:
        conditions.append(_found(words))
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    rows: list[dict[str, Any]] = select_rows(
        connection,
        f"""SELECT x.portal, x.section, {month} AS month, count(*) AS listed, sum(captured) AS captured, {sums},
                  max(s.complete_back_to) AS complete_back_to, max(s.listing_end) AS listing_end,
                  max(s.listing_end_reason) AS listing_end_reason, max(s.deep_sweep_at) AS listing_read,
                  (SELECT coalesce(w.reason, w.outcome) FROM sweeps w
                     WHERE w.id = (SELECT max(id) FROM sweeps WHERE section = s.id)
                     AND w.outcome IN ('failed', 'repeats')) AS failure,
                  s.url
                FROM ({_LISTED}) x JOIN sections s ON s.id = x.section_id {where}
                GROUP BY x.section_id, month ORDER BY x.portal, x.section_id, month DESC""",
        {"portal": portal, "match": words.match if words else None},
    )
    names = SuppressedNames.read(connection)
    told = ("listing_end_reason", "failure")
    return [{**row, **{name: names.removed_from(row[name]) for name in told}} for row in rows]


def _found(words: WordFilter) -> str:
    """Return the condition that a document's article contains words; their expression is the value `:match`."""
    return f"article IN (SELECT rowid FROM {words.table} WHERE {words.table} MATCH :match)"


def empty_sections(connection: sqlite3.Connection, *, portal: str | None = None) -> list[dict[str, Any]]:
    """Return the sections whose listings never showed an entry."""
    where = "AND s.portal = :portal" if portal else ""
    return select_rows(
        connection,
        f"""SELECT s.portal, s.name AS section, s.url FROM sections s
                WHERE NOT EXISTS (SELECT 1 FROM listing_sightings l WHERE l.section = s.id) {where}
                ORDER BY s.id""",
        {"portal": portal} if portal else {},
    )


def listed_urls(
    connection: sqlite3.Connection,
    *,
    portal: str | None = None,
    sections: Sequence[str] | None = None,
    month: str | None = None,
    state: str | None = None,
    words: WordFilter | None = None,
) -> list[dict[str, Any]]:
    """Return the documents behind a number of the table: URL, state, reason, next attempt, day.

    `sections` are names of sections; `words` are words that the document's article contains.
    """
    names_of_sections = json.dumps(sections) if sections is not None else None
    conditions = {
        "portal = :portal": portal,
        "section IN (SELECT value FROM json_each(:sections))": names_of_sections,
        "substr(day, 1, 7) = :month": month,
        "state = :state": state,
    }
    given = [condition for condition, value in conditions.items() if value is not None]
    where = " AND ".join([*given, *([_found(words)] if words else [])]) or "1"
    rows = select_rows(
        connection,
        f"""SELECT portal, section, day, state, url, reason, next_try FROM ({_LISTED})
                WHERE {where} ORDER BY portal, section_id, day DESC, url""",
        {
            "portal": portal,
            "sections": names_of_sections,
            "month": month,
            "state": state,
            "match": words.match if words else None,
        },
    )
    names = SuppressedNames.read(connection)
    return [{**row, "reason": names.removed_from(row["reason"])} for row in rows if not names.is_address(row["url"])]


def wanted_urls(
    connection: sqlite3.Connection, *, portal: str, since: str = "", until: str = ""
) -> list[dict[str, Any]]:
    """Return the documents that listings showed and of which the archive has no page: address, section, first listing.

    `since` and `until` are ISO dates (UTC) between which a listing first showed them, both inclusive; empty: any.
    """
    rows = select_rows(
        connection,
        f"""SELECT u.url, s.name AS section, min(l.first_seen) AS first_listed, l.listed_date AS date, u.state
           FROM listing_sightings l JOIN sections s ON s.id = l.section JOIN urls u ON u.id = l.url
           WHERE s.portal = :portal AND u.article IS NULL AND u.state <> 'foreign'
             AND NOT {CAPTURED}
           GROUP BY u.id ORDER BY first_listed, u.url""",
        {"portal": portal},
    )
    names = SuppressedNames.read(connection)
    return [
        row
        for row in rows
        if since <= row["first_listed"] and (not until or row["first_listed"][:10] <= until)
        if not names.is_address(row["url"])
    ]
