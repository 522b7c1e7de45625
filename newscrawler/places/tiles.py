"""A schematic map: one square per division, about where it lies. It shows no boundary, and claims none."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

from newscrawler.places.divisions import Division, division

MAP_SOURCE = "Schematic: one square per division, about where it lies; positions by GeoNames (CC BY 4.0)."
"""What has to stand at each map."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A square of a map."""

    place: Division
    column: int
    """From the west, from 0."""
    row: int
    """From the north, from 0."""


def tiles_of(province: Division | None) -> tuple[Tile, ...]:
    """Return the tiles of the divisions of a province; of all provinces without one. Empty: there is no map of it."""
    return _maps().get(province.code if province else "", ())


@cache
def _maps() -> dict[str, tuple[Tile, ...]]:
    text = (resources.files(__package__) / "data" / "tiles.csv").read_text(encoding="utf-8")
    maps: dict[str, list[Tile]] = {}
    for row in csv.DictReader(text.splitlines()[1:]):
        place = division(row["code"])
        if place is not None:
            maps.setdefault(row["map"], []).append(Tile(place, int(row["column"]), int(row["row"])))
    return {name: tuple(tiles) for name, tiles in maps.items()}
