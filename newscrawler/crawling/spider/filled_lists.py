"""Lists that a script fills: the addresses for which it asks are tried, where the page of a section shows no entry.

The script is not run. An answer counts if it shows entries; then it is page 1 of the listing. Where the page shows a
short list that may be a box, an answer counts if it has dates, and as many entries as the page. Else the page is what
it was. An answer of one page proves no end: whether it is the list, or the newest part of it, nothing says.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from newscrawler.crawling.errors import QuotaReachedError
from newscrawler.crawling.spider.empty_pages import EmptyPages
from newscrawler.crawling.spider.listing_requests import page_address
from newscrawler.crawling.spider.next_pages import NextPages
from newscrawler.crawling.spider.responses import StatusClass, classify_status, request_of
from newscrawler.crawling.sweep import Sweep
from newscrawler.crawling.time_limit import limited
from newscrawler.extraction.model import NotAnArticle
from newscrawler.listings.listing_page import ListingPage
from newscrawler.listings.page_addresses import page_identity

_COMMON = frozenset(
    {"list", "index", "default", "html", "htm", "shtml", "news", "channel", "column", "node", "php", "asp"}
)
"""Names in the addresses of all sections."""


@dataclass(frozen=True, slots=True)
class UnfilledPage:
    """A page of a listing that shows no entry, or those of a box."""

    response: Response
    listing: ListingPage
    number: int
    others: list[str]
    """Its own addresses that are neither entries nor the navigation of the portal."""


class FilledLists(NextPages, ABC):
    """Asks for what a script would ask for."""

    _empty: EmptyPages

    @abstractmethod
    def _take_waiting(self) -> Iterator[Request]:
        """Take the pages in that waited for the first pages of other sections, if none of these is to come."""

    @abstractmethod
    def _take_page(self, response: Response, sweep: Sweep, number: int) -> Iterator[Request]:
        """Take one page in: what it shows, what it says about its list, and where it leads."""

    def _ask_for_list(self, sweep: Sweep, page: UnfilledPage) -> Request | None:
        """Return the request for the entries that a script gets for a section's first page; None if none is known."""
        own = map(self._context.urls.own_form, page.listing.filled.addresses)
        addresses = [url for url in own if self._context.urls.owns(url) and page_identity(url) not in sweep.visited]
        if page.listing.entries:
            addresses = [url for url in addresses if _is_of_section(url, sweep.url)]
        may_ask = page.number == 1 and not (sweep.pages_before or sweep.has_asked) and self._articles.may_look_further
        if not addresses or not may_ask:
            return None
        sweep.has_asked = True
        return self._filling_request(sweep, page, addresses)

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
        """Take an answer in as page 1 of the listing, if it shows the entries; else try the next address."""
        listing: ListingPage | NotAnArticle | None = None
        if not self._blocks.detect(response) and classify_status(response.status) is StatusClass.PAGE:
            listing = self._read(response, page.number, self._context.rules_of(sweep))
        if isinstance(listing, ListingPage) and self._is_list(listing, page.listing):
            sweep.is_filled = True
            yield from self.parse(response, sweep, page.number)
        else:
            yield from self._fill_otherwise(sweep, page, addresses)

    def _is_list(self, answer: ListingPage, page: ListingPage) -> bool:
        """Whether an answer shows the entries of a section, of which its page shows none, or those of a box."""
        found = self._sightings_of(answer)
        dated = sum(1 for sighting in found if sighting.listed_date)
        return len(found) > 0 if not page.entries else len(found) >= len(page.entries) and 2 * dated > len(found)

    def filling_failed(self, failure: Failure) -> Iterator[Request]:
        """Try the next address."""
        if not isinstance(failure.value, QuotaReachedError):
            arguments = request_of(failure).cb_kwargs
            yield from self._fill_otherwise(arguments["sweep"], arguments["page"], arguments["addresses"])

    def _fill_otherwise(self, sweep: Sweep, page: UnfilledPage, addresses: Sequence[str]) -> Iterator[Request]:
        if len(addresses) > 1:
            yield self._filling_request(sweep, page, addresses[1:])
        elif page.listing.entries:
            yield from self.parse(page.response, sweep, page.number)
        else:
            yield from self._end_empty_page(sweep, page)
            yield from self._begin_again(sweep)
            yield from self._take_waiting()

    def _end_empty_page(self, sweep: Sweep, page: UnfilledPage) -> Iterator[Request]:
        """End a sweep at a page that shows no entry, with what the page proves."""
        address = page_address(page.response)
        if ways := self._empty.take(sweep, page.number, page.response.url, page.listing, page.others):
            yield from self._look_behind(sweep, ways, page.number, address)


def _is_of_section(address: str, section: str) -> bool:
    """Whether an address has a number, or a name of the section's own: `/hot.json` is the same for all cities."""
    names = {name for name in re.findall(r"[a-z]{2,}", urlsplit(section).path.lower()) if name not in _COMMON}
    parts = urlsplit(address.lower())
    asked = f"{parts.path}?{parts.query}"
    return re.search(r"\d", asked) is not None or not names.isdisjoint(re.findall(r"[a-z]{2,}", asked))
