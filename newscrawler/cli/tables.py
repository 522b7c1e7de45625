"""Tables for people and JSON for programs."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Collection, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from newscrawler.text.printable import escaped_json, printable


def print_json(value: Any) -> None:
    """Write a value as JSON to standard output."""
    sys.stdout.write(json_text(value, indent=2) + "\n")


def json_text(value: Any, *, indent: int | None = None) -> str:
    """Return a value as JSON. All control and direction characters are escaped, so none reaches a terminal."""
    return escaped_json(json.dumps(value, ensure_ascii=False, indent=indent))


def print_table(
    title: str,
    header: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    to_stderr: bool = False,
    red: Collection[int] = (),
) -> None:
    """Write a table. Columns of numbers are aligned to the right; `red` has the numbers of the rows in red."""
    console = _Console(stderr=to_stderr)
    if not console.is_terminal:
        console = _Console(stderr=to_stderr, width=160)
    table = new_table(title, header, rows)
    for number in red:
        table.rows[number].style = "red"
    console.print(table)


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to `main`: a reader that stops early is not a failure."""
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


def new_table(title: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> Table:
    """Return a rich table of these cells, with control characters made visible."""
    # Without frames around the cells, a table of ten columns fits a terminal of 80 columns.
    table = Table(
        title=Text(printable(title)) if title else None,
        title_justify="left",
        header_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        show_edge=False,
        collapse_padding=True,
    )
    for number, name in enumerate(header):
        numeric = bool(rows) and all(isinstance(row[number], (int, float)) or row[number] in ("", None) for row in rows)
        table.add_column(Text(printable(name)), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(_cell(cell))) for cell in row))
    return table


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
