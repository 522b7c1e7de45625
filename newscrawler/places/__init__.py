"""The gazetteer: China's provinces, prefectures and counties with their GB/T 2260 codes and names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.places.divisions import (
    Division,
    Edition,
    Level,
    SpecialDivision,
    counties_of,
    division,
    divisions_of,
    edition,
    province,
    provinces,
    special_divisions_of,
)
from newscrawler.places.matching import (
    NamedWithin,
    city_of_the_same_name,
    is_place,
    match_county_name,
    match_division,
    match_menu_name,
    may_name_division,
    named_within,
    nearest_names,
    zone_name,
)
from newscrawler.places.mentions import PlaceInText, mentioned_place, places_named
from newscrawler.places.names_in_text import Mention
from newscrawler.places.tiles import MAP_SOURCE, Tile, tiles_of

if TYPE_CHECKING:
    EDITION: Edition
    """The edition of the gazetteer. It is read on first use, so that importing this package reads no file."""

__all__ = [
    "EDITION",
    "MAP_SOURCE",
    "Division",
    "Edition",
    "Level",
    "Mention",
    "NamedWithin",
    "PlaceInText",
    "SpecialDivision",
    "Tile",
    "city_of_the_same_name",
    "counties_of",
    "division",
    "divisions_of",
    "is_place",
    "match_county_name",
    "match_division",
    "match_menu_name",
    "may_name_division",
    "mentioned_place",
    "named_within",
    "nearest_names",
    "places_named",
    "province",
    "provinces",
    "special_divisions_of",
    "tiles_of",
    "zone_name",
]


def __getattr__(name: str) -> Edition:
    if name == "EDITION":
        return edition()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
