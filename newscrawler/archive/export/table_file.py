"""Writing rows by the writer of a format, to a file that appears when it is whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from newscrawler.archive.columns import Column
from newscrawler.archive.export.files import whole_file, whole_path
from newscrawler.archive.export.formats import plugin_errors
from newscrawler.archive.export.writer import Row, RowCounter, Writer


def write_table(
    out: str, format_name: str, writer: Writer, columns: Sequence[Column], rows: Iterable[Row]
) -> tuple[int, list[str]]:
    """Write rows to a file or stream; return their number and the notes of the writer.

    Raises ExportError when the target cannot be written, and WriteError when writing broke off, or when a plug-in
    failed or did not read all rows; then nothing of the file is left.
    """
    counted = RowCounter(rows)
    target: AbstractContextManager[Any] = whole_file(out) if writer.is_text else whole_path(out)
    with target as file, plugin_errors(format_name):
        writer.open(file, columns)
        writer.write(counted)
        writer.close()
        if not counted.is_exhausted:
            raise ValueError("it did not read all rows")
        notes = list(writer.notes)
    return counted.count, notes
