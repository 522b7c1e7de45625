"""Calendars and schematic maps: one square per day, or per division, with a shade for its number."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from newscrawler.archive.reports.figures import new_figure, shades
from newscrawler.text.printable import printable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_YEARS = 12
"""Years of a calendar: the last ones."""
_WEEKS = 54
_NOTHING = "#f0f0f0"
"""The colour of a day without articles."""
_DARK = 0.55
"""Shades from which on letters are white."""


@dataclass(frozen=True, slots=True)
class Days:
    """One number per day, as a calendar with a row of weeks per year. Days that are not named have none."""

    title: str
    unit: str
    days: Sequence[date]
    values: Sequence[int]
    caption: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Tiles:
    """One number per square of a map."""

    title: str
    unit: str
    names: Sequence[str]
    places: Sequence[tuple[int, int]]
    """Column and row of each name, from the north-west."""
    values: Sequence[int]
    caption: Sequence[str] = ()


def week_and_day(day: date) -> tuple[int, int]:
    """Return the place of a day in the calendar of its year: the week from 0, and the day of the week, Monday is 0."""
    first = date(day.year, 1, 1).weekday()
    return (day.timetuple().tm_yday - 1 + first) // 7, day.weekday()


def days_figure(chart: Days) -> Figure:
    """Return a calendar."""
    import numpy as np
    from matplotlib.colors import ListedColormap

    years = sorted({day.year for day in chart.days})
    cells = np.full((8 * len(years), _WEEKS), np.nan)
    empty = cells.copy()
    months: list[tuple[int, float, int]] = []
    for place, year in enumerate(years):
        for number in range(1, 366 + isleap(year)):
            week, weekday = week_and_day(date.fromordinal(date(year, 1, 1).toordinal() + number - 1))
            empty[8 * place + weekday, week] = 0
        months += [(week_and_day(date(year, month, 1))[0], 8 * place - 0.7, month) for month in range(1, 13)]
    for day, value in zip(chart.days, chart.values, strict=True):
        week, weekday = week_and_day(day)
        cells[8 * years.index(day.year) + weekday, week] = value
    figure, axes = new_figure(11, 1.2 + 1.45 * len(years), printable(chart.title))
    axes.imshow(empty, cmap=ListedColormap([_NOTHING]), interpolation="nearest")
    image = axes.imshow(cells, cmap=shades(), vmin=0, interpolation="nearest")
    axes.set_yticks([8 * place + 3 for place in range(len(years))], labels=[str(year) for year in years])
    axes.set_xticks([])
    axes.set_ylim(8 * len(years) - 0.5, -2)
    axes.spines[["left", "bottom"]].set_visible(False)
    for week, row, month in months:
        axes.text(week - 0.4, row, str(month), fontsize=6, color="#666666")
    figure.colorbar(image, ax=axes, label=chart.unit, pad=0.01, shrink=min(1.0, 2 / len(years)))
    return figure


def tiles_figure(chart: Tiles, label: Callable[[str], str]) -> Figure:
    """Return a schematic map."""
    from matplotlib.patches import Rectangle

    columns, rows = (1 + max(place[axis] for place in chart.places) for axis in (0, 1))
    figure, axes = new_figure(max(5.0, 0.95 * columns), 1.2 + 0.95 * rows, printable(chart.title))
    most, colours = max(chart.values), shades()
    for name, (column, row), value in zip(chart.names, chart.places, chart.values, strict=True):
        share = value / most
        axes.add_patch(
            Rectangle((column, row), 0.94, 0.94, facecolor=colours(share) if value else "white", edgecolor="#bbbbbb")
        )
        ink = "white" if value and share > _DARK else "black"
        text = {"ha": "center", "va": "center", "color": ink}
        axes.text(column + 0.47, row + 0.35, label(name), fontsize=8, **text)
        axes.text(column + 0.47, row + 0.66, f"{value:,}", fontsize=7, **text)
    axes.set_xlim(-0.05, columns)
    axes.set_ylim(rows, -0.05)
    axes.set_aspect("equal")
    axes.axis("off")
    return figure
