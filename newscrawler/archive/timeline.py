"""The versions of one article from several archives as one history.

Each version says two things: that its content was seen at `seen_from`, and at `seen_to`. All such sightings are put
in the order of time, and neighbours of one content become one version. So nothing is lost, a text that was changed
and changed back stays three versions, and histories that agree stay what they are.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")


@dataclass(slots=True)
class Seen(Generic[Row]):
    """A version: the content that tells it from others, when it was seen, and its rows in the archives."""

    content: Hashable
    seen_from: str
    seen_to: str
    rows: list[Row]


def joined(histories: Sequence[Sequence[Seen[Row]]]) -> list[Seen[Row]]:
    """Join histories, each in the order of its versions, into one. The order of the histories is of no account.

    A history whose clock ran backwards keeps its order: a version begins no earlier than the one before it ended.
    """
    waiting = [sightings for history in histories if (sightings := _sightings(history))]
    found: list[Seen[Row]] = []
    while waiting:
        now = min(sightings[-1][0] for sightings in waiting)
        heads = [sightings for sightings in waiting if sightings[-1][0] == now]
        current = found[-1].content if found else None
        # At one moment: first whatever goes on, so that no version is cut in two for nothing.
        chosen = min(heads, key=lambda sightings: (sightings[-1][1].content != current, repr(sightings[-1][1].content)))
        _, version = chosen.pop()
        if found and version.content == current:
            found[-1].seen_to = now
            found[-1].rows += version.rows
        else:
            found.append(Seen(version.content, now, now, list(version.rows)))
        waiting = [sightings for sightings in waiting if sightings]
    return found


def _sightings(history: Sequence[Seen[Row]]) -> list[tuple[str, Seen[Row]]]:
    """Return the sightings of a history, the last one first."""
    sightings = []
    clock = ""
    for version in history:
        for moment in (version.seen_from, version.seen_to):
            clock = max(clock, moment)
            sightings.append((clock, version))
    return sightings[::-1]
