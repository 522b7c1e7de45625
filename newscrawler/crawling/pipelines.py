"""From raw article to archive: normalise, then store. Each pipeline has one job."""

from __future__ import annotations

from scrapy.crawler import Crawler

from newscrawler.crawling.items import FetchedArticle
from newscrawler.crawling.spider.spider import PortalSpider
from newscrawler.reading import finish_article


class _Pipeline:
    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> _Pipeline:
        """Make the pipeline."""
        return cls(crawler)

    @property
    def _spider(self) -> PortalSpider:
        spider = self._crawler.spider
        assert isinstance(spider, PortalSpider)  # noqa: S101  # the project has no other
        return spider


class NormalizePipeline(_Pipeline):
    """Turns source, date, people, place and text into values."""

    def process_item(self, item: FetchedArticle) -> FetchedArticle:
        """Return the item with its article."""
        item.article = finish_article(
            item.raw, self._spider.portal, within=item.sweep.division, listed_date=item.listed_date
        )
        return item


class ArchivePipeline(_Pipeline):
    """Hands the article to the crawl's ledger, which stores it with its URL's new state."""

    def process_item(self, item: FetchedArticle) -> FetchedArticle:
        """Return the item, stored with the next batch."""
        self._spider.ledger.store(item)
        return item
