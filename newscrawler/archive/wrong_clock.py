"""Times that a clock which was ahead wrote into the archive: recognised and corrected before a crawl relies on them."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

from newscrawler.text.clock import stamp

CLOCK_TOLERANCE = timedelta(minutes=5)
"""A recorded time that is so far ahead of the clock was written by a clock that was wrong."""
LONGEST_WAIT = timedelta(days=30)
"""No document waits longer: neither by the rules of `settling` nor by a `Retry-After`."""
LONG_AGO = "1970-01-01T00:00:00Z"
"""Stands for an unknown time after which everything is due."""


def correct_future_times(connection: sqlite3.Connection, portal: str) -> int:
    """Correct what a clock that was ahead wrote about a portal; return the number of documents concerned.

    A document that was fetched in the future counts as fetched at an unknown time, and is due; so a refresh requests
    it again. The same holds for waits that no rule of ours can have set.
    """
    now = datetime.now(UTC)
    ahead = stamp(now + CLOCK_TOLERANCE)
    longest = stamp(now + LONGEST_WAIT + CLOCK_TOLERANCE)
    count = connection.execute(
        """UPDATE urls SET
             next_try = CASE WHEN next_try > :now AND (last_fetched > :ahead OR next_try > :longest) THEN :now
               ELSE next_try END,
             last_fetched = CASE WHEN last_fetched > :ahead THEN NULL ELSE last_fetched END,
             missing_since = CASE WHEN missing_since > :ahead THEN NULL ELSE missing_since END
           WHERE portal = :portal AND (last_fetched > :ahead OR next_try > :longest OR missing_since > :ahead)""",
        {"portal": portal, "now": stamp(now), "ahead": ahead, "longest": longest},
    ).rowcount
    of_portal = "section IN (SELECT id FROM sections WHERE portal = ?)"
    connection.execute(f"DELETE FROM bookmarks WHERE started > ? AND {of_portal}", (ahead, portal))
    connection.execute(
        "UPDATE sections SET deep_sweep_at = ? WHERE deep_sweep_at > ? AND portal = ?", (LONG_AGO, ahead, portal)
    )
    return count
