"""Random draws that record what was drawn. Each dimension has a generator of its own, so draws do not shift others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """The draws of one page; `traits` says which value each named dimension has."""

    def __init__(self, seed: str):
        self._seed = seed
        self.traits: dict[str, str] = {}

    def rng(self, name: str) -> Random:
        """Return the random generator of a dimension. It depends on the seed and the name alone."""
        return Random(f"{self._seed}/{name}")

    def trait(self, name: str, weights: Mapping[str, float]) -> str:
        """Draw the value of a dimension by weights, and record it."""
        value = weighted(self.rng(name), weights)
        self.traits[name] = value
        return value

    def drop(self, *names: str) -> None:
        """Forget traits that the page does not show in the end."""
        for name in names:
            self.traits.pop(name, None)


def weighted(rng: Random, weights: Mapping[str, float]) -> str:
    """Return one key by its weight."""
    return rng.choices(list(weights), list(weights.values()))[0]


def some(rng: Random, values: Sequence[T], least: int, most: int) -> list[T]:
    """Return between `least` and `most` different values, in random order."""
    return rng.sample(values, min(len(values), rng.randint(least, most)))
