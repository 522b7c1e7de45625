"""What a crawl does when the reading of a response cannot use the archive: it ends in good order, and says why once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.http import Response

from newscrawler.crawling.context import context_of
from newscrawler.crawling.errors import ArchiveBrokenError


class ArchiveErrorsMiddleware:
    """Takes the errors of the archive out of the spider's methods: a full disk is no fault of the program."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the middleware."""
        return cls(crawler)

    def process_spider_exception(self, response: Response, exception: Exception) -> Iterable[Any] | None:
        """Report an error of the archive, which ends the crawl; leave others to Scrapy."""
        context = context_of(self._crawler)
        if context is None or not isinstance(exception, ArchiveBrokenError | sqlite3.Error):
            return None
        if isinstance(exception, sqlite3.Error):
            context.store.writer.give_up(exception)
        return ()
