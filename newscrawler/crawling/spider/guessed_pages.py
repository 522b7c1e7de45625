"""Next pages whose addresses a pager hides: the addresses that they may have are tried."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import replace

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from newscrawler.archive.sections import Sighting
from newscrawler.crawling.downloader.failures import describe_failure
from newscrawler.crawling.errors import QuotaReachedError
from newscrawler.crawling.spider.listing_requests import ListingRequests
from newscrawler.crawling.spider.responses import StatusClass, answers_nothing, classify_status, request_of
from newscrawler.crawling.spider.sightings import sightings_of
from newscrawler.crawling.sweep import Sweep
from newscrawler.crawling.time_limit import limited
from newscrawler.extraction.model import NoArticle, NotAnArticle
from newscrawler.extraction.page import Page
from newscrawler.listings.answers import Answer, doubtful_message, failure, says_nothing_more
from newscrawler.listings.leftovers import Leftover
from newscrawler.listings.listing_page import ListingKind, ListingPage
from newscrawler.listings.page_addresses import page_identity
from newscrawler.listings.pagers import PagerView
from newscrawler.listings.pagers.guesses import guess_after, guess_towards
from newscrawler.listings.ways import WaysOn
from newscrawler.text.urls import identity

_LONGEST = 100
"""Characters of what a page says that are shown."""
_BEFORE = re.compile(r"[上前]一?页|prev", re.IGNORECASE)


class GuessedPages(ListingRequests, ABC):
    """Requests the addresses that a next page may have, one after the other, until one brings it."""

    @abstractmethod
    def _follow(self, sweep: Sweep, ways: WaysOn, number: int, *, is_feed: bool = False) -> Iterator[Request]:
        """Request the next page, or end the sweep with what proves that there is none."""

    def _guess_towards_the_last(self, sweep: Sweep, leftovers: Sequence[Leftover], number: int) -> list[str]:
        """Return the addresses that the next page may have, where a pager names its last page only."""
        last = next((leftover for leftover in leftovers if leftover.is_last), None)
        if last is None:
            return []
        return guess_towards(self._context.urls.own_form(last.url), number, lambda url: identity(url) in sweep.visited)

    def _look_behind(self, sweep: Sweep, ways: WaysOn, number: int, url: str) -> Iterator[Request]:
        """Try the page after one without entries, which may be broken, before the listing ends there.

        A reader cannot tell a page that lost its rows from the end. `ways` is what the page, with this URL, proves.
        """
        if address := self._address_behind(sweep, url):
            ways = replace(ways, lost=f"page {number} shows no entry, and page {number + 1} does")
            yield self._guess_request(sweep, ways, number, [address])
        else:
            sweep.reach_bottom(ways)

    def _with_stated_pages(self, sweep: Sweep, ways: WaysOn, number: int, url: str) -> WaysOn:
        """Add the page behind a last one, with this URL, if the pager of a page before it showed more pages.

        The number of pages that a pager shows changes with the listing, and in some it is wrong.
        """
        if not ways.end or ways.guess_urls or not 1 < number < sweep.stated_pages:
            return ways
        address = self._address_behind(sweep, url)
        return replace(ways, guess_urls=(address,)) if address else ways

    def _address_behind(self, sweep: Sweep, url: str) -> str:
        """Return the address that the page behind one may have, by those that were read; empty if it is not tried."""
        own, first = map(self._context.urls.own_form, (url, sweep.url))
        address = guess_after(own, first, lambda one: page_identity(one) in sweep.visited)
        may_try = address and page_identity(address) not in sweep.visited and self._articles.may_look_further
        return address if may_try else ""

    def _guess_request(
        self, sweep: Sweep, ways: WaysOn, number: int, guesses: Sequence[str], shown: Answer | None = None
    ) -> Request:
        """Return the request for an address that the next page may have."""
        arguments = {"sweep": sweep, "ways": ways, "number": number, "guesses": guesses, "shown": shown}
        return self._listing_request(sweep, guesses[0], self.parse_guess, self.guess_failed, arguments, dont_retry=True)

    @limited
    def parse_guess(
        self,
        response: Response,
        sweep: Sweep,
        ways: WaysOn,
        number: int,
        guesses: Sequence[str],
        shown: Answer | None = None,
    ) -> Iterator[Request]:
        """Take the page that a guess brought, if it is a page of the same listing with other entries.

        Only an address that leads to no such page is followed by the next guess: after an error it might skip a page.
        `shown` is the answer of a guess before this one that brought the entries of this page: its form is right.
        """
        yield from self._take_guess(response, sweep, ways, number, guesses, shown)
        yield from self._begin_again(sweep)

    def _take_guess(
        self, response: Response, sweep: Sweep, ways: WaysOn, number: int, guesses: Sequence[str], shown: Answer | None
    ) -> Iterator[Request]:
        status = classify_status(response.status)
        is_answer = status in (StatusClass.PAGE, StatusClass.GONE) or answers_nothing(response)
        if self._blocks.detect(response) or not is_answer:
            self._end_at_guess(sweep, ways, number, f"answered {response.status}")
            return
        if status is StatusClass.PAGE:
            listing = self._read(response, number + 1, self._context.rules_of(sweep))
            if not isinstance(listing, NotAnArticle):
                is_whole = self._is_whole(listing, sweep)
                must_be_whole = guesses[0] in map(self._context.urls.own_form, ways.whole_urls)
                if self._is_next(listing, sweep, ways, is_whole=is_whole, must_be_whole=must_be_whole):
                    # Data without pages may be a window of the newest entries: its last one proves no end. Neither
                    # does a page to which no pager leads.
                    sweep.has_followed = not (is_whole or ways.states_more)
                    sweep.visited.add(page_identity(guesses[0]))
                    if ways.lost:
                        sweep.lose(ways.lost)
                    yield from self.parse(response, sweep, number + 1)
                    return
                if ways.leads_back and self._is_this_page(listing, sweep):
                    # The last page of the pager is this one, at another address; that it was not read is the last sign.
                    sweep.visited.add(page_identity(guesses[0]))
                    ways = replace(ways, signs=ways.signs[:-1], leads_back=False)
                    yield from self._follow(sweep, ways, number)
                    return
                if is_whole and must_be_whole and not listing.ways.signs:
                    # What a button would load is on the page.
                    ways = replace(ways, hints=(), end=ways.end or listing.ways.end)
                elif is_whole:
                    shown = listing.answer
                elif shown is not None and not listing.entries and not _says_more(listing.answer, shown):
                    # There is nothing that the button would load, although it is shown.
                    ways = replace(ways, hints=())
            if sweep.has_followed:
                ways = self._with_doubt(listing, sweep, ways, number + 1)
        yield from self._guess_again(sweep, ways, number, guesses, shown)

    def _with_doubt(self, listing: ListingPage | NotAnArticle, sweep: Sweep, ways: WaysOn, number: int) -> WaysOn:
        """Add to the ways on from a page what speaks against an end before the `number`-th one.

        Nothing at all, a page of the listing without an entry, and a text that says so are ends. A failure is none, and
        neither is anything else that comes in place of a part of a page.
        """
        if isinstance(listing, NotAnArticle):
            is_empty = listing.reason is NoArticle.EMPTY
            return ways if is_empty else replace(ways, doubt=f"page {number} cannot be read: {listing.detail}")
        if listing.entries:
            again = f"page {number} shows nothing that the pages before it did not show"
            return replace(ways, doubt=again) if ways.is_last_stated else ways
        if reason := failure(listing.answer, sweep.first_answer):
            return replace(ways, signs=(*ways.signs, f"page {number} {reason}"))
        if listing.page is None and listing.unread:
            return replace(ways, doubt=f"page {number} cannot be read: {listing.unread}")
        if listing.page is None or listing.answer.is_closed:
            return ways
        view = PagerView(listing.page.root, listing.page.base_url or "", listing.page.url or "", number)
        said = view.text.strip()[:_LONGEST] or next((script.strip()[:_LONGEST] for script in view.scripts), "")
        if said and not says_nothing_more(said):
            return replace(ways, doubt=f"page {number} shows no entry, and says {said!r}")
        return ways

    def _is_next(
        self, listing: ListingPage, sweep: Sweep, ways: WaysOn, *, is_whole: bool, must_be_whole: bool
    ) -> bool:
        """Whether the page that a guess brought is the next one of the listing, or all of it, with new entries."""
        sightings = self._sightings_of(listing)
        if is_whole:
            return any(identity(sighting.url) not in sweep.seen for sighting in sightings)
        if must_be_whole:
            return False
        if not sweep.is_next_page([identity(sighting.url) for sighting in sightings]):
            return False
        if ways.must_go_on and not sweep.goes_on(sightings):
            return False
        return not ways.leads_back or self._leads_back(listing.page, sweep)

    def _sightings_of(self, listing: ListingPage) -> list[Sighting]:
        urls = self._context.urls
        return sightings_of(listing.entries, urls.own_form, urls.owns, self._context.now())

    def _is_whole(self, listing: ListingPage, sweep: Sweep) -> bool:
        """Whether data begins with the entries of the page before it: it is the same list, with all its entries."""
        names = [identity(sighting.url) for sighting in self._sightings_of(listing)]
        return listing.kind is ListingKind.JSON and sweep.is_begun_by(names)

    def _is_this_page(self, listing: ListingPage, sweep: Sweep) -> bool:
        """Whether a page shows the entries of the page that was read last, and no other."""
        names = {identity(sighting.url) for sighting in self._sightings_of(listing)}
        return bool(names) and names == set(sweep.order.last_page)

    def _leads_back(self, page: Page | None, sweep: Sweep) -> bool:
        """Whether the link of a page to the page before leads to the first page of a listing."""
        if page is None:
            return False
        view = PagerView(page.root, page.base_url or "", page.url or "", 2)
        back = [label.url for label in view.labels if label.url and _BEFORE.search(label.text)]
        return any(identity(self._context.urls.own_form(url)) == identity(sweep.url) for url in back)

    def guess_failed(self, failure: Failure) -> Iterator[Request]:
        """End the sweep: the address may be that of the next page."""
        if not isinstance(failure.value, QuotaReachedError):
            arguments = request_of(failure).cb_kwargs
            self._end_at_guess(arguments["sweep"], arguments["ways"], arguments["number"], describe_failure(failure))
            yield from self._begin_again(arguments["sweep"])

    def _end_at_guess(self, sweep: Sweep, ways: WaysOn, number: int, reason: str) -> None:
        sign = f"the page that may follow page {number} could not be read ({reason})"
        sweep.reach_bottom(replace(ways, signs=(*ways.signs, sign)))

    def _guess_again(
        self, sweep: Sweep, ways: WaysOn, number: int, guesses: Sequence[str], shown: Answer | None
    ) -> Iterator[Request]:
        if len(guesses) > 1:
            yield self._guess_request(sweep, ways, number, guesses[1:], shown)
        else:
            sweep.reach_bottom(ways)


def _says_more(answer: Answer, before: Answer) -> bool:
    """Whether an answer without an entry says more than that: that the request failed, or something to its reader."""
    return bool(failure(answer, before) or doubtful_message(answer, before))
