"""An archive as Python programs read it: articles, frames, searches, captures, citations. It writes nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self, Unpack

from newscrawler.archive import open_archive_read_only
from newscrawler.archive.article_view import capture_number
from newscrawler.archive.captures.reading import CapturedPage, read_capture
from newscrawler.archive.captures.rows import CaptureError, get_capture
from newscrawler.archive.columns import COLUMN_NAMES, COLUMNS, FROM, select_list
from newscrawler.archive.export.selection import rows as selected_rows
from newscrawler.archive.lookup import find_public_article
from newscrawler.archive.search.search import Results, search
from newscrawler.interface.articles import Article, Filters, article_of, filter_of, typed

if TYPE_CHECKING:
    import pandas


def open_archive(path: str | Path = "data/archive.db") -> Archive:
    """Open an existing archive for reading. A crawl may write to it at the same time.

    Raises ArchiveError when there is no archive at this path, or when it cannot be read. The message says what to do.
    """
    return Archive(open_archive_read_only(path))


class Archive:
    """An archive that is open for reading. Close it, or use it in a `with` statement.

    Suppressed articles do not exist for it. Use one per thread: it holds a connection of SQLite.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Programs call `newscrawler.open_archive` instead."""
        self._connection = connection

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the archive. Its methods cannot be used afterwards."""
        self._connection.close()

    def articles(self, **filters: Unpack[Filters]) -> Iterator[Article]:
        """Return the selected articles one by one, in the order in which they were first stored.

        Memory holds a few hundred of them. Raises ValueError at once for a filter that names something that the
        archive does not know; the message gives the nearest names.
        """
        return map(article_of, selected_rows(self._connection, filter_of(filters), COLUMN_NAMES))

    def article(self, name: str) -> Article:
        """Return one article: by a URL under which it was seen, in any form, or by its id or the beginning of its id.

        Raises ValueError when none or several are meant.
        """
        number = find_public_article(self._connection, name)["n"]
        row = self._connection.execute(f"SELECT {select_list()} {FROM} WHERE a.n = ?", [number]).fetchone()
        if row is None:
            raise ValueError(f"the archive has lost the text of {name!r}; 'newscrawler verify' says what is damaged.")
        return article_of(row)

    def dataframe(self, columns: Sequence[str] = COLUMN_NAMES, **filters: Unpack[Filters]) -> pandas.DataFrame:
        """Return the selected articles as a table of pandas (extra `research`), one row per article.

        Days and times are `datetime64` (times in UTC), lists are tuples. The whole table is in memory: of a large
        archive leave out `body`. Raises ValueError for an unknown column or filter.
        """
        import pandas

        if unknown := [name for name in columns if name not in COLUMN_NAMES]:
            raise ValueError(f"there is no column {unknown[0]!r}; 'newscrawler columns' lists them.")
        by_name = {column.name: column for column in COLUMNS}
        frame = pandas.DataFrame.from_records(
            list(selected_rows(self._connection, filter_of(filters), tuple(columns))), columns=list(columns)
        )
        for name in columns:
            column = by_name[name]
            if column.is_list:
                frame[name] = [typed(column, value) for value in frame[name]]
            elif column.type in ("date", "datetime"):
                # A year that pandas cannot hold becomes an empty value.
                frame[name] = pandas.to_datetime(
                    frame[name], format="ISO8601", errors="coerce", utc=column.type == "datetime"
                )
        return frame

    def search(self, words: str, *, limit: int = 20, newest: bool = False, **filters: Unpack[Filters]) -> Results:
        """Find the articles that contain the words, as `newscrawler search` does: the best first, or the newest.

        The result has `count`, `exact` (False when there are more than `count`) and `hits`, at most `limit`. Raises
        ValueError for words that cannot be read as a search, and for a filter that names something unknown.
        """
        return search(self._connection, words, filter_of(filters), limit=limit, newest=newest)

    def capture(self, name: str, *, version: int | None = None, page: int = 1) -> CapturedPage:
        """Return a page of an article as the portal sent it: status, headers and body, from the WARC file.

        `name` is as for `article`. Without `version` it is the page of the newest one; `page` counts from 1. Raises
        ValueError when none or several articles are meant, and CaptureError when this page has no capture or its
        capture cannot be read.
        """
        article = self.article(name)
        shown = article.version_count if version is None else version
        number = capture_number(self._connection, article.id, shown, page)
        if number is None:
            raise CaptureError(f"page {page} of version {shown} of {article.id} has no capture")
        return read_capture(self._connection, get_capture(self._connection, number))

    def cite(
        self,
        name: str,
        *,
        style: Literal["gb7714", "bibtex", "csl-json", "ris"] = "gb7714",
        version: int | None = None,
    ) -> str:
        """Return the reference of an article in one of the styles of `newscrawler cite`, with its evidence.

        Raises ValueError when none or several articles are meant, and for an unknown version or style.
        """
        import json

        from newscrawler.archive.reports.citation import bibtex, citation, csl_json, evidence, gb7714, ris

        written = citation(self._connection, name, version)
        if style == "gb7714":
            return f"{gb7714(written)}\n{evidence(written)}"
        if style == "csl-json":
            return json.dumps(csl_json(written), ensure_ascii=False)
        if style not in ("bibtex", "ris"):
            raise ValueError(f"there is no style {style!r}; there are gb7714, bibtex, csl-json and ris.")
        return bibtex(written) if style == "bibtex" else ris(written)
