"""The spider: homepage, sections, and how a crawl begins and ends. One class drives every portal."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.utils.defer import deferred_from_coro
from twisted.python.failure import Failure

from newscrawler import places
from newscrawler.crawling.downloader.failures import reason_of
from newscrawler.crawling.downloader.handler import Via
from newscrawler.crawling.middlewares.quota import QuotaReachedError
from newscrawler.crawling.options import CrawlOptions
from newscrawler.crawling.outcome import counts_of, evaluate_run
from newscrawler.crawling.recording.captures import KIND
from newscrawler.crawling.recording.store import Ledger
from newscrawler.crawling.shard import Share
from newscrawler.crawling.spider.articles import ArticleFetcher
from newscrawler.crawling.spider.blocking import BlockDetector
from newscrawler.crawling.spider.listings import ListingReader
from newscrawler.crawling.spider.responses import Verdict, classify_status, page_of, request_of
from newscrawler.crawling.sweep import Sweep
from newscrawler.extraction.cms import content_systems
from newscrawler.extraction.model import NotAnArticle
from newscrawler.extraction.page import Page
from newscrawler.listings.sections import FoundSection, find_sections
from newscrawler.portals import Portal
from newscrawler.reading import listing_rules
from newscrawler.text.clock import stamp
from newscrawler.text.urls import identity, resolve

HOMEPAGE_PRIORITY = 30
MAX_HOMEPAGE_HOPS = 3
LOOK_SECONDS = 20
"""How long a crawl that knows its sections waits for the homepage."""
_SCRIPT_REDIRECT = re.compile(
    r"""(?:window|self|top|document)?\.?location(?:\.href)?\s*(?:=|\.(?:replace|assign)\()\s*['"]([^'"<>\s]{1,500})['"]"""
)
_META_REFRESH = re.compile(r"""^\s*\d{1,3}\s*;\s*url\s*=\s*['"]?([^'"<>\s]{1,500})""", re.IGNORECASE)


class PortalSpider(Spider):
    """Crawls one portal. `portal` is set by the loader; arguments are those of CrawlOptions and `archive`."""

    name = "portal"
    portal: Portal

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.archive: str | None = kwargs.pop("archive", None)
        self.share: Share = kwargs.pop("share", None) or Share()
        values = {key: kwargs.pop(key, None) for key in CrawlOptions.NAMES}
        super().__init__(*args, **kwargs)
        self.options = CrawlOptions.of(values)
        self.options.check_cities(self.portal)
        content_systems()  # mistakes in them end the crawl before it fetches
        self.via = Via(self.options.via, self.portal.homepage) if self.options.via else None
        self.rules = listing_rules(self.portal)
        self.ledger: Ledger
        self.guard = BlockDetector(self)
        self.articles = ArticleFetcher(self)
        self.listings = ListingReader(self)
        self.sweeps: dict[int, Sweep] = {}
        self.fatal = ""
        """Why the crawl could not do its work at all; empty in health."""
        self.stopped = ""
        """Why the crawl ended before its work was done; empty when it did not."""
        self.outcome, self.outcome_reason = "running", ""

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Lay the definition's manners over the project's settings."""
        super().update_settings(settings)
        crawl = cls.portal.crawl
        settings.set("DOWNLOAD_DELAY", crawl.delay, priority="spider")
        settings.set("AUTOTHROTTLE_ENABLED", crawl.delay > 0, priority="spider")
        settings.set("AUTOTHROTTLE_START_DELAY", crawl.delay, priority="spider")
        settings.set("CONCURRENT_REQUESTS_PER_DOMAIN", crawl.concurrency, priority="spider")
        # A crawler has one portal. What waits in Scrapy's downloader would still be sent after a stop.
        settings.set("CONCURRENT_REQUESTS", crawl.concurrency, priority="spider")
        if contact := settings.get("NEWSCRAWLER_CONTACT"):
            agent = str(settings["USER_AGENT"])
            if contact not in agent:
                settings.set("USER_AGENT", f"{agent.rstrip(')')}; {contact})", priority="spider")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Make the spider and open its ledger; raises ArchiveError and OptionError."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        path = spider.archive or crawler.settings["NEWSCRAWLER_ARCHIVE"]
        command = "crawl" if spider.options.refresh is None else "refresh"
        spider.ledger = Ledger(path, spider.portal, command, spider.options.as_arguments(), spider._break, spider.share)
        crawler.signals.connect(spider._close, signal=signals.spider_closed)
        crawler.signals.connect(spider._note_error, signal=signals.spider_error)
        crawler.signals.connect(spider._note_error, signal=signals.item_error)
        if spider.portal.crawl.legacy_tls:
            spider.warn("legacy_tls allows TLS 1.0 and weak ciphers: what comes over the link may be forged")
        return spider

    # Homepage and sections

    async def start(self) -> AsyncIterator[Request]:
        """Begin with the homepage: to find the sections, or to know it where it stands in place of other pages."""
        if self.options.refresh is not None:
            if requests := list(self._refresh(self.options.refresh)):
                yield self._look_request(requests)
        elif self.portal.sections:
            province = self.portal.province_division
            sections = [
                FoundSection(name, self.portal.section_url(url), places.match_division(name, province))
                for name, url in self.portal.sections.items()
            ]
            yield self._look_request(self._open_sections(sections))
        else:
            yield self._homepage_request(self.portal.homepage, 0)

    def _look_request(self, following: Iterable[Request]) -> Request:
        """Ask for the homepage of a crawl that can do without it: once, and not for long."""
        return Request(
            self.portal.homepage,
            callback=self.look_at_homepage,
            errback=self.go_on_without_homepage,
            cb_kwargs={"following": following},
            meta={KIND: "homepage", "dont_retry": True, "download_timeout": LOOK_SECONDS},
            priority=HOMEPAGE_PRIORITY,
            dont_filter=True,
        )

    def look_at_homepage(self, response: Response, following: Iterable[Request]) -> Iterable[Request]:
        """Keep what the homepage looks like, when this is one, and go on."""
        if not self.guard.judge(response) and classify_status(response.status) is Verdict.PAGE:
            page = page_of(response, self.portal)
            if not isinstance(page, NotAnArticle):
                self.guard.learn_homepage(page)
        return following

    def go_on_without_homepage(self, failure: Failure) -> Iterable[Request]:
        """Go on: whatever keeps the homepage away shows in the sections, too, where it is recorded."""
        if isinstance(failure.value, QuotaReachedError):
            return ()
        following: Iterable[Request] = request_of(failure).cb_kwargs["following"]
        return following

    def _homepage_request(self, url: str, hops: int) -> Request:
        return Request(
            url,
            callback=self.parse_homepage,
            errback=self.homepage_failed,
            cb_kwargs={"hops": hops},
            meta={KIND: "homepage"},
            priority=HOMEPAGE_PRIORITY,
            dont_filter=True,
        )

    def parse_homepage(self, response: Response, hops: int) -> Iterator[Request]:
        """Find the sections on the homepage, or follow where its script leads."""
        if blocked := self.guard.judge(response):
            self._fail(f"the homepage is blocked ({blocked.kind}): {blocked.evidence}")
            return
        if classify_status(response.status) is not Verdict.PAGE:
            self._fail(f"the homepage answered {response.status}")
            return
        page = page_of(response, self.portal)
        if isinstance(page, NotAnArticle):
            self._fail(f"the homepage cannot be read: {page.detail}")
            return
        self.guard.learn_homepage(page)
        base = page.base_url or response.url
        sections = find_sections(page.root, base, self.portal.province_division, self.owns)
        if sections:
            yield from self._open_sections(sections)
        elif (target := _redirect_by_script(page, base)) and hops < MAX_HOMEPAGE_HOPS:
            yield self._homepage_request(self.own_form(target), hops + 1)
        else:
            self._fail(
                f"no link on the homepage is named after a division of {self.portal.province}; "
                "name the sections in the definition's [sections]"
            )

    def homepage_failed(self, failure: Failure) -> None:
        """Record that the homepage could not be fetched."""
        if isinstance(failure.value, QuotaReachedError):
            return
        self._fail(f"the homepage could not be fetched: {reason_of(failure)}")

    def _fail(self, reason: str) -> None:
        self.fatal = f"portal {self.portal.id}: {reason} (key 'homepage' = {self.portal.homepage!r})"
        self.ledger.event("failed", self.portal.homepage, None, reason)

    def _open_sections(self, found: Iterable[FoundSection]) -> Iterator[Request]:
        province = self.portal.province_division
        feeds = [FoundSection(f"feed {url}", self.portal.section_url(url), None) for url in self.portal.feeds]
        wanted = [one for one in [*found, *feeds] if self.options.wants(one.name, one.division, province)]
        if not wanted:
            self._fail(f"it has no section {'、'.join(self.options.cities)}")
            return
        for position, section in enumerate(wanted):
            if self.share.takes(position):
                self._open(section)
        for due in self.ledger.due(self.sweeps, self.options.since):
            if request := self.articles.request(self.sweeps[due.section], due.url, due.listed_date):
                yield request
        for sweep in self.sweeps.values():
            yield from self.listings.begin(sweep)

    def _open(self, section: FoundSection) -> None:
        url = self.own_form(section.url)
        row = self.ledger.open_section(section.name, url, section.division)
        days = self.portal.crawl.full_every_days
        oldest = stamp(datetime.now(UTC) - timedelta(days=days))
        is_due = days > 0 and row.deep_sweep_at is not None and row.deep_sweep_at < oldest
        bookmark = None if self.options.full else self.ledger.find_bookmark(row.id)
        if bookmark is not None and ((days > 0 and bookmark.started < oldest) or not self.owns(bookmark.url)):
            bookmark = None
        self.sweeps[row.id] = Sweep(
            row, url, section.division, self.options.since, self.options.full or is_due, bookmark
        )

    def _refresh(self, older_than: timedelta) -> Iterator[Request]:
        """Ask again for stored articles, with conditional requests."""
        for position, row in enumerate(self.ledger.sections()):
            division = places.division(row.city_code) if row.city_code else None
            wanted = self.options.wants(row.name, division, self.portal.province_division)
            if wanted and self.share.takes(position):
                self.sweeps[row.id] = Sweep(row, "", division, outcome="refresh")
        before = stamp(datetime.now(UTC) - older_than)
        for stored in self.ledger.stored(self.sweeps, before, self.options.limit):
            sweep = self.sweeps[stored.section]
            if request := self.articles.request(sweep, stored.url, stored.listed_date, stored=stored):
                yield request

    # The end

    def warn(self, reason: str) -> None:
        """Log a warning and keep it with the run."""
        self.logger.warning("%s: %s", self.portal.id, reason)
        self.ledger.event("warning", self.portal.homepage, None, reason)

    def stop(self, kind: str, reason: str) -> None:
        """End the crawl early, in good order; what is left undone is recorded and waits for the next one."""
        if not self.stopped:
            self.stopped = reason
            self.ledger.event("warning", self.portal.homepage, None, reason)
            self._end(kind)

    def _break(self, reason: str) -> None:
        """End the crawl because the archive cannot be written."""
        self.fatal = reason
        if self.crawler.engine.running:
            self._end("archive")

    def _end(self, reason: str) -> None:
        deferred_from_coro(self.crawler.engine.close_spider_async(reason=reason))

    def _close(self, spider: Spider, reason: str) -> None:
        self.ledger.flush()
        self.outcome, self.outcome_reason = evaluate_run(self, reason)
        sweeps = () if self.options.refresh is not None else self.sweeps.values()
        self.ledger.close(sweeps, outcome=self.outcome, reason=self.outcome_reason, counts=counts_of(self))
        if self.ledger.broken:
            self.outcome, self.outcome_reason = "failed", self.ledger.broken

    def _note_error(self, failure: Failure, response: Response | None) -> None:
        """Record what a fault of this program lost: an article, a section or the whole crawl. The log has the rest."""
        reason = f"the program could not process it: {type(failure.value).__name__}: {failure.getErrorMessage()}"
        request = response.request if response is not None else None
        named = request.cb_kwargs if request is not None else {}
        sweep = named.get("sweep")
        if sweep is not None and "url" in named:
            self.ledger.failed(sweep, named["url"], reason)
        elif sweep is not None:
            sweep.end("failed", reason)
            self.ledger.event("failed", request.url if request is not None else None, sweep.name, reason)
        else:
            self._fail(reason)

    def close_if_open(self) -> None:
        """Close a crawl that was stopped at once, by a second Ctrl-C: what it knows by then is kept."""
        if self.outcome == "running":
            self._close(self, "stopped at once")

    # URLs

    def own_form(self, url: str) -> str:
        """Return the portal's own form of a URL, which may name the address of `--via`."""
        return self.via.own_form_of(url) if self.via else url

    def owns(self, url: str) -> bool:
        """Whether a URL is the portal's."""
        return self.portal.owns(self.own_form(url))


def _redirect_by_script(page: Page, base: str) -> str | None:
    """Return where a homepage without content sends its reader, by `<meta refresh>` or by script."""
    refreshes = [meta for meta in page.root.iter("meta") if (meta.get("http-equiv") or "").lower() == "refresh"]
    found = next((match for meta in refreshes if (match := _META_REFRESH.match(meta.get("content") or ""))), None)
    found = found or _SCRIPT_REDIRECT.search(page.text[:20_000])
    target = resolve(base, str(found[1])) if found else None
    return target if target and identity(target) != identity(base) else None
