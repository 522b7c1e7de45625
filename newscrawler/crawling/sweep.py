"""One walk through a section's listing: what it has seen, and when it may stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from newscrawler.archive.frontier import KnownUrl
from newscrawler.archive.sections import BEGINNING, SectionRow, Sighting
from newscrawler.normalization.urls import identity
from newscrawler.places import Division

OVERLAP_ENTRIES = 10
"""Known entries in a row below which a sweep stops: past pinned items and a few back-dated ones."""


@dataclass(slots=True)
class Sweep:
    """The state of a walk from the newest entry down.

    It stops at the end of the listing, at `since`, or where it meets what earlier sweeps have settled
    (the section's mark). Entries that an interrupted sweep saw lie above the mark and do not stop it, so
    what an interruption left out is found by the next one.
    """

    section: SectionRow
    url: str
    division: Division | None
    since: str | None = None
    full: bool = False
    pages: int = 0
    entries: int = 0
    new_entries: int = 0
    outcome: str = "cut"
    """end, mark, since, limit, cut or failed, once it is over."""
    reason: str = ""
    visited: set[str] = field(default_factory=set)
    """Identities of the listing pages read."""
    seen: set[str] = field(default_factory=set)
    """Identities of the entries seen."""
    _known_in_a_row: int = 0

    @property
    def name(self) -> str:
        """The section's name."""
        return self.section.name

    def take(self, sightings: Sequence[Sighting], known: Mapping[str, KnownUrl]) -> None:
        """Take in one listing page; sets `outcome` when the sweep ends here."""
        self.pages += 1
        names = [identity(sighting.url) for sighting in sightings]
        fresh = [name for name in names if name not in self.seen]
        if sightings and not fresh:
            # Past the end, some portals answer with the last or the first page for ever.
            self.end("end", "the listing repeats itself")
            return
        self.seen.update(fresh)
        self.entries += len(fresh)
        self.new_entries += sum(1 for name in fresh if name not in known)
        for sighting, name in zip(sightings, names, strict=True):
            if not sighting.pinned:
                self._known_in_a_row = self._known_in_a_row + 1 if self._is_below_mark(known.get(name)) else 0
        if not self.full and self._known_in_a_row >= OVERLAP_ENTRIES and self.section.is_complete_back_to(self.since):
            self.end("mark")
        elif self.since and self._is_older(sightings):
            self.end("since")

    def _is_below_mark(self, entry: KnownUrl | None) -> bool:
        mark = self.section.complete_run
        return entry is not None and mark is not None and entry.first_run is not None and entry.first_run <= mark

    def _is_older(self, sightings: Sequence[Sighting]) -> bool:
        dates = [sighting.listed_date for sighting in sightings if sighting.listed_date and not sighting.pinned]
        return bool(dates) and self.since is not None and max(dates) < self.since

    def end(self, outcome: str, reason: str = "") -> None:
        """Note how the sweep ended; the first end counts."""
        if not self.is_over:
            self.outcome, self.reason = outcome, reason

    @property
    def is_over(self) -> bool:
        """Whether the sweep has ended."""
        return self.outcome != "cut"

    @property
    def reached_back_to(self) -> str | None:
        """How far back the sweep is without a gap: a date, 'beginning', or None when it was cut."""
        if self.outcome == "end":
            return BEGINNING
        if self.outcome == "mark":
            return self.section.complete_back_to
        return self.since if self.outcome == "since" else None
