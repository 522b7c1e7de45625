"""Comparing the tables of reprints with the texts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from newscrawler.archive.columns import NOT_SUPPRESSED
from newscrawler.archive.indexing.reprints import SIMILAR


def wrong_reprints(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield one sentence per table that does not agree with the texts. `reprints.rebuild_clusters` repairs all.

    Which pairs are found depends on the order in which articles were stored. So a pair that is missing is not noticed,
    only one that is wrong.
    """
    stale = connection.execute(
        f"""SELECT (SELECT count(*) FROM articles a LEFT JOIN reprint_signatures g ON g.article = a.n
                    WHERE g.version IS NOT CASE WHEN {NOT_SUPPRESSED} THEN a.version END)
                + (SELECT count(*) FROM reprint_signatures WHERE article NOT IN (SELECT n FROM articles))"""
    ).fetchone()[0]
    if stale:
        yield f"the signatures of {stale:,} articles are not those of their newest versions"
        return
    checks = (
        (_wrong_signatures(connection), "the signatures and bands of {:,} articles are not those of their texts"),
        (_wrong_pairs(connection), "{:,} pairs are not similar as they say"),
        (_wrong_members(connection), "the clusters of {:,} articles are not those that pairs connect"),
    )
    for count, sentence in checks:
        if count:
            yield sentence.format(count)


def _wrong_signatures(connection: sqlite3.Connection) -> int:
    from newscrawler.archive.indexing.minhash import bands, signature

    wrong = 0
    rows = connection.execute(
        """SELECT g.article, g.signature, x.body FROM reprint_signatures g
           JOIN versions v ON v.id = g.version JOIN texts x ON x.hash = v.text"""
    )
    known = 0
    for article, stored, body in rows:
        own = signature(body)
        keys = set(bands(own))
        known += len(keys)
        marks = ", ".join("?" * len(keys))
        found = connection.execute(
            f"SELECT count(*) FROM reprint_bands WHERE article = ? AND band IN ({marks})", (article, *keys)
        ).fetchone()[0]
        wrong += own.astype("<u4").tobytes() != stored or found != len(keys)
    more = connection.execute("SELECT count(*) FROM reprint_bands").fetchone()[0] - known
    return wrong or max(0, more)


def _wrong_pairs(connection: sqlite3.Connection) -> int:
    from newscrawler.archive.indexing.minhash import likeness, pieces

    body = "SELECT x.body FROM reprint_signatures g JOIN versions v ON v.id = g.version JOIN texts x ON x.hash = v.text"
    wrong = 0
    rows = connection.execute(
        f"""SELECT p.similarity, ({body} WHERE g.article = p.article), ({body} WHERE g.article = p.other),
              (SELECT similarity FROM reprint_pairs o WHERE o.article = p.other AND o.other = p.article)
            FROM reprint_pairs p"""
    )
    for similarity, one, other, back in rows:
        if one is None or other is None or back != similarity or similarity < SIMILAR:
            wrong += 1
        else:
            wrong += likeness(pieces(one), pieces(other)) != similarity
    return wrong


def _wrong_members(connection: sqlite3.Connection) -> int:
    lowest: dict[int, int] = {}
    pairs: dict[int, list[int]] = {}
    for article, other in connection.execute("SELECT article, other FROM reprint_pairs ORDER BY article"):
        pairs.setdefault(article, []).append(other)
    for article in sorted(pairs):
        stack = [article] if article not in lowest else []
        while stack:
            member = stack.pop()
            if member not in lowest:
                lowest[member] = article
                stack += pairs.get(member, [])
    stored = dict(connection.execute("SELECT article, cluster FROM reprint_members"))
    return sum(lowest.get(article) != stored.get(article) for article in lowest.keys() | stored.keys())
