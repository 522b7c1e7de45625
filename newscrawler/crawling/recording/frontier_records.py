"""The frontier of one portal, as a crawl reads it and writes to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TypedDict, Unpack

from newscrawler.archive import frontier, settling
from newscrawler.archive.sections import Sighting
from newscrawler.archive.used_again import is_listed_as_another
from newscrawler.crawling.recording.event_log import EventLog
from newscrawler.crawling.recording.writer import ArchiveWriter
from newscrawler.crawling.sweep import Sweep
from newscrawler.text.clock import stamp


class FailureDetails(TypedDict, total=False):
    """What is known of a failed document, beside the reason."""

    status: int
    """The HTTP status."""
    blocked: bool
    """Whether the response was a block."""
    final: bool
    """Whether a further attempt is pointless."""
    retry_after: float
    """Seconds that the portal asked to wait."""
    is_replaced: bool
    """Whether the portal sent something else in place of the article."""
    unasked: bool
    """Whether nothing was asked for, because the definition does not say what."""


class FrontierRecords:
    """Tells what is to be fetched, and settles each document."""

    def __init__(self, writer: ArchiveWriter, portal: str, tally: Counter[tuple[str, str]], events: EventLog) -> None:
        self._writer = writer
        self._portal = portal
        self._tally = tally
        self._events = events

    def known(
        self, section: int, identities: Iterable[str], at_once: Collection[str] = ()
    ) -> dict[str, frontier.KnownUrl]:
        """Return what the archive knew of these URLs at the last commit. What is in a state `at_once` is due."""
        return frontier.known_urls(self._writer.connection, self._portal, section, identities, at_once=at_once)

    def lists_among(self, identities: Iterable[str]) -> tuple[list[str], int]:
        """Return the URLs of those documents that turned out to be lists, and how many of them are stored articles.

        It is asked as of the last commit.
        """
        return frontier.lists_among(self._writer.connection, self._portal, identities)

    def is_listed_as_another(self, sighting: Sighting) -> bool:
        """Whether a list shows a stored document as another article than ever before, at the last commit."""
        connection, shown = self._writer.connection, (sighting.url, sighting.title, sighting.listed_date)
        return bool(sighting.listed_date) and is_listed_as_another(connection, self._portal, *shown)

    def readmit_foreign(self, owns: Callable[[str], bool]) -> None:
        """Make foreign documents pending that belong to the portal by its present definition."""
        self._writer.add(frontier.readmit_foreign, self._portal, owns)

    def due(
        self, section_ids: Iterable[int], since: str | None, at_once: Collection[str] = ()
    ) -> Iterator[frontier.DueUrl]:
        """Yield the documents of these sections that earlier runs left to fetch, and those in a state `at_once`."""
        self._writer.flush_or_raise()
        return frontier.due_urls(
            self._writer.connection, self._portal, sections=section_ids, since=since, at_once=at_once
        )

    def article_url(self, url: str) -> str | None:
        """Return the address at which the article of a document was first read; None if none is stored."""
        return frontier.article_url(self._writer.connection, self._portal, url)

    def stored(self, section_ids: Iterable[int], fetched_until: str, limit: int | None) -> list[frontier.StoredUrl]:
        """Return stored articles of these sections that were last fetched before a time (UTC)."""
        return frontier.stored_urls(
            self._writer.connection, self._portal, sections=section_ids, fetched_until=fetched_until, limit=limit
        )

    def settle_unmodified(self, sweep: Sweep, url: str) -> None:
        """Record a stored document whose response was 304."""
        self._tally[sweep.name, "unchanged"] += 1
        self._writer.add(settling.settle_unmodified, self._portal, url, seen=stamp())

    def settle_gone(self, sweep: Sweep, url: str, status: int) -> None:
        """Record a document whose response was 404 or 410."""
        self._tally[sweep.name, "gone"] += 1
        self._writer.add(settling.settle_gone, self._portal, url, status=status)
        self._events.add("gone", url, sweep.name, f"answered {status}")

    def settle_elsewhere(self, sweep: Sweep, url: str, target: str, status: int | None = None) -> None:
        """Record that the address of a stored article led to another document."""
        self._writer.add(settling.settle_elsewhere, self._portal, url, target=target, status=status)
        self.count_elsewhere(sweep, url, target)

    def count_elsewhere(self, sweep: Sweep, url: str, target: str) -> None:
        """Count an address that led to another document, and record it with the run."""
        self._tally[sweep.name, "gone"] += 1
        self._events.add("gone", url, sweep.name, f"its address leads to {target}")

    def settle_other_kind(self, sweep: Sweep, url: str, reason: str, status: int) -> None:
        """Record a document that is surely not an article. It is not requested again."""
        self._tally[sweep.name, "not articles"] += 1
        self._writer.add(settling.settle_failed, self._portal, url, reason=reason, status=status, final=True)
        self._events.add("not an article", url, sweep.name, reason)

    def settle_failed(self, sweep: Sweep, url: str, reason: str, **details: Unpack[FailureDetails]) -> None:
        """Record a document that could not be stored, with the reason."""
        self._writer.add(settling.settle_failed, self._portal, url, reason=reason, **details)
        self.count_failed(sweep, url, reason, "blocked" if details.get("blocked") else "failed")

    def count_failed(self, sweep: Sweep, url: str, reason: str, kind: str = "failed") -> None:
        """Count a document that could not be stored, and record it with the run."""
        self._tally[sweep.name, kind] += 1
        self._events.add(kind, url, sweep.name, reason)
