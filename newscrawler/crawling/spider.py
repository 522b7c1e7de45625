"""The spider: homepage, sections, listings, articles. One class drives every portal."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any, Self, cast

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from newscrawler import places
from newscrawler.archive.sections import Sighting
from newscrawler.crawling.answers import Verdict, judge_status
from newscrawler.crawling.download import Via
from newscrawler.crawling.entries import sightings_of
from newscrawler.crawling.items import FetchedArticle
from newscrawler.crawling.ledger import Ledger
from newscrawler.crawling.options import CrawlOptions
from newscrawler.crawling.portal_rules import article_overrides, listing_rules
from newscrawler.crawling.reasons import reason_of
from newscrawler.crawling.sweep import Sweep
from newscrawler.extraction.article import extract_article, join_pages
from newscrawler.extraction.listing_pagers import next_page
from newscrawler.extraction.listings import read_entries
from newscrawler.extraction.model import NoArticle, NotAnArticle, RawArticle
from newscrawler.extraction.page import Page, read_page
from newscrawler.extraction.sections import FoundSection, find_sections
from newscrawler.normalization.urls import identity
from newscrawler.portals import Portal

HOMEPAGE_PRIORITY, LISTING_PRIORITY, ARTICLE_PRIORITY = 30, 0, 10
"""Articles go before the next listing page, so that what waits in memory stays small."""
MAX_ARTICLE_PAGES = 60

Requests = Iterator[Request | FetchedArticle]


class PortalSpider(Spider):
    """Crawls one portal. `portal` is set by the loader; arguments are those of CrawlOptions and `archive`."""

    name = "portal"
    portal: Portal

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.archive: str | None = kwargs.pop("archive", None)
        values = {key: kwargs.pop(key, None) for key in ("city", "since", "limit", "full", "via")}
        super().__init__(*args, **kwargs)
        self.options = CrawlOptions.of(values)
        self.options.check_cities(self.portal)
        self.via = Via(self.options.via, self.portal.homepage) if self.options.via else None
        self.ledger: Ledger
        self.sweeps: dict[int, Sweep] = {}
        self.fatal = ""
        """Why the crawl could not do its work at all; empty in health."""
        self.outcome, self.outcome_reason = "running", ""
        self._taken: set[str] = set()
        self._rules = listing_rules(self.portal)
        self._overrides = article_overrides(self.portal)

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Lay the definition's manners over the project's settings."""
        super().update_settings(settings)
        crawl = cls.portal.crawl
        settings.set("DOWNLOAD_DELAY", crawl.delay, priority="spider")
        settings.set("AUTOTHROTTLE_ENABLED", crawl.delay > 0, priority="spider")
        settings.set("AUTOTHROTTLE_START_DELAY", crawl.delay, priority="spider")
        settings.set("CONCURRENT_REQUESTS_PER_DOMAIN", crawl.concurrency, priority="spider")
        if contact := settings.get("NEWSCRAWLER_CONTACT"):
            agent = str(settings["USER_AGENT"])
            if contact not in agent:
                settings.set("USER_AGENT", f"{agent.rstrip(')')}; {contact})", priority="spider")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Make the spider and open its ledger; raises ArchiveError and OptionError."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        path = spider.archive or crawler.settings["NEWSCRAWLER_ARCHIVE"]
        spider.ledger = Ledger(path, spider.portal, spider.options.as_arguments(), spider._stop)
        crawler.signals.connect(spider._close, signal=signals.spider_closed)
        return spider

    # Homepage and sections

    async def start(self) -> AsyncIterator[Request]:
        """Begin with the definition's sections, or with the homepage to find them."""
        if self.portal.sections:
            province = self.portal.province_division
            sections = [
                FoundSection(name, self.portal.section_url(url), places.match_division(name, province))
                for name, url in self.portal.sections.items()
            ]
            for request in self._open_sections(sections):
                yield cast(Request, request)
        else:
            yield Request(
                self.portal.homepage,
                callback=self.parse_homepage,
                errback=self.homepage_failed,
                priority=HOMEPAGE_PRIORITY,
                dont_filter=True,
            )

    def parse_homepage(self, response: Response) -> Requests:
        """Find the sections on the homepage."""
        verdict = judge_status(response.status)
        page = self._read(response)
        if verdict is not Verdict.PAGE:
            self._fail(f"the homepage answered {response.status}")
        elif isinstance(page, NotAnArticle):
            self._fail(f"the homepage cannot be read: {page.detail}")
        else:
            sections = find_sections(
                page.root, page.base_url or response.url, self.portal.province_division, self._owns
            )
            if sections:
                yield from self._open_sections(sections)
            else:
                self._fail(
                    f"no link on the homepage is named after a division of {self.portal.province}; "
                    "name the sections in the definition's [sections]"
                )

    def homepage_failed(self, failure: Failure) -> None:
        """Record that the homepage could not be fetched."""
        self._fail(f"the homepage could not be fetched: {reason_of(failure)}")

    def _fail(self, reason: str) -> None:
        self.fatal = f"portal {self.portal.id}: {reason} (key 'homepage' = {self.portal.homepage!r})"
        self.ledger.event("failed", self.portal.homepage, None, reason)
        self.logger.error("%s", self.fatal)

    def _open_sections(self, found: Iterable[FoundSection]) -> Requests:
        province = self.portal.province_division
        for section in found:
            if not self.options.wants(section.name, section.division, province):
                continue
            row = self.ledger.open_section(section.name, self._own_form(section.url), section.division)
            self.sweeps[row.id] = Sweep(
                row, self._own_form(section.url), section.division, self.options.since, self.options.full
            )
        if not self.sweeps:
            self._fail(f"it has no section {'、'.join(self.options.cities)}")
            return
        yield from self._left_over()
        for sweep in self.sweeps.values():
            yield self._listing_request(sweep, sweep.url, 1)

    def _left_over(self) -> Requests:
        """Fetch first what earlier crawls left to do."""
        for due in self.ledger.due(self.sweeps, self.options.since):
            if request := self._article_request(self.sweeps[due.section], due.url, due.listed_date):
                yield request

    # Listings

    def _listing_request(self, sweep: Sweep, url: str, number: int) -> Request:
        sweep.visited.add(identity(url))
        return Request(
            url,
            callback=self.parse_listing,
            errback=self.listing_failed,
            cb_kwargs={"sweep": sweep, "number": number},
            priority=LISTING_PRIORITY,
            dont_filter=True,
        )

    def parse_listing(self, response: Response, sweep: Sweep, number: int) -> Requests:
        """Record what a listing page shows, ask for its new articles and for the next page."""
        if judge_status(response.status) is not Verdict.PAGE:
            self._end_sweep(sweep, number, f"listing page {number} answered {response.status}", response.url)
            return
        page = self._read(response)
        if isinstance(page, NotAnArticle):
            self._end_sweep(sweep, number, f"listing page {number} cannot be read: {page.detail}", response.url)
            return
        base = page.base_url or response.url
        entries = read_entries(page.root, base, self._rules, self._owns)
        sightings = sightings_of(entries, self._own_form, self._owns)
        if not sightings:
            self._take_empty(sweep, number, response.url)
            return
        known = self.ledger.known(sweep.section.id, [identity(sighting.url) for sighting in sightings])
        sweep.take(sightings, known)
        self.ledger.record_listing(sweep, sightings)
        for sighting in sightings:
            if request := self._wanted(sweep, sighting, known.get(identity(sighting.url))):
                yield request
        if sweep.is_over:
            return
        if self._limit_reached:
            sweep.end("limit", "the crawl's --limit was reached")
            return
        following = next_page(page.root, base, response.url, number, self._rules.next)
        if request := self._next_listing(sweep, following, number):
            yield request

    def _next_listing(self, sweep: Sweep, url: str | None, number: int) -> Request | None:
        if url is None or identity(url := self._own_form(url)) in sweep.visited:
            sweep.end("end")
        elif not self._owns(url):
            sweep.end("failed", f"the next page of the listing leaves the portal: {url}")
            self.ledger.event("failed", url, sweep.name, sweep.reason)
        elif number >= self.settings.getint("NEWSCRAWLER_MAX_LISTING_PAGES"):
            sweep.end("failed", f"the listing has more than {number} pages; it looks endless")
            self.ledger.event("failed", url, sweep.name, sweep.reason)
        else:
            return self._listing_request(sweep, url, number + 1)
        return None

    def _take_empty(self, sweep: Sweep, number: int, url: str) -> None:
        """Judge a listing page without an entry: an end, an empty section, or a listing that went blind."""
        if number > 1 and sweep.entries:
            sweep.end("end", "the last page is empty")
        elif self.ledger.has_sightings(sweep.section.id):
            self._end_sweep(sweep, number, "the listing shows no entry, but earlier crawls saw some", url)
        else:
            sweep.pages += 1
            sweep.end("end", "empty")
            self.ledger.event("skipped", url, sweep.name, "the section is empty")

    def listing_failed(self, failure: Failure) -> None:
        """Record that a listing page could not be fetched."""
        request = _request_of(failure)
        sweep, number = request.cb_kwargs["sweep"], request.cb_kwargs["number"]
        self._end_sweep(sweep, number, f"listing page {number}: {reason_of(failure)}", request.url)

    def _end_sweep(self, sweep: Sweep, number: int, reason: str, url: str) -> None:
        sweep.end("failed", reason)
        self.ledger.event("failed", url, sweep.name, reason)
        self.logger.warning("%s: %s (%s)", sweep.name, reason, url)

    # Articles

    def _wanted(self, sweep: Sweep, sighting: Sighting, known: Any) -> Request | None:
        """Return the request for a listed article, when it is one to fetch now."""
        if sighting.foreign:
            if known is None and identity(sighting.url) not in self._taken:
                self._taken.add(identity(sighting.url))
                self.ledger.tally[sweep.name, "skipped"] += 1
                self.ledger.event("skipped", sighting.url, sweep.name, "the link leaves the portal")
            return None
        if known is not None and not known.due:
            return None
        if self.options.since and sighting.listed_date and sighting.listed_date < self.options.since:
            return None
        return self._article_request(sweep, sighting.url, sighting.listed_date)

    def _article_request(self, sweep: Sweep, url: str, listed_date: str) -> Request | None:
        name = identity(url)
        if name in self._taken or self._limit_reached:
            return None
        self._taken.add(name)
        self.requested += 1
        return Request(
            url,
            callback=self.parse_article,
            errback=self.article_failed,
            cb_kwargs={"sweep": sweep, "url": url, "listed_date": listed_date},
            priority=ARTICLE_PRIORITY,
            dont_filter=True,
        )

    requested = 0
    """Articles asked for in this crawl."""

    @property
    def _limit_reached(self) -> bool:
        return self.options.limit is not None and self.requested >= self.options.limit

    def parse_article(
        self,
        response: Response,
        sweep: Sweep,
        url: str,
        listed_date: str,
        parts: tuple[RawArticle, ...] = (),
        left: tuple[str, ...] = (),
    ) -> Requests:
        """Extract an article, page by page when it has several."""
        verdict = judge_status(response.status)
        if verdict is Verdict.GONE and not parts:
            self.ledger.gone(sweep, url, response.status)
            return
        if verdict is not Verdict.PAGE:
            reason = f"answered {response.status}" if not parts else f"page {len(parts) + 1} answered {response.status}"
            self.ledger.failed(sweep, url, reason, status=response.status, blocked=verdict is Verdict.BLOCKED)
            return
        if identity(response.url) == identity(self.portal.homepage) != identity(url):
            self.ledger.failed(sweep, url, "redirects to the homepage", status=response.status, blocked=True)
            return
        page = self._read(response)
        raw = page if isinstance(page, NotAnArticle) else extract_article(page, self._overrides)
        if isinstance(raw, NotAnArticle):
            self._refuse(sweep, url, raw, response.status, len(parts))
            return
        if not parts:
            left = tuple(self._own_form(part) for part in raw.next_pages[: MAX_ARTICLE_PAGES - 1])
            left = tuple(part for part in left if self._owns(part))
        parts = (*parts, raw)
        if left:
            yield response.request.replace(  # type: ignore[union-attr]
                url=left[0],
                cb_kwargs={
                    "sweep": sweep,
                    "url": url,
                    "listed_date": listed_date,
                    "parts": parts,
                    "left": left[1:],
                },
            )
            return
        yield FetchedArticle(
            raw=join_pages(parts[0], parts[1:]) if len(parts) > 1 else raw,
            url=url,
            sweep=sweep,
            listed_date=listed_date,
            status=response.status,
            etag=_header(response, b"ETag"),
            last_modified=_header(response, b"Last-Modified"),
        )

    def _refuse(self, sweep: Sweep, url: str, verdict: NotAnArticle, status: int, page: int) -> None:
        """Record a page that is no article. What blocks or may pass is tried again, the rest is final."""
        where = f"page {page + 1}: " if page else ""
        blocked = verdict.reason in (NoArticle.LOGIN, NoArticle.CAPTCHA, NoArticle.SCRIPT_CHALLENGE)
        passing = verdict.reason in (NoArticle.EMPTY, NoArticle.ERROR_PAGE)
        self.ledger.failed(
            sweep,
            url,
            f"{where}no article ({verdict.reason}): {verdict.detail}",
            status=status,
            blocked=blocked,
            final=not blocked and not passing,
        )

    def article_failed(self, failure: Failure) -> None:
        """Record that an article could not be fetched."""
        request = _request_of(failure)
        sweep, url = request.cb_kwargs["sweep"], request.cb_kwargs["url"]
        final = isinstance(failure.value, IgnoreRequest)
        self.ledger.failed(sweep, url, reason_of(failure), final=final)

    # The end

    def _stop(self, reason: str) -> None:
        """End the crawl early because it can do no good any more."""
        self.fatal = reason
        if self.crawler.engine.running:
            self.crawler.engine.close_spider(self, "archive")

    def _close(self, spider: Spider, reason: str) -> None:
        self.ledger.flush()
        self.outcome, self.outcome_reason = self._judge(reason)
        self.ledger.close(self.sweeps.values(), outcome=self.outcome, reason=self.outcome_reason, counts=self.counts())
        if self.ledger.broken:
            self.outcome, self.outcome_reason = "failed", self.ledger.broken

    def _judge(self, reason: str) -> tuple[str, str]:
        if self.fatal:
            return "failed", self.fatal
        if reason != "finished":
            return "interrupted", f"the crawl was stopped ({reason}); the next one goes on from here"
        problems = [
            f"section {sweep.name}: {sweep.reason}" for sweep in self.sweeps.values() if sweep.outcome == "failed"
        ]
        for kind, wording in (("failed", "could not be stored"), ("blocked", "were blocked")):
            if number := self.ledger.count(kind):
                problems.append(f"{number} articles {wording}")
        if self.ledger.refused:
            problems.append(f"{self.ledger.refused} records were refused by the archive")
        return ("incomplete", "; ".join(problems)) if problems else ("done", "")

    def counts(self) -> dict[str, Any]:
        """Return the numbers of the run, for its record."""
        stats = self.crawler.stats.get_stats()
        prefix = "downloader/response_status_count/"
        outcomes = ("listed", "new", "changed", "unchanged", "kept", "failed", "blocked", "gone", "skipped")
        return {
            **{outcome: self.ledger.count(outcome) for outcome in outcomes},
            "filled": {
                name.removeprefix("filled "): number
                for (_, name), number in sorted(self.ledger.tally.items())
                if name.startswith("filled ")
            },
            "requests": stats.get("downloader/request_count", 0),
            "bytes": stats.get("downloader/response_bytes", 0),
            "retries": stats.get("retry/count", 0),
            "responses": {
                key.removeprefix(prefix): number for key, number in sorted(stats.items()) if key.startswith(prefix)
            },
            "sections": {
                sweep.name: {
                    "outcome": sweep.outcome,
                    "reason": sweep.reason,
                    "pages": sweep.pages,
                    "entries": sweep.entries,
                }
                for sweep in self.sweeps.values()
            },
        }

    # Helpers

    def _read(self, response: Response) -> Page | NotAnArticle:
        content_type = _header(response, b"Content-Type")
        return read_page(
            response.body, url=response.url, content_type=content_type, encoding=self.portal.crawl.encoding
        )

    def _own_form(self, url: str) -> str:
        return self.via.own_form_of(url) if self.via else url

    def _owns(self, url: str) -> bool:
        return self.portal.owns(self._own_form(url))


def _request_of(failure: Failure) -> Request:
    """Return the request that failed; Scrapy attaches it to the failure."""
    return cast(Request, failure.request)  # type: ignore[attr-defined]


def _header(response: Response, name: bytes) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
