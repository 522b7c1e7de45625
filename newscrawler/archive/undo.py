"""Undoing a run: removing the versions that it stored, and the articles that have no other version."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from newscrawler.archive.annotations import forget_annotations
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.imported import addresses_of, forget_addresses, forget_sightings
from newscrawler.archive.indexing.fulltext import index_article
from newscrawler.archive.indexing.reprints import cluster_article
from newscrawler.archive.runs import add_event
from newscrawler.archive.templates import drop_templates

REASON = "its run was undone"
"""The reason with which a stored document becomes pending again."""
UNDONE = "undone:"
"""How the reason of the event begins that a run has when it was undone."""


@dataclass(frozen=True, slots=True)
class UndoResult:
    """The numbers of what undoing a run changed."""

    versions: int
    """Removed versions."""
    articles: int
    """Articles removed with them; the next crawl requests them again."""
    suppressed: int
    """Articles that were left as they are, since they are suppressed and would be removed."""


def undo_run(connection: sqlite3.Connection, run: int) -> UndoResult:
    """Remove the versions that a run stored, in one transaction.

    The previous version becomes the newest again; later ones get lower numbers. The next crawl requests the documents
    of the removed versions again. A template that was learnt at the end of the run is removed, too. Captures, sightings
    and the run's own record stay. Of an import, what only it knew is removed: addresses, sightings and sections.
    """
    with writing(connection):
        rows = connection.execute("SELECT id, article, text FROM versions WHERE run = ? ORDER BY id", (run,)).fetchall()
        affected: dict[int, list[int]] = {}
        for version, article, _ in rows:
            affected.setdefault(article, []).append(version)
        suppressed = {article for article in affected if _is_suppressed_and_only_in_run(connection, article, run)}
        removed_articles = 0
        for article, versions in affected.items():
            if article not in suppressed:
                removed_articles += _remove_versions(connection, article, versions)
        connection.executemany(
            "DELETE FROM texts WHERE hash = ? AND NOT EXISTS (SELECT 1 FROM versions WHERE text = hash)",
            {(text,) for _, article, text in rows if article not in suppressed},
        )
        if _is_import(connection, run):
            addresses = addresses_of(connection, run)
            forget_sightings(connection, run)
            _release(connection, set(affected) - suppressed)
            forget_addresses(connection, run, addresses)
        else:
            _reopen(connection, set(affected) - suppressed)
        removed_versions = sum(len(versions) for article, versions in affected.items() if article not in suppressed)
        result = UndoResult(removed_versions, removed_articles, len(suppressed))
        # Later runs must not be compared with this one.
        connection.execute("UPDATE run_measures SET measures = '' WHERE run = ?", (run,))
        drop_templates(connection, run)
        reason = f"undone: {result.versions} versions and {result.articles} articles were removed"
        add_event(connection, run, "warning", url=None, section=None, reason=reason)
    return result


def _is_suppressed_and_only_in_run(connection: sqlite3.Connection, article: int, run: int) -> bool:
    row = connection.execute(
        """SELECT 1 FROM articles a WHERE a.n = ? AND EXISTS (SELECT 1 FROM suppressions s WHERE s.article = a.id)
           AND NOT EXISTS (SELECT 1 FROM versions v WHERE v.article = a.n AND v.run != ?)""",
        (article, run),
    ).fetchone()
    return row is not None


def _remove_versions(connection: sqlite3.Connection, article: int, versions: Iterable[int]) -> bool:
    """Remove versions of one article; return whether the article has none left."""
    removed = list(versions)
    placeholders = ", ".join("?" * len(removed))
    remaining = connection.execute(
        f"SELECT id FROM versions WHERE article = ? AND id NOT IN ({placeholders}) ORDER BY number",
        (article, *removed),
    ).fetchall()
    connection.execute(
        "UPDATE articles SET version = ?, version_count = ? WHERE n = ?",
        (remaining[-1][0] if remaining else None, len(remaining), article),
    )
    # Index and clusters read the indexed version again to remove it, so they come before its deletion.
    index_article(connection, article)
    cluster_article(connection, article)
    for table in ("credits", "images", "attachments", "version_pages"):
        connection.executemany(f"DELETE FROM {table} WHERE version = ?", [(version,) for version in removed])
    connection.executemany("DELETE FROM versions WHERE id = ?", [(version,) for version in removed])
    forget_annotations(connection, article)
    for number, (version,) in enumerate(remaining, 1):
        connection.execute("UPDATE versions SET number = ? WHERE id = ?", (number, version))
    return not remaining


def remove_article(connection: sqlite3.Connection, article: int) -> None:
    """Remove an article with its versions, for an archive that is being built. No address may point to it."""
    versions = connection.execute("SELECT id, text FROM versions WHERE article = ?", (article,)).fetchall()
    _remove_versions(connection, article, [version for version, _ in versions])
    connection.executemany(
        "DELETE FROM texts WHERE hash = ? AND NOT EXISTS (SELECT 1 FROM versions WHERE text = hash)",
        {(text,) for _, text in versions},
    )
    connection.execute("DELETE FROM article_sections WHERE article = ?", (article,))
    connection.execute("DELETE FROM articles WHERE n = ?", (article,))


def _is_import(connection: sqlite3.Connection, run: int) -> bool:
    row = connection.execute("SELECT command = 'import' FROM runs WHERE id = ?", (run,)).fetchone()
    return bool(row and row[0])


def _release(connection: sqlite3.Connection, articles: Iterable[int]) -> None:
    """Remove those of these articles that have no version left. The state of an address stays as a crawl left it."""
    for article in articles:
        if connection.execute("SELECT version IS NULL FROM articles WHERE n = ?", (article,)).fetchone()[0]:
            for (number,) in connection.execute("SELECT id FROM urls WHERE article = ?", (article,)).fetchall():
                (state,) = connection.execute(
                    """UPDATE urls SET reason = CASE state WHEN 'done' THEN ?1 ELSE reason END, article = NULL,
                         state = CASE state WHEN 'done' THEN 'pending' ELSE state END WHERE id = ?2 RETURNING state""",
                    (REASON, number),
                ).fetchone()
                if state == "pending":
                    _drop_marks(connection, "SELECT section FROM listing_sightings WHERE url = ?", number)
            connection.execute("DELETE FROM article_sections WHERE article = ?", (article,))
            connection.execute("DELETE FROM articles WHERE n = ?", (article,))


def _reopen(connection: sqlite3.Connection, articles: Iterable[int]) -> None:
    """Make the documents of these articles pending again; remove articles without a version."""
    for article in articles:
        is_empty = connection.execute("SELECT version IS NULL FROM articles WHERE n = ?", (article,)).fetchone()[0]
        connection.execute(
            """UPDATE urls SET state = 'pending', reason = ?, tries = 0, next_try = NULL,
                 etag = NULL, last_modified = NULL, article = CASE WHEN ? THEN NULL ELSE article END
               WHERE article = ?""",
            (REASON, is_empty, article),
        )
        _drop_marks(connection, "SELECT section FROM article_sections WHERE article = ?", article)
        if is_empty:
            connection.execute("DELETE FROM article_sections WHERE article = ?", (article,))
            connection.execute("DELETE FROM articles WHERE n = ?", (article,))


def _drop_marks(connection: sqlite3.Connection, sections: str, number: int) -> None:
    """Remove the marks of the sections that list a document which is pending again. `sections` is a query.

    A pending document is not settled: the next crawl reads the listing again.
    """
    connection.execute(
        f"UPDATE sections SET complete_back_to = NULL, complete_run = NULL WHERE id IN ({sections})", (number,)
    )
    connection.execute(f"DELETE FROM bookmarks WHERE section IN ({sections})", (number,))
