"""The state of every document that a listing showed: pending, done, failed, blocked, gone or foreign.

`pending` was never fetched. `failed` and `blocked` have a reason and the time of the next attempt, which is NULL
once the crawler has given up. `gone` was answered with 404 or 410 and is requested again at most once. `foreign` is
outside the portal and is not fetched, unless a later definition allows its host. A document is *settled* when it needs
no further attempt.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from newscrawler.text.clock import stamp
from newscrawler.text.urls import identity

RETRY_AFTER = (
    *(timedelta(0),) * 3,
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=7),
    timedelta(days=14),
    timedelta(days=30),
)
"""The wait after the first, second, ... failure of a document; after the last one the crawler gives up.
The first waits are zero, since most failures are temporary and the next crawl succeeds. The last ones cover a portal
that is down, or shows error pages, for a month."""

GONE_AFTER = timedelta(days=1)
"""How long a stored article must be missing before it counts as withdrawn, and how long a document that was never
stored waits before it is requested again."""

UNSETTLED = "(u.state = 'pending' OR (u.state IN ('failed', 'blocked') AND u.next_try IS NOT NULL))"
"""SQL condition on `urls u`: the document needs a further attempt."""


@dataclass(frozen=True, slots=True)
class KnownUrl:
    """What the archive knows about a URL."""

    state: str
    due: bool
    """A crawl may fetch it now."""
    first_run: int | None
    """The first run that saw it in the section in question; None: it was never seen there."""


def known_urls(
    connection: sqlite3.Connection, portal: str, section: int, identities: Iterable[str]
) -> dict[str, KnownUrl]:
    """Return what is known about these identities, with `first_run` for one section."""
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
            due = state == "pending" or (next_try is not None and next_try <= now)
            known[name] = KnownUrl(state, due, first_run)
    return known


@dataclass(frozen=True, slots=True)
class DueUrl:
    """A document that an earlier run left unsettled, with the section that listed it first."""

    url: str
    section: int
    listed_date: str


def due_urls(
    connection: sqlite3.Connection, portal: str, *, sections: Iterable[int], since: str | None
) -> Iterator[DueUrl]:
    """Yield the documents of these sections that earlier runs left to fetch, newest first."""
    section_ids = list(sections)
    rows = connection.execute(
        f"""SELECT u.url, s.section, max(s.listed_date) AS listed FROM urls u
            JOIN listing_sightings s ON s.url = u.id
            WHERE u.portal = ? AND {UNSETTLED} AND (u.next_try IS NULL OR u.next_try <= ?)
              AND s.section IN ({", ".join("?" * len(section_ids))})
              AND (? IS NULL OR s.listed_date = '' OR s.listed_date >= ?)
            GROUP BY u.id ORDER BY listed DESC, u.id""",
        (portal, stamp(), *section_ids, since, since),
    ).fetchall()
    for url, section, listed in rows:
        yield DueUrl(url, section, listed)


def add_url(connection: sqlite3.Connection, portal: str, url: str, *, foreign: bool = False) -> int:
    """Return the row id of a URL's document; a new one is added as pending (or foreign)."""
    name = identity(url)
    row = connection.execute("SELECT id, url FROM urls WHERE portal = ? AND identity = ?", (portal, name)).fetchone()
    if row is None:
        return int(
            connection.execute(
                "INSERT INTO urls (portal, identity, url, state, first_seen) VALUES (?, ?, ?, ?, ?) RETURNING id",
                (portal, name, url, "foreign" if foreign else "pending", stamp()),
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


def settle_done(
    connection: sqlite3.Connection,
    portal: str,
    url: str,
    *,
    article: int,
    status: int,
    etag: str | None,
    last_modified: str | None,
) -> None:
    """Record that a document was fetched and stored, and which sections list the article."""
    number = add_url(connection, portal, url)
    connection.execute(
        """UPDATE urls SET state = 'done', reason = NULL, status = ?, tries = 0, next_try = NULL, etag = ?,
             last_modified = ?, last_fetched = ?, missing_since = NULL, article = ? WHERE id = ?""",
        (status, etag, last_modified, stamp(), article, number),
    )
    connection.execute(
        """INSERT INTO article_sections (article, section, first_listed, last_listed, position)
           SELECT ?, section, min(first_seen), max(last_seen), position FROM listing_sightings
           WHERE url = ? GROUP BY section
           ON CONFLICT (article, section) DO UPDATE SET last_listed = excluded.last_listed,
             position = excluded.position""",
        (article, number),
    )
    place_in_section(connection, number)


def place_in_section(connection: sqlite3.Connection, url: int) -> None:
    """Set the first section, the listing's date and the newspaper page of the article at a URL.

    The first section is the one whose listing showed the article in the earliest crawl. Of several in one crawl it is
    the first in the portal's navigation, so that the result does not depend on which page arrived first. Interrupted
    runs count as one crawl with the run that continued them.
    """
    connection.execute(
        """UPDATE articles SET
             section = (SELECT l.section FROM listing_sightings l WHERE l.url = ?1 ORDER BY
               (SELECT r.id FROM runs r WHERE r.id >= l.first_run AND r.command = 'crawl'
                  AND r.outcome IN ('done', 'incomplete')
                  AND +r.portal = (SELECT portal FROM sections WHERE id = l.section)  -- +: in the order of ids
                ORDER BY r.id LIMIT 1) NULLS LAST, l.section LIMIT 1),
             listed_date = (SELECT nullif(min(nullif(listed_date, '')), '') FROM listing_sightings WHERE url = ?1),
             (page, page_no) = (SELECT nullif(l.page_name, ''), nullif(l.page_no, '') FROM listing_sightings l
               WHERE l.url = ?1 AND l.page_name || l.page_no <> '' ORDER BY l.listed_date, l.id LIMIT 1)
           WHERE n = (SELECT article FROM urls WHERE id = ?1)""",
        (url,),
    )


def settle_unmodified(connection: sqlite3.Connection, portal: str, url: str, *, seen: str) -> None:
    """Record that a stored document was answered with 304: its newest version was seen again."""
    number = add_url(connection, portal, url)
    connection.execute(
        """UPDATE urls SET state = 'done', reason = NULL, status = 304, tries = 0, last_fetched = ?,
             missing_since = NULL WHERE id = ?""",
        (seen, number),
    )
    connection.execute(
        """UPDATE articles SET last_seen = max(last_seen, ?), status = 'live'
           WHERE n = (SELECT article FROM urls WHERE id = ?)""",
        (seen, number),
    )
    connection.execute(
        """UPDATE versions SET seen_to = max(seen_to, ?) WHERE id =
             (SELECT version FROM articles WHERE n = (SELECT article FROM urls WHERE id = ?))""",
        (seen, number),
    )


@dataclass(frozen=True, slots=True)
class StoredUrl:
    """A stored document that a refresh requests again."""

    url: str
    section: int
    listed_date: str
    etag: str | None
    last_modified: str | None


def stored_urls(
    connection: sqlite3.Connection, portal: str, *, sections: Iterable[int], fetched_before: str, limit: int | None
) -> list[StoredUrl]:
    """Return stored documents of these sections that were last fetched before a time, the longest ago first."""
    section_ids = list(sections)
    rows = connection.execute(
        f"""SELECT u.url, min(s.section), max(s.listed_date), u.etag, u.last_modified FROM urls u
            JOIN listing_sightings s ON s.url = u.id
            WHERE u.portal = ? AND u.article IS NOT NULL AND u.state IN ('done', 'gone') AND u.last_fetched < ?
              AND s.section IN ({", ".join("?" * len(section_ids))})
            GROUP BY u.id ORDER BY u.last_fetched, u.id LIMIT ?""",
        (portal, fetched_before, *section_ids, -1 if limit is None else limit),
    ).fetchall()
    return [StoredUrl(*row) for row in rows]


def settle_gone(connection: sqlite3.Connection, portal: str, url: str, *, status: int) -> None:
    """Record that a document was answered with 404 or 410.

    A stored article is *gone* only when it was missing twice, a day apart, since pages can be missing for an hour only.
    What was never stored is gone at once, but is asked for once more when a listing still shows it a day later:
    listings are often published before their pages are.
    """
    number = add_url(connection, portal, url)
    article, missing_since = connection.execute(
        "SELECT article, missing_since FROM urls WHERE id = ?", (number,)
    ).fetchone()
    if article is not None:
        a_day_ago = stamp(datetime.now(UTC) - GONE_AFTER)
        if missing_since is None or missing_since > a_day_ago:
            connection.execute(
                """UPDATE urls SET reason = ?, status = ?, last_fetched = ?, missing_since = coalesce(missing_since, ?)
                   WHERE id = ?""",
                (f"answered {status}", status, stamp(), stamp(), number),
            )
            return
        connection.execute("UPDATE articles SET status = 'gone' WHERE n = ?", (article,))
    again = stamp(datetime.now(UTC) + GONE_AFTER) if missing_since is None else None
    connection.execute(
        """UPDATE urls SET state = 'gone', reason = ?, status = ?, tries = 0, next_try = ?, last_fetched = ?,
             missing_since = coalesce(missing_since, ?) WHERE id = ?""",
        (f"answered {status}", status, again, stamp(), stamp(), number),
    )


def settle_failed(
    connection: sqlite3.Connection,
    portal: str,
    url: str,
    *,
    reason: str,
    status: int | None = None,
    blocked: bool = False,
    final: bool = False,
    retry_after: float = 0.0,
) -> None:
    """Record a failure and the time of the next attempt; `final` means that there is none.

    `retry_after` is the number of seconds that the portal asked to wait.
    A document whose article is stored keeps its state: the stored text is not touched by a failed refetch.
    """
    number = add_url(connection, portal, url)
    tries = connection.execute("SELECT tries FROM urls WHERE id = ?", (number,)).fetchone()[0] + 1
    next_try = None
    if not final and tries <= len(RETRY_AFTER):
        wait = max(RETRY_AFTER[tries - 1], timedelta(seconds=retry_after))
        next_try = stamp(datetime.now(UTC) + wait)
    connection.execute(
        """UPDATE urls SET state = CASE WHEN article IS NULL THEN ? ELSE state END, reason = ?, status = ?,
             tries = ?, next_try = CASE WHEN article IS NULL THEN ? ELSE NULL END, last_fetched = ?
           WHERE id = ?""",
        ("blocked" if blocked else "failed", reason, status, tries, next_try, stamp(), number),
    )
