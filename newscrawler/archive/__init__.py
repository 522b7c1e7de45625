"""The SQLite archive: schema and migrations, the writer, and everything that reads it."""

from newscrawler.archive.connection import ArchiveError, open_archive, open_archive_read_only

__all__ = ["ArchiveError", "open_archive", "open_archive_read_only"]
