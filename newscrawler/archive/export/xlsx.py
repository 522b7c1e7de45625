"""Excel workbooks (xlsx), row by row. Needs XlsxWriter (extra `export`).

Dates are dates of the spreadsheet. A workbook has no zones, so times are shown as China's clock shows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from newscrawler.archive.columns import Column
from newscrawler.archive.export.errors import ExportError, WriteError
from newscrawler.archive.export.writer import Row, Writer
from newscrawler.text.clock import CHINA
from newscrawler.text.installation import install_line

SHEET_ROWS = 1_048_576
"""Rows that a sheet can have, with its header."""
CELL_UNITS = 32_767
"""UTF-16 code units that a cell can have; XlsxWriter cuts there, and never inside a character."""
_CUT = -2
_DATE_FORMATS = {"date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm:ss"}
_EARLIEST = 1900
"""The first year that a spreadsheet can count days from."""
_WIDTHS = {"date": 11, "datetime": 19, "integer": 9, "number": 9}
_WIDE = {"title": 50, "body": 60, "summary": 40, "url": 40, "section": 16, "source": 18, "id": 26}
_WIDTH_OF_TEXT = 14
"""Widths of columns, in digits."""


class XlsxWriter(Writer):
    """Writes a workbook. Texts are texts: nothing becomes a formula, a link or a number, and only dates become dates.

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
        formats = {kind: self._book.add_format({"num_format": text}) for kind, text in _DATE_FORMATS.items()}
        self._dates = {number: formats[field.type] for number, field in enumerate(columns) if field.type in formats}
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
                if column in self._dates and isinstance(value, str) and (moment := _moment(value)):
                    self._sheet.write_datetime(number, column, moment, self._dates[column])
                elif isinstance(value, str):
                    cut += self._sheet.write_string(number, column, value) == _CUT
                elif value is not None:
                    self._sheet.write_number(number, column, value)
            number += 1
        if cut:
            self.notes.append(f"{cut:,} cells were cut: a cell of a workbook holds {CELL_UNITS:,} characters")

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
        sheet.autofilter(0, 0, SHEET_ROWS - 1, max(0, len(self._columns) - 1))
        for column, field in enumerate(self._columns):
            sheet.set_column(column, column, _WIDE.get(field.name, _WIDTHS.get(field.type, _WIDTH_OF_TEXT)))
            sheet.write_string(0, column, field.name, self._bold)
        return sheet


def _moment(text: str) -> date | datetime | None:
    """Return a day, or a time of China's clock without its zone; None for what a spreadsheet cannot hold."""
    try:
        moment = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        return None
    if isinstance(moment, datetime):
        moment = moment.astimezone(CHINA).replace(tzinfo=None)
    return moment if moment.year >= _EARLIEST else None
