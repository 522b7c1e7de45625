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
from newscrawler.crawling.context import context_of
from newscrawler.monitoring.after_run import evaluate_and_notify

logger = logging.getLogger(__name__)


class EvaluateRun:
    """Evaluates a run once its record is closed, sends notifications, and logs the open alarms."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Wait for the engine's end: when the spider closes, the run's record may still be open."""
        extension = cls(crawler)
        crawler.signals.connect(extension.engine_stopped, signal=signals.engine_stopped)
        return extension

    async def engine_stopped(self) -> None:
        """Evaluate in a thread, so that other crawls of this process go on while a mail server is slow."""
        if context := context_of(self._crawler):
            await maybe_deferred_to_future(deferToThread(_evaluate, str(context.store.path), context.portal.id))


def _evaluate(archive: str, portal: str) -> None:
    """Errors are logged only: the crawl itself is done, and `newscrawler health --notify` tries again."""
    try:
        open_alarms, problems = evaluate_and_notify(archive, [portal])
    except (ArchiveError, sqlite3.Error) as error:
        logger.error("%s: the run could not be evaluated: %s", portal, error)
        return
    for alarm in open_alarms:
        logger.warning("alarm %d: %s: %s", alarm.id, alarm.where, alarm.message)
    for problem in problems:
        logger.warning("%s", problem)
