"""Computing the hashes of an archive again: of rows, texts and versions, and the ids of articles."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from newscrawler.archive.articles import article_id, stored_text_hash
from newscrawler.archive.database.row_digests import changed_rows
from newscrawler.archive.integrity.consistency import SAMPLES, format_rows
from newscrawler.archive.integrity.problem import RESTORE, Problem
from newscrawler.normalization.text import text_hash


def hash_problems(connection: sqlite3.Connection) -> Iterator[Problem]:
    """Yield one problem per table with hashes or ids that are not what its rows give."""
    checks = (
        ("texts", "the text is not the one that was stored", wrong_texts(connection)),
        (
            "versions",
            "title and body do not agree with content_hash",
            (label for _, label in wrong_versions(connection)),
        ),
        ("articles", "the id does not follow from portal and key", _wrong_ids(connection)),
    )
    for table, what, labels in checks:
        wrong = list(labels)
        if wrong:
            samples = ", ".join(wrong[:SAMPLES])
            yield Problem("hash", table, f"{what}: {format_rows(len(wrong))}, as in {samples}", RESTORE)


def digest_problems(connection: sqlite3.Connection) -> Iterator[Problem]:
    """Yield the rows that something else changed, added or removed since they were stored."""
    for rows in changed_rows(connection):
        samples = ", ".join(rows.labels[:SAMPLES])
        count = format_rows(len(rows.labels)) if rows.keys else "rows"
        yield Problem("digest", rows.table, f"{rows.what}: {count}, as in {samples}", RESTORE)


def wrong_texts(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield the stored hash of each text whose own hash differs."""
    for digest, body, html in connection.execute("SELECT hash, body, body_html FROM texts"):
        if stored_text_hash(body, html) != digest:
            yield str(digest)


def wrong_versions(connection: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    """Yield row id and description of each version whose title and body do not agree with its content_hash."""
    versions = connection.execute(
        """SELECT v.id, a.url, v.number, v.content_hash, v.title, x.body FROM versions v
           JOIN articles a ON a.n = v.article JOIN texts x ON x.hash = v.text"""
    )
    for version, url, number, digest, title, body in versions:
        if text_hash(title, body) != digest:
            yield version, f"{url} (version {number})"


def _wrong_ids(connection: sqlite3.Connection) -> Iterator[str]:
    for key, portal, document, url in connection.execute("SELECT id, portal, key, url FROM articles"):
        if article_id(portal, document) != key:
            yield str(url)
