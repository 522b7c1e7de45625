"""Reading listings: record what each page shows, request the articles that are due, then the next page."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from newscrawler.crawling.downloader.failures import describe_failure
from newscrawler.crawling.errors import QuotaReachedError
from newscrawler.crawling.requests import KIND, LISTING_PRIORITY, MAX_ADDRESS
from newscrawler.crawling.spider.responses import header, request_of, requested_url
from newscrawler.crawling.spider.sightings import sightings_of
from newscrawler.crawling.spider.sweep_reader import SweepReader
from newscrawler.crawling.sweep import LOST_RULE, Sweep
from newscrawler.extraction.article import extract_article
from newscrawler.extraction.blocks import BlockSign
from newscrawler.extraction.model import NoArticle, NotAnArticle
from newscrawler.extraction.page import Page
from newscrawler.listings.entries import ListingRules
from newscrawler.listings.listing import ListingKind, ListingPage, read_listing
from newscrawler.text.urls import identity

logger = logging.getLogger(__name__)

NO_LISTING = (NoArticle.ERROR_PAGE, NoArticle.LOGIN, NoArticle.CAPTCHA, NoArticle.SCRIPT_CHALLENGE)
"""What a page without an entry may be instead of an empty listing."""


class ListingReader(SweepReader):
    """Reads the listing of a section page by page."""

    def begin(self, sweep: Sweep) -> Iterator[Request]:
        """Request the first page of a section."""
        yield self._request(sweep, sweep.url, 1)

    def _request(self, sweep: Sweep, url: str, number: int) -> Request:
        sweep.visited.add(identity(url))
        return Request(
            url,
            callback=self.parse,
            errback=self.failed,
            cb_kwargs={"sweep": sweep, "number": number},
            meta={KIND: "listing"},
            priority=LISTING_PRIORITY,
            dont_filter=True,
        )

    def parse(self, response: Response, sweep: Sweep, number: int) -> Iterator[Request]:
        """Read one page of a listing, and request what follows from it."""
        yield from self._take_page(response, sweep, number)
        yield from self._begin_again(sweep)

    def failed(self, failure: Failure) -> Iterator[Request]:
        """Record that a page of a listing could not be fetched."""
        if isinstance(failure.value, QuotaReachedError):
            return
        request = request_of(failure)
        sweep, number = request.cb_kwargs["sweep"], request.cb_kwargs["number"]
        self._fail(sweep, f"listing page {number}: {describe_failure(failure)}", request.url)
        yield from self._begin_again(sweep)

    def _begin_again(self, sweep: Sweep) -> Iterator[Request]:
        """Read a listing from its top, if the bookmark at which its sweep went on turned out to be useless."""
        if sweep.is_lost:
            logger.info("%s: the listing has moved away from its bookmark; it is read from the top", sweep.name)
            self._store.flush()  # what was listed until now counts as known
            sweep.begin_again()
            yield from self.begin(sweep)

    def _take_page(self, response: Response, sweep: Sweep, number: int) -> Iterator[Request]:
        if not self._is_usable(response, sweep, number):
            return
        urls, rules = self._context.urls, self._context.rules
        listing = self._read(response, number, rules)
        if isinstance(listing, NotAnArticle):
            self._fail(sweep, f"listing page {number} cannot be read: {listing.detail}", response.url)
            return
        if listing.page and self._blocks.is_homepage(listing.page) and not self._is_home(sweep):
            self._blocks.note(response.url, BlockSign("homepage", "the homepage in place of a listing"))
            self._fail(sweep, f"listing page {number} shows the homepage", response.url)
            return
        self._note_move(response, sweep, number)
        sightings = sightings_of(listing.entries, urls.own_form, urls.owns)
        if not sightings and self._may_fall_back(sweep, number):
            general = self._read(response, number, replace(rules, entry=None))
            if not isinstance(general, NotAnArticle) and general.entries:
                rule = f"{LOST_RULE} {rules.entry!r}"
                sweep.lost_rule = f"{rule} matches nothing; the general rules read the listing"
                listing, sightings = general, sightings_of(general.entries, urls.own_form, urls.owns)
        if not sightings and not listing.next_urls:
            self._take_empty(sweep, number, response.url, listing.page)
            return
        if sightings or listing.kind is not ListingKind.FEED:  # the index of a sitemap has files, but no entry
            is_feed = listing.kind is ListingKind.FEED
            yield from self._take(sweep, sightings, None if is_feed else urls.own_form(response.url))
        if listing.left_out:
            self._fail(sweep, f"listing page {number} has {listing.left_out}", response.url)
            return
        yield from self._go_on(sweep, listing, number)

    def _read(self, response: Response, number: int, rules: ListingRules) -> ListingPage | NotAnArticle:
        return read_listing(
            response.body,
            url=response.url,
            number=number,
            rules=rules,
            is_own=self._context.urls.owns,
            content_type=header(response, b"Content-Type"),
            encoding=self._context.portal.crawl.encoding,
        )

    def _may_fall_back(self, sweep: Sweep, number: int) -> bool:
        """Whether the general rules may read a page on which `listing.entry` matches nothing.

        They may where the rule matched entries before.
        """
        if self._context.rules.entry is None:
            return False
        return bool(sweep.lost_rule) or (number == 1 and self._store.sections.has_sightings(sweep.section.id))

    def _go_on(self, sweep: Sweep, listing: ListingPage, number: int) -> Iterator[Request]:
        """Request what comes after this page, unless the sweep is over."""
        if sweep.is_lost:
            return
        if sweep.distrust or sweep.lost_rule:
            self._warn(sweep)
        if sweep.is_over or self._is_limit_reached(sweep):
            return
        if bookmark := sweep.jump():
            yield self._request(sweep, bookmark.url, bookmark.page)
            return
        own = map(self._context.urls.own_form, listing.next_urls)
        following = [url for url in own if identity(url) not in sweep.visited]
        if listing.kind is ListingKind.FEED:
            sweep.open_files += len(following) - 1
        if not following:
            if listing.kind is not ListingKind.FEED or sweep.open_files == 0:
                sweep.end("end")
            return
        limit = self._context.max_listing_pages
        for url in following:
            if not self._context.urls.owns(url):
                self._fail(sweep, f"the next page of the listing leaves the portal: {url}", url)
            elif max(number, len(sweep.visited)) >= limit:  # a sitemap index may name many
                self._fail(sweep, f"the listing has more than {limit} pages; it looks endless", url)
                break
            elif len(url) > MAX_ADDRESS:
                self._fail(sweep, f"the address of listing page {number + 1} is longer than {MAX_ADDRESS:,}", url)
            else:
                yield self._request(sweep, url, number + 1)

    def _note_move(self, response: Response, sweep: Sweep, number: int) -> None:
        """Distrust a section that redirects elsewhere: it may be another one. It is read, but its mark stays."""
        if number == 1 and identity(requested_url(response)).rstrip("/") != identity(response.url).rstrip("/"):
            sweep.distrust = f"the section moved to {response.url}"

    def _is_home(self, sweep: Sweep) -> bool:
        """Whether the homepage itself is the section's listing."""
        return identity(sweep.url) == identity(self._context.portal.homepage)

    def _take_empty(self, sweep: Sweep, number: int, url: str, page: Page | None) -> None:
        """Classify a page without an entry: an end, an empty section, an error, or a listing that cannot be read."""
        rejection = extract_article(page) if page is not None else None
        if isinstance(rejection, NotAnArticle) and rejection.reason in NO_LISTING:
            self._fail(sweep, f"listing page {number} is none ({rejection.reason}): {rejection.detail}", url)
        elif number > 1 and sweep.entries:
            sweep.end("end", "the last page is empty")
        elif self._store.sections.has_sightings(sweep.section.id):
            self._fail(sweep, "the listing shows no entry, but earlier crawls saw some", url)
        else:
            sweep.pages += 1
            sweep.end("end", "empty")
            self._store.events.add("skipped", url, sweep.name, "the section is empty")

    def _warn(self, sweep: Sweep) -> None:
        if not sweep.is_warned:
            sweep.is_warned = True
            self._store.sections.drop_bookmark(sweep)
            reason = sweep.lost_rule or sweep.distrust
            self._store.events.add("warning", sweep.url, sweep.name, reason)
            logger.warning("%s: %s; what the section is complete back to stays as it was", sweep.name, reason)
