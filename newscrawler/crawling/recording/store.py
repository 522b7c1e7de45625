"""The crawl store: all that one crawl of one portal reads from the archive and writes to it."""

from __future__ import annotations

import logging
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from newscrawler.archive import runs, settling
from newscrawler.archive.articles import Fetched, Stored, store_article
from newscrawler.archive.captures import cdxj
from newscrawler.archive.captures.day_files import files_of_day
from newscrawler.archive.captures.queue import CaptureKey, CaptureQueue
from newscrawler.archive.captures.recovery import recover
from newscrawler.archive.captures.rows import has_image, link_pages
from newscrawler.archive.captures.warc_building import Exchange
from newscrawler.archive.captures.warc_files import folder_of
from newscrawler.archive.captures.warc_writer import WarcWriter
from newscrawler.archive.database.opening import open_archive
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.shown_articles import shown_instead
from newscrawler.archive.templates import templates_of
from newscrawler.archive.used_again import shows_another
from newscrawler.archive.wrong_clock import correct_future_times
from newscrawler.crawling.items import FetchedArticle
from newscrawler.crawling.recording import shapes
from newscrawler.crawling.recording.cut_off_pages import CutOffPages
from newscrawler.crawling.recording.event_log import EventLog
from newscrawler.crawling.recording.frontier_records import FrontierRecords
from newscrawler.crawling.recording.rejected_pages import RejectedPages
from newscrawler.crawling.recording.run_record import RunRecord
from newscrawler.crawling.recording.section_records import SectionRecords
from newscrawler.crawling.recording.writer import ArchiveWriter
from newscrawler.crawling.shard import WHOLE, Shard
from newscrawler.crawling.sweep import Sweep
from newscrawler.crawling.tally import count_of
from newscrawler.extraction import RULES_VERSION
from newscrawler.extraction.templates.model import Template
from newscrawler.portals import Portal
from newscrawler.text.clock import stamp

logger = logging.getLogger(__name__)

BATCH_SIZE = 1_000
"""Writes that are committed together."""
MAX_WAITING_BYTES = 8 * 2**20
"""Bytes of responses that may wait for the batch that they belong to. More are committed at once."""


class CrawlStore:
    """Holds the record of the run and with it the lock of the portal. A worker writes to the run of another process.

    Its parts write through one queue, so everything is committed in the order in which it was recorded. An error of
    the archive is reported through `on_broken`, which is to end the crawl.
    """

    def __init__(
        self,
        path: str | Path,
        portal: Portal,
        command: str,
        arguments: Mapping[str, Any],
        on_broken: Callable[[str], object],
        *,
        shard: Shard = WHOLE,
        batch_size: int = BATCH_SIZE,
    ) -> None:
        """Open the archive and begin a run, unless the shard names one.

        Raises ArchiveError, and PortalBusyError when another crawl of the portal is running.
        """
        self.path = path
        """The archive's file."""
        self.portal = portal
        self.tally: Counter[tuple[str, str]] = Counter()
        """(section, outcome) to the number of documents. The outcomes are those of `tally.OUTCOMES`."""
        self._captures: CaptureQueue | None = None
        self._recent: dict[str, int] = {}
        """Hash of title and text to the row number of an article that is not in the index before its batch ends."""
        self.connection = open_archive(path)
        """The connection to the archive, for reading."""
        self._record: RunRecord | None = None
        if shard.run is None:
            try:
                self._record = RunRecord(path, self.connection, portal, command, arguments)
            except BaseException:
                self.connection.close()
                raise
            self.run = self._record.run
        else:
            self.run = shard.run
        self.writer = ArchiveWriter(
            self.connection, batch_size=batch_size, before_commit=self._write_captures, on_broken=on_broken
        )
        self.events = EventLog(self.writer, self.run)
        self.frontier = FrontierRecords(self.writer, portal.id, self.tally, self.events)
        self.sections = SectionRecords(self.writer, portal.id, self.run, self.tally)
        self.cut_off = CutOffPages(self.connection, portal.id, self.run, self.frontier)
        self.rejected = RejectedPages(self.writer, portal.id, self.cut_off)

    @property
    def run_key(self) -> str:
        """The key of the run."""
        return str(self.connection.execute("SELECT key FROM runs WHERE id = ?", (self.run,)).fetchone()[0])

    def article_shapes(self) -> frozenset[str]:
        """Return the shapes of addresses that turned out to be articles in earlier crawls of the portal."""
        return shapes.known_shapes(self.connection, self.portal.id)

    def correct_future_times(self) -> int:
        """Correct what a clock that was ahead wrote; return the number of documents concerned. Raises sqlite3.Error."""
        with writing(self.connection):
            return correct_future_times(self.connection, self.portal.id)

    def templates(self) -> tuple[Template, ...]:
        """Return what earlier crawls learnt of the portal's pages, the newest first."""
        return templates_of(self.connection, self.portal.id)

    def record_robots(self, host: str, *, status: int | None, policy: str, body: str | None) -> None:
        """Record the robots.txt of a host, and what it allows."""
        self.writer.add(runs.record_robots, self.run, host, status=status, policy=policy, body=body)

    def start_captures(self, description: Mapping[str, str], *, max_file_bytes: int, first_serial: int) -> list[str]:
        """Begin to record responses. `description` goes into the warcinfo records.

        Returns what had to be repaired after an earlier crawl, one sentence per file. Raises OSError, sqlite3.Error
        and ArchiveError.
        """
        folder = folder_of(self.connection) / self.portal.id
        cdxj.refuse_links(folder)
        repairs = recover(self.connection, self.portal.id)
        folder.mkdir(parents=True, exist_ok=True)
        earlier = files_of_day(self.connection, self.portal.id, self.run_key)
        writer = WarcWriter(
            folder, self.run_key, dict(description), max_file_bytes, first_serial=first_serial, earlier=earlier
        )
        self._captures = CaptureQueue(self.connection, self.portal.id, self.run, writer)
        return repairs

    def record(self, exchange: Exchange) -> CaptureKey | None:
        """Record a response. Its row is added before the article that is read from it. None: captures are off.

        In the crawl's own thread: half of the work holds the GIL, so a second thread would only compete for it.
        """
        if self._captures is None:
            return None
        key = self._captures.add(exchange)
        self.writer.add(self._captures.add_row, key)
        if self._captures.waiting_bytes > MAX_WAITING_BYTES:
            self.flush()
        return key

    @property
    def has_captures(self) -> bool:
        """Whether the crawl records its responses."""
        return self._captures is not None

    def has_image(self, url: str) -> bool:
        """Whether an image is captured already."""
        return has_image(self.connection, url)

    def _write_captures(self) -> None:
        """Write the records of the next batch, and wait until they are on the disk. Raises OSError."""
        if self._captures is not None:
            self._captures.write()

    def _close_captures(self) -> None:
        """Finish the WARC file. A file that an error leaves open is closed by the next crawl."""
        if self._captures is not None:
            try:
                self._captures.close()
            except OSError as error:
                logger.error("the captures could not be closed: %s", error)

    def store_article(self, item: FetchedArticle) -> None:
        """Store an article and settle its URL, in one transaction. One whose page may be cut off waits."""
        for whole in self.cut_off.sift(item):
            self.writer.add(self._store_article, whole, stamp())

    def conclude(self) -> None:
        """Settle what waited for the end of the run, before the run is evaluated."""
        for whole in self.cut_off.conclude():
            self.writer.add(self._store_article, whole, stamp())
        self.flush()
        if not self.writer.broken and (reason := self.rejected.conclude(count_of(self.tally, Stored.NEW.value))):
            self.events.add("warning", self.portal.homepage, None, reason)
        self.flush()

    def _store_article(self, connection: sqlite3.Connection, item: FetchedArticle, seen: str) -> Callable[[], None]:
        article = item.article
        if article is None:
            raise ValueError(f"{item.url} reached the archive without being normalized")
        row_ids = [self._captures.row_id(key) for key in item.captures] if self._captures is not None else []
        fetched = Fetched(
            run=self.run,
            seen=seen,
            extractor=RULES_VERSION,
            listed=item.listed,
            capture=row_ids[0] if row_ids else None,
        )
        recent = [self._recent[article.content_hash]] if article.content_hash in self._recent else []
        if shown := shown_instead(connection, self.portal.id, item.url, article, recent):
            reason = f"shows the article of {shown}"
            settling.settle_failed(connection, self.portal.id, item.url, reason=reason, status=item.status)
            return lambda: self.frontier.count_failed(item.sweep, item.url, reason)
        number, outcome = store_article(connection, self.portal.id, article, fetched, document=item.url)
        if outcome is Stored.ELSEWHERE:
            settling.settle_elsewhere(connection, self.portal.id, item.url, target=article.url, status=item.status)
            return lambda: self.frontier.count_elsewhere(item.sweep, item.url, article.url)
        if outcome in (Stored.NEW, Stored.CHANGED):
            link_pages(connection, number, row_ids[1:])
            if outcome is Stored.CHANGED and shows_another(connection, number):
                reason = f"its address now shows another article: {article.title}"
                self.events.add("warning", item.url, item.sweep.name, reason)
            self._recent[article.content_hash] = number
            if len(self._recent) > 2 * BATCH_SIZE:
                del self._recent[next(iter(self._recent))]
        settling.settle_done(
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

    def flush(self) -> None:
        """Commit what is queued."""
        self.writer.flush()

    def close(self, sweeps: Iterable[Sweep], *, outcome: str, reason: str, counts: Mapping[str, Any]) -> None:
        """End the run: finish its sweeps, move the marks that may move, and finish its record."""
        self.flush()
        if not self.writer.broken:
            try:
                with writing(self.connection):
                    # A front page is complete as far as its columns are, which may be front pages.
                    for sweep in sorted(sweeps, key=lambda sweep: (sweep.columns is not None, -sweep.depth)):
                        self.sections.finish_sweep(sweep)
                    if count_of(self.tally, Stored.NEW.value):  # no other run has something to learn from
                        shapes.learn_shapes(self.connection, self.portal.id)
                    if self._record is not None:
                        self._record.finish(outcome=outcome, reason=reason, counts=counts)
            except sqlite3.Error as error:
                self.writer.give_up(error)
        self._close_captures()
        self.connection.close()
        if self._record is not None:
            self._record.release()
