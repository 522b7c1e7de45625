"""The shapes of the addresses of a portal's articles, learned from those that are stored, kept with the portal."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter

from newscrawler.listings.article_urls import has_identifier, url_shape

MOST_ADDRESSES = 5_000
"""The newest articles of a portal whose addresses are looked at."""
LEAST = 3
"""Articles with one shape of address that make it known."""
MOST_SHAPES = 50


def known_shapes(connection: sqlite3.Connection, portal: str) -> frozenset[str]:
    """Return the shapes of addresses that articles of a portal have."""
    row = connection.execute("SELECT article_shapes FROM portals WHERE id = ?", (portal,)).fetchone()
    try:
        counts = json.loads(row[0]) if row is not None else {}
    except (ValueError, RecursionError):
        return frozenset()
    return frozenset(counts) if isinstance(counts, dict) else frozenset()


def learn_shapes(connection: sqlite3.Connection, portal: str) -> None:
    """Record the shapes of the addresses of a portal's newest articles, with their numbers. Inside a transaction."""
    rows = connection.execute(
        "SELECT url FROM urls WHERE portal = ? AND state = 'done' ORDER BY id DESC LIMIT ?", (portal, MOST_ADDRESSES)
    )
    counts = Counter(shape for (url,) in rows if has_identifier(shape := url_shape(url)))
    learned = {shape: count for shape, count in counts.most_common(MOST_SHAPES) if count >= LEAST}
    connection.execute(
        "UPDATE portals SET article_shapes = ? WHERE id = ?", (json.dumps(learned, ensure_ascii=False), portal)
    )
