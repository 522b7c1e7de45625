"""Charts made on the server: bars as SVG without a script or a style of its own, with their numbers in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT = 100
_GAP = 0.18
"""Of the width of a bar with its gap."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, in units of the chart: bars are one unit apart, the highest is HEIGHT."""

    name: str
    number: float
    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Upright bars over dates or months."""

    bars: list[Bar]
    width: int
    bar_width: float
    total: float
    most: float
    peak: str
    """The name of the highest bar."""

    @property
    def first(self) -> str:
        """The first name."""
        return self.bars[0].name

    @property
    def last(self) -> str:
        """The last name."""
        return self.bars[-1].name


def chart(counted: Sequence[tuple[str, float]]) -> Chart | None:
    """Return the chart of a series; None when it has nothing to show."""
    most = max((number for _, number in counted), default=0)
    if not most:
        return None
    bars = []
    for place, (name, number) in enumerate(counted):
        height = round(HEIGHT * number / most, 2)
        bars.append(Bar(name, number, place + _GAP / 2, round(HEIGHT - height, 2), height))
    peak = next(name for name, number in counted if number == most)
    return Chart(bars, len(counted), 1 - _GAP, sum(number for _, number in counted), most, peak)
