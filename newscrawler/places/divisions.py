"""The divisions: their names, their hierarchy and the edition that they come from."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType


class Level(StrEnum):
    """The three upper levels of China's administrative divisions, and areas that are none of them."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    ZONE = "zone"
    """An area with an administration of its own that is not a division of GB/T 2260: 雄安新区."""


@dataclass(frozen=True, slots=True)
class Division:
    """One administrative division, or a zone.

    `code` has six digits (GB/T 2260); that of a zone may have a Z in third place, and is our own then (13Z001). `name`
    is the full name (恩施土家族苗族自治州). `short` is the everyday name (恩施), or the full name if no shorter one is
    sensible. `aliases` are other names: customary (恩施州) and former (襄樊市, 襄樊). `parent` is the code of the
    division above. For a county-level division that its province administers (仙桃市 429004) that is the province; for
    a province it is empty. The parent of a zone is the city that it lies in, or else the province.
    """

    code: str
    name: str
    level: Level
    parent: str
    short: str
    aliases: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The full name, the short name, then the others."""
        return tuple(dict.fromkeys((self.name, self.short, *self.aliases)))


@dataclass(frozen=True, slots=True)
class Edition:
    """The origin of the gazetteer: the year that it describes, and the source packages with their versions."""

    year: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpecialDivision:
    """A division or zone that portals show beside the prefectures, or under names that are not in GB/T 2260."""

    division: Division
    menu_names: tuple[str, ...]
    """The names that a menu gives it: 定州, 第八师石河子市."""
    title_names: tuple[str, ...]
    """Those among its names that mean it in a title, too; empty if the division's own names are enough."""


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    edition: Edition
    by_code: MappingProxyType[str, Division]
    children: MappingProxyType[str, tuple[Division, ...]]
    provinces_by_name: MappingProxyType[str, Division]
    special: MappingProxyType[str, tuple[SpecialDivision, ...]]
    """By the code of the province."""


@cache
def _gazetteer() -> _Gazetteer:
    text = (resources.files(__package__) / "data" / "divisions.csv").read_text(encoding="utf-8")
    header, table = text.split("\n", 1)
    edition = json.loads(header.removeprefix("#"))
    by_code: dict[str, Division] = {}
    children: dict[str, list[Division]] = {}
    provinces_by_name: dict[str, Division] = {}
    for row in csv.DictReader(table.splitlines()):
        division = Division(
            row["code"],
            row["name"],
            Level(row["level"]),
            row["parent"],
            row["short"],
            tuple(row["aliases"].split("|")) if row["aliases"] else (),
        )
        by_code[division.code] = division
        children.setdefault(division.parent, []).append(division)
        if division.level is Level.PROVINCE:
            provinces_by_name |= dict.fromkeys((division.code, *division.names), division)
    special = _read_special(by_code)
    by_code |= {each.division.code: each.division for below in special.values() for each in below}
    return _Gazetteer(
        Edition(edition["year"], tuple(edition["sources"])),
        MappingProxyType(by_code),
        MappingProxyType({code: tuple(below) for code, below in children.items()}),
        MappingProxyType(provinces_by_name),
        MappingProxyType({code: tuple(below) for code, below in special.items()}),
    )


def _read_special(by_code: dict[str, Division]) -> dict[str, list[SpecialDivision]]:
    """Return the special divisions of each province. Those with a code of GB/T 2260 are among the divisions."""
    text = (resources.files(__package__) / "data" / "special_divisions.csv").read_text(encoding="utf-8")
    special: dict[str, list[SpecialDivision]] = {}
    for row in csv.DictReader(text.splitlines()):
        names = tuple(row["names"].split("|"))
        division = by_code.get(row["code"])
        if division is None:
            short = names[1] if len(names) > 1 else names[0]
            others = tuple(dict.fromkeys(name for name in names[2:] if name not in names[:2]))
            division = Division(row["code"], names[0], Level.ZONE, row["parent"], short, others)
        title_names = tuple(row["title_names"].split("|")) if row["title_names"] else ()
        special.setdefault(row["code"][:2] + "0000", []).append(SpecialDivision(division, names, title_names))
    return special


def edition() -> Edition:
    """Return the edition of the gazetteer's data file."""
    return _gazetteer().edition


def province(name: str) -> Division | None:
    """Return the province-level division with this full name, short name or code: 湖北省, 湖北 and 420000 are one."""
    return _gazetteer().provinces_by_name.get(name.strip())


def provinces() -> tuple[Division, ...]:
    """Return all 34 province-level divisions, in the order of their codes."""
    return _gazetteer().children[""]


def division(code: str) -> Division | None:
    """Return the division with this six-digit code."""
    return _gazetteer().by_code.get(code)


def divisions_of(province: Division) -> tuple[Division, ...]:
    """Return the divisions that a portal of the province shows in its navigation, in the order of their codes.

    These are the prefectures, and the county-level divisions that the province administers itself: 17 for Hubei. For
    北京, 上海, 天津 and 重庆 they are the districts and counties. Empty for 台湾, 香港 and 澳门. Raises ValueError if
    `province` is not a province.
    """
    if province.level is not Level.PROVINCE:
        raise ValueError(f"{province.name} ({province.code}) is a {province.level}, not a province")
    return _gazetteer().children.get(province.code, ())


def special_divisions_of(province: Division) -> tuple[SpecialDivision, ...]:
    """Return what portals of the province show beside `divisions_of`: 雄安新区, 定州; or under other names: 第八师.

    Empty for most provinces.
    """
    return _gazetteer().special.get(province.code, ())


def counties_of(division: Division) -> tuple[Division, ...]:
    """Return the county-level divisions directly below a prefecture or a province, in the order of their codes."""
    return tuple(below for below in _gazetteer().children.get(division.code, ()) if below.level is Level.COUNTY)
