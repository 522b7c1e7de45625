"""Settling documents: what a response says about a document, recorded in its state and in that of its article.

An address keeps the article that was first read there. When it leads to another document later, the article is
`unknown`, and after a day `gone`; it is live again as soon as its address serves it again.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

from newscrawler.archive.frontier import add_url
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
"""How long a stored article must be missing before it counts as withdrawn."""
GONE_AGAIN = tuple(timedelta(days=days) for days in (1, 3, 7, 14, 30))
"""The wait after the first, second, ... 404 or 410 of a document that a listing still shows; the last one repeats."""


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
    """Set the first section, what the listing says and the newspaper page of the article at a URL.

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
             listed_source = (SELECT source FROM listing_sightings WHERE url = ?1 AND source <> '' ORDER BY id LIMIT 1),
             (page, page_no) = (SELECT nullif(l.page_name, ''), nullif(l.page_no, '') FROM listing_sightings l
               WHERE l.url = ?1 AND l.page_name || l.page_no <> '' ORDER BY l.listed_date, l.id LIMIT 1)
           WHERE n = (SELECT article FROM urls WHERE id = ?1)""",
        (url,),
    )


def settle_unmodified(connection: sqlite3.Connection, portal: str, url: str, *, seen: str) -> None:
    """Record that a stored document was answered with 304: its newest version was seen again.

    Without a stored article such a response proves nothing, and is a failure.
    """
    number = add_url(connection, portal, url)
    if connection.execute("SELECT article FROM urls WHERE id = ?", (number,)).fetchone()[0] is None:
        settle_failed(connection, portal, url, reason="answered 304, but no article is stored", status=304)
        return
    connection.execute(
        """UPDATE urls SET state = 'done', reason = NULL, status = 304, tries = 0, next_try = NULL,
             last_fetched = ?, missing_since = NULL WHERE id = ?""",
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


def settle_gone(connection: sqlite3.Connection, portal: str, url: str, *, status: int) -> None:
    """Record that a document was answered with 404 or 410.

    A stored article is *gone* only when it was missing twice, a day apart, since pages can be missing for an hour only.
    What was never stored is gone at once, but not settled before it was missing twice, a day apart: listings are often
    published before their pages are. Until then it is due again after as long as it has been missing, so the next crawl
    asks for it. Both are requested again while a listing still shows them, after waits that grow: portals bring pages
    back.
    """
    _settle_missing(connection, add_url(connection, portal, url), reason=f"answered {status}", status=status)


def settle_elsewhere(
    connection: sqlite3.Connection, portal: str, url: str, *, target: str, status: int | None = None
) -> None:
    """Record that the address of a stored article led to another document, at the address `target`.

    The article is not live any more: it is *unknown* at once, and *gone* when the same is so a day later.
    """
    number = add_url(connection, portal, url)
    _doubt_article(connection, number)
    _settle_missing(connection, number, reason=f"its address leads to {target}", status=status)


def _doubt_article(connection: sqlite3.Connection, number: int) -> None:
    """Record that the article of a document is not known to be live."""
    connection.execute(
        "UPDATE articles SET status = 'unknown' WHERE n = (SELECT article FROM urls WHERE id = ?) AND status = 'live'",
        (number,),
    )


def _settle_missing(connection: sqlite3.Connection, number: int, *, reason: str, status: int | None) -> None:
    now = datetime.now(UTC)
    article, state, missing_since, tries = connection.execute(
        "SELECT article, state, missing_since, tries FROM urls WHERE id = ?", (number,)
    ).fetchone()
    if article is not None:
        if missing_since is None or missing_since > stamp(now - GONE_AFTER):
            connection.execute(
                """UPDATE urls SET reason = ?, status = ?, last_fetched = ?, missing_since = coalesce(missing_since, ?)
                   WHERE id = ?""",
                (reason, status, stamp(now), stamp(now), number),
            )
            return
        connection.execute("UPDATE articles SET status = 'gone' WHERE n = ?", (article,))
    missing_for = now - datetime.fromisoformat(missing_since) if missing_since else timedelta(0)
    if article is None and missing_for < GONE_AFTER and not (state == "gone" and tries):
        tries, wait = 0, missing_for  # not yet certain
    else:
        tries = tries + 1 if state == "gone" else 1
        wait = GONE_AGAIN[min(tries, len(GONE_AGAIN)) - 1]
    again = stamp(now + wait)
    connection.execute(
        """UPDATE urls SET state = 'gone', reason = ?, status = ?, tries = ?, next_try = ?, last_fetched = ?,
             missing_since = coalesce(missing_since, ?) WHERE id = ?""",
        (reason, status, tries, again, stamp(now), stamp(now), number),
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
    is_replaced: bool = False,
    unasked: bool = False,
) -> None:
    """Record a failure and the time of the next attempt; `final` means that there is none.

    `unasked`: there was no request, because the definition does not say what to ask for. That is no attempt, and the
    next crawl looks again.
    `retry_after` is the number of seconds that the portal asked to wait.
    A document whose article is stored keeps its state: the stored text is not touched by a failed refetch. With
    `is_replaced`, something else was sent in place of the article, which is then not known to be live.
    """
    number = add_url(connection, portal, url)
    state, tries = connection.execute("SELECT state, tries FROM urls WHERE id = ?", (number,)).fetchone()
    if not unasked:
        tries = 1 if state == "gone" else tries + 1
    if is_replaced:
        _doubt_article(connection, number)
    next_try = stamp() if unasked else None
    if not final and not unasked and tries <= len(RETRY_AFTER):
        wait = max(RETRY_AFTER[tries - 1], timedelta(seconds=retry_after))
        next_try = stamp(datetime.now(UTC) + wait)
    connection.execute(
        """UPDATE urls SET state = CASE WHEN article IS NULL THEN ? ELSE state END, reason = ?, status = ?,
             tries = ?, next_try = CASE WHEN article IS NULL OR state = 'gone' THEN ? ELSE NULL END, last_fetched = ?
           WHERE id = ?""",
        ("blocked" if blocked else "failed", reason, status, tries, next_try, stamp(), number),
    )


def give_up(connection: sqlite3.Connection, portal: str, url: str) -> None:
    """Record that a failed document of which no article is stored is not tried again."""
    connection.execute(
        """UPDATE urls SET next_try = NULL
           WHERE portal = ? AND identity = ? AND state = 'failed' AND article IS NULL""",
        (portal, identity(url)),
    )
