"""The events of a run: what was skipped, failed, blocked or gone, and warnings."""

from __future__ import annotations

from collections import Counter

from newscrawler.archive import runs
from newscrawler.crawling.recording.writer import ArchiveWriter

MAX_EVENTS_PER_KIND = 1_000
"""Events of one kind that a run keeps. The counts of the run are complete."""


class EventLog:
    """Records the first events of each kind."""

    def __init__(self, writer: ArchiveWriter, run: int) -> None:
        self._writer = writer
        self._run = run
        self._counts: Counter[str] = Counter()
        self.samples: list[tuple[str, str, str]] = []
        """(kind, url, reason) of the recorded events, for the summary of the crawl."""

    def add(self, kind: str, url: str | None, section: str | None, reason: str) -> None:
        """Record an event. `kind` is skipped, not an article, failed, blocked, gone or warning."""
        self._counts[kind] += 1
        if self._counts[kind] <= MAX_EVENTS_PER_KIND:
            self.samples.append((kind, url or "", reason))
            self._writer.add(runs.add_event, self._run, kind, url=url, section=section, reason=reason)
