"""Takedowns: hiding an article from search, export, statistics and `articles_flat`, logged and reversible.

Nothing is deleted: text, versions and captures stay. The log names the article by its stable id, so a takedown
outlives a new crawl and a merge of archives.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from newscrawler.archive.clock import stamp
from newscrawler.archive.connection import writing
from newscrawler.archive.filters import FilterError
from newscrawler.archive.in_step import note_change
from newscrawler.normalization.urls import identity


@dataclass(frozen=True, slots=True)
class Hidden:
    """An article that a takedown is about."""

    id: str
    url: str
    title: str


def suppress(db: Database, article: str, *, reason: str, by: str) -> list[Hidden]:
    """Hide the article with this id or URL; return what was hidden, empty when it was already.

    A URL that several portals have hides the article of each. Raises FilterError when the archive has none.
    """
    done = []
    with writing(db.conn):
        for n, hidden, is_hidden in _find(db.conn, article):
            if not is_hidden:
                db.conn.execute(
                    "INSERT INTO suppressions (article, reason, by, since) VALUES (?, ?, ?, ?)",
                    (hidden.id, reason, by, stamp()),
                )
                note_change(db.conn, n)
                done.append(hidden)
    return done


def lift(db: Database, article: str, *, reason: str | None, by: str) -> list[Hidden]:
    """Show the article with this id or URL again; return what was shown, empty when nothing hid it.

    The takedown stays in the log, with who lifted it and when. Raises FilterError when the archive has no such article.
    """
    done = []
    with writing(db.conn):
        for n, hidden, is_hidden in _find(db.conn, article):
            if is_hidden:
                db.conn.execute(
                    """UPDATE suppressions SET lifted = max(?, since), lifted_by = ?, lifted_reason = ?
                       WHERE article = ? AND lifted IS NULL""",
                    (stamp(), by, reason, hidden.id),
                )
                note_change(db.conn, n)
                done.append(hidden)
    return done


def list_suppressions(db: Database) -> list[dict[str, Any]]:
    """Return the log, oldest first: article, url, title, reason, by, since, lifted, lifted_by, lifted_reason."""
    return list(
        db.query(
            """SELECT h.article, a.url, v.title, h.reason, h.by, h.since, h.lifted, h.lifted_by, h.lifted_reason
               FROM suppressions h JOIN articles a ON a.id = h.article LEFT JOIN versions v ON v.id = a.version
               ORDER BY h.since, h.id"""
        )
    )


def _find(connection: sqlite3.Connection, article: str) -> list[tuple[int, Hidden, bool]]:
    """Return the articles with this id or URL: row number, description, whether it is hidden."""
    rows = connection.execute(
        """SELECT a.n, a.id, a.url, coalesce(v.title, ''),
             EXISTS (SELECT 1 FROM suppressions h WHERE h.article = a.id AND h.lifted IS NULL)
           FROM articles a LEFT JOIN versions v ON v.id = a.version
           WHERE a.id = ?1 OR a.n IN (
             SELECT article FROM urls WHERE identity = ?2
             UNION SELECT u.article FROM url_aliases l JOIN urls u ON u.id = l.url WHERE l.alias = ?1)
           ORDER BY a.n""",
        (article, identity(article)),
    ).fetchall()
    if not rows:
        raise FilterError(
            "the archive has no article with the id or URL {article!r}; 'export' shows both.", article=article
        )
    return [(n, Hidden(key, url, title), bool(is_hidden)) for n, key, url, title, is_hidden in rows]
