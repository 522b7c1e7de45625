"""The charts of the reports in `statistics`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from newscrawler import places
from newscrawler.archive.reports.charts import MAX_LINES, MAX_SHOWN, Bars, Chart, Grid, Lines
from newscrawler.archive.reports.map_charts import MOST_YEARS, Days, Tiles
from newscrawler.archive.reports.statistics import FILLED
from newscrawler.archive.reports.tables import NO_CITY, NO_OUTLET, NO_SECTION, Rows, largest_cities
from newscrawler.archive.reports.withdrawals import KINDS

_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])\Z")


def chart(report: str, title: str, rows: Rows, caption: Sequence[str] = ()) -> Chart:
    """Return the chart of a report.

    Months are lines or a grid, fields and agenda a grid, days a calendar, the map squares, and the others bars.
    """
    drawn = _chart(report, title, rows)
    return replace(drawn, caption=(*drawn.caption, *caption))


def _chart(report: str, title: str, rows: Rows) -> Chart:
    if report == "months":
        grid = _month_grid(title, rows)
        if len(grid.rows) > MAX_LINES or len(grid.columns) < 2:
            return grid
        values = [[value or 0 for value in row] for row in grid.values]
        return Lines(grid.title, grid.unit, grid.rows, grid.columns, values)
    if report == "fields":
        return _field_grid(title, rows)
    if report == "agenda":
        return _agenda_grid(title, rows)
    if report == "days":
        return _calendar(title, rows)
    if report == "map":
        return tiles(title, rows)
    if report == "withdrawals":
        names = [f"{row['month']} {row['portal']}" for row in rows[:MAX_SHOWN]]
        changes = [[row[kind] for kind in KINDS] for row in rows[:MAX_SHOWN]]
        return Grid(_limited_title(title, len(names), len(rows)), "articles", names, list(KINDS), changes)
    if report == "cities":
        return _bars(title, "articles", [(row["city"] or NO_CITY, row["articles"], "") for row in rows])
    if report == "reprints":
        flows = [
            (f"{row['origin']} ({row['origin_portal']}) → {row['portal']}", row["reprints"], _delay(row))
            for row in rows
        ]
        return _bars(f"{title}: articles, and the median delay", "reprints", flows)
    if report == "outlets":
        return _bars(title, "articles", [(row["outlet"] or NO_OUTLET, row["articles"], "") for row in rows])
    # The editors of two portals are two persons, also if they have one name.
    several = len({row["portal"] for row in rows}) > 1
    people = [(row["editor"] + f" ({row['portal']})" * several, row["articles"], "") for row in rows]
    return _bars(title, "articles", people)


def _calendar(title: str, rows: Rows) -> Days:
    dated = [(day, row["articles"]) for row in rows if (day := _day(row["day"]))]
    years = sorted({day.year for day, _ in dated})
    if len(years) > MOST_YEARS:
        title = f"{title} (the last {MOST_YEARS} of {len(years)} years)"
    dated = [(day, number) for day, number in dated if day.year in years[-MOST_YEARS:]]
    return Days(title, "articles", [day for day, _ in dated], [number for _, number in dated])


def _day(text: str) -> date | None:
    """Return a day; None for what is none, as an archive of a stranger may have."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def tiles(title: str, rows: Rows) -> Tiles:
    """Return the map of the rows of the report map: of the divisions if there is one province, else of the provinces.

    The title says how many articles have no square: those of no division, and of places that are on no map.
    """
    codes = {row["province_code"] for row in rows}
    province = places.division(next(iter(codes))) if len(codes) == 1 else None
    if province and places.tiles_of(province):
        counted = Counter({row["city_code"]: row["articles"] for row in rows if row["city_code"]})
    else:
        province, counted = None, Counter({row["province_code"]: row["province_articles"] for row in rows})
    squares = places.tiles_of(province)
    off = sum(row["articles"] for row in rows if row["city_code"] not in {one.place.code for one in squares})
    if province and off:
        title = f"{title} ({off:,} without a square)"
    return Tiles(
        title,
        "articles",
        [one.place.short for one in squares],
        [(one.column, one.row) for one in squares],
        [counted[one.place.code] for one in squares],
        (places.MAP_SOURCE,),
    )


def _delay(row: dict[str, Any]) -> str:
    if row["median_hours"] is not None and abs(row["median_hours"]) < 72:
        return f"{row['median_hours']:g} h"
    return f"{row['median_days']:g} d" if row["median_days"] is not None else ""


def _bars(title: str, unit: str, bars: Sequence[tuple[str, int, str]]) -> Bars:
    """Return the largest of these bars, each with its name, number and note."""
    sums: Counter[str] = Counter()
    for name, number, _ in bars:
        sums[name] += number
    notes = {name: note for name, _, note in reversed(bars)}
    largest = sums.most_common(MAX_SHOWN)
    names = [name for name, _ in largest]
    bar_notes = [notes[name] for name in names]
    return Bars(
        _limited_title(title, len(names), len(sums)),
        unit,
        names,
        [number for _, number in largest],
        bar_notes if any(bar_notes) else (),
    )


def _month_grid(title: str, rows: Rows) -> Grid:
    dated = [row for row in rows if _MONTH.match(row["month"] or "")]
    months = _months_between(dated[0]["month"], dated[-1]["month"]) if dated else []
    cities = largest_cities(dated, MAX_SHOWN)
    counts: Counter[tuple[str | None, str]] = Counter()
    for row in dated:
        counts[row["city"], row["month"]] += row["articles"]
    values = [[counts[city, month] or None for month in months] for city in cities]
    names = [city or NO_CITY for city in cities]
    return Grid(
        _limited_title(title, len(cities), len({row["city"] for row in dated})), "articles", names, months, values
    )


def _agenda_grid(title: str, rows: Rows) -> Grid:
    """Return one row per outlet and reprinting portal, one column per month, with the share of the reprints."""
    dated = [row for row in rows if _MONTH.match(row["month"])]
    months = _months_between(dated[0]["month"], dated[-1]["month"]) if dated else []
    sums: Counter[str] = Counter()
    shares: dict[tuple[str, str], float] = {}
    for row in dated:
        flow = f"{row['origin']} → {row['portal']}"
        sums[flow] += row["reprints"]
        shares[flow, row["month"]] = shares.get((flow, row["month"]), 0.0) + row["share"]
    flows = [flow for flow, _ in sums.most_common(MAX_SHOWN)]
    values = [[shares.get((flow, month)) for month in months] for flow in flows]
    return Grid(_limited_title(title, len(flows), len(sums)), "share", flows, months, values, are_shares=True)


def _months_between(first: str, last: str) -> list[str]:
    """Return the months from first to last, also those without an article; at most a century."""
    begin, end = (int(month[:4]) * 12 + int(month[5:7]) - 1 for month in (first, last))
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(max(begin, end - 1200), end + 1)]


def _field_grid(title: str, rows: Rows) -> Grid:
    largest = sorted(rows, key=lambda row: -row["articles"])[:MAX_SHOWN]
    sections = [row for row in rows if row in largest]
    several = len({row["portal"] for row in rows}) > 1
    names = [f"{row['portal']} " * several + (row["section"] or NO_SECTION) for row in sections]
    values = [[row[name] for name in FILLED] for row in sections]
    return Grid(_limited_title(title, len(sections), len(rows)), "share", names, list(FILLED), values, are_shares=True)


def _limited_title(title: str, count: int, total: int) -> str:
    return f"{title} (the {count} largest of {total:,})" if count < total else title
