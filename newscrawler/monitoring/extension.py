"""Runs of Scrapy's own command and of scrapyd are evaluated when they end, as `newscrawler crawl` evaluates its own."""

from __future__ import annotations

import logging
import sqlite3
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.threads import deferToThread

from newscrawler.archive import ArchiveError
from newscrawler.crawling.spider.spider import PortalSpider
from newscrawler.monitoring.after_run import judge

logger = logging.getLogger(__name__)


class EvaluateRun:
    """Holds a run against its history once its record is closed, tells of alarms, and logs those that are open."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Wait for the engine's end: when the spider closes, the run's record may still be open."""
        extension = cls(crawler)
        crawler.signals.connect(extension.engine_stopped, signal=signals.engine_stopped)
        return extension

    async def engine_stopped(self) -> None:
        """Judge in a thread: other crawls of this process go on while a mail server is slow."""
        spider = self._crawler.spider
        if not isinstance(spider, PortalSpider):
            return
        archive = spider.archive or self._crawler.settings["NEWSCRAWLER_ARCHIVE"]
        await maybe_deferred_to_future(deferToThread(_judge, str(archive), spider.portal.id))


def _judge(archive: str, portal: str) -> None:
    """Whatever goes wrong is logged: the crawl itself is done, and `newscrawler health --notify` tries again."""
    try:
        found, problems = judge(archive, [portal])
    except (ArchiveError, sqlite3.Error) as error:
        logger.error("%s: the run could not be judged: %s", portal, error)
        return
    for alarm in found:
        logger.warning("alarm %d: %s: %s", alarm.id, alarm.where, alarm.message)
    for problem in problems:
        logger.warning("%s", problem)
