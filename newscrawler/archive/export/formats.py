"""The formats of exports: ours, and those of plug-ins.

A plug-in is an installed package with an entry point of the group `newscrawler.exporters`. The name of the entry
point is the name of the format and the ending of its files; its value is a class that has the protocol `Writer`.
Plug-ins are looked for only when a format is not one of ours.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import EntryPoint, entry_points
from typing import cast

from newscrawler.archive.export.csv_file import CsvWriter
from newscrawler.archive.export.errors import ExportError, WriteError
from newscrawler.archive.export.json_lines import JsonLinesWriter
from newscrawler.archive.export.parquet import ParquetTableWriter
from newscrawler.archive.export.writer import Writer
from newscrawler.archive.export.xlsx import XlsxWriter

GROUP = "newscrawler.exporters"
WRITERS: dict[str, Callable[[], Writer]] = {
    "csv": CsvWriter,
    "jsonl": JsonLinesWriter,
    "parquet": ParquetTableWriter,
    "xlsx": XlsxWriter,
}
ARCHIVE = "sqlite"
"""An archive of some articles, with all that belongs to them."""
COLLECTION = "wacz"
"""The captures of some articles, for replay tools."""
MEDIA_TYPES = {ARCHIVE: "application/vnd.sqlite3", COLLECTION: "application/wacz"}
"""The formats that are no tables."""
FORMATS = (*WRITERS, *MEDIA_TYPES)
SUFFIXES = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
    ".sqlite": ARCHIVE,
    ".sqlite3": ARCHIVE,
    ".db": ARCHIVE,
    ".wacz": COLLECTION,
}
"""Ending of a file's name to its format."""
_MEMBERS = ("media_type", "is_text", "has_lists", "notes", "open", "write", "close")


def plugin_names() -> list[str]:
    """Return the formats of the plug-ins that are installed, sorted."""
    return sorted({point.name for point in entry_points(group=GROUP)} - set(FORMATS))


def make_writer(name: str) -> Writer:
    """Return a new writer of a format. Raises ExportError when it is unknown or cannot be used."""
    if name in WRITERS:
        return WRITERS[name]()
    points = tuple(entry_points(group=GROUP, name=name))
    if not points:
        raise ExportError(f"there is no format {name!r}; there are {', '.join((*FORMATS, *plugin_names()))}.")
    if len({point.value for point in points}) > 1:
        origins = ", ".join(sorted(_origin(point) for point in points))
        raise ExportError(f"several plug-ins have the format {name!r}: {origins}; uninstall all but one.")
    return _load(points[0])


def _load(point: EntryPoint) -> Writer:
    try:
        writer = point.load()()
    except ExportError:
        raise
    except Exception as error:
        raise ExportError(
            f"the plug-in {_origin(point)} cannot be loaded ({type(error).__name__}: {error}); update or uninstall it."
        ) from error
    if missing := [member for member in _MEMBERS if not hasattr(writer, member)]:
        raise ExportError(f"the plug-in {_origin(point)} lacks {', '.join(missing)}; update or uninstall it.")
    return cast(Writer, writer)


def _origin(point: EntryPoint) -> str:
    """Return the name of a plug-in for messages: `tsv (newscrawler-tsv 1.0)`."""
    return f"{point.name} ({point.dist.name} {point.dist.version})" if point.dist else f"{point.name} ({point.value})"


@contextmanager
def plugin_errors(name: str) -> Iterator[None]:
    """Name the plug-in in whatever goes wrong in it. Errors of ours, of files and of the archive pass."""
    try:
        yield
    except (ExportError, WriteError, OSError, sqlite3.Error):
        raise
    except Exception as error:
        if name in FORMATS:
            raise
        raise WriteError(
            f"the plug-in {name} failed ({type(error).__name__}: {error}); nothing of the export is left."
        ) from error
