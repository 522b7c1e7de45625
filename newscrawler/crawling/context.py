"""What the parts of one crawl share. The spider makes it; readers, middlewares and pipelines take it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from scrapy.statscollectors import StatsCollector
from scrapy.utils.defer import deferred_from_coro
from twisted.internet.defer import Deferred

from newscrawler.crawling.options import CrawlOptions
from newscrawler.crawling.portal_urls import PortalUrls
from newscrawler.crawling.recording.store import CrawlStore
from newscrawler.crawling.regions import lie_apart, region_of
from newscrawler.crawling.shard import Shard
from newscrawler.crawling.sweep import Sweep
from newscrawler.crawling.tally import correct_tally
from newscrawler.crawling.template_learning import LearningReport, TemplateLearner
from newscrawler.crawling.template_use import TemplateUse
from newscrawler.listings.entries import ListingRules
from newscrawler.listings.sections import Section
from newscrawler.portals import Portal
from newscrawler.reading import listing_rules
from newscrawler.text.clock import CHINA
from newscrawler.text.urls import identity

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class CrawlContext:
    """One crawl of one portal."""

    portal: Portal
    options: CrawlOptions
    shard: Shard
    store: CrawlStore
    urls: PortalUrls
    article_shapes: frozenset[str]
    """Shapes of addresses that turned out to be articles in earlier crawls."""
    template_use: TemplateUse
    """The portal's templates, and on how many pages of this crawl they were found."""
    crawler: Crawler
    """Scrapy's crawler, for its settings, stats and engine."""
    moment: datetime | None = None
    """When the pages that are read were fetched, if they are saved ones."""
    sweeps: dict[int, Sweep] = field(default_factory=dict)
    """The sweep of each section, by the section's row id."""
    _sections: list[Section] = field(default_factory=list)
    """The portal's sections, as far as the crawl knows them: also those that it does not read."""
    _others: dict[str, frozenset[str]] = field(default_factory=dict)
    """The addresses of the sections about other cities, by the region of a section: each page asks for them."""
    fatal: str = ""
    """Why the crawl could not do its work at all; empty if it could."""
    stopped: str = ""
    """Why the crawl ended before its work was done; empty if it did not."""
    learning: LearningReport = field(default_factory=LearningReport)
    """What the end of the crawl learnt from its pages."""
    outcome: str = "running"
    """done, incomplete, interrupted or failed, once the crawl has ended."""
    outcome_reason: str = ""
    """Why the outcome is not `done`, or what the next crawl goes on from; may be empty."""
    run_closed: Deferred[None] = field(default_factory=Deferred)
    """Fires when the run is closed: then the archive has everything that the crawl stored."""

    def rules_of(self, sweep: Sweep) -> ListingRules:
        """Return what is known of the listing of a sweep."""
        rules = listing_rules(self.portal, sweep.name, sweep.url, self.article_shapes)
        rules = replace(rules, other_sections=self._sections_of_other_cities(sweep), read=sweep.visited)
        if sweep.list_key is None and not sweep.before.path and not sweep.furniture and not sweep.counts_down:
            return rules
        return replace(
            rules,
            list_key=sweep.list_key,
            shown=sweep.shown,
            furniture=sweep.furniture,
            before=sweep.before,
            counts_down=sweep.counts_down,
        )

    def add_sections(self, sections: Iterable[Section]) -> None:
        """Add sections of the portal that are known now, whether the crawl reads them or not."""
        self._sections += sections
        self._others.clear()

    def _sections_of_other_cities(self, sweep: Sweep) -> frozenset[str]:
        """Return the addresses of the sections about other cities than that of a sweep."""
        if sweep.division is None:
            return frozenset()
        own = region_of(sweep.division.code)
        if own not in self._others:
            apart = [one for one in self._sections if one.division and lie_apart(own, region_of(one.division.code))]
            self._others[own] = frozenset(self.urls.own_form(one.url) for one in apart)
        return self._others[own]

    def now(self) -> datetime:
        """Return the moment at which pages count as fetched, in China's time."""
        return (self.moment or datetime.now(CHINA)).astimezone(CHINA)

    @property
    def article_limit(self) -> int | None:
        """The number of articles that the crawl may request; None is no limit."""
        return self.options.limit

    @property
    def max_listing_pages(self) -> int:
        """The number of listing pages that the crawl reads in one section at most."""
        return self.settings.getint("NEWSCRAWLER_MAX_LISTING_PAGES")

    @property
    def settings(self) -> BaseSettings:
        """The settings of the crawl."""
        return self.crawler.settings

    @property
    def stats(self) -> StatsCollector:
        """The counters of the crawl. Available from `spider_opened` on."""
        return self.crawler.stats

    @property
    def download_slot(self) -> Slot | None:
        """Scrapy's download slot of the portal, which has the delay; None before the first request."""
        slot: Slot | None = self.crawler.engine.downloader.slots.get(self.portal.id)
        return slot

    def addresses_of_sections(self) -> set[str]:
        """Return the identities of the addresses of all sections that the crawl reads."""
        return {identity(sweep.url) for sweep in self.sweeps.values()}

    def learn(self) -> Iterator[None]:
        """Learn from the pages of the crawl, step by step, and read earlier ones again. Raises sqlite3.Error."""
        self.store.flush()
        if self.store.writer.broken:
            return
        learner = TemplateLearner(self.store.connection, self.portal, self.store.run, self.template_use)
        self.learning = learner.report
        try:
            yield from learner.steps()
        finally:
            correct_tally(self.store.tally, learner.report.found)

    def warn(self, reason: str) -> None:
        """Log a warning and record it with the run."""
        logger.warning("%s: %s", self.portal.id, reason)
        self.store.events.add("warning", self.portal.homepage, None, reason)

    def fail(self, reason: str) -> None:
        """Record that the crawl as a whole failed: its homepage cannot be used, or it has no such section."""
        self.fatal = f"portal {self.portal.id}: {reason} (key 'homepage' = {self.portal.homepage!r})"
        self.store.events.add("failed", self.portal.homepage, None, reason)

    def stop(self, kind: str, reason: str) -> None:
        """End the crawl early, in good order. `kind` is Scrapy's reason; what is left undone waits for the next crawl.

        Only the first call counts.
        """
        if not self.stopped:
            self.stopped = reason
            self.store.events.add("warning", self.portal.homepage, None, reason)
            self.end(kind)

    def end(self, reason: str) -> None:
        """End the crawl in good order. `reason` is what `spider_closed` receives."""
        deferred_from_coro(self.crawler.engine.close_spider_async(reason=reason))


def context_of(crawler: Crawler) -> CrawlContext | None:
    """Return the context of a crawler's crawl; None for a spider of Scrapy's own, as in `scrapy shell`."""
    context: CrawlContext | None = getattr(crawler.spider, "context", None)
    return context
