"""The state of a crawl: its progress, its summary, and the crawl that the states of several workers make together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from newscrawler.crawling.tally import count_of
from newscrawler.crawling.template_learning import LearningReport

_SAME_FOR_ALL = ("settings", "definition")
_WORST_FIRST = ("failed", "interrupted", "incomplete", "running", "done")


@dataclass(frozen=True, slots=True)
class SectionState:
    """The sweep of one section."""

    name: str
    outcome: str
    """As `sweeps.outcome` in the archive; `cut` while it is running."""
    reason: str
    pages: int
    entries: int
    new_entries: int


@dataclass(slots=True)
class CrawlState:
    """One crawl of one portal, while it runs or at its end. It can be sent to another process."""

    portal: str
    name: str
    is_refresh: bool = False
    requested: int = 0
    """Articles requested so far."""
    responses: int = 0
    tally: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(section, outcome) to the number of documents."""
    sections: list[SectionState] = field(default_factory=list)
    outcome: str = "running"
    reason: str = ""
    events: list[tuple[str, str, str]] = field(default_factory=list)
    """At the end: (kind, url, reason) of what was skipped or failed."""
    counts: dict[str, Any] = field(default_factory=dict)
    """At the end: the numbers of the run's record."""
    learning: LearningReport = field(default_factory=LearningReport)
    """At the end: what was learnt from the pages."""

    def count(self, outcome: str) -> int:
        """Return the number of documents, in all sections, with an outcome."""
        return count_of(self.tally, outcome)


States = Callable[[], list[CrawlState]]
"""Returns the states of the crawls that have begun."""
Watch = Callable[[States], AbstractContextManager[object]]
"""Returns a context manager that shows the progress of crawls while it is entered."""


def join_states(parts: Sequence[CrawlState]) -> CrawlState:
    """Return the crawl that the shards of several workers make: numbers are added, the worst outcome counts."""
    first = parts[0]
    reasons = dict.fromkeys(part.reason for part in parts if part.reason)
    return CrawlState(
        portal=first.portal,
        name=first.name,
        is_refresh=first.is_refresh,
        requested=sum(part.requested for part in parts),
        responses=sum(part.responses for part in parts),
        tally=sum((part.tally for part in parts), Counter()),
        sections=[section for part in parts for section in part.sections],
        outcome=min((part.outcome for part in parts), key=_WORST_FIRST.index),
        reason="; ".join(reasons),
        events=list(dict.fromkeys(event for part in parts for event in part.events)),
        counts=_sum_tables([part.counts for part in parts]),
    )


def _sum_tables(tables: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Add numbers key by key, in nested tables, too. Of any other values the first is kept."""
    total: dict[str, Any] = {}
    for table in tables:
        for key, value in table.items():
            if key in _SAME_FOR_ALL:
                total.setdefault(key, value)
            elif isinstance(value, Mapping):
                total[key] = _sum_tables([total.get(key, {}), value])
            elif isinstance(value, int) and not isinstance(value, bool):
                total[key] = total.get(key, 0) + value
            else:
                total.setdefault(key, value)
    return total
