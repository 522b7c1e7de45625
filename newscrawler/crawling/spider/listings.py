"""Reading listings: record what each page shows, request the articles that are due, then the next page."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from newscrawler.archive.sections import Sighting
from newscrawler.crawling.context import CrawlContext
from newscrawler.crawling.downloader.failures import describe_failure
from newscrawler.crawling.errors import QuotaReachedError
from newscrawler.crawling.requests import MAX_ADDRESS
from newscrawler.crawling.spider.articles import ArticleFetcher
from newscrawler.crawling.spider.blocking import BlockDetector
from newscrawler.crawling.spider.column_opener import MAX_DEPTH, ColumnOpener, OpenColumns, is_preview
from newscrawler.crawling.spider.empty_pagers import EmptyPagers
from newscrawler.crawling.spider.empty_pages import EmptyPages, ends_as_stated
from newscrawler.crawling.spider.filled_lists import UnfilledPage
from newscrawler.crawling.spider.framed_lists import FramedLists
from newscrawler.crawling.spider.listing_requests import page_address
from newscrawler.crawling.spider.listing_sightings import ListingSightings
from newscrawler.crawling.spider.moved_sections import MovedSections
from newscrawler.crawling.spider.page_notes import note_answer, note_list, note_lost_entries, note_unread_entries
from newscrawler.crawling.spider.responses import answers_nothing, request_of, requested_url
from newscrawler.crawling.spider.strange_pages import StrangePages
from newscrawler.crawling.spider.unlisted_blocks import UnlistedBlocks
from newscrawler.crawling.sweep import Sweep
from newscrawler.crawling.time_limit import limited
from newscrawler.extraction.blocks import BlockSign
from newscrawler.extraction.model import NotAnArticle
from newscrawler.listings.columns import Column
from newscrawler.listings.listing_page import ListingKind, ListingPage
from newscrawler.listings.page_addresses import filled_body, plain, post_address, post_body
from newscrawler.listings.ways import WaysOn
from newscrawler.text.urls import identity

logger = logging.getLogger(__name__)

MOST_LEFTOVERS = 200
"""Leads to other pages that are remembered of one listing."""
SAMPLES = 5
"""Links that a report shows of those that it counts."""


@dataclass(frozen=True, slots=True)
class _Beside:
    """What stands beside the list of a page and leads to columns of its section."""

    counties: list[Column]
    second_lists: list[Column]


class ListingReader(ListingSightings):
    """Reads the listing of a section page by page. `open_columns` opens the columns of a front page."""

    def __init__(
        self,
        context: CrawlContext,
        blocks: BlockDetector,
        articles: ArticleFetcher,
        open_columns: OpenColumns,
    ) -> None:
        super().__init__(context, blocks, articles)
        self._columns = ColumnOpener(context, articles, self._leads, open_columns)
        self._empty = EmptyPages(context, blocks, articles)
        self._moved = MovedSections(context)
        self._frames = FramedLists(context)
        self._waiting: list[tuple[Response, Sweep, int]] = []
        """Pages whose blocks or tabs only the first pages of other sections explain."""
        self.empty_pagers = EmptyPagers()
        self.unlisted_blocks = UnlistedBlocks(context, blocks)
        self.strange_pages = StrangePages(context)

    def begin(self, sweep: Sweep) -> Iterator[Request]:
        """Request the first page of a section."""
        try:
            address = self._first_address(sweep)
        except ValueError as error:
            self._fail(sweep, str(error), sweep.url)
            return
        if not sweep.full:
            sweep.last_reading = self._store.sections.last_reading(sweep.section.id)
        run = sweep.known_run
        sweep.was_empty = run is not None and not self._store.sections.had_entries(sweep.section.id, run)
        yield self._request(sweep, address, 1 + sweep.pages_before)

    def _first_address(self, sweep: Sweep) -> str:
        """Return the address of a section's first page. Raises ValueError if the definition's body does not fit it."""
        rules = self._context.portal.listing_rules(sweep.name, sweep.url).json_rules
        # No address that a page shows asks for a POST.
        url = sweep.url if post_body(sweep.url) is None else plain(sweep.url)
        if rules is None or rules.method != "POST" or sweep.pages_before:
            return url
        return post_address(sweep.url, filled_body(rules.body, sweep.url))

    @limited
    def parse(self, response: Response, sweep: Sweep, number: int) -> Iterator[Request]:
        """Read one page of a listing, and request what follows from it."""
        yield from self._take_page(response, sweep, number)
        yield from self._begin_again(sweep)
        yield from self._take_waiting()

    @limited
    def _take_waiting(self) -> Iterator[Request]:
        """Take the pages in that waited for the first pages of other sections, if none of these is to come."""
        while self._waiting and not self._columns.first_pages.are_awaited:
            response, sweep, number = self._waiting.pop(0)
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
        yield from self._take_waiting()

    def _begin_again(self, sweep: Sweep) -> Iterator[Request]:
        """Read a listing from its top, if the bookmark at which its sweep went on turned out to be useless."""
        if sweep.resumption.is_lost:
            if sweep.first_order is None:
                logger.info("%s: the listing has moved away from its bookmark; it is read from the top", sweep.name)
            else:
                logger.info("%s: entries changed their order while being paged; it is read once more", sweep.name)
            self._store.flush()  # what was listed until now counts as known
            sweep.begin_again()
            yield from self.begin(sweep)

    def _take_page(self, response: Response, sweep: Sweep, number: int) -> Iterator[Request]:
        """Take one page in: what it shows, what it says about its list, and where it leads."""
        back = self._leads_back_to(response, sweep) if number > 1 else ""
        leads_nowhere = sweep.has_met_stated and (back or answers_nothing(response))
        if number > 1 and leads_nowhere and not self._blocks.detect(response):
            sweep.reach_bottom_as_stated()
            return
        if back and back == sweep.at and number > max(2, sweep.stated_pages):
            # Frameworks send those who ask for a page behind the last one to that one.
            sweep.reach_bottom(WaysOn(doubt=f"page {number} redirects to the page before it"))
            return
        if around := self._frames.page_around(response, sweep):
            response = around
        if not self._is_usable(response, sweep, number):
            return
        listing = self._read_listing(response, sweep, number)
        if listing is None:
            return
        if around := self._frames.instead_of(sweep, listing):
            yield from self._take_page(around, sweep, number)
            return
        if not sweep.is_column and self._may_have_columns(sweep, number):
            self._columns.first_pages.note(sweep, listing)
            needs_others = any(one.is_block for one in listing.elsewhere) or any(
                one.is_tab or one.continues for one in listing.leftovers
            )
            if needs_others and self._columns.first_pages.are_awaited:
                self._waiting.append((response, sweep, number))
                return
        if number == 1 and (address := self._frames.address(response, sweep, listing)):
            yield self._request(sweep, address, number)
            return
        if listing.filled.is_beside_list and (
            request := self._ask_for_list(sweep, UnfilledPage(response, listing, number, []))
        ):
            yield request
            return
        self._note_place(response, sweep, number, listing)
        if self._may_have_columns(sweep, number):
            listing = self._columns.with_blocks(sweep, listing)
        listing, sightings = self._with_general_rules(response, sweep, number, listing)
        if number == 1 + sweep.pages_before and sweep.moved_to:
            self._moved.judge(sweep, listing.page, sightings)
        self._note_routes(response, sweep, sightings)
        note_unread_entries(sweep, listing)
        if sightings:
            note_answer(sweep, listing.answer, number)
        elif ends_as_stated(sweep, number, listing):
            sweep.reach_bottom_as_stated()
            return
        others = self._leads.others(listing)
        listing = self._note_leads(sweep, listing, others)
        columns = list(listing.columns) if self._may_have_columns(sweep, number) else []
        counties = self._columns.counties(sweep, listing, number)
        beside = _Beside(counties, self._columns.second_lists(sweep, listing, number))
        if not sightings and not columns and not listing.ways.next_urls:
            if address := self._empty.shown_elsewhere(sweep, listing, number, others):
                yield self._request(sweep, address, number)
                return
            if self._may_have_columns(sweep, number):
                columns = [*counties, *self._columns.menu(sweep, counties)]
            if not columns:
                page = UnfilledPage(response, listing, number, others)
                if request := self._ask_for_list(sweep, page):
                    yield request
                else:
                    yield from self._end_empty_page(sweep, page)
                return
        if not sightings and not columns:
            note_lost_entries(sweep, number, listing, others, self._context.rules_of(sweep))
        note_list(sweep, number, listing, others, is_front=bool(columns))
        if sightings or listing.kind is not ListingKind.FEED:  # the index of a sitemap has files, but no entry
            above = sweep.order.oldest
            yield from self._take_entries(response, sweep, listing, sightings, beside)
            self.strange_pages.note(sweep, number, listing, above)
        if listing.left_out:
            self._fail(sweep, f"listing page {number} has {listing.left_out}", response.url)
        elif columns:
            links = [*columns, *beside.second_lists, *beside.counties]
            yield from self._columns.open_blocks(sweep, links, listing.lost_columns)
        else:
            if number == 1 and sweep.depth < MAX_DEPTH and not sweep.has_cover:
                yield from self._columns.open_leads(sweep, [*beside.second_lists, *beside.counties])
            yield from self._go_on(sweep, listing, number, page_address(response))

    def _may_have_columns(self, sweep: Sweep, number: int) -> bool:
        return number == 1 and sweep.depth < MAX_DEPTH and not sweep.has_cover and not self._is_home(sweep)

    def _read_listing(self, response: Response, sweep: Sweep, number: int) -> ListingPage | None:
        """Return what a page shows. If it cannot be read, or is the homepage, the sweep has failed."""
        listing = self._read(response, number, self._context.rules_of(sweep))
        if sweep.list_key is not None and sweep.pages == 0 and is_preview(sweep, listing):
            # The pager does not turn the pages of the list below which it stands.
            sweep.list_key, sweep.furniture = None, sweep.preview
            listing = self._read(response, number, self._context.rules_of(sweep))
        if isinstance(listing, NotAnArticle):
            self._fail(sweep, f"listing page {number} cannot be read: {listing.detail}", response.url)
            return None
        if listing.page and self._blocks.is_homepage(listing.page) and not self._is_home(sweep):
            self._blocks.note(response.url, BlockSign("homepage", "the homepage in place of a listing"))
            self._fail(sweep, f"listing page {number} shows the homepage", response.url)
            return None
        return listing

    def _note_place(self, response: Response, sweep: Sweep, number: int, listing: ListingPage) -> None:
        """Note where the page lies, and what it has in common with other listings of the portal."""
        is_first = number == 1 + sweep.pages_before
        if is_first and identity(requested_url(response)).rstrip("/") != identity(response.url).rstrip("/"):
            sweep.moved_to = response.url
        self.empty_pagers.note(listing.pagers)
        self.unlisted_blocks.note(sweep, number + sweep.has_cover, listing)
        sweep.visit(self._context.urls.own_form(page_address(response)))
        self._addresses.add(sweep.at)

    def _note_leads(self, sweep: Sweep, listing: ListingPage, others: Sequence[str]) -> ListingPage:
        """Note the links that are no entries. Returns the listing with what they say about its end."""
        if len(others) > sweep.other_links:
            sweep.other_links, sweep.samples = len(others), tuple(others[:SAMPLES])
        blocks = self._leads.blocks_elsewhere(listing)
        sweep.has_unread_columns = sweep.has_unread_columns or bool(blocks) or listing.ways.hides_lists
        told = (self._leads.tell_elsewhere(listing, blocks), self._leads.way_on(sweep, listing))
        if not self._is_home(sweep):
            for leftover in listing.leftovers[: max(0, MOST_LEFTOVERS - len(sweep.leftovers))]:
                sweep.leftovers.setdefault(identity(self._context.urls.own_form(leftover.url)), leftover)
        hints = (*listing.ways.hints, *filter(None, told))
        listing = replace(listing, ways=replace(listing.ways, hints=hints))
        if self._is_home(sweep):
            return listing
        # What the homepage says, too, is said of the portal.
        is_of_portal = self._blocks.is_said_on_homepage
        partial = tuple(one for one in listing.partial if not is_of_portal(one))[:1]
        return replace(listing, partial=partial, hidden=listing.hidden.without(is_of_portal))

    def _take_entries(
        self, response: Response, sweep: Sweep, listing: ListingPage, sightings: Sequence[Sighting], beside: _Beside
    ) -> Iterator[Request]:
        """Record the entries of the page, with those of second lists on it, and request what is due."""
        of_one_page = [] if sweep.is_column else [one for one in listing.second_lists if not one.next_url]
        lists = [*(one.entries for one in beside.second_lists), *(one.entries for one in of_one_page)]
        also = self._sightings(entry for entries in lists for entry in entries)
        address = self._context.urls.own_form(page_address(response))
        # The state of a form, and a feed, are no place to go on from.
        is_place = listing.kind is not ListingKind.FEED and len(address) <= MAX_ADDRESS
        yield from self._take(sweep, sightings, address if is_place else None, also)

    def _go_on(self, sweep: Sweep, listing: ListingPage, number: int, url: str) -> Iterator[Request]:
        """Request what comes after this page, with this URL, unless the sweep is over."""
        if sweep.resumption.is_lost:
            return
        if sweep.distrust or sweep.lost_rule:
            self._warn(sweep)
        self._leads.tell_newer(sweep)
        if sweep.is_over:
            return
        has_way_on = listing.ways.next_urls or listing.ways.script_url
        if has_way_on and self._is_limit_reached(sweep):
            return
        if bookmark := sweep.jump():
            yield self._request(sweep, bookmark.url, bookmark.page)
        elif listing.ways.script_url and listing.page is not None:
            yield from self._read_script(sweep, listing.page, listing.ways, number)
        elif more := self._more_of(sweep, listing, number):
            yield self._more_request(sweep, listing, more)
        else:
            ways = self._with_stated_pages(sweep, listing.ways, number, url)
            yield from self._follow(sweep, ways, number, is_feed=listing.kind is ListingKind.FEED)

    def _is_home(self, sweep: Sweep) -> bool:
        """Whether the homepage itself is the section's listing."""
        return identity(sweep.url) == identity(self._context.portal.homepage)

    def _warn(self, sweep: Sweep) -> None:
        if sweep.is_warned:
            return
        self._store.sections.drop_bookmark(sweep)
        if sweep.is_over or not sweep.may_be_read_again:
            sweep.is_warned = True
            reason = sweep.lost_rule or sweep.distrust
            self._store.events.add("warning", sweep.url, sweep.name, reason)
            logger.warning("%s: %s; what the section is complete back to stays as it was", sweep.name, reason)
