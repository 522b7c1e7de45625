"""Running crawls of one or several portals in one process."""

from __future__ import annotations

import gc
import logging
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryFile

from scrapy.crawler import Crawler
from twisted.python.failure import Failure

from newscrawler.archive import ArchiveError, open_archive
from newscrawler.archive.captures.warc_files import captures_folder
from newscrawler.archive.database.causes import cause_of
from newscrawler.crawling.context import CrawlContext
from newscrawler.crawling.options import CrawlOptions
from newscrawler.crawling.run_outcome import counts_of
from newscrawler.crawling.runner.crawl_state import CrawlState, SectionState, Watch
from newscrawler.crawling.runner.project import new_process, project_settings
from newscrawler.crawling.shard import WHOLE, Shard
from newscrawler.crawling.spider.articles import REQUESTED
from newscrawler.crawling.spider.loader import spider_for
from newscrawler.crawling.spider.spider import PortalSpider
from newscrawler.portals import Portal

logger = logging.getLogger(__name__)


def crawl(
    portals: Sequence[Portal],
    options: CrawlOptions,
    archive: str | Path,
    *,
    watch: Watch | None = None,
    overrides: Mapping[str, object] | None = None,
    shard: Shard = WHOLE,
) -> list[CrawlState]:
    """Crawl portals into an archive, all at the same time. Return one state per portal.

    A portal whose crawl could not begin, for example because another one is running, is logged and left out. Raises
    ArchiveError before any request is made, and OptionError for an option that does not fit a portal. `overrides` are
    settings that replace the project's. A process can do this once, since a Twisted reactor cannot be started twice.
    """
    for portal in portals:
        options.check_cities(portal)
    open_archive(archive).close()
    settings = project_settings()
    settings.setdict(dict(overrides or {}), priority="cmdline")
    if settings.getbool("NEWSCRAWLER_CAPTURES"):
        _check_captures_folder(archive)
    process = new_process(settings)
    crawlers = []
    for portal in portals:
        crawler = process.create_crawler(spider_for(portal, PortalSpider))
        crawlers.append(crawler)
        start = process.crawl(
            crawler,
            archive=str(archive),
            city=options.cities,
            since=options.since,
            limit=options.limit,
            full=options.full,
            retry=options.retry,
            via=options.via,
            refresh=options.refresh,
            shard=shard,
        )
        start.addErrback(_report_failure, portal)
    # The objects made up to here live as long as the process, so the garbage collector need not look at them.
    gc.freeze()
    gc.enable()
    with watch(lambda: [state_of(spider.context) for spider in _spiders(crawlers)]) if watch else nullcontext():
        process.start()
    spiders = _spiders(crawlers)
    for spider in spiders:
        spider.close_if_open()
    return [state_of(spider.context) for spider in spiders]


def state_of(context: CrawlContext) -> CrawlState:
    """Return the state of a crawl; with events and counts once it has ended."""
    stats = context.stats
    state = CrawlState(
        portal=context.portal.id,
        name=context.portal.name,
        is_refresh=context.options.refresh is not None,
        requested=int(stats.get_value(REQUESTED, 0)),
        responses=int(stats.get_value("downloader/response_count", 0)),
        tally=Counter(dict(context.store.tally)),
        sections=[
            SectionState(sweep.name, sweep.outcome, sweep.reason, sweep.pages, sweep.entries, sweep.new_entries)
            for sweep in list(context.sweeps.values())
        ],
        outcome=context.outcome,
        reason=context.outcome_reason,
    )
    if context.outcome != "running":
        state.events = list(context.store.events.samples)
        state.counts = counts_of(context)
        state.learning = context.learning
    return state


def _spiders(crawlers: Iterable[Crawler]) -> list[PortalSpider]:
    spiders = (crawler.spider for crawler in crawlers)
    return [spider for spider in spiders if isinstance(spider, PortalSpider)]


def _report_failure(failure: Failure, portal: Portal) -> None:
    """Log why the crawl of a portal could not begin. The crawls of other portals go on."""
    if isinstance(failure.value, ArchiveError):
        logger.error("%s", failure.getErrorMessage())
    elif isinstance(failure.value, sqlite3.Error) and (cause := cause_of(failure.value)):
        logger.error("portal %s: the crawl could not begin: %s (%s)", portal.id, cause, failure.getErrorMessage())
    else:
        logger.error("portal %s: the crawl could not begin: %s", portal.id, failure.getTraceback())


def _check_captures_folder(archive: str | Path) -> None:
    """Raise ArchiveError when captures cannot be written beside an archive."""
    folder = captures_folder(archive)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ArchiveError(
            f"{folder}: captures cannot be written there: {error.strerror}; make it writable or use --no-captures."
        ) from None
