"""The frontier of one portal, as a crawl reads it and writes to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TypedDict, Unpack

from newscrawler.archive import frontier
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


class FrontierRecords:
    """Tells what is to be fetched, and settles each document."""

    def __init__(self, writer: ArchiveWriter, portal: str, tally: Counter[tuple[str, str]], events: EventLog) -> None:
        self._writer = writer
        self._portal = portal
        self._tally = tally
        self._events = events

    def known(self, section: int, identities: Iterable[str]) -> dict[str, frontier.KnownUrl]:
        """Return what the archive knew of these URLs at the last commit."""
        return frontier.known_urls(self._writer.connection, self._portal, section, identities)

    def readmit_foreign(self, owns: Callable[[str], bool]) -> None:
        """Make foreign documents pending that belong to the portal by its present definition."""
        self._writer.add(frontier.readmit_foreign, self._portal, owns)

    def due(self, section_ids: Iterable[int], since: str | None) -> Iterator[frontier.DueUrl]:
        """Yield the documents of these sections that earlier runs left to fetch."""
        self._writer.flush_or_raise()
        return frontier.due_urls(self._writer.connection, self._portal, sections=section_ids, since=since)

    def stored(self, section_ids: Iterable[int], fetched_before: str, limit: int | None) -> list[frontier.StoredUrl]:
        """Return stored articles of these sections that were last fetched before a time (UTC)."""
        return frontier.stored_urls(
            self._writer.connection, self._portal, sections=section_ids, fetched_before=fetched_before, limit=limit
        )

    def settle_unmodified(self, sweep: Sweep, url: str) -> None:
        """Record a stored document whose response was 304."""
        self._tally[sweep.name, "unchanged"] += 1
        self._writer.add(frontier.settle_unmodified, self._portal, url, seen=stamp())

    def settle_gone(self, sweep: Sweep, url: str, status: int) -> None:
        """Record a document whose response was 404 or 410."""
        self._tally[sweep.name, "gone"] += 1
        self._writer.add(frontier.settle_gone, self._portal, url, status=status)
        self._events.add("gone", url, sweep.name, f"answered {status}")

    def settle_failed(self, sweep: Sweep, url: str, reason: str, **details: Unpack[FailureDetails]) -> None:
        """Record a document that could not be stored, with the reason."""
        kind = "blocked" if details.get("blocked") else "failed"
        self._tally[sweep.name, kind] += 1
        self._writer.add(frontier.settle_failed, self._portal, url, reason=reason, **details)
        self._events.add(kind, url, sweep.name, reason)
