"""The versions of one article from several archives as one history.

Each state of the page gives two observations: it was seen at `seen_from` and at `seen_to`. All observations are sorted
by time, and neighbouring ones of the same state are joined. So nothing is lost, a text that was changed and changed
back stays three versions, and histories that agree stay unchanged.

Versions that begin at the same moment are readings of one state: from the same capture, with different rules. The
reading with the newest rules comes last.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")
Rank = Callable[[Row], Any]


@dataclass(slots=True)
class SeenVersion(Generic[Row]):
    """A version: the content that distinguishes it, when it was seen, and its row in one of the archives."""

    content: Hashable
    seen_from: str
    seen_to: str
    row: Row


@dataclass(slots=True)
class _State(Generic[Row]):
    """A page as it was for some time, with one or more readings by content."""

    seen_from: str
    seen_to: str
    readings: dict[Hashable, SeenVersion[Row]] = field(default_factory=dict)

    def is_same_as(self, other: _State[Row]) -> bool:
        return not self.readings.keys().isdisjoint(other.readings)

    def add(self, version: SeenVersion[Row], *, rank: Rank[Row]) -> None:
        known = self.readings.get(version.content)
        if known is None:
            self.readings[version.content] = replace(version)
        else:
            known.row = min(known.row, version.row, key=rank)
            known.seen_to = max(known.seen_to, version.seen_to)

    def versions(self, order: Rank[Row]) -> list[SeenVersion[Row]]:
        readings = sorted(self.readings.values(), key=lambda reading: (order(reading.row), repr(reading.content)))
        for reading in readings:
            reading.seen_from = self.seen_from
            reading.seen_to = max(self.seen_from, min(self.seen_to, reading.seen_to))
        return readings


def join_histories(
    histories: Sequence[Sequence[SeenVersion[Row]]], *, rank: Rank[Row], order: Rank[Row]
) -> list[SeenVersion[Row]]:
    """Join histories, each in the order of its versions, into one. The order of the histories does not matter.

    Of the rows of one version the one with the lowest `rank` is kept; readings of one state are sorted by `order`.
    A history whose clock was set back keeps its order: a version begins no earlier than the previous one ended.
    """
    # Stacks of observations, the earliest on top.
    stacks = [stack for history in histories if (stack := _observations(history, rank))]
    states: list[_State[Row]] = []
    while stacks:
        now = min(stack[-1][0] for stack in stacks)
        candidates = [stack for stack in stacks if stack[-1][0] == now]
        # At one moment, observations of the current state come first, so that it is not split without need.
        continuing = [stack for stack in candidates if states and states[-1].is_same_as(stack[-1][1])]
        next_stack = min(continuing or candidates, key=lambda stack: repr(sorted(map(repr, stack[-1][1].readings))))
        _, state = next_stack.pop()
        if not continuing and not (states and states[-1].seen_from == now):
            states.append(_State(now, now))
        states[-1].seen_to = now
        for reading in state.readings.values():
            states[-1].add(reading, rank=rank)
        stacks = [stack for stack in stacks if stack]
    return [version for state in states for version in state.versions(order)]


def _observations(history: Sequence[SeenVersion[Row]], rank: Rank[Row]) -> list[tuple[str, _State[Row]]]:
    """Return the observations of a history, each a time and a state, the latest first."""
    states: list[_State[Row]] = []
    begin = clock = ""
    for version in history:
        if not states or version.seen_from != begin:
            begin = version.seen_from
            clock = max(clock, begin)
            states.append(_State(clock, clock))
        clock = max(clock, version.seen_to)
        states[-1].seen_to = clock
        states[-1].add(version, rank=rank)
    return [(moment, state) for state in states for moment in (state.seen_from, state.seen_to)][::-1]
