"""Sections, the sweeps through their listings, the sightings, and the mark of completeness."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from newscrawler.archive.bookmarks import drop_bookmark
from newscrawler.archive.frontier import UNSETTLED, add_url
from newscrawler.archive.settling import place_in_section
from newscrawler.normalization.listed import Listed
from newscrawler.text.clock import stamp

BEGINNING = "beginning"
"""`complete_back_to` of a section whose listing was read to its proven end."""
LISTING_ENDS = {"end": "proven", "unproven": "unproven", "more": "more", "columns": "columns"}
"""How a listing ended, by the outcome of a sweep that read it as far down as it could."""
HINT = (
    "what is missing can often be had by listing.next, or by the address of a list's data in [sections]; "
    "check --browser looks for that address"
)
"""What to write into a definition whose listings go on in a way that cannot be followed."""


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A section as the archive knows it."""

    id: int
    name: str
    city: str | None
    complete_back_to: str | None
    complete_run: int | None
    city_code: str | None = None
    deep_sweep_at: str | None = None
    reaches_end: bool = False
    """Whether the mark covers everything that the listing can be read to."""
    listing_end: str | None = None
    """proven, unproven, more or columns, as `sections.listing_end` in the archive."""
    listing_end_reason: str | None = None

    def is_complete_back_to(self, since: str | None) -> bool:
        """Whether the mark covers everything that a crawl back to `since` (None: all) would read."""
        if self.complete_run is None or self.complete_back_to is None:
            return False
        return self.reaches_end or (since is not None and self.complete_back_to <= since)


def open_section(
    connection: sqlite3.Connection,
    portal: str,
    *,
    name: str,
    url: str,
    city: str | None,
    city_code: str | None,
    front: str | None = None,
) -> SectionRow:
    """Add a section, or update its URL; return it with its mark. `front` names the section of which it is a column."""
    connection.execute(
        "DELETE FROM bookmarks WHERE section = (SELECT id FROM sections WHERE portal = ? AND name = ? AND url <> ?)",
        (portal, name, url),
    )
    connection.execute(
        """INSERT INTO sections (portal, name, city, city_code, url, front) VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (portal, name) DO UPDATE SET city = excluded.city, city_code = excluded.city_code,
             url = excluded.url, front = excluded.front""",
        (portal, name, city, city_code, url, front),
    )
    return next(row for row in list_sections(connection, portal) if row.name == name)


def list_sections(connection: sqlite3.Connection, portal: str) -> list[SectionRow]:
    """Return the sections of a portal, in the order in which they were added."""
    rows = connection.execute(
        """SELECT id, name, city, complete_back_to, complete_run, city_code, deep_sweep_at, reaches_end, listing_end,
             listing_end_reason FROM sections WHERE portal = ? ORDER BY id""",
        (portal,),
    )
    return [SectionRow(*row) for row in rows]


def columns_of(connection: sqlite3.Connection, portal: str, front: str) -> list[tuple[str, str]]:
    """Return the name and the URL of each column that a section's front page ever led to."""
    query = "SELECT name, url FROM sections WHERE portal = ? AND front = ? ORDER BY id"
    return [(str(name), str(url)) for name, url in connection.execute(query, (portal, front))]


def of_the_crawl_before(connection: sqlite3.Connection, portal: str, run: int) -> list[tuple[str, str]]:
    """Return the name and the URL of each section, columns and feeds apart, that the crawl before a run read."""
    rows = connection.execute(
        """SELECT s.name, s.url FROM sweeps w JOIN sections s ON s.id = w.section
           WHERE s.portal = ?1 AND s.front IS NULL AND s.name NOT LIKE 'feed %' AND w.run = (
             SELECT max(before.run) FROM sweeps before JOIN sections o ON o.id = before.section
             WHERE o.portal = ?1 AND before.run < ?2)
           ORDER BY s.id""",
        (portal, run),
    )
    return [(str(name), str(url)) for name, url in rows]


def shallower(one: str | None, other: str | None) -> str | None:
    """Return the mark that reaches less far back; None if one of them is none."""
    if one is None or other is None:
        return None
    dates = [mark for mark in (one, other) if mark != BEGINNING]
    return max(dates, default=BEGINNING)


def mark_of_columns(connection: sqlite3.Connection, columns: Sequence[int], run: int) -> str | None:
    """Return how far back all of these sections are complete as of a run; None if one of them is not."""
    marks = []
    for section in columns:
        row = connection.execute(
            "SELECT complete_back_to, complete_run FROM sections WHERE id = ?", (section,)
        ).fetchone()
        if row is None or row[0] is None or row[1] != run:
            return None
        marks.append(str(row[0]))
    dates = [mark for mark in marks if mark != BEGINNING]
    return max(dates) if dates else BEGINNING if marks else None


def listed_in_none(connection: sqlite3.Connection, front: int, columns: Sequence[int], run: int) -> list[str]:
    """Return the addresses that a run saw on a front page, and no run in its columns; those of other portals apart."""
    marks = ", ".join("?" * len(columns))
    rows = connection.execute(
        f"""SELECT u.url FROM listing_sightings s JOIN urls u ON u.id = s.url
            WHERE s.section = ? AND s.last_run = ? AND u.state <> 'foreign' AND NOT EXISTS (
              SELECT 1 FROM listing_sightings c WHERE c.url = s.url AND c.section IN ({marks}))
            ORDER BY s.position""",
        (front, run, *columns),
    )
    return [str(url) for (url,) in rows]


@dataclass(frozen=True, slots=True)
class Sighting:
    """One entry of a listing page, to be recorded."""

    url: str
    title: str
    listed_date: str
    """ISO date, or empty."""
    pinned: bool
    position: int
    """On its page, from 1."""
    foreign: bool = False
    """The link leaves the portal: recorded, not followed."""
    page: str = ""
    """Name of the newspaper page (版名), or empty."""
    page_no: str = ""
    """Number of the newspaper page (版次), or empty."""
    source: str = ""
    """The outlet that the listing names, or empty."""
    keys: str = ""
    """What the entry gives to keys of the address of the article's data: JSON, or empty."""
    is_beside: bool = False
    """It stands beside the list only, as in a ranking, and so out of the list's order."""
    box: int = 0
    """The number on its page of the element that holds its row."""

    @property
    def is_dated_in_order(self) -> bool:
        """Whether its date may say where in the list it stands."""
        return bool(self.listed_date) and not (self.pinned or self.is_beside)

    @property
    def listed(self) -> Listed:
        """What the entry says of the article."""
        return Listed(self.listed_date, self.source, self.keys)


def record_sightings(
    connection: sqlite3.Connection,
    portal: str,
    section: int,
    run: int,
    page: int,
    sightings: Sequence[Sighting],
    *,
    seen: str = "",
) -> None:
    """Record the entries of one listing page, which was seen at a time (UTC), by default now."""
    now = seen or stamp()
    for sighting in sightings:
        url = add_url(connection, portal, sighting.url, foreign=sighting.foreign, seen=now)
        connection.execute(
            """INSERT INTO listing_sightings (section, url, title, listed_date, pinned, page, position,
                 page_name, page_no, source, data_keys, first_run, last_run, first_seen, last_seen)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
               ON CONFLICT (section, url, title, listed_date) DO UPDATE SET pinned = excluded.pinned,
                 page = excluded.page, position = excluded.position, last_run = excluded.last_run,
                 last_seen = max(last_seen, excluded.last_seen),
                 page_name = coalesce(nullif(excluded.page_name, ''), page_name),
                 page_no = coalesce(nullif(excluded.page_no, ''), page_no),
                 source = coalesce(nullif(excluded.source, ''), source),
                 data_keys = coalesce(nullif(excluded.data_keys, ''), data_keys)""",
            (
                section,
                url,
                sighting.title,
                sighting.listed_date,
                sighting.pinned,
                page,
                sighting.position,
                sighting.page,
                sighting.page_no,
                sighting.source,
                sighting.keys,
                run,
                run,
                now,
                now,
            ),
        )
        connection.execute(
            """INSERT INTO article_sections (article, section, first_listed, last_listed, position)
               SELECT article, ?, ?, ?, ? FROM urls WHERE id = ? AND article IS NOT NULL
               ON CONFLICT (article, section) DO UPDATE SET last_listed = excluded.last_listed,
                 position = excluded.position""",
            (section, now, now, sighting.position, url),
        )
        place_in_section(connection, url)


def withdraw_sightings(
    connection: sqlite3.Connection, portal: str, section: int, run: int, names: Sequence[str]
) -> None:
    """Remove the sightings of documents (identities) in a section that a run saw there first, and their places."""
    for name in names:
        row = connection.execute(
            """DELETE FROM listing_sightings WHERE section = ?1 AND first_run = ?2
                 AND url = (SELECT id FROM urls WHERE portal = ?3 AND identity = ?4) RETURNING url""",
            (section, run, portal, name),
        ).fetchone()
        if row is not None:
            connection.execute(
                """DELETE FROM article_sections
                   WHERE section = ?1 AND article = (SELECT article FROM urls WHERE id = ?2)
                     AND NOT EXISTS (SELECT 1 FROM listing_sightings l JOIN urls u ON u.id = l.url
                       WHERE l.section = ?1 AND u.article = article_sections.article)""",
                (section, row[0]),
            )
            place_in_section(connection, row[0])


def start_sweep(connection: sqlite3.Connection, section: int, run: int) -> None:
    """Record that a run began a sweep of a section's listing."""
    connection.execute("INSERT OR IGNORE INTO sweeps (section, run, started) VALUES (?, ?, ?)", (section, run, stamp()))


def finish_sweep(
    connection: sqlite3.Connection,
    section: int,
    run: int,
    *,
    outcome: str,
    reason: str,
    pages: int,
    entries: int,
    new_entries: int,
    reached_back_to: str | None,
    begun: str,
    stated: int | None = None,
    has_gap: bool = False,
) -> bool:
    """Record how a sweep ended and move the section's mark where that is proven; return whether the mark moved.

    `stated` is the number of entries that the listing's first page states.
    `begun` is the time at which the oldest page of the sweep was read (UTC), also when an earlier run read it.
    `reached_back_to` is how far back the sweep has no gap from the newest entry on (a date, or 'beginning'); None when
    it was cut off. The mark moves only when every document listed above it is settled. It never moves to a later day:
    a mark of an earlier run that reaches further back is kept, since the next sweep continues towards it. Only a sweep
    that `has_gap` between what it read and what earlier ones knew takes such a mark back.
    """
    connection.execute(
        """UPDATE sweeps SET finished = max(started, ?), outcome = ?, reason = ?, pages = ?, entries = ?,
             new_entries = ?
           WHERE section = ? AND run = ?""",
        (stamp(), outcome, reason or None, pages, entries, new_entries, section, run),
    )
    listing_end = LISTING_ENDS.get(outcome)
    if listing_end is not None:
        connection.execute(
            """UPDATE sections SET deep_sweep_at = ?, listing_end = ?, listing_end_reason = ?, listing_stated = ?
               WHERE id = ?""",
            (begun, listing_end, reason or None, stated, section),
        )
    if reached_back_to is None:
        return False
    since = None if reached_back_to == BEGINNING else reached_back_to
    if not has_gap and _has_deeper_mark(connection, section, reached_back_to):
        return False
    if _unsettled(connection, section, None if listing_end else since):
        return False
    connection.execute(
        """UPDATE sections SET complete_back_to = ?, complete_run = ?,
             reaches_end = CASE WHEN ? THEN 1 WHEN ? = 'mark' THEN reaches_end ELSE 0 END WHERE id = ?""",
        (reached_back_to, run, listing_end is not None, outcome, section),
    )
    drop_bookmark(connection, section)
    return True


def _has_deeper_mark(connection: sqlite3.Connection, section: int, reached_back_to: str) -> bool:
    (mark,) = connection.execute("SELECT complete_back_to FROM sections WHERE id = ?", (section,)).fetchone()
    return mark is not None and reached_back_to != BEGINNING and (mark == BEGINNING or mark < reached_back_to)


def _unsettled(connection: sqlite3.Connection, section: int, since: str | None) -> int:
    """Count the section's documents that need a further attempt, from `since` (None: all) on."""
    return int(
        connection.execute(
            f"""SELECT count(DISTINCT u.id) FROM listing_sightings s JOIN urls u ON u.id = s.url
                WHERE s.section = ? AND {UNSETTLED}
                  AND (? IS NULL OR s.listed_date = '' OR s.listed_date >= ?)""",
            (section, since, since),
        ).fetchone()[0]
    )
