"""The versions of one article from several archives as one history.

Each state of the page says two things: that it was seen at `seen_from`, and at `seen_to`. All such sightings are put
in the order of time, and neighbours that are one state become one. So nothing is lost, a text that was changed and
changed back stays three versions, and histories that agree stay what they are.

Versions that begin at one moment are readings of one state: by other rules, from the same capture. The reading of the
newest rules comes last.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")
Rank = Callable[[Row], Any]


@dataclass(slots=True)
class Seen(Generic[Row]):
    """A version: the content that tells it from others, when it was seen, and the row of an archive that has it."""

    content: Hashable
    seen_from: str
    seen_to: str
    row: Row


@dataclass(slots=True)
class _State(Generic[Row]):
    """A page as it was for some time, in one or more readings by their contents."""

    seen_from: str
    seen_to: str
    readings: dict[Hashable, Seen[Row]] = field(default_factory=dict)

    def is_one_with(self, other: _State[Row]) -> bool:
        return not self.readings.keys().isdisjoint(other.readings)

    def add(self, version: Seen[Row], *, rank: Rank[Row]) -> None:
        known = self.readings.get(version.content)
        if known is None:
            self.readings[version.content] = replace(version)
        else:
            known.row = min(known.row, version.row, key=rank)
            known.seen_to = max(known.seen_to, version.seen_to)

    def versions(self, order: Rank[Row]) -> list[Seen[Row]]:
        found = sorted(self.readings.values(), key=lambda reading: (order(reading.row), repr(reading.content)))
        for reading in found:
            reading.seen_from = self.seen_from
            reading.seen_to = max(self.seen_from, min(self.seen_to, reading.seen_to))
        return found


def joined(histories: Sequence[Sequence[Seen[Row]]], *, rank: Rank[Row], order: Rank[Row]) -> list[Seen[Row]]:
    """Join histories, each in the order of its versions, into one. The order of the histories is of no account.

    Of the rows of one version the one of the lowest `rank` is kept; readings of one state are sorted by `order`.
    A history whose clock ran backwards keeps its order: a version begins no earlier than the one before it ended.
    """
    waiting = [sightings for history in histories if (sightings := _sightings(history, rank))]
    found: list[_State[Row]] = []
    while waiting:
        now = min(sightings[-1][0] for sightings in waiting)
        heads = [sightings for sightings in waiting if sightings[-1][0] == now]
        # At one moment: first whatever goes on, so that no version is cut in two for nothing.
        going_on = [sightings for sightings in heads if found and found[-1].is_one_with(sightings[-1][1])]
        chosen = min(going_on or heads, key=lambda sightings: repr(sorted(map(repr, sightings[-1][1].readings))))
        _, state = chosen.pop()
        if not going_on and not (found and found[-1].seen_from == now):
            found.append(_State(now, now))
        found[-1].seen_to = now
        for reading in state.readings.values():
            found[-1].add(reading, rank=rank)
        waiting = [sightings for sightings in waiting if sightings]
    return [version for state in found for version in state.versions(order)]


def _sightings(history: Sequence[Seen[Row]], rank: Rank[Row]) -> list[tuple[str, _State[Row]]]:
    """Return when which state was seen, the last one first."""
    states: list[_State[Row]] = []
    begun = clock = ""
    for version in history:
        if not states or version.seen_from != begun:
            begun = version.seen_from
            clock = max(clock, begun)
            states.append(_State(clock, clock))
        clock = max(clock, version.seen_to)
        states[-1].seen_to = clock
        states[-1].add(version, rank=rank)
    return [(moment, state) for state in states for moment in (state.seen_from, state.seen_to)][::-1]
