"""Lists that a script fills: the addresses for which it asks are tried, where the page of a section shows no entry.

The script is not run. An answer counts if it shows entries; then it is page 1 of the listing, as if the definition
named its address. Else the page is what it was: one whose list cannot be read.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from newscrawler.crawling.errors import QuotaReachedError
from newscrawler.crawling.spider.empty_pages import EmptyPages
from newscrawler.crawling.spider.next_pages import NextPages
from newscrawler.crawling.spider.responses import StatusClass, classify_status, request_of
from newscrawler.crawling.sweep import Sweep
from newscrawler.crawling.time_limit import limited
from newscrawler.extraction.model import NotAnArticle
from newscrawler.listings.listing_page import ListingPage
from newscrawler.listings.page_addresses import page_identity


@dataclass(frozen=True, slots=True)
class UnfilledPage:
    """A page of a listing that shows no entry."""

    listing: ListingPage
    number: int
    url: str
    address: str
    """The same with the body of a request (`page_addresses`)."""
    others: list[str]
    """Its own addresses that are neither entries nor the navigation of the portal."""


class FilledLists(NextPages, ABC):
    """Asks for what a script would ask for."""

    _empty: EmptyPages

    @abstractmethod
    def _take_waiting(self) -> Iterator[Request]:
        """Take the pages in that waited for the first pages of other sections, if none of these is to come."""

    def _end_unfilled(self, sweep: Sweep, page: UnfilledPage) -> Iterator[Request]:
        """Ask for the entries of a page that shows none; end the sweep if nothing says where they are."""
        own = map(self._context.urls.own_form, page.listing.filled_from)
        addresses = [url for url in own if self._context.urls.owns(url) and page_identity(url) not in sweep.visited]
        if addresses and page.number == 1 and not sweep.pages_before and self._articles.may_look_further:
            yield self._filling_request(sweep, page, addresses)
        elif ways := self._empty.take(sweep, page.number, page.url, page.listing, page.others):
            yield from self._look_behind(sweep, ways, page.number, page.address)

    def _filling_request(self, sweep: Sweep, page: UnfilledPage, addresses: Sequence[str]) -> Request:
        sweep.visited.add(page_identity(addresses[0]))
        arguments = {"sweep": sweep, "page": page, "addresses": addresses}
        return self._listing_request(
            sweep, addresses[0], self.parse_filling, self.filling_failed, arguments, dont_retry=True
        )

    @limited
    def parse_filling(
        self, response: Response, sweep: Sweep, page: UnfilledPage, addresses: Sequence[str]
    ) -> Iterator[Request]:
        """Take an answer in as page 1 of the listing, if it shows entries; else try the next address."""
        listing: ListingPage | NotAnArticle | None = None
        if not self._blocks.detect(response) and classify_status(response.status) is StatusClass.PAGE:
            listing = self._read(response, page.number, self._context.rules_of(sweep))
        if isinstance(listing, ListingPage) and self._sightings_of(listing):
            yield from self.parse(response, sweep, page.number)
        else:
            yield from self._fill_otherwise(sweep, page, addresses)

    def filling_failed(self, failure: Failure) -> Iterator[Request]:
        """Try the next address."""
        if not isinstance(failure.value, QuotaReachedError):
            arguments = request_of(failure).cb_kwargs
            yield from self._fill_otherwise(arguments["sweep"], arguments["page"], arguments["addresses"])

    def _fill_otherwise(self, sweep: Sweep, page: UnfilledPage, addresses: Sequence[str]) -> Iterator[Request]:
        if len(addresses) > 1:
            yield self._filling_request(sweep, page, addresses[1:])
            return
        if ways := self._empty.take(sweep, page.number, page.url, page.listing, page.others):
            yield from self._look_behind(sweep, ways, page.number, page.address)
        yield from self._begin_again(sweep)
        yield from self._take_waiting()
