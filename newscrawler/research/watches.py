"""Watches: searches that tell of new articles, each article once per channel."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from newscrawler.archive.errors import UserError
from newscrawler.archive.export.selection import Selection
from newscrawler.archive.filters import ArticleFilter
from newscrawler.archive.rows import select_rows
from newscrawler.archive.search.query import word_filter
from newscrawler.text.clock import stamp

MOST_NAME = 100
MOST_ARTICLES = 1_000
"""Articles that one message tells of; the others follow after the next crawl."""


class WatchError(UserError):
    """A watch that cannot be added or found; the message says why."""


@dataclass(frozen=True, slots=True)
class Watch:
    """A search that is watched."""

    id: int
    name: str
    words: str
    filter: dict[str, Any]
    created: str

    @property
    def article_filter(self) -> ArticleFilter:
        """The filter of its articles. Raises SearchError and FilterError."""
        fields: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in self.filter.items()
        }
        return ArticleFilter(**fields, search=word_filter(self.words))


@dataclass(frozen=True, slots=True)
class WatchedArticle:
    """An article that a watch tells of."""

    id: str
    url: str
    title: str
    source: str | None
    published: str | None


def add_watch(connection: sqlite3.Connection, name: str, words: str, article_filter: ArticleFilter) -> tuple[int, int]:
    """Add a watch, inside a transaction; return how many of how many stored articles it matches today.

    Articles that are first seen from now on are told. Raises WatchError for a name that is taken or not usable,
    SearchError and FilterError.
    """
    if not name.strip() or len(name) > MOST_NAME or not name.isprintable():
        raise WatchError("{name!r} is not a name of 1 to {most} characters on one line.", name=name, most=MOST_NAME)
    if connection.execute("SELECT 1 FROM watches WHERE name = ?", (name,)).fetchone():
        raise WatchError("there is a watch {name!r} already; remove it first, or choose another --name.", name=name)
    watch = Watch(0, name, words, article_filter.as_dict(), stamp())
    (matching,) = Selection.of(connection, watch.article_filter).execute("count(*)").fetchone()
    (stored,) = Selection.of(connection, ArticleFilter()).execute("count(*)").fetchone()
    connection.execute(
        "INSERT INTO watches (name, words, filter, created) VALUES (?, ?, ?, ?)",
        (name, words, json.dumps(watch.filter, ensure_ascii=False), watch.created),
    )
    return matching, stored


def list_watches(connection: sqlite3.Connection) -> list[Watch]:
    """Return the watches by name."""
    rows = select_rows(connection, "SELECT id, name, words, filter, created FROM watches ORDER BY name")
    return [Watch(**row | {"filter": json.loads(row["filter"])}) for row in rows]


def remove_watch(connection: sqlite3.Connection, name: str) -> None:
    """Remove a watch, inside a transaction. Raises WatchError when there is none of this name."""
    row = connection.execute("SELECT id FROM watches WHERE name = ?", (name,)).fetchone()
    if row is None:
        known = "、".join(watch.name for watch in list_watches(connection)[:10]) or "none"
        raise WatchError("there is no watch {name!r}; there are: {known}.", name=name, known=known)
    connection.execute("DELETE FROM watch_notifications WHERE watch = ?", row)
    connection.execute("DELETE FROM watches WHERE id = ?", row)


def pending_articles(connection: sqlite3.Connection, watch: Watch, channel: str) -> list[WatchedArticle]:
    """Return the articles that a channel was not told of, in the order of storing; at most MOST_ARTICLES.

    Raises SearchError and FilterError.
    """
    rows = Selection.of(connection, watch.article_filter).execute(
        "a.id, a.url, v.title, v.source, v.published",
        f"""AND a.first_seen >= q.created AND NOT EXISTS (SELECT 1 FROM watch_notifications t
              WHERE t.watch = q.watch AND t.channel = q.channel AND t.article = a.id)
            ORDER BY a.n LIMIT {MOST_ARTICLES}""",
        joins="JOIN (SELECT ? AS created, ? AS watch, ? AS channel) q",
        values=(watch.created, watch.id, channel),
    )
    return [WatchedArticle(*row) for row in rows]


def mark_told(connection: sqlite3.Connection, watch: Watch, channel: str, articles: Sequence[WatchedArticle]) -> None:
    """Record, inside a transaction, that a channel was told of articles."""
    now = stamp()
    connection.executemany(
        "INSERT OR IGNORE INTO watch_notifications VALUES (?, ?, ?, ?)",
        [(watch.id, channel, article.id, now) for article in articles],
    )
