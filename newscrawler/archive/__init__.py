"""The SQLite archive: schema and migrations, the writer, and everything that reads it."""

# First: the others import sqlite-utils.
from newscrawler.archive import quick_start  # noqa: F401  # isort: skip
from newscrawler.archive.connection import ArchiveError, open_archive, open_archive_read_only

__all__ = ["ArchiveError", "open_archive", "open_archive_read_only"]
