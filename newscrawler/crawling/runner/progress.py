"""How a crawl stands: what its progress, its summary and the joining of several workers' parts are made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from newscrawler.crawling.outcome import counts_of

if TYPE_CHECKING:
    from newscrawler.crawling.spider.spider import PortalSpider

_SAME_FOR_ALL = ("settings", "definition")
_WORST_FIRST = ("failed", "interrupted", "incomplete", "running", "done")


@dataclass(frozen=True, slots=True)
class SectionState:
    """The walk through one section's listing."""

    name: str
    outcome: str
    """As `sweeps.outcome` in the archive; `cut` while it is under way."""
    reason: str
    pages: int
    entries: int
    new_entries: int


@dataclass(slots=True)
class CrawlState:
    """One crawl of one portal, at a moment or at its end. Can be sent to another process."""

    portal: str
    name: str
    is_refresh: bool = False
    requested: int = 0
    """Articles asked for so far."""
    responses: int = 0
    tally: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(section, outcome) to the number of documents."""
    sections: list[SectionState] = field(default_factory=list)
    outcome: str = "running"
    reason: str = ""
    events: list[tuple[str, str, str]] = field(default_factory=list)
    """At the end: (kind, url, reason) of what was skipped or went wrong."""
    counts: dict[str, Any] = field(default_factory=dict)
    """At the end: the numbers of the run's record."""

    def count(self, outcome: str) -> int:
        """Documents of all sections that came to this outcome."""
        return sum(number for (_, name), number in self.tally.items() if name == outcome)


def state_of(spider: PortalSpider) -> CrawlState:
    """Return how a crawl stands; with events and counts once it is over."""
    state = CrawlState(
        portal=spider.portal.id,
        name=spider.portal.name,
        is_refresh=spider.options.refresh is not None,
        requested=spider.articles.requested,
        responses=int(spider.crawler.stats.get_value("downloader/response_count", 0)),
        tally=Counter(dict(spider.ledger.tally)),
        sections=[
            SectionState(sweep.name, sweep.outcome, sweep.reason, sweep.pages, sweep.entries, sweep.new_entries)
            for sweep in list(spider.sweeps.values())
        ],
        outcome=spider.outcome,
        reason=spider.outcome_reason,
    )
    if spider.outcome != "running":
        state.events = list(spider.ledger.events)
        state.counts = counts_of(spider)
    return state


def joined(parts: Sequence[CrawlState]) -> CrawlState:
    """Return the crawl that several workers' parts make: numbers are added, the worst outcome counts."""
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
        counts=_added([part.counts for part in parts]),
    )


def _added(tables: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Add numbers key by key, tables within tables, too; of anything else the first is kept."""
    total: dict[str, Any] = {}
    for table in tables:
        for key, value in table.items():
            if key in _SAME_FOR_ALL:
                total.setdefault(key, value)
            elif isinstance(value, Mapping):
                total[key] = _added([total.get(key, {}), value])
            elif isinstance(value, int) and not isinstance(value, bool):
                total[key] = total.get(key, 0) + value
            else:
                total.setdefault(key, value)
    return total
