"""The calendar and the map: articles by day, and by division, for any search."""

from __future__ import annotations

import calendar as months_of
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from starlette.responses import Response

from newscrawler import places
from newscrawler.archive.filters import ArticleFilter
from newscrawler.archive.reports.statistics import by_day, by_division
from newscrawler.archive.search.query import word_filter
from newscrawler.web.rendering import page
from newscrawler.web.request import BadRequestError, PageRequest
from newscrawler.web.request_filters import filter_fields, filter_of, known

SHADES = 5


def shade(number: int, most: int) -> int:
    """Return the shade of a number: 0 for none, and 1 to SHADES for equal steps up to the largest."""
    return -(-SHADES * number // most) if number else 0


def _filter(request: PageRequest, connection: sqlite3.Connection) -> tuple[str, ArticleFilter]:
    words = request.one("q").strip()
    chosen = filter_of(request, connection)
    return words, replace(chosen, search=word_filter(words)) if words else chosen


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a calendar."""

    date: date
    number: int
    shade: int


def calendar(request: PageRequest, connection: sqlite3.Connection) -> Response:
    """Answer `/calendar`: one year, day by day."""
    words, chosen = _filter(request, connection)
    rows = request.cache.get(connection, ("days", chosen), lambda later: by_day(later, chosen))
    counts = dict(_dated(rows))
    years = sorted({day.year for day in counts})
    year = request.number("year", years[-1] if years else date.today().year, 9999)
    of_year = {day: number for day, number in counts.items() if day.year == year}
    most = max(of_year.values(), default=0)
    return page(
        "calendar.html",
        request,
        words=words,
        **filter_fields(request),
        known=known(request, connection),
        year=year,
        years=[(one, sum(number for day, number in counts.items() if day.year == one)) for one in years],
        total=sum(of_year.values()),
        most=most,
        months=[(month, _weeks(year, month, of_year, most)) for month in range(1, 13)],
        weekdays=[date(2024, 1, day) for day in range(1, 8)],
    )


def _dated(rows: list[dict[str, Any]]) -> Iterator[tuple[date, int]]:
    for row in rows:
        try:
            yield date.fromisoformat(row["day"]), row["articles"]
        except ValueError:  # an archive of a stranger
            continue


def _weeks(year: int, month: int, counts: Mapping[date, int], most: int) -> list[list[Day | None]]:
    """Return the weeks of a month, Monday first; None for days of other months."""
    first, length = months_of.monthrange(year, month)
    days: list[Day | None] = [None] * first
    for number in range(1, length + 1):
        day = date(year, month, number)
        days.append(Day(day, counts.get(day, 0), shade(counts.get(day, 0), most)))
    days += [None] * (-len(days) % 7)
    return [days[start : start + 7] for start in range(0, len(days), 7)]


@dataclass(frozen=True, slots=True)
class Square:
    """A square of the map."""

    code: str
    name: str
    short: str
    column: int
    row: int
    number: int
    shade: int


def map_page(request: PageRequest, connection: sqlite3.Connection) -> Response:
    """Answer `/map`: the provinces, or the divisions of one. With portals of one province, that one."""
    words, chosen = _filter(request, connection)
    rows = request.cache.get(connection, ("map", chosen), lambda later: by_division(later, chosen))
    provinces = {row["province_code"]: (row["province"], row["province_articles"]) for row in rows}
    province = _province(request, provinces)
    if province:
        inside = [row for row in rows if row["province_code"] == province.code]
        counts = {row["city_code"]: row["articles"] for row in inside if row["city_code"]}
        names = {row["city_code"]: row["city"] for row in inside if row["city_code"]}
    else:
        inside, names = [], {}
        counts = {code: number for code, (_, number) in provinces.items()}
    tiles = places.tiles_of(province)
    most = max(counts.values(), default=0)
    squares = [
        Square(
            one.place.code, one.place.name, one.place.short, one.column, one.row,
            counts.get(one.place.code, 0), shade(counts.get(one.place.code, 0), most),
        )
        for one in tiles
    ]  # fmt: skip
    drawn = {one.code for one in squares}
    return page(
        "map.html",
        request,
        words=words,
        **filter_fields(request),
        known=known(request, connection),
        province=province,
        is_one_of_many=len(provinces) > 1,
        squares=squares,
        width=1 + max((one.column for one in squares), default=0),
        height=1 + max((one.row for one in squares), default=0),
        others=[(names[code], number) for code, number in counts.items() if code not in drawn and code in names],
        nowhere=sum(row["articles"] for row in inside if not row["city_code"]),
        source=request.language.gettext(places.MAP_SOURCE),
    )


def _province(request: PageRequest, provinces: Mapping[str, object]) -> places.Division | None:
    """Return the province that the address names, or the only one of the archive."""
    name = request.one("province")
    if not name:
        return places.province(next(iter(provinces))) if len(provinces) == 1 else None
    province = places.province(name[:40])
    if province is None:
        raise BadRequestError("there is no province {name!r}.", name=name[:40])
    return province
