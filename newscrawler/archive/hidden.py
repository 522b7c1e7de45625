"""What a takedown hides besides the article itself: the addresses under which it was seen."""

from __future__ import annotations

import sqlite3


def hidden_urls(connection: sqlite3.Connection) -> frozenset[str]:
    """Return all addresses of articles that a takedown hides, in every form that the archive has."""
    rows = connection.execute(
        """WITH hidden AS (
             SELECT a.n, a.url FROM suppressions h JOIN articles a ON a.id = h.article WHERE h.lifted IS NULL)
           SELECT url FROM hidden
           UNION SELECT u.url FROM hidden h JOIN urls u ON u.article = h.n
           UNION SELECT l.alias FROM hidden h JOIN urls u ON u.article = h.n JOIN url_aliases l ON l.url = u.id"""
    )
    return frozenset(row[0] for row in rows)
