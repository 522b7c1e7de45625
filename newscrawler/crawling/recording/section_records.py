"""The sections of one portal, their sightings and bookmarks, as a crawl reads and writes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from newscrawler.archive import bookmarks, last_readings, sections
from newscrawler.archive.database.transaction import writing
from newscrawler.crawling.recording.writer import ArchiveWriter
from newscrawler.crawling.sweep import Sweep
from newscrawler.places import Division
from newscrawler.text.clock import CHINA

LEAST_ALONE = 3
"""Entries of a front page in none of its columns that show another listing; pages are not built at one moment."""


class SectionRecords:
    """Opens the sections of a run, and records what their listings show."""

    def __init__(self, writer: ArchiveWriter, portal: str, run: int, tally: Counter[tuple[str, str]]) -> None:
        self._writer = writer
        self._portal = portal
        self._run = run
        self._tally = tally

    def list(self) -> list[sections.SectionRow]:
        """Return the sections that earlier crawls opened."""
        return sections.list_sections(self._writer.connection, self._portal)

    def columns_of(self, front: str) -> Sequence[tuple[str, str]]:
        """Return the name and the URL of each column that a section's front page ever led to."""
        return sections.columns_of(self._writer.connection, self._portal, front)

    def of_the_crawl_before(self) -> Sequence[tuple[str, str]]:
        """Return the name and the URL of each section, columns and feeds apart, that the crawl before this one read."""
        return sections.of_the_crawl_before(self._writer.connection, self._portal, self._run)

    def open(self, name: str, url: str, division: Division | None, front: str | None = None) -> sections.SectionRow:
        """Record a section and the start of its sweep. Return the section with its mark.

        `front` names the section whose front page leads to this one.
        """
        connection = self._writer.connection
        self._writer.flush_or_raise()
        with writing(connection):
            row = sections.open_section(
                connection,
                self._portal,
                name=name,
                url=url,
                city=division.name if division else None,
                city_code=division.code if division else None,
                front=front,
            )
            sections.start_sweep(connection, row.id, self._run)
        return row

    def has_sightings(self, section: int) -> bool:
        """Whether any crawl ever saw an entry in this section."""
        query = "SELECT 1 FROM listing_sightings WHERE section = ? LIMIT 1"
        return self._writer.connection.execute(query, (section,)).fetchone() is not None

    def had_entries(self, section: int, run: int) -> bool:
        """Whether a crawl up to a run ever saw an entry in this section."""
        query = "SELECT 1 FROM listing_sightings WHERE section = ? AND first_run <= ? LIMIT 1"
        return self._writer.connection.execute(query, (section, run)).fetchone() is not None

    def editions_read(self, section: int, run: int | None) -> dict[date, date | None]:
        """Return the days of the editions that a newspaper's section showed up to a run, and when each was read last.

        That is a day in China, or None: by a later run, which may have read it in part. What only later runs saw is
        left out for this reason.
        """
        query = """SELECT listed_date, CASE WHEN max(last_run) <= ?1 THEN max(last_seen) END FROM listing_sightings
                   WHERE section = ?2 AND listed_date <> '' GROUP BY listed_date HAVING min(first_run) <= ?1"""
        rows = self._writer.connection.execute(query, (run or 0, section))
        return {
            date.fromisoformat(day): datetime.fromisoformat(seen).astimezone(CHINA).date() if seen else None
            for day, seen in rows
        }

    def record_listing(self, sweep: Sweep, sightings: Sequence[sections.Sighting], url: str | None = None) -> None:
        """Record one listing page of a sweep. With the page's URL, the next crawl may go on from there."""
        self._tally[sweep.name, "listed"] += len(sightings)
        section = sweep.section.id
        self._writer.add(sections.record_sightings, self._portal, section, self._run, sweep.page, [*sightings])
        if url is not None and (tail := sweep.tail):
            begun = sweep.resumption.begun
            self._writer.add(
                bookmarks.place_bookmark, section, self._run, url=url, page=sweep.page, tail=tail, started=begun
            )

    def withdraw(self, sweep: Sweep, names: Sequence[str]) -> None:
        """Take back that a section showed entries (identities) which this run alone saw in it: they are another's."""
        self._writer.add(sections.withdraw_sightings, self._portal, sweep.section.id, self._run, [*names])

    def last_reading(self, section: int) -> last_readings.LastReading | None:
        """Return what is known of a section's listing since it was last read as far down as it leads; None if never."""
        return last_readings.last_reading(self._writer.connection, section)

    def is_shown_before(self, section: int, entries: Sequence[sections.Sighting]) -> bool:
        """Whether earlier crawls saw most of these entries, by title and day, in the section at other addresses."""
        named = [(entry.title, entry.listed_date) for entry in entries]
        return last_readings.is_shown_before(self._writer.connection, section, self._run, named, LEAST_ALONE)

    def are_known_in(self, section: int, known_run: int, columns: Sequence[int]) -> bool:
        """Whether this run saw in these columns of a section what the section showed last by an earlier run."""
        return last_readings.are_known_in(self._writer.connection, section, known_run, columns, self._run)

    def find_bookmark(self, section: int) -> bookmarks.Bookmark | None:
        """Return where an earlier, interrupted sweep of a section stopped."""
        return bookmarks.find_bookmark(self._writer.connection, section)

    def drop_bookmark(self, sweep: Sweep) -> None:
        """Let the next crawl read the listing of a section from its top."""
        self._writer.add(bookmarks.drop_bookmark, sweep.section.id)

    def finish_sweep(self, sweep: Sweep) -> None:
        """Record how a sweep ended, and move the section's mark if it may move. Inside a transaction.

        The sweeps of its columns, if it has any, must be finished before.
        """
        reached = self._reached(sweep)
        if sweep.outcome in ("unproven", "more") and (sweep.distrust or sweep.has_unread_columns):
            # What speaks against the mark may stand on the pages that a later crawl would leave out.
            bookmarks.drop_bookmark(self._writer.connection, sweep.section.id)
        sections.finish_sweep(
            self._writer.connection,
            sweep.section.id,
            self._run,
            outcome=sweep.outcome,
            reason=sweep.reason,
            pages=sweep.pages,
            entries=sweep.entries,
            new_entries=sweep.new_entries,
            reached_back_to=reached,
            begun=sweep.resumption.begun,
            stated=sweep.stated,
            has_gap=sweep.outcome == "more" and sweep.has_gap,
        )

    def _reached(self, sweep: Sweep) -> str | None:
        """Return how far back a sweep and its columns are without a gap.

        A front page of which several entries stand in none of its columns has another listing, to which nothing leads.
        """
        if not sweep.columns or sweep.distrust:
            return sweep.reached_back_to
        connection = self._writer.connection
        of_columns = sections.mark_of_columns(connection, [one.section.id for one in sweep.columns], self._run)
        if sweep.outcome != "columns":
            return sections.shallower(sweep.reached_back_to, of_columns)
        below = list(sweep.all_columns)
        alone = sections.listed_in_none(connection, sweep.section.id, below, self._run) if of_columns else []
        if len(alone) < LEAST_ALONE:
            return of_columns
        sweep.outcome = "unproven"
        sweep.reason = f"{len(alone)} entries of its front page stand in none of its columns, such as {alone[0]}"
        return None
