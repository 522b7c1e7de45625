"""Excel workbooks (xlsx), row by row. Needs XlsxWriter (extra `export`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from newscrawler.archive.columns import Column
from newscrawler.archive.export.errors import ExportError, WriteError
from newscrawler.archive.export.writer import Row, Writer
from newscrawler.text.installation import install_line

SHEET_ROWS = 1_048_576
"""Rows that a sheet can have, with its header."""
CELL_UNITS = 32_767
"""UTF-16 code units that a cell can have; XlsxWriter cuts there, and never inside a character."""
_CUT = -2


class XlsxWriter(Writer):
    """Writes a workbook. Texts are texts: nothing becomes a formula, a link or a number.

    A sheet that is full is followed by another one. Temporary files lie in the folder of the path.
    """

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def __init__(self) -> None:
        """Raise ExportError when XlsxWriter is not installed."""
        try:
            import xlsxwriter  # noqa: F401
        except ImportError:
            raise ExportError(f"xlsx needs XlsxWriter; install it with: {install_line('export')}") from None
        self.notes: list[str] = []

    def open(self, target: Path, columns: Sequence[Column]) -> None:
        """Begin the workbook with an empty sheet."""
        from xlsxwriter import Workbook

        self._columns = columns
        self._book = Workbook(str(target), {"constant_memory": True, "tmpdir": str(target.parent)})
        self._book.use_zip64()
        self._bold = self._book.add_format({"bold": True})
        self._sheet = self._new_sheet()

    def write(self, rows: Iterable[Row]) -> None:
        """Write the rows; too long cells are cut, and a note says how many."""
        cut = 0
        number = 1
        for row in rows:
            if number == SHEET_ROWS:
                self._sheet = self._new_sheet()
                number = 1
            for column, value in enumerate(row):
                if isinstance(value, str):
                    cut += self._sheet.write_string(number, column, value) == _CUT
                elif value is not None:
                    self._sheet.write_number(number, column, value)
            number += 1
        if cut:
            self.notes.append(f"{cut} cells were cut: a cell of a workbook holds {CELL_UNITS:,} characters")

    def close(self) -> None:
        """Put the workbook together."""
        from xlsxwriter.exceptions import XlsxFileError

        try:
            self._book.close()
        except XlsxFileError as error:
            cause = error.args[0] if error.args else error
            if isinstance(cause, OSError):
                raise cause from None
            raise WriteError(f"the workbook could not be written: {cause}; nothing of it is left.") from None

    def _new_sheet(self) -> Any:
        sheet = self._book.add_worksheet(f"articles {len(self._book.worksheets()) + 1}")
        sheet.freeze_panes(1, 0)
        for column, field in enumerate(self._columns):
            sheet.write_string(0, column, field.name, self._bold)
        return sheet
