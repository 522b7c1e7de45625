"""Figures of matplotlib: fonts that have the characters, captions, and files that are the same for equal data.

matplotlib belongs to the extra `plot` and is imported when something is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from newscrawler.archive.reports.chart_fonts import drawable, families_for
from newscrawler.text.printable import printable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MAX_LABEL = 28
_LIGHTEST = 0.18
"""Where the shades of a grid begin: the smallest number must not look like none."""
_CAPTION_CELL = 0.057
"""Width of a Latin letter at the size of the caption, in inches."""
_MAX_CAPTION, _MAX_CAPTION_TEXT = 12, 1_000
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


@contextmanager
def fonts_for(texts: Sequence[str]) -> Iterator[Callable[[str], str]]:
    """Draw with fonts that have the characters of these texts; gives what makes a label of a text, cut if it is long.

    Raises FontError when no installed font has them.
    """
    import matplotlib as mpl

    families = families_for(texts)

    def label(text: str) -> str:
        text = printable(text)
        return drawable(text if len(text) <= _MAX_LABEL else f"{text[: _MAX_LABEL - 1]}…", families)

    settings: Any = {**_SETTINGS, "font.family": families}
    with mpl.rc_context(settings):
        yield label


def figure_bytes(figure: Figure, caption: Sequence[str], suffix: str) -> bytes:
    """Return a figure with its caption as PNG or SVG, with the fonts of `fonts_for`."""
    import matplotlib as mpl

    if caption:
        families = mpl.rcParams["font.family"]
        lines = [drawable(line, families) for line in _wrapped(caption, figure.get_figwidth())]
        figure.supxlabel("\n".join(lines), x=0.01, ha="left", fontsize=7, color="#444444")
    out = BytesIO()
    # Without a date in it, the file is the same each time.
    metadata = {"Date": None} if suffix == "svg" else {"Software": None}
    figure.savefig(out, format=suffix, dpi=150, metadata=metadata)
    return out.getvalue()


def _wrapped(caption: Sequence[str], width: float) -> list[str]:
    """Return the lines of a caption, broken for a figure of this width in inches."""
    room = int(width / _CAPTION_CELL)
    lines: list[str] = []
    for text in caption[:_MAX_CAPTION]:
        line = ""
        for word in re.split(r"(?<=[\s、，；])", printable(text)[:_MAX_CAPTION_TEXT]):
            if line and _width(line + word) > room:
                lines.append(line.rstrip())
                line = ""
            line += word
        lines.append(line.rstrip())
    return lines


def _width(text: str) -> int:
    """Return how many Latin letters a text is as wide as; a Chinese character is as wide as two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def new_figure(width: float, height: float, title: str) -> tuple[Figure, Any]:
    """Return an empty figure of this size in inches, and its axes."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(title, loc="left", fontsize=11)
    return figure, axes


def empty_figure(title: str) -> Figure:
    """Return a picture that says that there is nothing to show: empty axes would look like a mistake."""
    figure, axes = new_figure(6, 1.5, title)
    axes.axis("off")
    axes.text(0, 0.5, "no articles", transform=axes.transAxes)
    return figure


def shades() -> Any:
    """Return shades of blue of which also the lightest differs from white, which means no number."""
    import matplotlib as mpl
    import numpy as np
    from matplotlib.colors import ListedColormap

    return ListedColormap(mpl.colormaps["Blues"](np.linspace(_LIGHTEST, 1, 256)))
