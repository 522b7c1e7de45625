"""Lines with a word in the middle, aligned by the width of their characters: a Han character fills two cells."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text

from newscrawler.cli.tables import OutputConsole
from newscrawler.text.printable import printable

_LEAST = 10
"""Cells of context on each side, however narrow the terminal is."""


def print_aligned(rows: Sequence[tuple[str, str, str, str]]) -> None:
    """Write lines of a label, a left context, a word and a right context, so that the words stand below each other.

    On a terminal the contexts are cut to its width: the left one at its beginning, the right one at its end.
    """
    if not rows:
        return
    console = OutputConsole()
    cleaned = [(label, *map(printable, parts)) for label, *parts in rows]
    labels = max(cell_len(label) for label, *_ in cleaned)
    keys = max(cell_len(key) for _, _, key, _ in cleaned)
    left_width = max(cell_len(left) for _, left, _, _ in cleaned)
    right_width = max(cell_len(right) for *_, right in cleaned)
    if console.is_terminal:
        side = max(_LEAST, (console.width - labels - keys - 3) // 2)
        left_width, right_width = min(left_width, side), min(right_width, side)
    for label, left, key, right in cleaned:
        left, right = _end_of(left, left_width), _start_of(right, right_width)
        line = Text(f"{label}{' ' * (labels - cell_len(label) + 1 + left_width - cell_len(left))}{left} ")
        line.append(key, style="bold")
        line.append(f"{' ' * (keys - cell_len(key) + 1)}{right}")
        console.print(line, soft_wrap=True)


def _start_of(text: str, width: int) -> str:
    """Return as much of the beginning of a text as fits into this many cells."""
    at = cells = 0
    for at, character in enumerate(text):
        cells += cell_len(character)
        if cells > width:
            return text[:at]
    return text


def _end_of(text: str, width: int) -> str:
    """Return as much of the end of a text as fits into this many cells."""
    return _start_of(text[::-1], width)[::-1]
