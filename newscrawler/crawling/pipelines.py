"""From raw article to archive: first normalize, then store."""

from __future__ import annotations

from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from newscrawler.crawling.context import CrawlContext, context_of
from newscrawler.crawling.items import FetchedArticle
from newscrawler.crawling.time_limit import time_limit
from newscrawler.reading import finish_article


class _Pipeline:
    def __init__(self, context: CrawlContext) -> None:
        self._context = context

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the pipeline. Raises NotConfigured for a spider of Scrapy's own."""
        context = context_of(crawler)
        if context is None:
            raise NotConfigured
        return cls(context)


class NormalizePipeline(_Pipeline):
    """Turns source, date, people, place and text into values."""

    def process_item(self, item: FetchedArticle) -> FetchedArticle:
        """Return the item with its article."""
        with time_limit():
            item.article = finish_article(
                item.raw,
                self._context.portal,
                fetched=self._context.now(),
                within=item.sweep.division,
                listed=item.listed,
            )
        return item


class ArchivePipeline(_Pipeline):
    """Passes the article to the crawl store, which stores it together with the new state of its URL."""

    def process_item(self, item: FetchedArticle) -> FetchedArticle:
        """Return the item. It is stored with the next batch."""
        self._context.store.store_article(item)
        return item
