"""Tables for people and JSON for scripts."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from newscrawler.cli.logs import printable


def print_json(value: Any) -> None:
    """Write a value as JSON to standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def print_table(
    title: str, header: Sequence[str], rows: Sequence[Sequence[object]], *, to_stderr: bool = False
) -> None:
    """Write a table; columns whose cells are all numbers are set to the right."""
    console = Console(stderr=to_stderr, soft_wrap=False)
    if not console.is_terminal:
        console = Console(stderr=to_stderr, width=160)
    console.print(made_table(title, header, rows))


def made_table(title: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> Table:
    """Return a rich table of these cells, with whatever could control a terminal taken out."""
    table = Table(title=title or None, title_justify="left", header_style="bold")
    for number, name in enumerate(header):
        numeric = bool(rows) and all(isinstance(row[number], (int, float)) or row[number] in ("", None) for row in rows)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(escape(printable(_cell(cell))) for cell in row))
    return table


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
