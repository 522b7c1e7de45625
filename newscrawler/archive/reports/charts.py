"""Bars and grids, drawn as PNG or SVG by matplotlib.

matplotlib belongs to the extra `plot` and is imported when something is drawn. Equal data gives equal files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from newscrawler.archive.reports.chart_fonts import drawable, families_for
from newscrawler.text.printable import printable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MAX_SHOWN = 40
"""Bars, or rows of a grid, in one picture. The smallest are left out, and the title says so."""
_MAX_LABEL = 28
_CHARACTER_WIDTH = 0.13
"""Width of a Chinese character at the size of the labels, in inches."""
_BLUE = "#2563a8"
_SETTINGS: dict[str, Any] = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": False,
    "svg.fonttype": "path",
    "svg.hashsalt": "newscrawler",
    "text.parse_math": False,
    "text.usetex": False,
}
"""Letters are drawn as paths, so that an SVG looks the same without the font; `$` is a dollar sign."""


@dataclass(frozen=True, slots=True)
class Bars:
    """One number per name; a note may follow its bar."""

    title: str
    unit: str
    labels: Sequence[str]
    values: Sequence[float]
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """One number per row and column, as a shade; None is white. Shares are written into their cells."""

    title: str
    unit: str
    rows: Sequence[str]
    columns: Sequence[str]
    values: Sequence[Sequence[float | None]]
    are_shares: bool = False


Chart = Bars | Grid


def picture(chart: Chart, suffix: str) -> bytes:
    """Return a chart as PNG or SVG. Raises FontError when no installed font has its characters."""
    import matplotlib as mpl

    families = families_for([chart.title, chart.unit, *_texts(chart)])

    def label(text: str) -> str:
        text = printable(text)
        return drawable(text if len(text) <= _MAX_LABEL else f"{text[: _MAX_LABEL - 1]}…", families)

    settings: Any = {**_SETTINGS, "font.family": families}
    with mpl.rc_context(settings):
        if not (chart.labels if isinstance(chart, Bars) else chart.rows and chart.columns):
            figure = _empty_figure(printable(chart.title))
        else:
            figure = _bars(chart, label) if isinstance(chart, Bars) else _grid(chart, label)
        out = BytesIO()
        # Without a date in it, the file is the same each time.
        metadata = {"Date": None} if suffix == "svg" else {"Software": None}
        figure.savefig(out, format=suffix, dpi=150, metadata=metadata)
    return out.getvalue()


def inline_svg(chart: Chart) -> str:
    """Return a chart as an `svg` element for a page of HTML."""
    text = picture(chart, "svg").decode()
    return text[re.search("<svg ", text).start() :]  # type: ignore[union-attr]


def _texts(chart: Chart) -> list[str]:
    return [*chart.labels, *chart.notes] if isinstance(chart, Bars) else [*chart.rows, *chart.columns]


def _figure(width: float, height: float, title: str) -> tuple[Figure, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(title, loc="left", fontsize=11)
    return figure, axes


def _empty_figure(title: str) -> Figure:
    """Return a picture that says that there is nothing to show: empty axes would look like a mistake."""
    figure, axes = _figure(6, 1.5, title)
    axes.axis("off")
    axes.text(0, 0.5, "no articles", transform=axes.transAxes)
    return figure


def _bars(chart: Bars, label: Callable[[str], str]) -> Figure:
    figure, axes = _figure(8, 1.2 + 0.24 * max(len(chart.labels), 2), printable(chart.title))
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


def _grid(chart: Grid, label: Callable[[str], str]) -> Figure:
    import numpy as np

    rows, columns = [label(text) for text in chart.rows], [label(text) for text in chart.columns]
    margin = _CHARACTER_WIDTH * max(map(len, rows), default=0)
    width = min(max(6.0, margin + 2 + 0.55 * len(columns)), 16.0)
    figure, axes = _figure(width, 1.6 + 0.26 * max(len(rows), 2), printable(chart.title))
    values = np.array([[np.nan if value is None else value for value in row] for row in chart.values], dtype=float)
    values = values.reshape(len(rows), len(columns))
    highest = 1.0 if chart.are_shares else None
    image = axes.imshow(values, aspect="auto", cmap="Blues", vmin=0, vmax=highest, interpolation="nearest")
    # One label per column where there is room, else one per 3, 6, 12 or 24 columns (months).
    room = max(1, int((width - margin - 2) / 0.42))
    step = next((step for step in (1, 3, 6, 12) if len(columns) / step <= room), 24)
    axes.set_xticks(
        range(0, len(columns), step), labels=columns[::step], rotation=45, ha="right", rotation_mode="anchor"
    )
    axes.set_yticks(range(len(rows)), labels=rows)
    if chart.are_shares:
        for (row, column), value in np.ndenumerate(values):
            if not np.isnan(value):
                colour = "white" if value > 0.55 else "black"
                axes.text(column, row, f"{value:.0%}", ha="center", va="center", color=colour, fontsize=8)
    else:
        figure.colorbar(image, ax=axes, label=chart.unit, pad=0.01)
    return figure
