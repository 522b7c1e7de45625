"""Excel workbooks (xlsx), a row at a time. Needs XlsxWriter (extra `export`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from newscrawler.archive.columns import Column
from newscrawler.archive.export.errors import ExportError, WriteError

SHEET_ROWS = 1_048_576
"""Rows that a sheet can have, with its header."""
CELL_UNITS = 32_767
"""UTF-16 code units that a cell can have; XlsxWriter cuts there, and never inside a character."""
_CUT = -2


def check_installed() -> None:
    """Raise ExportError when XlsxWriter is not installed."""
    try:
        import xlsxwriter  # noqa: F401
    except ImportError:
        raise ExportError("xlsx needs XlsxWriter; install it with: pip install 'newscrawler[export]'") from None


def write_workbook(path: Path, fields: Sequence[Column], rows: Iterable[Sequence[object]]) -> tuple[int, int]:
    """Write a workbook; return the number of rows, and of cells that were too long and were cut.

    Texts are texts: nothing is taken for a formula, a link or a number. What does not fit on a sheet goes on on the
    next. Temporary files lie in the folder of the path.
    """
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import XlsxFileError

    book = Workbook(str(path), {"constant_memory": True, "tmpdir": str(path.parent)})
    book.use_zip64()
    bold = book.add_format({"bold": True})
    count = cut = 0
    sheet = _sheet(book, fields, bold)
    number = 1
    try:
        for row in rows:
            if number == SHEET_ROWS:
                sheet = _sheet(book, fields, bold)
                number = 1
            for column, value in enumerate(row):
                if isinstance(value, str):
                    cut += sheet.write_string(number, column, value) == _CUT
                elif value is not None:
                    sheet.write_number(number, column, value)
            number += 1
            count += 1
        book.close()
    except XlsxFileError as error:
        cause = error.args[0] if error.args else error
        if isinstance(cause, OSError):
            raise cause from None
        raise WriteError(f"the workbook could not be written: {cause}; nothing of it is left.") from None
    return count, cut


def _sheet(book: Any, fields: Sequence[Column], bold: Any) -> Any:
    sheet = book.add_worksheet(f"articles {len(book.worksheets()) + 1}")
    sheet.freeze_panes(1, 0)
    for column, field in enumerate(fields):
        sheet.write_string(0, column, field.name, bold)
    return sheet
