"""Walking through listings: what each page shows is recorded, new articles are asked for, then the next page."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from newscrawler.archive.sections import Sighting
from newscrawler.crawling.downloader.failures import reason_of
from newscrawler.crawling.middlewares.quota import QuotaReachedError
from newscrawler.crawling.recording.captures import KIND
from newscrawler.crawling.spider.articles import MAX_ADDRESS
from newscrawler.crawling.spider.responses import Verdict, classify_status, header, page_of, request_of
from newscrawler.crawling.spider.sightings import sightings_of
from newscrawler.crawling.sweep import LOST_RULE, Sweep
from newscrawler.extraction.article import extract_article
from newscrawler.extraction.blocks import BlockSign
from newscrawler.extraction.model import NoArticle, NotAnArticle
from newscrawler.extraction.page import Page
from newscrawler.listings.entries import ListingRules
from newscrawler.listings.listing import ListingKind, ListingPage, read_listing
from newscrawler.listings.newspapers import edition_url, is_edition_template, read_edition_page
from newscrawler.text.clock import CHINA
from newscrawler.text.urls import identity

if TYPE_CHECKING:
    from newscrawler.crawling.spider.spider import PortalSpider

logger = logging.getLogger(__name__)

LISTING_PRIORITY = 0
DAYS_WITHOUT_EDITION = 30
"""Missing editions in a row that end a newspaper's listing: its archive begins here."""
MAX_EDITION_PAGES = 100
NO_LISTING = (NoArticle.ERROR_PAGE, NoArticle.LOGIN, NoArticle.CAPTCHA, NoArticle.SCRIPT_CHALLENGE)
"""What a page without an entry may be instead of an empty listing."""


class ListingReader:
    """The part of the spider that reads listings."""

    def __init__(self, spider: PortalSpider) -> None:
        self._spider = spider

    def begin(self, sweep: Sweep) -> Iterator[Request]:
        """Ask for the first page of a section."""
        if is_edition_template(sweep.url):
            yield self._edition_request(sweep, 0, 0)
        else:
            yield self._request(sweep, sweep.url, 1)

    # Pages of a listing

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
        """Take in one page of a listing and ask for what follows from it."""
        yield from self._take_in(response, sweep, number)
        yield from self._begin_again(sweep)

    def _begin_again(self, sweep: Sweep) -> Iterator[Request]:
        """Read a listing from its top, when the bookmark at which its sweep went on was of no use."""
        if sweep.is_lost:
            logger.info("%s: its bookmark is of no use any more; its listing is read from the top", sweep.name)
            self._spider.ledger.flush()  # what was listed until now counts as known
            sweep.begin_again()
            yield from self.begin(sweep)

    def _take_in(self, response: Response, sweep: Sweep, number: int) -> Iterator[Request]:
        if not self._is_usable(response, sweep, number):
            return
        spider = self._spider
        listing = self._read(response, number, spider.rules)
        if isinstance(listing, NotAnArticle):
            self._fail(sweep, f"listing page {number} cannot be read: {listing.detail}", response.url)
            return
        if listing.page and self._spider.guard.is_homepage(listing.page) and not self._is_home(sweep):
            self._spider.guard.note(response.url, BlockSign("homepage", "the homepage in place of a listing"))
            self._fail(sweep, f"listing page {number} shows the homepage", response.url)
            return
        self._note_move(response, sweep, number)
        sightings = sightings_of(listing.entries, spider.own_form, spider.owns)
        if not sightings and self._may_fall_back(sweep, number):
            general = self._read(response, number, replace(spider.rules, entry=None))
            if not isinstance(general, NotAnArticle) and general.entries:
                rule = f"{LOST_RULE} {spider.rules.entry!r}"
                sweep.lost_rule = f"{rule} matches nothing; the general rules read the listing"
                listing, sightings = general, sightings_of(general.entries, spider.own_form, spider.owns)
        if not sightings and not listing.next_urls:
            self._take_empty(sweep, number, response.url, listing.page)
            return
        if sightings or listing.kind is not ListingKind.FEED:  # a sitemap index has files, but no entry
            is_feed = listing.kind is ListingKind.FEED
            yield from self._take(sweep, sightings, None if is_feed else spider.own_form(response.url))
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
            is_own=self._spider.owns,
            content_type=header(response, b"Content-Type"),
            encoding=self._spider.portal.crawl.encoding,
        )

    def _may_fall_back(self, sweep: Sweep, number: int) -> bool:
        """Whether the general rules may read what `listing.entry` finds nothing on: where it found entries before."""
        if self._spider.rules.entry is None:
            return False
        return bool(sweep.lost_rule) or (number == 1 and self._spider.ledger.has_sightings(sweep.section.id))

    def _take(self, sweep: Sweep, sightings: Sequence[Sighting], url: str | None = None) -> Iterator[Request]:
        """Record sightings and ask for the articles among them that are to be fetched."""
        spider = self._spider
        known = spider.ledger.known(sweep.section.id, [identity(sighting.url) for sighting in sightings])
        sweep.take(sightings, known)
        spider.ledger.record_listing(sweep, sightings, url)
        for sighting in sightings:
            if request := spider.articles.wanted(sweep, sighting, known.get(identity(sighting.url))):
                yield request

    def _go_on(self, sweep: Sweep, listing: ListingPage, number: int) -> Iterator[Request]:
        """Ask for what comes after this page, unless the sweep is over."""
        if sweep.is_lost:
            return
        if sweep.distrust or sweep.lost_rule:
            self._warn(sweep)
        if sweep.is_over:
            return
        if self._spider.articles.limit_reached:
            sweep.end("limit", "the crawl's --limit was reached")
            return
        if bookmark := sweep.jump():
            yield self._request(sweep, bookmark.url, bookmark.page)
            return
        following = [url for url in map(self._spider.own_form, listing.next_urls) if identity(url) not in sweep.visited]
        if listing.kind is ListingKind.FEED:
            sweep.open_files += len(following) - 1
        if not following:
            if listing.kind is not ListingKind.FEED or sweep.open_files == 0:
                sweep.end("end")
            return
        most = self._spider.settings.getint("NEWSCRAWLER_MAX_LISTING_PAGES")
        for url in following:
            if not self._spider.owns(url):
                self._fail(sweep, f"the next page of the listing leaves the portal: {url}", url)
            elif max(number, len(sweep.visited)) >= most:  # a sitemap index names many files, and these may, too
                self._fail(sweep, f"the listing has more than {most} pages; it looks endless", url)
                break
            elif len(url) > MAX_ADDRESS:
                self._fail(sweep, f"the address of listing page {number + 1} is longer than {MAX_ADDRESS:,}", url)
            else:
                yield self._request(sweep, url, number + 1)

    def _is_usable(self, response: Response, sweep: Sweep, number: int) -> bool:
        """Whether an answer is a page to read; otherwise the sweep has failed."""
        if blocked := self._spider.guard.judge(response):
            self._spider.ledger.tally[sweep.name, "blocked listings"] += 1
            reason = f"listing page {number} is blocked ({blocked.kind}): {blocked.evidence}"
            self._fail(sweep, reason, response.url, is_blocked=True)
        elif classify_status(response.status) is not Verdict.PAGE:
            self._fail(sweep, f"listing page {number} answered {response.status}", response.url)
        elif identity(response.url) == identity(self._spider.portal.homepage) != identity(_asked_for(response)):
            self._fail(sweep, f"listing page {number} redirects to the homepage", response.url)
        else:
            return True
        return False

    def _note_move(self, response: Response, sweep: Sweep, number: int) -> None:
        """A section that redirects elsewhere may be another one: it is read, but the mark does not move."""
        if number == 1 and identity(_asked_for(response)).rstrip("/") != identity(response.url).rstrip("/"):
            sweep.distrust = f"the section moved to {response.url}"

    def _is_home(self, sweep: Sweep) -> bool:
        """Whether the homepage itself is the section's listing."""
        return identity(sweep.url) == identity(self._spider.portal.homepage)

    def _take_empty(self, sweep: Sweep, number: int, url: str, page: Page | None) -> None:
        """Judge a listing page without an entry: an end, an empty section, an error, or a listing that went blind."""
        verdict = extract_article(page) if page is not None else None
        if isinstance(verdict, NotAnArticle) and verdict.reason in NO_LISTING:
            self._fail(sweep, f"listing page {number} is none ({verdict.reason}): {verdict.detail}", url)
        elif number > 1 and sweep.entries:
            sweep.end("end", "the last page is empty")
        elif self._spider.ledger.has_sightings(sweep.section.id):
            self._fail(sweep, "the listing shows no entry, but earlier crawls saw some", url)
        else:
            sweep.pages += 1
            sweep.end("end", "empty")
            self._spider.ledger.event("skipped", url, sweep.name, "the section is empty")

    def failed(self, failure: Failure) -> Iterator[Request]:
        """Record that a page of a listing could not be fetched."""
        if isinstance(failure.value, QuotaReachedError):
            return
        request = request_of(failure)
        sweep, number = request.cb_kwargs["sweep"], request.cb_kwargs["number"]
        self._fail(sweep, f"listing page {number}: {reason_of(failure)}", request.url)
        yield from self._begin_again(sweep)

    def _fail(self, sweep: Sweep, reason: str, url: str, *, is_blocked: bool = False) -> None:
        if sweep.is_unproven and not is_blocked:
            sweep.is_lost = True  # the page may be gone where the listing is not
            return
        sweep.end("failed", reason)
        self._spider.ledger.event("failed", url, sweep.name, reason)
        logger.warning("%s: %s (%s)", sweep.name, reason, url)

    def _warn(self, sweep: Sweep) -> None:
        if not sweep.is_warned:
            sweep.is_warned = True
            self._spider.ledger.drop_bookmark(sweep)
            reason = sweep.lost_rule or sweep.distrust
            self._spider.ledger.event("warning", sweep.url, sweep.name, reason)
            logger.warning("%s: %s; what the section is complete back to stays as it was", sweep.name, reason)

    # Editions of a digital newspaper: a page of the listing is a day, which has pages of its own

    def _edition_request(self, sweep: Sweep, days_ago: int, missing: int) -> Request:
        day = datetime.now(CHINA).date() - timedelta(days=days_ago)
        return Request(
            edition_url(sweep.url, day),
            callback=self.parse_edition,
            errback=self.edition_failed,
            cb_kwargs={"sweep": sweep, "day": day.isoformat(), "days_ago": days_ago, "missing": missing},
            meta={KIND: "listing"},
            priority=LISTING_PRIORITY,
            dont_filter=True,
        )

    def parse_edition(
        self,
        response: Response,
        sweep: Sweep,
        day: str,
        days_ago: int,
        missing: int,
        entries: tuple[Sighting, ...] = (),
        pages: tuple[str, ...] | None = None,
    ) -> Iterator[Request]:
        """Take in one page of an edition; when its last page is read, the edition is one page of the sweep."""
        if pages is None and classify_status(response.status) is Verdict.GONE:
            yield from self._older_edition(sweep, days_ago, missing + 1)
            return
        if not self._is_usable(response, sweep, sweep.pages + 1):
            return
        page = page_of(response, self._spider.portal)
        if isinstance(page, NotAnArticle):
            self._fail(sweep, f"the edition of {day} cannot be read: {page.detail}", response.url)
            return
        base = page.base_url or response.url
        found, links = read_edition_page(page, base, self._spider.owns, self._spider.rules.article_url)
        read = {identity(sighting.url) for sighting in entries}
        more = [
            Sighting(item.url, item.title, day, False, len(entries) + position)
            for position, item in enumerate(sightings_of(found, self._spider.own_form, self._spider.owns), 1)
            if identity(item.url) not in read
        ]
        entries = (*entries, *more)
        if pages is None:
            own = identity(response.url)
            pages = tuple(link for link in map(self._spider.own_form, links) if identity(link) != own)
        if pages:
            yield response.request.replace(  # type: ignore[union-attr]
                url=pages[0],
                cb_kwargs={
                    "sweep": sweep,
                    "day": day,
                    "days_ago": days_ago,
                    "missing": missing,
                    "entries": entries,
                    "pages": pages[1:MAX_EDITION_PAGES],
                },
            )
            return
        yield from self._take(sweep, entries)
        yield from self._older_edition(sweep, days_ago, 0 if entries else missing + 1)

    def _older_edition(self, sweep: Sweep, days_ago: int, missing: int) -> Iterator[Request]:
        day = datetime.now(CHINA).date() - timedelta(days=days_ago)
        if sweep.is_over:
            return
        if self._spider.articles.limit_reached:
            sweep.end("limit", "the crawl's --limit was reached")
        elif sweep.since and day.isoformat() < sweep.since:
            sweep.end("since")
        elif missing >= DAYS_WITHOUT_EDITION:
            sweep.end("end")
        else:
            yield self._edition_request(sweep, days_ago + 1, missing)

    def edition_failed(self, failure: Failure) -> None:
        """Record that a page of an edition could not be fetched."""
        if isinstance(failure.value, QuotaReachedError):
            return
        request = request_of(failure)
        sweep, day = request.cb_kwargs["sweep"], request.cb_kwargs["day"]
        self._fail(sweep, f"the edition of {day}: {reason_of(failure)}", request.url)


def _asked_for(response: Response) -> str:
    """Return the URL that was asked for, before any redirect."""
    origins: list[str] = response.meta.get("redirect_urls") or [response.url]
    return origins[0]
