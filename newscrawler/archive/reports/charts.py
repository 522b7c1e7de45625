"""Bars, lines, grids, calendars and maps, drawn as PNG or SVG by matplotlib.

matplotlib belongs to the extra `plot` and is imported when something is drawn. Equal data gives equal files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newscrawler.archive.reports.figures import empty_figure, figure_bytes, fonts_for, new_figure, shades
from newscrawler.archive.reports.map_charts import Days, Tiles, days_figure, tiles_figure
from newscrawler.text.printable import printable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MAX_SHOWN = 40
"""Bars, or rows of a grid, in one picture. The smallest are left out, and the title says so."""
_CHARACTER_WIDTH = 0.13
"""Width of a Chinese character at the size of the labels, in inches."""
_BLUE = "#2563a8"
_LINES = ("#2563a8", "#c2410c", "#15803d", "#7e22ce", "#a16207", "#0e7490", "#be123c", "#4b5563")
"""Colours of lines. Their dashes and marks differ, too, for who does not tell the colours apart."""
_DASHES = ("-", "--", "-.", ":")
_MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")
MAX_LINES = len(_LINES)


@dataclass(frozen=True, slots=True)
class Bars:
    """One number per name; a note may follow its bar. Under a chart stands its caption, line by line."""

    title: str
    unit: str
    labels: Sequence[str]
    values: Sequence[float]
    notes: Sequence[str] = ()
    caption: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Lines:
    """One line per name over the same columns; None is a gap."""

    title: str
    unit: str
    names: Sequence[str]
    columns: Sequence[str]
    values: Sequence[Sequence[float | None]]
    caption: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """One number per row and column, as a shade; None is white. Shares are written into their cells."""

    title: str
    unit: str
    rows: Sequence[str]
    columns: Sequence[str]
    values: Sequence[Sequence[float | None]]
    are_shares: bool = False
    caption: Sequence[str] = ()


Chart = Bars | Grid | Lines | Days | Tiles


def picture(chart: Chart, suffix: str) -> bytes:
    """Return a chart as PNG or SVG. Raises FontError when no installed font has its characters."""
    with fonts_for([chart.title, chart.unit, *_texts(chart), *chart.caption]) as label:
        if isinstance(chart, Bars):
            figure = _bars(chart, label) if chart.labels else empty_figure(printable(chart.title))
        elif isinstance(chart, Lines):
            figure = _lines(chart, label) if chart.names and chart.columns else empty_figure(printable(chart.title))
        elif isinstance(chart, Days):
            figure = days_figure(chart) if chart.values else empty_figure(printable(chart.title))
        elif isinstance(chart, Tiles):
            figure = tiles_figure(chart, label) if any(chart.values) else empty_figure(printable(chart.title))
        else:
            figure = _grid(chart, label) if chart.rows and chart.columns else empty_figure(printable(chart.title))
        return figure_bytes(figure, chart.caption, suffix)


def inline_svg(chart: Chart) -> str:
    """Return a chart as an `svg` element for a page of HTML."""
    text = picture(chart, "svg").decode()
    return text[re.search("<svg ", text).start() :]  # type: ignore[union-attr]


def _texts(chart: Chart) -> list[str]:
    if isinstance(chart, Bars):
        return [*chart.labels, *chart.notes]
    if isinstance(chart, Days):
        return []
    if isinstance(chart, Tiles):
        return list(chart.names)
    return [*(chart.names if isinstance(chart, Lines) else chart.rows), *chart.columns]


def _bars(chart: Bars, label: Callable[[str], str]) -> Figure:
    figure, axes = new_figure(8, 1.2 + 0.24 * max(len(chart.labels), 2), printable(chart.title))
    positions = range(len(chart.labels))
    bars = axes.barh(positions, chart.values, color=_BLUE, height=0.7)
    axes.set_yticks(positions, labels=[label(text) for text in chart.labels])
    axes.invert_yaxis()
    axes.set_xlabel(chart.unit)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.margins(x=0.25 if chart.notes else 0.12, y=0.01)
    notes = [label(note) for note in chart.notes] or [""] * len(chart.values)
    labels = [f"{value:,.0f}{f' ({note})' if note else ''}" for value, note in zip(chart.values, notes, strict=True)]
    axes.bar_label(bars, labels=labels, padding=3)
    return figure


def _lines(chart: Lines, label: Callable[[str], str]) -> Figure:
    figure, axes = new_figure(9, 4.2, printable(chart.title))
    positions = range(len(chart.columns))
    for number, (name, values) in enumerate(zip(chart.names, chart.values, strict=True)):
        points = [float("nan") if value is None else value for value in values]
        colour, mark, dash = (cycle[number % len(cycle)] for cycle in (_LINES, _MARKS, _DASHES))
        axes.plot(
            positions, points, color=colour, marker=mark, linestyle=dash, markersize=4, linewidth=1.4, label=label(name)
        )
    axes.set_ylim(bottom=0)
    axes.set_ylabel(chart.unit)
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.grid(axis="y", color="#dddddd", linewidth=0.6)
    _label_columns(axes, [label(text) for text in chart.columns], int(9 / 0.42))
    if len(chart.names) > 1:
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)
    return figure


def _label_columns(axes: Any, columns: Sequence[str], room: int) -> None:
    """Write one label per column where there is room, else one per 3, 6, 12 or 24 columns (months)."""
    step = next((step for step in (1, 3, 6, 12) if len(columns) / step <= room), 24)
    axes.set_xticks(
        range(0, len(columns), step), labels=columns[::step], rotation=45, ha="right", rotation_mode="anchor"
    )


def _grid(chart: Grid, label: Callable[[str], str]) -> Figure:
    import numpy as np

    rows, columns = [label(text) for text in chart.rows], [label(text) for text in chart.columns]
    margin = _CHARACTER_WIDTH * max(map(len, rows), default=0)
    width = min(max(6.0, margin + 2 + 0.55 * len(columns)), 16.0)
    figure, axes = new_figure(width, 1.6 + 0.26 * max(len(rows), 2), printable(chart.title))
    values = np.array([[np.nan if value is None else value for value in row] for row in chart.values], dtype=float)
    values = values.reshape(len(rows), len(columns))
    highest = 1.0 if chart.are_shares else None
    image = axes.imshow(values, aspect="auto", cmap=shades(), vmin=0, vmax=highest, interpolation="nearest")
    _label_columns(axes, columns, max(1, int((width - margin - 2) / 0.42)))
    axes.set_yticks(range(len(rows)), labels=rows)
    if chart.are_shares:
        for (row, column), value in np.ndenumerate(values):
            if not np.isnan(value):
                colour = "white" if value > 0.55 else "black"
                axes.text(column, row, f"{value:.0%}", ha="center", va="center", color=colour, fontsize=8)
    else:
        figure.colorbar(image, ax=axes, label=chart.unit, pad=0.01)
    return figure
