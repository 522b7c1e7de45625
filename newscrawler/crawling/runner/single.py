"""Running crawls: one Scrapy process for one portal or many."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from scrapy.crawler import Crawler, CrawlerProcess
from twisted.python.failure import Failure

from newscrawler.archive import ArchiveError, open_archive
from newscrawler.crawling.options import CrawlOptions
from newscrawler.crawling.recording.captures import check_captures_folder
from newscrawler.crawling.runner.progress import CrawlState, state_of
from newscrawler.crawling.runner.project import project_settings
from newscrawler.crawling.shard import Share
from newscrawler.crawling.spider.loader import spider_for
from newscrawler.crawling.spider.spider import PortalSpider
from newscrawler.portals import Portal

logger = logging.getLogger(__name__)

States = Callable[[], list[CrawlState]]
"""Tells how the crawls stand that have begun."""
Watch = Callable[[States], AbstractContextManager[object]]
"""Returns what shows the progress of crawls while it is entered."""


def crawl(
    portals: Sequence[Portal],
    options: CrawlOptions,
    archive: str | Path,
    *,
    watch: Watch | None = None,
    overrides: Mapping[str, object] | None = None,
    share: Share = Share(),  # noqa: B008  # frozen
) -> list[CrawlState]:
    """Crawl portals into an archive, all at once; return how it went.

    A portal whose crawl could not begin, as when another one of it is running, is logged and not among them.
    Raises ArchiveError before a request is made, and OptionError for an option that does not fit a portal.
    `overrides` are settings laid over the project's. A process can do this once, as a Twisted reactor cannot be
    started twice.
    """
    for portal in portals:
        options.check_cities(portal)
    open_archive(archive).conn.close()
    settings = project_settings()
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
            share=share,
        )
        begun.addErrback(_report_failure, portal)
    # What was made up to here lives as long as the process: the collector need not look at it again and again.
    gc.collect()
    gc.freeze()
    with watch(lambda: [state_of(spider) for spider in _spiders(crawlers)]) if watch else nullcontext():
        process.start()
    spiders = _spiders(crawlers)
    for spider in spiders:
        spider.close_if_open()
    return [state_of(spider) for spider in spiders]


def _spiders(crawlers: Iterable[Crawler]) -> list[PortalSpider]:
    spiders = (crawler.spider for crawler in crawlers)
    return [spider for spider in spiders if isinstance(spider, PortalSpider) and hasattr(spider, "ledger")]


def _report_failure(failure: Failure, portal: Portal) -> None:
    """Say why a portal's crawl could not begin; the crawls of other portals go on."""
    if isinstance(failure.value, ArchiveError):
        logger.error("%s", failure.getErrorMessage())
    else:
        logger.error("portal %s: the crawl could not begin: %s", portal.id, failure.getTraceback())
