"""What reading a listing and reading editions have in common."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from scrapy import Request
from scrapy.http import Response

from newscrawler.archive.frontier import KnownUrl
from newscrawler.archive.sections import Sighting
from newscrawler.crawling.context import CrawlContext
from newscrawler.crawling.spider.articles import ArticleFetcher
from newscrawler.crawling.spider.blocking import BlockDetector
from newscrawler.crawling.spider.responses import StatusClass, classify_status, requested_url
from newscrawler.crawling.sweep import Sweep
from newscrawler.listings.page_addresses import page_identity
from newscrawler.text.urls import identity

logger = logging.getLogger(__name__)


class SweepReader:
    """Records sightings, requests the articles that are due, and notes failures of a sweep."""

    def __init__(self, context: CrawlContext, blocks: BlockDetector, articles: ArticleFetcher) -> None:
        self._context = context
        self._store = context.store
        self._blocks = blocks
        self._articles = articles

    def _is_usable(self, response: Response, sweep: Sweep, number: int) -> bool:
        """Whether a response is a page to read. If it is not, the sweep has failed."""
        if sign := self._blocks.detect(response):
            self._store.tally[sweep.name, "blocked listings"] += 1
            reason = f"listing page {number} is blocked ({sign.kind}): {sign.evidence}"
            self._fail(sweep, reason, response.url, is_blocked=True)
        elif classify_status(response.status) is not StatusClass.PAGE:
            self._fail(sweep, f"listing page {number} answered {response.status}", response.url)
        elif identity(response.url) == identity(self._context.portal.homepage) != identity(requested_url(response)):
            self._fail(sweep, f"listing page {number} redirects to the homepage", response.url)
        elif number > 1 and self._leads_back_to(response, sweep):
            self._fail(sweep, f"listing page {number} redirects to a page that was read before it", response.url)
        else:
            return True
        return False

    def _leads_back_to(self, response: Response, sweep: Sweep) -> str:
        """Return the identity of the page of the listing to which the address of a later one redirects; else empty."""
        asked, target = map(page_identity, map(self._context.urls.own_form, (requested_url(response), response.url)))
        return target if asked != target and target in sweep.visited else ""

    def _take(
        self, sweep: Sweep, sightings: Sequence[Sighting], url: str | None = None, beside: Sequence[Sighting] = ()
    ) -> Iterator[Request]:
        """Record sightings, and request the articles among them that are due.

        `url` is the address of the listing page, if the next crawl may go on from there. `beside` are sightings in
        second lists of the page, which say nothing about how far the listing was read.
        """
        seen = [*sightings, *beside]
        names = [identity(sighting.url) for sighting in seen]
        known = self._store.frontier.known(sweep.section.id, names, ("gone",) if self._context.options.full else ())
        for sighting in sightings:
            name = identity(sighting.url)
            if name in known and not known[name].due and self._store.frontier.is_listed_as_another(sighting):
                # The address is used again: what it shows is as unknown as a new article.
                known[name] = KnownUrl("done", due=True, first_run=None)
        sweep.take(sightings, known)
        if sweep.may_lack_known and self._store.sections.is_shown_before(sweep.section.id, sightings):
            sweep.meet_known()
        self._store.sections.record_listing(sweep, seen, url)
        for sighting in seen:
            if request := self._articles.request_if_due(sweep, sighting, known.get(identity(sighting.url))):
                yield request

    def _is_limit_reached(self, sweep: Sweep) -> bool:
        """Whether the crawl has requested as many articles as it may; this ends the sweep."""
        if self._articles.limit_reached:
            signs = "" if sweep.entries else "; ".join(sweep.signs)
            sweep.end("limit", signs or "the crawl's --limit was reached")
            return True
        return False

    def _fail(self, sweep: Sweep, reason: str, url: str, *, is_blocked: bool = False) -> None:
        if sweep.resumption.is_unproven and not is_blocked:
            sweep.resumption.is_lost = True  # the page of the bookmark may be gone, although the listing is not
            return
        sweep.end("failed", reason)
        self._store.events.add("failed", url, sweep.name, reason)
        logger.warning("%s: %s (%s)", sweep.name, reason, url)
