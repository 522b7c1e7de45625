"""Feeds of `scrapy crawl ID -O out.csv`: the columns of `articles_flat`, as the archive has them when the crawl ends.

An item on its way through Scrapy has no id, no cities and no history: the archive gives them. So an exporter notes
which articles were fetched, and writes their rows when they are stored. Suppressed articles are left out, as always.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import IO, TYPE_CHECKING, Any, Self

from scrapy.exporters import BaseItemExporter, CsvItemExporter, JsonItemExporter, JsonLinesItemExporter, XmlItemExporter
from scrapy.extensions.feedexport import FeedExporter
from scrapy.utils.defer import maybe_deferred_to_future

from newscrawler.archive import open_archive_read_only
from newscrawler.archive.columns import COLUMNS
from newscrawler.archive.export.parquet import ParquetTableWriter
from newscrawler.archive.rows import select_rows
from newscrawler.crawling.context import CrawlContext, context_of
from newscrawler.crawling.items import FetchedArticle
from newscrawler.text.urls import identity

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

_ROW = f"""SELECT {", ".join(column.name for column in COLUMNS)} FROM articles_flat
  WHERE id = (SELECT a.id FROM urls u JOIN articles a ON a.n = u.article WHERE u.portal = ? AND u.identity = ?)"""


class StoredFeedExporter(FeedExporter):
    """Scrapy's extension for feeds, which waits until the run is closed: its end may still change articles."""

    def __init__(self, crawler: Crawler) -> None:
        """Raise ExportError when a feed needs a package that is not installed: before anything is crawled."""
        super().__init__(crawler)
        if any(options["format"] == "parquet" for options in self.feeds.values()):
            ParquetTableWriter()

    async def close_spider(self, spider: Spider) -> None:
        """Write the feeds."""
        if (context := context_of(self.crawler)) is not None:
            await maybe_deferred_to_future(context.run_closed)
        await super().close_spider(spider)


class _StoredRows:
    """Replaces articles that were fetched by their rows of the archive. For exporters of Scrapy."""

    _context: CrawlContext | None = None
    _waiting: dict[str, None]

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Make the exporter of a feed."""
        exporter = cls(*args, **kwargs)
        exporter._context = context_of(crawler)
        exporter._waiting = {}
        return exporter

    def export_item(self, item: Any) -> None:
        """Note an article; write any other item."""
        if isinstance(item, FetchedArticle):
            self._waiting.setdefault(identity(item.url))
        else:
            super().export_item(item)  # type: ignore[misc]

    def finish_exporting(self) -> None:
        """Write the rows of the articles, in the order in which they were fetched."""
        for row in self._rows():
            super().export_item(row)  # type: ignore[misc]
        super().finish_exporting()  # type: ignore[misc]

    def _rows(self) -> Iterator[dict[str, Any]]:
        context = self._context
        if context is None or not self._waiting:
            return
        if context.outcome == "running":
            context.store.flush()  # a feed in several files: this one ends before the run
        with closing(open_archive_read_only(context.store.path)) as connection:
            for key in self._waiting:
                yield from select_rows(connection, _ROW, (context.portal.id, key))


class StoredJsonLines(_StoredRows, JsonLinesItemExporter):
    """JSON lines."""


class StoredJson(_StoredRows, JsonItemExporter):
    """JSON."""


class StoredCsv(_StoredRows, CsvItemExporter):
    """CSV."""


class StoredXml(_StoredRows, XmlItemExporter):
    """XML."""


class StoredParquet(_StoredRows, BaseItemExporter):
    """Parquet, with the types of `newscrawler export`. Needs pyarrow (extra `export`)."""

    def __init__(self, file: IO[bytes], **options: Any) -> None:
        """Make the exporter. Raises ExportError when pyarrow is not installed."""
        super().__init__(dont_fail=True, **options)
        self._file = file
        self._writer = ParquetTableWriter()

    def finish_exporting(self) -> None:
        """Write the table."""
        self._writer.open(self._file, COLUMNS)
        self._writer.write(tuple(row[column.name] for column in COLUMNS) for row in self._rows())
