"""Comparing two works on a machine whose speed changes: they run in turn, and the ratios of the rounds count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Compared:
    """Seconds of some work, and of other work beside it."""

    ours: float
    beside: float
    ratios: tuple[float, ...]
    """Of the rounds: how much faster ours is."""

    def __str__(self) -> str:
        return f"{median(self.ratios):.2f} ({min(self.ratios):.2f} to {max(self.ratios):.2f})"


def compared(rounds: int, ours: Callable[[], float], beside: Callable[[], float]) -> Compared:
    """Compare two works that return their seconds."""
    pairs = []
    for number in range(rounds):
        if number % 2:
            second, first = beside(), ours()
        else:
            first, second = ours(), beside()
        pairs.append((first, second))
    ratios = tuple(second / first for first, second in pairs)
    return Compared(median(first for first, _ in pairs), median(second for _, second in pairs), ratios)
