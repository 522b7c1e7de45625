"""CSV (RFC 4180, UTF-8), for programs and for spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import TextIO

from newscrawler.archive.columns import Column
from newscrawler.archive.export.writer import Row, Writer

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins with one of these may run as a formula in a spreadsheet (OWASP, "CSV Injection")."""


class CsvWriter(Writer):
    """Writes a header and one line per row.

    For `excel` it begins with a byte order mark, and cells that a spreadsheet would run as a formula begin with an
    apostrophe.
    """

    media_type = "text/csv"
    is_text = True

    def __init__(self, *, excel: bool = False) -> None:
        self._excel = excel

    def open(self, target: TextIO, columns: Sequence[Column]) -> None:
        """Write the header."""
        if self._excel:
            target.write("\ufeff")
        self._writer = csv.writer(target, lineterminator="\r\n")
        self._writer.writerow([column.name for column in columns])

    def write(self, rows: Iterable[Row]) -> None:
        """Write the rows."""
        if self._excel:
            rows = ([harmless(cell) for cell in row] for row in rows)
        self._writer.writerows(rows)

    def close(self) -> None:
        """Do nothing: a CSV file has no end mark."""


def harmless(cell: object) -> object:
    """Return a cell that no spreadsheet runs: an apostrophe is put before what may be a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
