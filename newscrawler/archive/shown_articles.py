"""Addresses that show the article of another address: a cache, or a fault of the portal, sends one page for several.

Such a page has the title and the text of an article that the portal lists under its own headline, and the document is
listed under another one. Reprints within a portal stand under the same headline.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from newscrawler.normalization.article import Article
from newscrawler.text.headlines import are_unlike
from newscrawler.text.urls import identity

_MOST = 20
"""Articles with one text, and headlines of a document, that are looked at."""


def shown_instead(
    connection: sqlite3.Connection, portal: str, url: str, article: Article, recent: Collection[int]
) -> str | None:
    """Return the address of the article that a document shows in place of its own; None if it shows its own.

    `url` is that of the document. `recent` are the row numbers of articles with the same title and text that may not be
    in the index yet.
    """
    own = identity(url)
    headlines = _headlines(connection, portal, own)
    if identity(article.url) != own or not headlines or not all(are_unlike(article.title, one) for one in headlines):
        return None
    for address in _with_the_text(connection, portal, article, recent):
        others = _listed(connection, portal, identity(address))
        if identity(address) != own and all(are_unlike(one, other) for one in headlines for other in others):
            return address
    return None


def _headlines(connection: sqlite3.Connection, portal: str, name: str) -> list[str]:
    """Return the headlines under which lists show a document, and the title of its stored article."""
    stored = connection.execute(
        """SELECT v.title FROM urls u JOIN articles a ON a.n = u.article JOIN versions v ON v.id = a.version
           WHERE u.portal = ? AND u.identity = ?""",
        (portal, name),
    )
    return [*_listed(connection, portal, name), *(str(title) for (title,) in stored)]


def _listed(connection: sqlite3.Connection, portal: str, name: str) -> list[str]:
    """Return the newest headlines under which lists show a document."""
    rows = connection.execute(
        """SELECT l.title FROM urls u JOIN listing_sightings l ON l.url = u.id
           WHERE u.portal = ? AND u.identity = ? ORDER BY l.id DESC LIMIT ?""",
        (portal, name, _MOST),
    )
    return [str(title) for (title,) in rows]


def _with_the_text(connection: sqlite3.Connection, portal: str, article: Article, recent: Collection[int]) -> list[str]:
    """Return the addresses of the articles of a portal whose newest version has this title and text."""
    # Imported here, since it imports numpy, which commands that only read do not need.
    from newscrawler.archive.indexing.minhash import bands, signature

    keys = bands(signature(article.body))[:1]  # equal texts share all bands
    marks = ", ".join("?" * len(recent))
    rows = connection.execute(
        f"""SELECT a.url FROM articles a JOIN versions v ON v.id = a.version
            WHERE (a.n IN (SELECT article FROM reprint_bands WHERE band = ?) OR a.n IN ({marks}))
              AND a.portal = ? AND v.content_hash = ? ORDER BY a.n LIMIT ?""",
        (keys[0] if keys else None, *recent, portal, article.content_hash, _MOST),
    )
    return [str(address) for (address,) in rows]
