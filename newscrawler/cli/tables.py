"""Tables for people and JSON for programs."""

from __future__ import annotations

import errno
import json
import os
import re
import sys
from collections.abc import Collection, Sequence
from typing import Any, Literal

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from newscrawler.cli.language import cells, headings, told
from newscrawler.text.printable import escaped_json, printable

SHORT_ID = 10
"""Characters of an article's id in tables. Every command that takes an id takes its beginning."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d \S{1,10}")
"""A moment as it is told, with its zone."""
_LONGEST_NAME = 20
"""Columns that a name may fill, such as that of a city (恩施土家族苗族自治州), and that are not broken."""
_NARROWEST = 16
"""Columns of the terminal that a text which is broken needs at least."""
_GAP = 2
_INDENT = "    "
"""Before what stands below a row."""


def print_json(value: Any) -> None:
    """Write a value as JSON to standard output."""
    sys.stdout.write(json_text(value, indent=2) + "\n")


def json_text(value: Any, *, indent: int | None = None) -> str:
    """Return a value as JSON. All control and direction characters are escaped, so none reaches a terminal."""
    return escaped_json(json.dumps(value, ensure_ascii=False, indent=indent))


def print_sentence(text: str, *, to_stderr: bool = False) -> None:
    """Write a sentence: broken at words on a terminal, as one line elsewhere."""
    text = told(text)
    console = OutputConsole(stderr=to_stderr)
    if console.is_terminal:
        console.print(Text(printable(text)))
    else:
        (sys.stderr if to_stderr else sys.stdout).write(printable(text) + "\n")


def print_table(
    title: str,
    header: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    to_stderr: bool = False,
    red: Collection[int] = (),
    droppable: Sequence[str] = (),
    below: Sequence[str] = (),
) -> None:
    """Write a table that fits the terminal; elsewhere as wide as it is.

    Texts are broken, but no key, date, number, name or address is. The columns named in `below`, long texts, addresses
    and commands, stand under each row where the table is too wide for one line a row. Where this does not suffice,
    columns that say nothing are left out, then those named in `droppable`, the first one first, and a line below says
    so. Where that does not suffice either, each row becomes a block of lines. Columns of numbers are aligned to the
    right. `red` has the numbers of the rows in red. Title, headings and codes are shown in the language of the command.
    """
    console = OutputConsole(stderr=to_stderr)
    table, title = _told_table(title, header, rows), told(title)
    if not console.is_terminal:
        console = OutputConsole(stderr=to_stderr, width=max(160, table.width, cell_len(title)))
    under: list[_Column] = []
    for name in reversed(headings(below)):
        if table.width > console.width:
            under = [*table.take_out(name), *under]
    dropped = table.drop(headings(droppable), console.width, whole=bool(under))
    if not table.fits(console.width, whole=bool(under)):
        table.put_back(under)
        table.print_blocks(console, red)
        return
    if under:
        table.print_with_lines(console, under, red)
    else:
        console.print(table.rendered(console.width, red))
    if dropped:
        console.print(Text(told(f"Not shown in this width: {', '.join(dropped)}."), style="dim"))


def fits_terminal(header: Sequence[str], rows: Sequence[Sequence[object]]) -> bool:
    """Tell whether `print_table` would write this table whole, with a line per row; always true elsewhere."""
    console = OutputConsole()
    return not console.is_terminal or _told_table("", header, rows).fits(console.width, whole=True)


def new_table(title: str, header: Sequence[str], rows: Sequence[Sequence[object]], width: int) -> Table:
    """Return a rich table of these cells that is not wider than `width`, with control characters made visible.

    Where it has to be narrower, columns that say nothing are left out.
    """
    table = _told_table(title, header, rows)
    table.drop((), width)
    return table.rendered(width)


def _told_table(title: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> _Table:
    return _Table(told(title), headings(header), [cells(header, row) for row in rows])


class OutputConsole(Console):
    """Rich's console for the output of a command."""

    def on_broken_pipe(self) -> None:
        """Leave it to `main`: a reader that stops early is not a failure."""
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


class _Table:
    """A table whose columns are laid out for a width. Rich's own layout cuts characters off where texts are narrow."""

    def __init__(self, title: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        self._title = printable(title)
        self._columns = [_Column(name, [row[number] for row in rows]) for number, name in enumerate(header)]
        self._rows = len(rows)

    @property
    def width(self) -> int:
        """The width at which every cell is on one line."""
        return sum(column.widest + _GAP for column in self._columns) - _GAP

    def fits(self, width: int, *, whole: bool = False) -> bool:
        """Tell whether nothing but texts has to be broken; with `whole`, nothing at all."""
        return (self.width if whole else sum(column.least + _GAP for column in self._columns) - _GAP) <= width

    def drop(self, names: Sequence[str], width: int, *, whole: bool = False) -> list[str]:
        """Leave out columns without values, then those of these names, until the table fits; return their names."""
        dropped: list[str] = []
        for name in [*(column.name for column in reversed(self._columns) if column.is_empty), *names]:
            if self.fits(width, whole=whole):
                break
            self._columns = [column for column in self._columns if column.name != name]
            dropped.append(name)
        return dropped

    def take_out(self, name: str) -> list[_Column]:
        """Remove and return the column of this name, if there is one."""
        taken = [column for column in self._columns if column.name == name]
        self._columns = [column for column in self._columns if column.name != name]
        return taken

    def put_back(self, columns: Sequence[_Column]) -> None:
        """Add columns that were taken out as the last ones."""
        self._columns += columns

    def rendered(self, width: int, red: Collection[int] = ()) -> Table:
        """Return the table as rich prints it."""
        # Without frames around the cells, a table of ten columns fits a terminal of 80 columns.
        table = Table(
            title=Text(self._title) if self._title else None,
            title_justify="left",
            header_style="bold",
            box=box.SIMPLE_HEAD,
            pad_edge=False,
            show_edge=False,
            collapse_padding=True,
        )
        for column, size in zip(self._columns, self._sizes(width), strict=True):
            justify: Literal["left", "right"] = "right" if column.is_numeric else "left"
            table.add_column(Text(column.name), justify=justify, overflow="fold", width=size)
        for number in range(self._rows):
            cells = (Text(column.cells[number]) for column in self._columns)
            table.add_row(*cells, style="red" if number in red else None)
        return table

    def _sizes(self, width: int) -> list[int]:
        """Divide a width among the columns: what is broken gets an equal share of what the others leave."""
        sizes = [column.widest for column in self._columns]
        room = width - _GAP * (len(sizes) - 1)
        broken = [number for number, column in enumerate(self._columns) if column.least < column.widest]
        while broken and sum(sizes) > room:
            share = (room - sum(size for number, size in enumerate(sizes) if number not in broken)) // len(broken)
            narrow = [number for number in broken if self._columns[number].widest <= share]
            if not narrow:
                for number in broken:
                    sizes[number] = max(self._columns[number].least, share)
                break
            broken = [number for number in broken if number not in narrow]
        return sizes

    def print_with_lines(self, console: Console, under: Sequence[_Column], red: Collection[int] = ()) -> None:
        """Write the table with the cells of the columns `under` in lines of their own below each row."""
        if self._title:
            console.print(Text(self._title, style="italic"))
        console.print(Text(self._line([column.name for column in self._columns]), style="bold"))
        console.print(Text("─" * self.width))
        for number in range(self._rows):
            style = "red" if number in red else ""
            console.print(Text(self._line([column.cells[number] for column in self._columns]), style=style))
            for column in under:
                cell = " ".join(column.cells[number].split())
                lines = [cell] if _is_whole(cell) else _broken(console, cell, console.width - len(_INDENT))
                for line in lines if cell else ():
                    console.print(Text(_INDENT + line, style=style), soft_wrap=True)

    def _line(self, cells: Sequence[str]) -> str:
        """Return these cells beside each other, each as wide as its column."""
        pairs = zip(self._columns, cells, strict=True)
        return (" " * _GAP).join(column.filled(" ".join(cell.split())) for column, cell in pairs).rstrip()

    def print_blocks(self, console: Console, red: Collection[int] = ()) -> None:
        """Write each row as a block: a line per cell that is not empty."""
        if self._title:
            console.print(Text(self._title, style="italic"))
        indent = max(cell_len(column.name) for column in self._columns) + _GAP
        for number in range(self._rows):
            if number:
                console.print()
            for column in self._columns:
                cell = column.cells[number]
                lines = [cell] if _is_whole(cell) else _broken(console, cell, max(_NARROWEST, console.width - indent))
                for at, line in enumerate(lines if cell else ()):
                    label = column.name if at == 0 else ""
                    text = Text(label + " " * (indent - cell_len(label)), style="bold")
                    # An address may be longer than the line: the terminal breaks it, so that it can be copied whole.
                    console.print(text + Text(line, style="red" if number in red else ""), soft_wrap=True)


class _Column:
    """A column: its name and cells as they are printed, and how narrow it may become."""

    def __init__(self, name: str, values: Sequence[object]) -> None:
        self.name = printable(name)
        self.cells = [printable(_cell(value)) for value in values]
        self.is_numeric = bool(values) and all(
            isinstance(value, (int, float)) or value in ("", None) for value in values
        )
        self.is_empty = bool(values) and all(value in ("", None, 0) for value in values)
        lines = [line for text in (self.name, *self.cells) for line in text.splitlines() or [""]]
        self.widest = max(map(cell_len, lines))
        word = max(map(cell_len, self.name.split()), default=1)
        whole = max((cell_len(cell) for cell in self.cells if _is_whole(cell)), default=1)
        text = 1 if all(map(_is_whole, self.cells)) else min(self.widest, _NARROWEST)
        self.least = max(word, whole, text)

    def filled(self, text: str) -> str:
        """Return a cell filled up to the width of the column."""
        fill = " " * (self.widest - cell_len(text))
        return fill + text if self.is_numeric else text + fill


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _is_whole(cell: str) -> bool:
    """Tell whether a cell stays on one line: a short name, a moment, or one word without Han characters."""
    return (
        cell_len(cell) <= _LONGEST_NAME or (cell.isascii() and " " not in cell) or _MOMENT.fullmatch(cell) is not None
    )


def _broken(console: Console, text: str, width: int) -> list[str]:
    return [line.plain.rstrip() for line in Text(text).wrap(console, width)]
