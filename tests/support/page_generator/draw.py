"""Random draws that record what was drawn. Each dimension has a generator of its own, so draws do not shift others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


TEMPLATE = frozenset(
    {
        "family",
        "title",
        "<title>",
        "site",
        "meta line",
        "element of the meta line",
        "date form",
        "date label",
        "source label",
        "source is a link",
        "author label",
        "day behind the outlet",
        "role inside of the authors",
        "editor label",
        "job number",
        "order",
        "people at the foot",
        "people at the foot stand",
        "foot line",
        "foot tag",
        "label mark",
        "separator",
        "split",
        "split classes",
        "count",
        "count between",
        "buttons",
        "buttons between",
        "paragraphs",
        "captions",
        "OpenGraph title",
        "<meta> author is a login",
        "JSON-LD",
        "charset",
        "markup",
        "frame",
        "menu",
        "logo",
        "today's date at the top",
        "breadcrumb",
        "sidebar",
        "side column",
        "summary box",
        "related in the container",
        "app advert in the container",
        "share bar in the container",
        "previous and next",
        "related behind",
        "notice on sources",
        "comments",
        "lead above the title",
        "long legal notice",
        "next article below",
        "poll",
        "poll form",
        "furniture in the body",
        "page foot",
    }
)
"""Dimensions that a portal's template decides; the others differ from page to page."""


class Draw:
    """The draws of one page; `traits` says which value each named dimension has."""

    def __init__(self, seed: str, portal: str = ""):
        self._seed = seed
        self._portal = portal
        self.traits: dict[str, str] = {}

    def rng(self, name: str) -> Random:
        """Return the random generator of a dimension. It depends on the name and the seed of page or portal alone."""
        seed = self._portal if self._portal and name in TEMPLATE else self._seed
        return Random(f"{seed}/{name}")

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
