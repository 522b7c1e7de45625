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
    ambiguous_name_error,
    find_articles,
    format_articles,
    is_url,
    unknown_name_error,
)
from newscrawler.archive.rows import select_rows
from newscrawler.text.clock import stamp

MIN_ID_LENGTH = 6
"""Characters of an id by which an article may be hidden or shown."""


@dataclass(frozen=True, slots=True)
class SuppressedArticle:
    """An article that a takedown is about."""

    id: str
    url: str
    title: str


def suppress(connection: sqlite3.Connection, article: str, *, reason: str, by: str) -> list[SuppressedArticle]:
    """Hide the article with this URL, id or beginning of an id; return what was hidden, empty when it was already.

    A URL that several portals have hides the article of each. Raises ArticleLookupError when the archive has none, and
    when the beginning of an id is that of several or too short.
    """
    changed = []
    with writing(connection):
        for n, subject, is_suppressed in _find_suppressible(connection, article):
            if not is_suppressed:
                connection.execute(
                    "INSERT INTO suppressions (article, reason, by, since) VALUES (?, ?, ?, ?)",
                    (subject.id, reason, by, stamp()),
                )
                note_change(connection, n)
                changed.append(subject)
    return changed


def lift(connection: sqlite3.Connection, article: str, *, reason: str | None, by: str) -> list[SuppressedArticle]:
    """Show the article of this name again; return what was shown, empty when nothing hid it.

    The takedown stays in the log, with who lifted it and when. Raises ArticleLookupError as `suppress` does.
    """
    changed = []
    with writing(connection):
        for n, subject, is_suppressed in _find_suppressible(connection, article):
            if is_suppressed:
                connection.execute(
                    """UPDATE suppressions SET lifted = max(?, since), lifted_by = ?, lifted_reason = ?
                       WHERE article = ? AND lifted IS NULL""",
                    (stamp(), by, reason, subject.id),
                )
                note_change(connection, n)
                changed.append(subject)
    return changed


def list_suppressions(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Return the log, oldest first: article, url, title, reason, by, since, lifted, lifted_by, lifted_reason."""
    return select_rows(
        connection,
        """SELECT h.article, a.url, v.title, h.reason, h.by, h.since, h.lifted, h.lifted_by, h.lifted_reason
               FROM suppressions h JOIN articles a ON a.id = h.article LEFT JOIN versions v ON v.id = a.version
               ORDER BY h.since, h.id""",
    )


def _find_suppressible(connection: sqlite3.Connection, name: str) -> list[tuple[int, SuppressedArticle, bool]]:
    """Return the articles of this name: row number, description, whether it is hidden.

    Several only where portals have the same URL: of ids that begin alike none is hidden by guess.
    """
    articles = find_articles(connection, name)
    if not articles:
        raise unknown_name_error(connection, name)
    if not is_url(name):
        if len(articles) > 1:
            raise ambiguous_name_error(name, articles)
        if len(name) < MIN_ID_LENGTH:
            raise ArticleLookupError(
                f"{name!r} is too short to hide or show an article by; give {MIN_ID_LENGTH} characters of its id: "
                f"{format_articles(articles)}."
            )
    return [_describe(connection, row) for row in articles]


def _describe(connection: sqlite3.Connection, article: dict[str, Any]) -> tuple[int, SuppressedArticle, bool]:
    title, is_suppressed = connection.execute(
        """SELECT coalesce(v.title, ''),
             EXISTS (SELECT 1 FROM suppressions h WHERE h.article = a.id AND h.lifted IS NULL)
           FROM articles a LEFT JOIN versions v ON v.id = a.version WHERE a.n = ?""",
        (article["n"],),
    ).fetchone()
    return article["n"], SuppressedArticle(article["id"], article["url"], title), bool(is_suppressed)
