"""Takedowns: hiding an article from search, export, statistics and `articles_flat`, logged and reversible.

Nothing is deleted: text, versions and captures stay. The log names the article by its stable id, so a takedown
outlives a new crawl and a merge of archives.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from newscrawler.archive.database.transaction import writing
from newscrawler.archive.indexing.sync import note_change
from newscrawler.archive.lookup import (
    ArticleLookupError,
    find_articles,
    is_url,
    listed,
    several_articles,
    unknown_article,
)
from newscrawler.archive.rows import select_rows
from newscrawler.text.clock import stamp

SHORTEST_ID = 6
"""Characters of an id by which an article may be hidden or shown."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """An article that a takedown is about."""

    id: str
    url: str
    title: str


def suppress(connection: sqlite3.Connection, article: str, *, reason: str, by: str) -> list[Hidden]:
    """Hide the article with this URL, id or beginning of an id; return what was hidden, empty when it was already.

    A URL that several portals have hides the article of each. Raises ArticleLookupError when the archive has none, and
    when the beginning of an id is that of several or too short.
    """
    done = []
    with writing(connection):
        for n, hidden, is_hidden in _find(connection, article):
            if not is_hidden:
                connection.execute(
                    "INSERT INTO suppressions (article, reason, by, since) VALUES (?, ?, ?, ?)",
                    (hidden.id, reason, by, stamp()),
                )
                note_change(connection, n)
                done.append(hidden)
    return done


def lift(connection: sqlite3.Connection, article: str, *, reason: str | None, by: str) -> list[Hidden]:
    """Show the article of this name again; return what was shown, empty when nothing hid it.

    The takedown stays in the log, with who lifted it and when. Raises ArticleLookupError as `suppress` does.
    """
    done = []
    with writing(connection):
        for n, hidden, is_hidden in _find(connection, article):
            if is_hidden:
                connection.execute(
                    """UPDATE suppressions SET lifted = max(?, since), lifted_by = ?, lifted_reason = ?
                       WHERE article = ? AND lifted IS NULL""",
                    (stamp(), by, reason, hidden.id),
                )
                note_change(connection, n)
                done.append(hidden)
    return done


def list_suppressions(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Return the log, oldest first: article, url, title, reason, by, since, lifted, lifted_by, lifted_reason."""
    return select_rows(
        connection,
        """SELECT h.article, a.url, v.title, h.reason, h.by, h.since, h.lifted, h.lifted_by, h.lifted_reason
               FROM suppressions h JOIN articles a ON a.id = h.article LEFT JOIN versions v ON v.id = a.version
               ORDER BY h.since, h.id""",
    )


def _find(connection: sqlite3.Connection, wanted: str) -> list[tuple[int, Hidden, bool]]:
    """Return the articles of this name: row number, description, whether it is hidden.

    Several only where portals have the same URL: of ids that begin alike none is hidden by guess.
    """
    found = find_articles(connection, wanted)
    if not found:
        raise unknown_article(connection, wanted)
    if not is_url(wanted):
        if len(found) > 1:
            raise several_articles(wanted, found)
        if len(wanted) < SHORTEST_ID:
            raise ArticleLookupError(
                f"{wanted!r} is too short to hide or show an article by; give {SHORTEST_ID} characters of its id: "
                f"{listed(found)}."
            )
    return [_described(connection, row) for row in found]


def _described(connection: sqlite3.Connection, article: dict[str, Any]) -> tuple[int, Hidden, bool]:
    title, is_hidden = connection.execute(
        """SELECT coalesce(v.title, ''),
             EXISTS (SELECT 1 FROM suppressions h WHERE h.article = a.id AND h.lifted IS NULL)
           FROM articles a LEFT JOIN versions v ON v.id = a.version WHERE a.n = ?""",
        (article["n"],),
    ).fetchone()
    return article["n"], Hidden(article["id"], article["url"], title), bool(is_hidden)


def suppressed_urls(connection: sqlite3.Connection) -> frozenset[str]:
    """Return all addresses of articles that a takedown hides, in every form that the archive has."""
    rows = connection.execute(
        """WITH hidden AS (
             SELECT a.n, a.url FROM suppressions h JOIN articles a ON a.id = h.article WHERE h.lifted IS NULL)
           SELECT url FROM hidden
           UNION SELECT u.url FROM hidden h JOIN urls u ON u.article = h.n
           UNION SELECT l.alias FROM hidden h JOIN urls u ON u.article = h.n JOIN url_aliases l ON l.url = u.id"""
    )
    return frozenset(row[0] for row in rows)
