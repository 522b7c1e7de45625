"""The spider: arguments, settings, sections, and how a crawl begins and ends. One class crawls every portal."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.task import deferLater
from twisted.python.failure import Failure

from newscrawler import places
from newscrawler.crawling.context import CrawlContext
from newscrawler.crawling.lease_file import lease_argument
from newscrawler.crawling.middlewares.quota import QUOTA_REACHED
from newscrawler.crawling.options import CrawlOptions
from newscrawler.crawling.portal_urls import PortalUrls
from newscrawler.crawling.recording.store import CrawlStore
from newscrawler.crawling.run_outcome import counts_of, evaluate_run
from newscrawler.crawling.shard import WHOLE, Shard
from newscrawler.crawling.spider.articles import ArticleFetcher
from newscrawler.crawling.spider.blocking import BlockDetector
from newscrawler.crawling.spider.homepage import HomepageReader
from newscrawler.crawling.spider.portal_settings import portal_settings
from newscrawler.crawling.spider.section_opener import SectionOpener
from newscrawler.crawling.sweep import Sweep
from newscrawler.crawling.template_use import TemplateUse
from newscrawler.extraction.cms import content_systems
from newscrawler.portals import Portal
from newscrawler.text.clock import stamp

logger = logging.getLogger(__name__)


class PortalSpider(Spider):
    """Crawls one portal. The loader sets `portal`.

    Arguments are those of CrawlOptions, `archive`, `shard`, and `moment`: when saved pages that are read were fetched.
    """

    name = "portal"
    portal: Portal
    context: CrawlContext
    """What the parts of the crawl share. Like the parts below, it is set when the spider is made from a crawler."""
    blocks: BlockDetector
    articles: ArticleFetcher
    sections: SectionOpener
    homepage: HomepageReader

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.archive: str | None = kwargs.pop("archive", None)
        self.shard: Shard = kwargs.pop("shard", None) or WHOLE
        self.moment: datetime | None = kwargs.pop("moment", None)
        self._reason = ""
        values = {key: kwargs.pop(key, None) for key in CrawlOptions.NAMES}
        super().__init__(*args, **kwargs)
        self.options = CrawlOptions.of(values)
        self.options.check_cities(self.portal)
        content_systems()  # mistakes in them end the crawl before it fetches

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Set what the definition says about politeness, quota and TLS. The middlewares read it from the settings."""
        super().update_settings(settings)
        settings.setdict(portal_settings(cls.portal, settings), priority="spider")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Make the spider and open its crawl store. Raises ArchiveError and OptionError."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        portal, options, settings = spider.portal, spider.options, crawler.settings
        store = CrawlStore(
            spider.archive or settings["NEWSCRAWLER_ARCHIVE"],
            portal,
            "crawl" if options.refresh is None else "refresh",
            options.as_arguments() | lease_argument(),
            spider._archive_broken,
            shard=spider.shard,
            batch_size=settings.getint("NEWSCRAWLER_BATCH_SIZE"),
        )
        spider.context = CrawlContext(
            portal=portal,
            options=options,
            shard=spider.shard,
            store=store,
            urls=PortalUrls(portal, options.via),
            article_shapes=store.article_shapes(),
            template_use=TemplateUse(store.templates(), keeps_pages=not settings.getbool("NEWSCRAWLER_CAPTURES")),
            crawler=crawler,
            moment=spider.moment,
        )
        if count := store.correct_future_times():
            spider.context.warn(
                f"{count} documents had times in the future, from a clock that was ahead; they count as not fetched "
                "since, and are requested again"
            )
        spider.blocks = BlockDetector(spider.context)
        spider.articles = spider.make_articles()
        spider.sections = SectionOpener(spider.context, spider.blocks, spider.articles)
        spider.homepage = spider.make_homepage()
        crawler.signals.connect(spider._finish, signal=signals.spider_closed)
        crawler.signals.connect(spider._record_error, signal=signals.spider_error)
        crawler.signals.connect(spider._record_error, signal=signals.item_error)
        return spider

    def make_articles(self) -> ArticleFetcher:
        """Make the part that fetches articles. A subclass may make another one."""
        return ArticleFetcher(self.context, self.blocks)

    def make_homepage(self) -> HomepageReader:
        """Make the part that reads the homepage. A subclass may make another one."""
        return HomepageReader(self.context, self.blocks, self.sections.open)

    # The beginning

    async def start(self) -> AsyncIterator[Request]:
        """Begin with the homepage: to find the sections, or only to recognize it later."""
        if self.portal.crawl.legacy_tls:
            self.context.warn("legacy_tls allows TLS 1.0 and weak ciphers: what comes over the link may be forged")
        if self.options.refresh is not None:
            if requests := list(self._refresh(self.options.refresh)):
                yield self.homepage.look_request(requests)
        elif self.portal.sections:
            yield self.homepage.look_request(self.sections.open(self.sections.named(self.portal.sections)))
        else:
            yield self.homepage.request()

    def _refresh(self, older_than: timedelta) -> Iterator[Request]:
        """Request stored articles again, conditionally."""
        context = self.context
        for position, row in enumerate(context.store.sections.list()):
            division = places.division(row.city_code) if row.city_code else None
            is_wanted = self.options.wants(row.name, division, context.portal.province_division)
            if is_wanted and self.shard.has_section(position):
                context.sweeps[row.id] = Sweep(row, "", division, outcome="refresh")
        before = stamp(datetime.now(UTC) - older_than)
        for stored in context.store.frontier.stored(context.sweeps, before, self.options.limit):
            sweep = context.sweeps[stored.section]
            if request := self.articles.request(sweep, stored.url, stored.listed, stored=stored):
                yield request

    # The end

    def _archive_broken(self, reason: str) -> None:
        """End the crawl because the archive cannot be written."""
        self.context.fatal = reason
        if self.crawler.engine.running:
            self.context.end("archive")

    def _record_error(self, failure: Failure, response: Response | None) -> None:
        """Record what a fault of this program lost: an article, a section or the whole crawl. The log has the rest."""
        context = self.context
        reason = f"the program could not process it: {type(failure.value).__name__}: {failure.getErrorMessage()}"
        request = response.request if response is not None else None
        arguments = request.cb_kwargs if request is not None else {}
        sweep = arguments.get("sweep")
        if sweep is not None and "url" in arguments:
            context.store.frontier.settle_failed(sweep, arguments["url"], reason)
        elif sweep is not None:
            sweep.end("failed", reason)
            context.store.events.add("failed", request.url if request is not None else None, sweep.name, reason)
        else:
            context.fail(reason)

    async def _finish(self, spider: Spider, reason: str) -> None:
        """Learn from the pages of a run that came to its end, then close it. Other crawls go on between two steps."""
        from twisted.internet import reactor  # an import at the top would install Twisted's default one

        self._reason = reason
        # Several workers share a run: the process that started them learns from it when they have ended.
        if reason not in ("shutdown", "archive") and not self.context.fatal and self.shard.run is None:
            try:
                for _ in self.context.learn():
                    await maybe_deferred_to_future(deferLater(reactor, 0))
            except sqlite3.Error as error:
                self.context.store.writer.give_up(error)
            except Exception as error:
                logger.exception("%s: the program could not learn from the pages", self.portal.id)
                self.context.warn(f"the program could not learn from the pages: {type(error).__name__}: {error}")
        try:
            if self.context.outcome == "running":
                self._close(reason)
        finally:
            self.context.run_closed.callback(None)

    def _close(self, reason: str) -> None:
        """Evaluate the run, and close the crawl store."""
        context = self.context
        if reason == "quota":
            context.store.events.add("warning", context.portal.homepage, None, context.stats.get_value(QUOTA_REACHED))
        self.sections.conclude()
        self.articles.foreign_links.conclude(context.sweeps.values(), context.store.events)
        context.store.conclude()
        context.outcome, context.outcome_reason = evaluate_run(context, reason)
        sweeps = () if self.options.refresh is not None else context.sweeps.values()
        counts = counts_of(context)
        context.store.close(sweeps, outcome=context.outcome, reason=context.outcome_reason, counts=counts)
        if context.store.writer.broken:
            context.outcome, context.outcome_reason = "failed", context.store.writer.broken

    def close_if_open(self) -> None:
        """Close a crawl that was stopped at once, by a second Ctrl-C. What it knows by then is kept."""
        if self.context.outcome == "running":
            self._close(self._reason or "stopped at once")
