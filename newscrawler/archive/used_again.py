"""Addresses that are used again: a portal that is set up anew gives the address of an old article to a new one.

The archive keeps one article per address; its versions then are of two articles. This tells where the second begins.
"""

from __future__ import annotations

import sqlite3

from newscrawler.archive.articles import is_edit_of
from newscrawler.text.headlines import are_unlike
from newscrawler.text.urls import identity

State = tuple[str, str, str]
"""Of a page: title, text, and day of publication or nothing."""


def are_two_articles(before: State, after: State) -> bool:
    """Tell whether two states of a page are of two articles.

    The titles are unlike, the texts have little in common, and the second is of a later day.
    """
    (title, body, day), (new_title, new_body, new_day) = before, after
    return bool(day) and new_day > day and are_unlike(title, new_title) and not is_edit_of(body, new_body)


def shows_another(connection: sqlite3.Connection, number: int) -> bool:
    """Tell whether the newest version of an article is another article than the version before."""
    newest = list(states_of(connection, number, 2).values())
    return len(newest) == 2 and are_two_articles(newest[1], newest[0])


def states_of(connection: sqlite3.Connection, number: int, most: int) -> dict[int, State]:
    """Return the states of the newest versions of an article, by their numbers."""
    rows = connection.execute(
        """SELECT v.number, v.title, t.body, coalesce(v.published_date, '')
           FROM versions v JOIN texts t ON t.hash = v.text WHERE v.article = ? ORDER BY v.number DESC LIMIT ?""",
        (number, most),
    )
    return {version: (title, body, day) for version, title, body, day in rows}


def is_listed_as_another(connection: sqlite3.Connection, portal: str, url: str, title: str, listed_date: str) -> bool:
    """Tell whether a list shows a stored document as another article than ever before.

    Its headline is unlike all earlier ones and the stored title, and its day is later than all earlier ones and the day
    of publication. Each new headline is so once: as soon as it is recorded, it is an earlier one.
    """
    rows = connection.execute(
        """SELECT v.title, coalesce(v.published_date, '') FROM urls u JOIN articles a ON a.n = u.article
             JOIN versions v ON v.id = a.version WHERE u.portal = ?1 AND u.identity = ?2 AND u.state = 'done'
           UNION ALL
           SELECT l.title, l.listed_date FROM urls u JOIN listing_sightings l ON l.url = u.id
             WHERE u.portal = ?1 AND u.identity = ?2 AND u.state = 'done' AND u.article IS NOT NULL""",
        (portal, identity(url)),
    ).fetchall()
    latest = max((day for _, day in rows), default="")
    return bool(latest) and listed_date > latest and all(are_unlike(title, earlier) for earlier, _ in rows)
