"""When a listing was last read as far down as it leads, and whether entries may have been put in below since."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from newscrawler.archive.sections import LISTING_ENDS
from newscrawler.text.urls import identity

SHORT_LISTING = 100
"""Entries of a listing that is read to its end when it shows a new one, and nothing proves that no other was put in."""

ON_TOP = 10
"""Entries that make the top of a listing."""
NEWEST_KNOWN = 10
"""The newest known entries of a section, of which most must stand in its columns."""

SHORTEST_TITLE = 8
"""Characters of a title that tells an article of a day."""
_OF_A_PAGE = re.compile(r"\bpage \d|\bbeing paged\b|\bway on leads\b")
"""What the reason of an end says about a page of the listing, or about how its pages follow each other."""
_OTHER_NUMBERS = re.compile(r"(?<!\bpage )(?<!\d)\d+")
"""Numbers in a reason that change as entries come: all but those of pages."""


@dataclass(frozen=True, slots=True)
class LastReading:
    """What is known of a listing since a crawl last read it as far down as it leads."""

    run: int
    """The run of that reading."""
    stated: int | None
    """How many entries its first page stated; None if it stated none."""
    known: int
    """Entries that the section ever showed."""
    newer: int
    """Entries that the section showed first after that reading."""
    is_in_doubt: bool = False
    """Whether a page looked wrong at its end, and the reading before it did not end with the same words.

    Then the page may have been broken for a while only: the next crawl looks again, once.
    """
    top: frozenset[str] = frozenset()
    """Identities of the entries on top of the listing when a crawl read it last; pinned ones apart."""

    def is_short(self, new: int) -> bool:
        """Whether the listing is read to its end when it shows a new entry; `new` are those that a sweep has met."""
        return self.known + new <= SHORT_LISTING

    def may_hide_entries(self, new: int, stated: int | None) -> bool:
        """Whether entries may have been put in below those that were known, where no new one stands on top.

        A listing shows this if the number of entries that it states (now: `stated`) grew by more than those that were
        seen to be new since, `new` of them by this sweep. One whose end is in doubt may lack those of a page that was
        broken. A short one is read on whenever it shows a new entry, since
        entries that were withdrawn may hide others in that number. What is put into a long one is else found by its
        next full reading.
        """
        newer = self.newer + new
        if self.is_in_doubt or (self.is_short(new) and newer):
            return True
        return stated is not None and self.stated is not None and stated - self.stated > newer


def last_reading(connection: sqlite3.Connection, section: int) -> LastReading | None:
    """Return what is known of a section's listing since it was last read as far down as it leads; None if never."""
    outcomes = tuple(LISTING_ENDS)
    (run,) = connection.execute(
        f"SELECT max(run) FROM sweeps WHERE section = ? AND outcome IN ({', '.join('?' * len(outcomes))})",
        (section, *outcomes),
    ).fetchone()
    if run is None:
        return None
    (stated,) = connection.execute("SELECT listing_stated FROM sections WHERE id = ?", (section,)).fetchone()
    known, newer = connection.execute(
        """SELECT count(*), coalesce(sum(first_run > ?), 0)
           FROM (SELECT min(first_run) AS first_run FROM listing_sightings WHERE section = ? GROUP BY url)""",
        (run, section),
    ).fetchone()
    top = connection.execute(
        f"""SELECT u.url FROM listing_sightings s JOIN urls u ON u.id = s.url
            WHERE s.section = ?1 AND s.page = 1 AND NOT s.pinned
              AND s.last_run = (SELECT max(last_run) FROM listing_sightings WHERE section = ?1)
            ORDER BY s.position LIMIT {ON_TOP}""",
        (section,),
    )
    return LastReading(
        run, stated, known, newer, _is_in_doubt(connection, section), frozenset(identity(url) for (url,) in top)
    )


def _is_in_doubt(connection: sqlite3.Connection, section: int) -> bool:
    """Whether the last reading of a listing ended in doubt about one of its pages, and the one before it otherwise."""
    outcomes = tuple(LISTING_ENDS)
    rows = connection.execute(
        f"""SELECT outcome, coalesce(reason, '') FROM sweeps
            WHERE section = ? AND outcome IN ({", ".join("?" * len(outcomes))}) ORDER BY run DESC LIMIT 2""",
        (section, *outcomes),
    ).fetchall()
    if not rows or rows[0][0] not in ("unproven", "more") or not _OF_A_PAGE.search(rows[0][1]):
        return False
    before = [_OTHER_NUMBERS.sub("", reason) for _, reason in rows]
    return len(before) < 2 or before[0] != before[1]


def is_shown_before(
    connection: sqlite3.Connection, section: int, run: int, entries: Sequence[tuple[str, str]], fewest: int
) -> bool:
    """Tell whether runs before this one saw most of these entries, title and day, in a section: at other addresses.

    A title may have more behind it in the new list: an outlet, a time. `fewest` is how many entries that are at least.
    """
    rows = connection.execute(
        "SELECT title, listed_date FROM listing_sightings WHERE section = ? AND first_run < ? AND listed_date <> ''",
        (section, run),
    )
    before: dict[str, set[str]] = {}
    for title, day in rows:
        before.setdefault(day, set()).add(title)
    found = sum(1 for title, day in entries if any(_is_same(title, other) for other in before.get(day, ())))
    return found >= fewest and found * 2 > len(entries)


def are_known_in(
    connection: sqlite3.Connection, section: int, known_run: int, columns: Sequence[int], run: int
) -> bool:
    """Tell whether a run saw most of the newest entries that a section had shown by an earlier run in its columns.

    The newest are those of the last days; without days, those on top when they were seen last. They are known again by
    their addresses, or by title and day. What is newer than they are stands above them, in the columns or in the list.
    """
    found = connection.execute(
        f"""WITH newest AS (
              SELECT url, title, listed_date FROM listing_sightings
              WHERE section = ? AND first_run <= ? AND last_run < ? AND NOT pinned
              GROUP BY url ORDER BY max(listed_date) DESC, max(last_run) DESC, page, position LIMIT {NEWEST_KNOWN})
            SELECT EXISTS (SELECT 1 FROM listing_sightings c
                WHERE c.section IN ({", ".join("?" * len(columns))}) AND c.last_run = ?
                  AND (c.url = newest.url OR (c.title = newest.title AND c.listed_date = newest.listed_date
                                              AND c.listed_date <> '' AND length(c.title) >= {SHORTEST_TITLE})))
            FROM newest""",
        (section, known_run, run, *columns, run),
    ).fetchall()
    return 2 * sum(int(row[0]) for row in found) > len(found)


def _is_same(title: str, other: str) -> bool:
    shorter, longer = sorted((title, other), key=len)
    return len(shorter) >= SHORTEST_TITLE and longer.startswith(shorter)
