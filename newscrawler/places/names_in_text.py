"""The names to look for in texts of a province: what each may mean, and how reliable it is.

A wrong place is worse than none, because it puts an article into the statistics of the wrong city without a sign. Some
names are more reliable than others, so each name has a grade, and each grade needs its own support
(`places.mentions`):

- FULL (宜昌市, 长阳县, 公安县): accepted anywhere. 公安县 never means the police.
- PROPER (宜昌, 恩施, 神农架): short names of prefectures, and of counties with three characters or more. Accepted
  anywhere, unless a road follows (宜昌路): roads are named after other cities.
- SHORT (长阳, 通山, 天门, 房县): short names of counties with two characters, which occur by chance across two words
  (成长阳光), and full names with two. They must stand at the start of the title or after a separator, or after their
  prefecture (宜昌长阳), or before a separator (长阳：).
- WORD (和平, 青山, 东方): short names that are also ordinary words. They need support on both sides: a separator after
  them, and before them their prefecture, or the start of the title if their prefecture's section listed the article.
- GENERIC (老城区, 市中区): full names that are ordinary words. They are accepted only after their prefecture, or in its
  section at the start of the title and before a separator.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cache

from newscrawler.places.divisions import (
    Division,
    Level,
    counties_of,
    division,
    divisions_of,
    provinces,
    special_divisions_of,
)
from newscrawler.places.words import GENERIC, NEVER_BARE, ORDINARY_COUNTIES, ORDINARY_DIVISIONS, WORD_DIVISIONS

MUNICIPALITIES = frozenset({"110000", "120000", "310000", "500000"})


class Grade(IntEnum):
    """How reliable a name is; the head of this module says what each grade needs."""

    FULL = 1
    PROPER = 2
    SHORT = 3
    WORD = 4
    GENERIC = 5


@dataclass(frozen=True, slots=True)
class Mention:
    """A place that a text names: a division of the province and, if the text says it, a county in it."""

    division: Division
    county: Division | None


@dataclass(frozen=True, slots=True)
class Name:
    """A name and the places that it may mean; no places for the province itself and for names elsewhere."""

    text: str
    grade: Grade
    places: tuple[Mention, ...]
    elsewhere: bool = False


@cache
def names_in(province: Division) -> dict[str, tuple[Name, ...]]:
    """Return the names to look for in texts of the province, by first character, longest first."""
    names = _elsewhere(province)
    names |= {name: Name(name, Grade.FULL, ()) for name in (province.name, province.short)}
    places: dict[str, dict[Mention, int]] = {}
    for above in divisions_of(province):
        for place in (above, *counties_of(above)):
            mention = Mention(above, None if place is above else place)
            for name in place.names:
                # A prefecture's name before a county's (临夏), a current name before a former one (思茅).
                rank = 2 * (mention.county is not None) + (name in place.aliases)
                if name not in NEVER_BARE:
                    places.setdefault(name, {})[mention] = rank
    for special in special_divisions_of(province):
        for name in special.title_names:
            places[name] = {_mention_of(special.division): 0}
    municipality = province.code in MUNICIPALITIES
    for name, ranks in places.items():
        best = _best_rank(ranks, name)
        meant = tuple(mention for mention, rank in ranks.items() if rank == best)
        if name not in (province.name, province.short):
            names[name] = Name(name, _grade(name, meant, municipality), meant)
    index: dict[str, list[Name]] = {}
    for entry in sorted(names.values(), key=lambda entry: -len(entry.text)):
        index.setdefault(entry.text[0], []).append(entry)
    return {first: tuple(entries) for first, entries in index.items()}


def _mention_of(place: Division) -> Mention:
    """Return what a title says that names a special division: it belongs to its city, if it lies in one."""
    above = division(place.parent)
    if above is None or above.level is not Level.PREFECTURE:
        return Mention(place, None)
    return Mention(above, place if place.level is Level.COUNTY else None)


def _best_rank(ranks: dict[Mention, int], name: str) -> int:
    """Return the best rank: 0 prefecture, 1 its former name, 2 county, 3 its former name; 2 is better than 1."""
    return min(ranks.values(), key=(0, 2, 1, 3).index)


def _grade(name: str, places: tuple[Mention, ...], municipality: bool) -> Grade:
    main = not municipality and all(place.county is None for place in places)
    if name in GENERIC:
        return Grade.GENERIC
    if len(name) >= 3 and name[-1] in "市县区盟旗州":
        return Grade.FULL
    if name in (WORD_DIVISIONS if main else ORDINARY_COUNTIES):
        return Grade.WORD
    if main:
        return Grade.SHORT if name in ORDINARY_DIVISIONS or name[-1] == "县" else Grade.PROPER
    return Grade.PROPER if len(name) >= 3 else Grade.SHORT


def _elsewhere(province: Division) -> dict[str, Name]:
    """Return names outside the province, so that 陕西安康 is not read as 西安, nor 北京朝阳 as 朝阳市."""
    names: dict[str, Name] = {}
    for other in provinces():
        if other.code == province.code:
            continue
        below = () if other.code in MUNICIPALITIES else divisions_of(other)
        for place in (other, *below):
            for name in (place.name, place.short):
                if name not in ORDINARY_DIVISIONS | WORD_DIVISIONS:
                    names[name] = Name(name, Grade.FULL, (), elsewhere=True)
    return names
