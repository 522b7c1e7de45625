"""Articles as a user names them: by a URL under which one was seen, or by its id; the beginning of the id is enough."""

from __future__ import annotations

import sqlite3
from difflib import get_close_matches
from typing import Any

from newscrawler.archive.columns import MISSING_SINCE, NOT_SUPPRESSED
from newscrawler.archive.rows import select_rows
from newscrawler.text.urls import identity

_MAX_QUOTED = 200
_MAX_MATCHES = 20
_MAX_LISTED = 5


class ArticleLookupError(ValueError):
    """A name that means no article, or several; the message gives the nearest, or those that are meant."""


def find_public_article(connection: sqlite3.Connection, name: str) -> dict[str, Any]:
    """Return the article of this name that is not suppressed, as `find_articles` does.

    Raises ArticleLookupError when there is none, when there are several, and when the article is suppressed.
    """
    articles = find_articles(connection, name)
    public = [row for row in articles if _is_public(connection, row["n"])]
    if len(public) > 1:
        raise ambiguous_name_error(name, public)
    if public:
        return public[0]
    if articles:
        raise ArticleLookupError(
            f"the article {articles[0]['id']} is suppressed; 'newscrawler suppress list' says why."
        )
    raise unknown_name_error(connection, name)


def _is_public(connection: sqlite3.Connection, article: int) -> bool:
    row = connection.execute(f"SELECT {NOT_SUPPRESSED} FROM articles a WHERE a.n = ?", (article,)).fetchone()
    return bool(row[0])


def find_articles(connection: sqlite3.Connection, name: str) -> list[dict[str, Any]]:
    """Return the articles with this id (or the beginning of one), or seen at this URL in any form.

    Of many that begin so, the first. Each has n, id, url, portal, status, status_reason (NULL for a live article),
    missing_since (NULL while the portal has it), first_seen and last_seen.
    """
    columns = f"""a.n, a.id, a.url, a.portal, a.status, CASE WHEN a.status <> 'live' THEN (SELECT u.reason FROM urls u
      WHERE u.article = a.n AND u.reason IS NOT NULL ORDER BY u.last_fetched DESC LIMIT 1) END AS status_reason,
      {MISSING_SINCE} AS missing_since,
      a.first_seen, a.last_seen"""
    if is_url(name):
        url_identity = identity(name)
        return select_rows(
            connection,
            f"""SELECT {columns} FROM articles a WHERE a.n IN (
                  SELECT article FROM urls WHERE identity = ?
                  UNION SELECT u.article FROM url_aliases l JOIN urls u ON u.id = l.url WHERE l.alias = ?
                  UNION SELECT n FROM articles WHERE url = ? OR key = ?) ORDER BY a.n""",
            (url_identity, name, name, url_identity),
        )
    if name.strip():
        return select_rows(
            connection,
            f"""SELECT {columns} FROM articles a
                WHERE a.id >= ?1 AND a.id < ?1 || 'g' ORDER BY a.id LIMIT {_MAX_MATCHES}""",
            (name,),
        )
    return []


def is_url(name: str) -> bool:
    """Whether a name is a URL; ids have no slash."""
    return "/" in name


def ambiguous_name_error(name: str, articles: list[dict[str, Any]]) -> ArticleLookupError:
    """Return the error for a name that means all of these."""
    return ArticleLookupError(
        f"{name[:_MAX_QUOTED]!r} means several articles: {format_articles(articles)}; give one of these ids."
    )


def format_articles(articles: list[dict[str, Any]]) -> str:
    """Return articles as a message names them."""
    more = "、…" if len(articles) > _MAX_LISTED else ""
    return "、".join(f"{row['id']} ({row['url']})" for row in articles[:_MAX_LISTED]) + more


def unknown_name_error(connection: sqlite3.Connection, name: str) -> ArticleLookupError:
    """Return the error for a name that means none, with the nearest of those that are shown."""
    return ArticleLookupError(f"the archive has no article {name[:_MAX_QUOTED]!r}; {_nearest(connection, name)}")


def _nearest(connection: sqlite3.Connection, name: str) -> str:
    """Say which known URL or id is spelt most like this one; only its neighbours in the index are looked at."""
    if is_url(name):
        url_identity = identity(name)
        known: dict[str, str] = {}
        for (portal,) in connection.execute("SELECT id FROM portals").fetchall():
            for sign, order in ((">=", ""), ("<", "DESC")):
                known |= connection.execute(
                    f"""SELECT u.identity, a.url FROM urls u JOIN articles a ON a.n = u.article
                        WHERE u.portal = ? AND u.identity {sign} ? AND {NOT_SUPPRESSED}
                        ORDER BY u.identity {order} LIMIT 5""",
                    (portal, url_identity),
                ).fetchall()
        near = [known[match] for match in get_close_matches(url_identity, known, n=2)]
    else:
        ids = connection.execute(
            f"SELECT id FROM articles a WHERE id >= ?1 AND id < ?1 || 'g' AND {NOT_SUPPRESSED} LIMIT 500", (name[:3],)
        ).fetchall()
        beginnings = {key[: len(name)]: key for (key,) in ids}
        near = [beginnings[match] for match in get_close_matches(name, beginnings, n=2)]
    if near:
        return f"the nearest it has: {'、'.join(near)}."
    return "give a URL as it was seen, or an id; 'newscrawler search' finds articles by their words."
