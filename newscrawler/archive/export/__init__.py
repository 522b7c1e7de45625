"""Exporting articles as a stream, whole or not at all, in several formats."""

from newscrawler.archive.export.errors import ExportError, WriteError
from newscrawler.archive.export.selection import columns_named, rows, without_body

__all__ = ["ExportError", "WriteError", "columns_named", "rows", "without_body"]
