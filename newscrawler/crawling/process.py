"""Running crawls: one Scrapy process for one portal or many."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.settings import Settings
from twisted.python.failure import Failure

from newscrawler.archive import ArchiveError, open_archive
from newscrawler.crawling.capture import check_captures_folder
from newscrawler.crawling.options import CrawlOptions
from newscrawler.crawling.spider import PortalSpider
from newscrawler.crawling.spider_loader import spider_for
from newscrawler.portals import Portal

logger = logging.getLogger(__name__)

Watch = Callable[[Sequence[Crawler]], AbstractContextManager[object]]
"""Given the crawlers, returns what shows their progress while it is entered."""


def crawl(
    portals: Sequence[Portal],
    options: CrawlOptions,
    archive: str | Path,
    *,
    watch: Watch | None = None,
    overrides: Mapping[str, object] | None = None,
) -> list[PortalSpider]:
    """Crawl portals into an archive, all at once; return their spiders, which know how it went.

    A portal whose crawl could not begin, as when another one of it is running, is logged and has no spider.
    Raises ArchiveError before a request is made, and OptionError for an option that does not fit a portal.
    `overrides` are settings laid over the project's. A process can do this once, as a Twisted reactor cannot be
    started twice.
    """
    for portal in portals:
        options.check_cities(portal)
    open_archive(archive).conn.close()
    settings = Settings()
    settings.setmodule("newscrawler.crawling.settings")
    settings.set("LOG_INSTALL_ROOT_HANDLER", False)
    settings.setdict(dict(overrides or {}), priority="cmdline")
    if settings.getbool("NEWSCRAWLER_CAPTURES"):
        check_captures_folder(archive)
    process = CrawlerProcess(settings)
    # Scrapy sets its own loggers to DEBUG; ours decide what is shown.
    logging.getLogger("scrapy").setLevel(logging.getLogger().level)
    crawlers = []
    for portal in portals:
        crawler = process.create_crawler(spider_for(portal))
        crawlers.append(crawler)
        begun = process.crawl(
            crawler,
            archive=str(archive),
            city=options.cities,
            since=options.since,
            limit=options.limit,
            full=options.full,
            via=options.via,
            refresh=options.refresh,
        )
        begun.addErrback(_report_failure, portal)
    with watch(crawlers) if watch else nullcontext():
        process.start()
    spiders = [crawler.spider for crawler in crawlers if isinstance(crawler.spider, PortalSpider)]
    for spider in spiders:
        spider.close_if_open()
    return spiders


def _report_failure(failure: Failure, portal: Portal) -> None:
    """Say why a portal's crawl could not begin; the crawls of other portals go on."""
    if isinstance(failure.value, ArchiveError):
        logger.error("%s", failure.getErrorMessage())
    else:
        logger.error("portal %s: the crawl could not begin: %s", portal.id, failure.getTraceback())
