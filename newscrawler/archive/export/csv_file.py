"""CSV (RFC 4180, UTF-8), for programs and for spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins with one of these may run as a formula in a spreadsheet (OWASP, "CSV Injection")."""


class Counted:
    """An iterable of rows that counts what was taken of it."""

    def __init__(self, rows: Iterable[Sequence[object]]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Sequence[object]]:
        for row in self._rows:
            self.count += 1
            yield row


def write_csv(stream: TextIO, columns: Sequence[str], rows: Iterable[Sequence[object]], *, excel: bool = False) -> int:
    """Write a header and the rows; return their number.

    For `excel` it begins with a byte order mark, and cells that a spreadsheet would run as a formula begin with an
    apostrophe.
    """
    if excel:
        stream.write("\ufeff")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(columns)
    counted = Counted(rows)
    if excel:
        writer.writerows([harmless(cell) for cell in row] for row in counted)
    else:
        writer.writerows(counted)
    return counted.count


def harmless(cell: object) -> object:
    """Return a cell that no spreadsheet runs: what may be a formula has an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
