"""The ledger of one crawl of one portal: all that the crawl reads from and writes to the archive."""

from __future__ import annotations

import logging
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newscrawler.archive import bookmarks, frontier, runs, sections
from newscrawler.archive.articles import Fetched, Stored, store_article
from newscrawler.archive.captures.queue import CaptureKey
from newscrawler.archive.captures.rows import link_pages
from newscrawler.archive.database.batch import Batch
from newscrawler.archive.database.connection import open_archive
from newscrawler.archive.errors import ArchiveError
from newscrawler.crawling.items import FetchedArticle
from newscrawler.crawling.recording.run_record import RunRecord
from newscrawler.crawling.shard import Share
from newscrawler.crawling.sweep import Sweep
from newscrawler.extraction import RULES_VERSION
from newscrawler.places import Division
from newscrawler.portals import Portal
from newscrawler.text.clock import stamp

if TYPE_CHECKING:
    from newscrawler.crawling.recording.captures import CaptureRecorder

logger = logging.getLogger(__name__)

MAX_EVENTS_A_KIND = 1_000
"""Samples kept of a run; the counts are complete."""


class Ledger:
    """Holds the run's record, and with it the portal's lock; a worker's ledger writes to a run that another one holds.

    Writes go through one batch; a write error of the archive ends the crawl through `on_broken`.
    """

    def __init__(
        self,
        path: str | Path,
        portal: Portal,
        command: str,
        arguments: Mapping[str, Any],
        on_broken: Callable[[str], object],
        share: Share = Share(),  # noqa: B008  # frozen
    ) -> None:
        self.portal = portal
        self.tally: Counter[tuple[str, str]] = Counter()
        """(section, outcome) to the number of documents; the outcomes are those of `run_outcome.OUTCOMES`."""
        self.broken = ""
        """Why the archive can no longer be written; empty in health."""
        self.events: list[tuple[str, str, str]] = []
        """(kind, url, reason) of what was skipped or went wrong, for the summary."""
        self.captures: CaptureRecorder | None = None
        """What captures the crawl's answers; None when captures are off."""
        self._on_broken = on_broken
        self._events: Counter[str] = Counter()
        self._connection = open_archive(path).conn
        self._batch = Batch(self._connection, before=self._sync_captures)
        self._record: RunRecord | None = None
        if share.run is None:
            try:
                self._record = RunRecord(path, self._connection, portal, command, arguments)
            except BaseException:
                self._connection.close()
                raise
            self.run = self._record.run
        else:
            self.run = share.run

    def open_section(self, name: str, url: str, division: Division | None) -> sections.SectionRow:
        """Enter a section; return it with its mark."""
        self._batch.flush()
        self._connection.execute("BEGIN IMMEDIATE")
        row = sections.open_section(
            self._connection,
            self.portal.id,
            name=name,
            url=url,
            city=division.name if division else None,
            city_code=division.code if division else None,
        )
        sections.start_sweep(self._connection, row.id, self.run)
        self._connection.execute("COMMIT")
        return row

    def known(self, section: int, identities: Iterable[str]) -> dict[str, frontier.KnownUrl]:
        """Return what the archive knew of these URLs when the last batch was committed."""
        return frontier.known_urls(self._connection, self.portal.id, section, identities)

    def has_sightings(self, section: int) -> bool:
        """Whether any crawl ever saw an entry in this section."""
        query = "SELECT 1 FROM listing_sightings WHERE section = ? LIMIT 1"
        return self._connection.execute(query, (section,)).fetchone() is not None

    def due(self, section_ids: Iterable[int], since: str | None) -> Iterator[frontier.DueUrl]:
        """Yield what earlier runs left to fetch in these sections."""
        self._batch.flush()
        return frontier.due_urls(self._connection, self.portal.id, sections=section_ids, since=since)

    def find_bookmark(self, section: int) -> bookmarks.Bookmark | None:
        """Return how far earlier crawls came in a section that they could not finish."""
        return bookmarks.find_bookmark(self._connection, section)

    def drop_bookmark(self, sweep: Sweep) -> None:
        """Let the next crawl read a section's listing from its top."""
        self._write(bookmarks.drop_bookmark, sweep.section.id)

    def record_listing(self, sweep: Sweep, sightings: Sequence[sections.Sighting], url: str | None = None) -> None:
        """Record one listing page of a sweep; with its URL, the next crawl may go on from there."""
        self.tally[sweep.name, "listed"] += len(sightings)
        self._write(sections.record_sightings, self.portal.id, sweep.section.id, self.run, sweep.page, list(sightings))
        if url is not None and (tail := sweep.tail):
            self._write(
                bookmarks.place_bookmark,
                sweep.section.id,
                self.run,
                url=url,
                page=sweep.page,
                tail=tail,
                started=sweep.begun,
            )

    def record_robots(self, host: str, *, status: int | None, verdict: str, body: str | None) -> None:
        """Record the robots.txt of a host and what followed from it."""
        self._write(runs.record_robots, self.run, host, status=status, policy=verdict, body=body)

    def store(self, item: FetchedArticle) -> None:
        """Store an article and settle its URL, in one transaction."""
        self._write(self._store, item, stamp())

    def add_capture(self, key: CaptureKey) -> None:
        """Add the row of a capture, once its record is on the disk and before the article that is read from it."""
        if self.captures is not None:
            self._write(self.captures.queue.add_row, key)

    def _sync_captures(self) -> None:
        if self.captures is not None:
            self.captures.queue.write()

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection to the archive, for questions."""
        return self._connection

    @property
    def run_key(self) -> str:
        """The name of the run."""
        return str(self._connection.execute("SELECT key FROM runs WHERE id = ?", (self.run,)).fetchone()[0])

    def _store(self, connection: sqlite3.Connection, item: FetchedArticle, seen: str) -> Callable[[], None]:
        article = item.article
        if article is None:
            raise ValueError(f"{item.url} reached the archive without being normalised")
        row_ids = [self.captures.queue.row_id(key) for key in item.captures] if self.captures else []
        fetched = Fetched(
            run=self.run,
            seen=seen,
            extractor=RULES_VERSION,
            listed_date=item.listed_date,
            capture=row_ids[0] if row_ids else None,
        )
        number, outcome = store_article(connection, self.portal.id, article, fetched)
        if outcome in (Stored.NEW, Stored.CHANGED):
            link_pages(connection, number, row_ids[1:])
        frontier.settle_done(
            connection,
            self.portal.id,
            item.url,
            article=number,
            status=item.status,
            etag=item.etag,
            last_modified=item.last_modified,
        )
        return lambda: self._count_stored(item, outcome)

    def _count_stored(self, item: FetchedArticle, outcome: Stored) -> None:
        self.tally[item.sweep.name, outcome.value] += 1
        self.tally["", "extracted"] += 1
        if item.article is not None:
            for field in ("source", "published", "editors", "authors", "summary"):
                self.tally["", f"filled {field}"] += bool(getattr(item.article, field))

    def sections(self) -> list[sections.SectionRow]:
        """Return the sections that earlier crawls found."""
        return sections.list_sections(self._connection, self.portal.id)

    def stored(self, section_ids: Iterable[int], fetched_before: str, limit: int | None) -> list[frontier.StoredUrl]:
        """Return stored articles of these sections that were last fetched before a time."""
        return frontier.stored_urls(
            self._connection, self.portal.id, sections=section_ids, fetched_before=fetched_before, limit=limit
        )

    def unmodified(self, sweep: Sweep, url: str) -> None:
        """Record a stored document that answered 304."""
        self.tally[sweep.name, "unchanged"] += 1
        self._write(frontier.settle_unmodified, self.portal.id, url, seen=stamp())

    def gone(self, sweep: Sweep, url: str, status: int) -> None:
        """Record a document that answered 404 or 410."""
        self.tally[sweep.name, "gone"] += 1
        self._write(frontier.settle_gone, self.portal.id, url, status=status)
        self.event("gone", url, sweep.name, f"answered {status}")

    def failed(
        self,
        sweep: Sweep,
        url: str,
        reason: str,
        *,
        status: int | None = None,
        blocked: bool = False,
        final: bool = False,
        retry_after: float = 0.0,
    ) -> None:
        """Record a document that could not be stored, with the reason."""
        kind = "blocked" if blocked else "failed"
        self.tally[sweep.name, kind] += 1
        self._write(
            frontier.settle_failed,
            self.portal.id,
            url,
            reason=reason,
            status=status,
            blocked=blocked,
            final=final,
            retry_after=retry_after,
        )
        self.event(kind, url, sweep.name, reason)

    def event(self, kind: str, url: str | None, section: str | None, reason: str) -> None:
        """Record one thing that was skipped, failed, blocked or gone; samples of each kind are kept."""
        self._events[kind] += 1
        if self._events[kind] <= MAX_EVENTS_A_KIND:
            self.events.append((kind, url or "", reason))
            self._write(runs.add_event, self.run, kind, url=url, section=section, reason=reason)

    def flush(self) -> None:
        """Commit what is queued."""
        try:
            self._batch.flush()
        except (sqlite3.Error, OSError) as error:
            self.give_up(error)

    def close(self, sweeps: Iterable[Sweep], *, outcome: str, reason: str, counts: Mapping[str, Any]) -> None:
        """End the run: close its sweeps, move the marks that may move, write its record."""
        self.flush()
        if not self.broken:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                for sweep in sweeps:
                    sections.finish_sweep(
                        self._connection,
                        sweep.section.id,
                        self.run,
                        outcome=sweep.outcome,
                        reason=sweep.reason,
                        pages=sweep.pages,
                        entries=sweep.entries,
                        new_entries=sweep.new_entries,
                        reached_back_to=sweep.reached_back_to,
                        begun=sweep.begun,
                    )
                if self._record is not None:
                    self._record.finish(outcome=outcome, reason=reason, counts=counts)
                self._connection.execute("COMMIT")
            except sqlite3.Error as error:
                self.give_up(error)
        if self.captures is not None:
            self.captures.close()
        self._connection.close()
        if self._record is not None:
            self._record.release()

    @property
    def refused(self) -> int:
        """Records that the archive did not take."""
        return self._batch.refused

    def count(self, outcome: str) -> int:
        """Documents of all sections that came to this outcome."""
        return sum(number for (_, name), number in self.tally.items() if name == outcome)

    def _write(self, write: Callable[..., object], *args: object, **kwargs: object) -> None:
        if self.broken:
            return
        try:
            self._batch.add(write, *args, **kwargs)
        except (sqlite3.Error, OSError) as error:
            self.give_up(error)

    def give_up(self, error: sqlite3.Error | OSError | ArchiveError) -> None:
        """End the crawl, because the archive or its captures cannot be written."""
        if not self.broken:
            what = "its captures" if isinstance(error, OSError | ArchiveError) else "the archive"
            self.broken = f"{what} cannot be written: {error}"
            logger.error("%s", self.broken)
            self._on_broken(self.broken)
