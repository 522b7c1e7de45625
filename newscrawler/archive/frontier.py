"""The state of every document that a listing showed: pending, done, failed, blocked, gone or foreign.

`pending` was never fetched. `failed` and `blocked` have a reason and the time of the next attempt, which is NULL
once the crawler has given up. `gone` was answered with 404 or 410 and is requested again at growing intervals while a
listing shows it. `foreign` is outside the portal and is not fetched, unless a later definition allows its host. A
document is *settled* when it needs no further attempt.

`settling` records what becomes of a document.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from newscrawler.normalization.listed import Listed
from newscrawler.text.clock import stamp
from newscrawler.text.urls import identity

UNSETTLED = """(u.state = 'pending' OR (u.state IN ('failed', 'blocked') AND u.next_try IS NOT NULL)
  OR (u.state = 'gone' AND u.article IS NULL AND u.tries = 0))"""
"""SQL condition on `urls u`: the document needs a further attempt. One that was never stored and has been missing for
less than a day has `tries` 0: its listing may have been published before its page."""
LISTED_SOURCE = """coalesce((SELECT l.source FROM listing_sightings l WHERE l.url = u.id AND l.source <> ''
  ORDER BY l.id LIMIT 1), '')"""
"""SQL on `urls u`: the outlet that the first listing with one names, as `articles.listed_source`."""
_DATA_KEYS = """coalesce((SELECT l.data_keys FROM listing_sightings l WHERE l.url = u.id AND l.data_keys <> ''
  ORDER BY l.last_seen DESC, l.id DESC LIMIT 1), '')"""
"""SQL on `urls u`: what the latest listing gives to keys of the address of the article's data."""


@dataclass(frozen=True, slots=True)
class KnownUrl:
    """What the archive knows about a URL."""

    state: str
    due: bool
    """A crawl may fetch it now."""
    first_run: int | None
    """The first run that saw it in the section in question; None: it was never seen there."""


def known_urls(
    connection: sqlite3.Connection,
    portal: str,
    section: int,
    identities: Iterable[str],
    *,
    at_once: Collection[str] = (),
) -> dict[str, KnownUrl]:
    """Return what is known about these identities, with `first_run` for one section.

    What is in one of the states `at_once` is due, whenever its next attempt would be.
    """
    now = stamp()
    known: dict[str, KnownUrl] = {}
    for name in identities:
        row = connection.execute(
            """SELECT u.state, u.next_try,
                 (SELECT min(first_run) FROM listing_sightings WHERE section = ? AND url = u.id)
               FROM urls u WHERE u.portal = ? AND u.identity = ?""",
            (section, portal, name),
        ).fetchone()
        if row is not None:
            state, next_try, first_run = row
            due = state == "pending" or state in at_once or (next_try is not None and next_try <= now)
            known[name] = KnownUrl(state, due, first_run)
    return known


def lists_among(connection: sqlite3.Connection, portal: str, identities: Iterable[str]) -> tuple[list[str], int]:
    """Return the URLs of those documents that turned out to be lists, and how many of them are stored articles.

    A page that is surely no article, since it has no running text, counts as one.
    """
    lists, stored = [], 0
    for name in identities:
        row = connection.execute(
            """SELECT url, article IS NOT NULL, state = 'failed' AND (
                 reason LIKE '%article (listing): %' OR reason LIKE 'not an article (no-body): %')
               FROM urls WHERE portal = ? AND identity = ?""",
            (portal, name),
        ).fetchone()
        if row is not None:
            stored += row[1]
            lists += [str(row[0])] if row[2] else []
    return lists, stored


@dataclass(frozen=True, slots=True)
class DueUrl:
    """A document that an earlier run left unsettled, with the section that listed it first."""

    url: str
    section: int
    listed: Listed


def due_urls(
    connection: sqlite3.Connection,
    portal: str,
    *,
    sections: Iterable[int],
    since: str | None,
    at_once: Collection[str] = (),
) -> Iterator[DueUrl]:
    """Yield the documents of these sections that earlier runs left to fetch, newest first.

    Those in one of the states `at_once` are among them whenever their next attempt would be, and if there were none.
    """
    section_ids = list(sections)
    rows = connection.execute(
        f"""SELECT u.url, s.section, max(s.listed_date) AS listed, {LISTED_SOURCE}, {_DATA_KEYS} FROM urls u
            JOIN listing_sightings s ON s.url = u.id
            WHERE u.portal = ? AND ({UNSETTLED} AND (u.next_try IS NULL OR u.next_try <= ?)
                OR u.state IN ({", ".join("?" * len(at_once))}))
              AND s.section IN ({", ".join("?" * len(section_ids))})
              AND (? IS NULL OR s.listed_date = '' OR s.listed_date >= ?)
            GROUP BY u.id ORDER BY listed DESC, u.id""",
        (portal, stamp(), *at_once, *section_ids, since, since),
    ).fetchall()
    for url, section, *listed in rows:
        yield DueUrl(url, section, Listed(*listed))


def add_url(connection: sqlite3.Connection, portal: str, url: str, *, foreign: bool = False, seen: str = "") -> int:
    """Return the row id of a URL's document; a new one is added as pending (or foreign), seen now or at a time."""
    name = identity(url)
    row = connection.execute("SELECT id, url FROM urls WHERE portal = ? AND identity = ?", (portal, name)).fetchone()
    if row is None:
        return int(
            connection.execute(
                "INSERT INTO urls (portal, identity, url, state, first_seen) VALUES (?, ?, ?, ?, ?) RETURNING id",
                (portal, name, url, "foreign" if foreign else "pending", seen or stamp()),
            ).fetchone()[0]
        )
    number, first_form = row
    if url != first_form:
        connection.execute(
            "INSERT OR IGNORE INTO url_aliases (portal, alias, url) VALUES (?, ?, ?)", (portal, url, number)
        )
    return int(number)


def readmit_foreign(connection: sqlite3.Connection, portal: str, owns: Callable[[str], bool]) -> None:
    """Make foreign documents pending that belong to the portal today: its definition allows more hosts than it did."""
    rows = connection.execute("SELECT id, url FROM urls WHERE portal = ? AND state = 'foreign'", (portal,)).fetchall()
    own = [(number,) for number, url in rows if owns(url)]
    connection.executemany("UPDATE urls SET state = 'pending' WHERE id = ?", own)


@dataclass(frozen=True, slots=True)
class StoredUrl:
    """A stored document that a refresh requests again."""

    url: str
    section: int
    listed: Listed
    etag: str | None
    last_modified: str | None


def stored_urls(
    connection: sqlite3.Connection, portal: str, *, sections: Iterable[int], fetched_until: str, limit: int | None
) -> list[StoredUrl]:
    """Return stored documents of these sections, last fetched at this time or before it, the longest ago first."""
    section_ids = list(sections)
    rows = connection.execute(
        f"""SELECT u.url, min(s.section), u.etag, u.last_modified, max(s.listed_date), {LISTED_SOURCE}, {_DATA_KEYS}
            FROM urls u
            JOIN listing_sightings s ON s.url = u.id
            WHERE u.portal = ? AND u.article IS NOT NULL AND u.state IN ('done', 'gone')
              AND coalesce(u.last_fetched, '') <= ?
              AND s.section IN ({", ".join("?" * len(section_ids))})
            GROUP BY u.id ORDER BY u.last_fetched, u.id LIMIT ?""",
        (portal, fetched_until, *section_ids, -1 if limit is None else limit),
    ).fetchall()
    return [
        StoredUrl(url, section, Listed(*listed), etag, last_modified)
        for url, section, etag, last_modified, *listed in rows
    ]


def article_url(connection: sqlite3.Connection, portal: str, url: str) -> str | None:
    """Return the address at which the article of a document was first read; None if no article is stored."""
    row = connection.execute(
        """SELECT a.url FROM urls u JOIN articles a ON a.n = u.article WHERE u.portal = ? AND u.identity = ?""",
        (portal, identity(url)),
    ).fetchone()
    return str(row[0]) if row else None
