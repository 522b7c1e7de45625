"""The SQLite archive: schema and migrations, the writer, and everything that reads it."""

from newscrawler.archive.database.opening import open_archive, open_archive_read_only
from newscrawler.archive.errors import ArchiveError

__all__ = ["ArchiveError", "open_archive", "open_archive_read_only"]
