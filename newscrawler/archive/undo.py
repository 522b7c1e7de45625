"""Taking back what one run stored: its versions, and the articles that have no other."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from newscrawler.archive.database.transaction import writing
from newscrawler.archive.indexing.fulltext import index_article
from newscrawler.archive.indexing.reprints import cluster_article
from newscrawler.archive.runs import add_event

REASON = "its run was undone"
"""Why a document that is stored is asked for again."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What undoing a run came to."""

    versions: int
    """Versions that were taken back."""
    articles: int
    """Articles that are gone with them; the next crawl asks for them again."""
    kept: int
    """Articles that were left as they are, since someone suppressed them."""


def undo_run(connection: sqlite3.Connection, run: int) -> Undone:
    """Take back the versions that a run stored, in one transaction.

    The version before becomes the newest again; later ones move up by one number. What the run's versions were read
    from is asked for again by the next crawl, and captures, listings and the run's own record stay.
    """
    with writing(connection):
        rows = connection.execute("SELECT id, article, text FROM versions WHERE run = ? ORDER BY id", (run,)).fetchall()
        affected: dict[int, list[int]] = {}
        for version, article, _ in rows:
            affected.setdefault(article, []).append(version)
        kept = {article for article in affected if _would_vanish_suppressed(connection, article, run)}
        gone = 0
        for article, versions in affected.items():
            if article not in kept:
                gone += _take_back(connection, article, versions)
        connection.executemany(
            "DELETE FROM texts WHERE hash = ? AND NOT EXISTS (SELECT 1 FROM versions WHERE text = hash)",
            {(text,) for _, article, text in rows if article not in kept},
        )
        _reopen(connection, set(affected) - kept)
        done = Undone(sum(len(affected[article]) for article in affected if article not in kept), gone, len(kept))
        # The run is no standard for later ones any more.
        connection.execute("UPDATE run_measures SET measures = '' WHERE run = ?", (run,))
        reason = f"undone: {done.versions} versions taken back, {done.articles} articles with them"
        add_event(connection, run, "warning", url=None, section=None, reason=reason)
    return done


def _would_vanish_suppressed(connection: sqlite3.Connection, article: int, run: int) -> bool:
    row = connection.execute(
        """SELECT 1 FROM articles a WHERE a.n = ? AND EXISTS (SELECT 1 FROM suppressions s WHERE s.article = a.id)
           AND NOT EXISTS (SELECT 1 FROM versions v WHERE v.article = a.n AND v.run != ?)""",
        (article, run),
    ).fetchone()
    return row is not None


def _take_back(connection: sqlite3.Connection, article: int, versions: Iterable[int]) -> bool:
    """Remove versions of one article; return whether the article went with them."""
    marks = [(version,) for version in versions]
    left = connection.execute(
        f"SELECT id FROM versions WHERE article = ? AND id NOT IN ({', '.join('?' * len(marks))}) ORDER BY number",
        (article, *(version for (version,) in marks)),
    ).fetchall()
    connection.execute(
        "UPDATE articles SET version = ?, version_count = ? WHERE n = ?",
        (left[-1][0] if left else None, len(left), article),
    )
    # Index and clusters read the version that they hold before they forget it.
    index_article(connection, article)
    cluster_article(connection, article)
    for table in ("credits", "images", "attachments", "version_pages"):
        connection.executemany(f"DELETE FROM {table} WHERE version = ?", marks)
    connection.executemany("DELETE FROM versions WHERE id = ?", marks)
    for number, (version,) in enumerate(left, 1):
        connection.execute("UPDATE versions SET number = ? WHERE id = ?", (number, version))
    return not left


def _reopen(connection: sqlite3.Connection, articles: Iterable[int]) -> None:
    """Let the next crawl ask again for the documents; articles without a version go."""
    for article in articles:
        is_empty = connection.execute("SELECT version IS NULL FROM articles WHERE n = ?", (article,)).fetchone()[0]
        connection.execute(
            """UPDATE urls SET state = 'pending', reason = ?, tries = 0, next_try = NULL,
                 etag = NULL, last_modified = NULL, article = CASE WHEN ? THEN NULL ELSE article END
               WHERE article = ?""",
            (REASON, is_empty, article),
        )
        # What is pending again is not settled: the section's mark falls, and the next crawl reads its listing anew.
        connection.execute(
            """UPDATE sections SET complete_back_to = NULL, complete_run = NULL
               WHERE id IN (SELECT section FROM article_sections WHERE article = ?)""",
            (article,),
        )
        connection.execute(
            "DELETE FROM bookmarks WHERE section IN (SELECT section FROM article_sections WHERE article = ?)",
            (article,),
        )
        if is_empty:
            connection.execute("DELETE FROM article_sections WHERE article = ?", (article,))
            connection.execute("DELETE FROM articles WHERE n = ?", (article,))
