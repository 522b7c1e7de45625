"""From one page of a listing to the next: links, scripts that count pages, leads beside the pager, guesses."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from newscrawler.crawling.context import CrawlContext
from newscrawler.crawling.downloader.failures import describe_failure
from newscrawler.crawling.errors import QuotaReachedError
from newscrawler.crawling.requests import KIND, LISTING_PRIORITY, MAX_ADDRESS, address_of
from newscrawler.crawling.spider.articles import ArticleFetcher
from newscrawler.crawling.spider.blocking import BlockDetector
from newscrawler.crawling.spider.responses import StatusClass, classify_status, header, request_of
from newscrawler.crawling.spider.sightings import sightings_of
from newscrawler.crawling.spider.sweep_reader import SweepReader
from newscrawler.crawling.sweep import Sweep
from newscrawler.crawling.time_limit import limited
from newscrawler.extraction.model import NotAnArticle
from newscrawler.extraction.page import Page
from newscrawler.listings.entries import ListingRules
from newscrawler.listings.leftovers import Leftover
from newscrawler.listings.listing import ListingPage, read_listing
from newscrawler.listings.page_addresses import page_identity, plain, post_body
from newscrawler.listings.pagers import PagerView, ways_of_script
from newscrawler.listings.pagers.countdown import COUNTDOWN
from newscrawler.listings.pagers.guesses import guess_like, guess_towards, is_second_of_two
from newscrawler.listings.ways import DATA, PAGE_NUMBER, SUBMITTED, WaysOn
from newscrawler.text.urls import identity

_BEFORE = re.compile(r"[上前]一?页|prev", re.IGNORECASE)
JSON_TYPE = "application/json"
FORM_TYPE = "application/x-www-form-urlencoded"
MAX_SCRIPT = 1_000_000
"""Bytes of a pager's script that are read."""
MAX_KEPT_SCRIPT = 50_000
"""Characters of a pager's script that is kept for the other pages of its listing."""
MAX_SECOND_PAGES = 200
"""Second pages of listings that are remembered."""
MAX_SCRIPTS = 200
"""Scripts of pagers that are kept."""


class NextPages(SweepReader, ABC):
    """Requests the page after a page of a listing, or ends the sweep with what proves that there is none."""

    def __init__(self, context: CrawlContext, blocks: BlockDetector, articles: ArticleFetcher) -> None:
        super().__init__(context, blocks, articles)
        self._scripts: dict[str, str] = {}
        """The texts of scripts of pagers, by URL."""
        self._second_pages: dict[str, str] = {}
        """The second pages of listings whose pagers name them, by the URL of the first page."""

    @abstractmethod
    def parse(self, response: Response, sweep: Sweep, number: int) -> Iterator[Request]:
        """Read one page of a listing, and request what follows from it."""

    @abstractmethod
    def failed(self, failure: Failure) -> Iterator[Request]:
        """Record that a page of a listing could not be fetched."""

    def _request(self, sweep: Sweep, address: str, number: int) -> Request:
        sweep.visited.add(page_identity(address))
        arguments = {"sweep": sweep, "number": number}
        return self._listing_request(sweep, address, self.parse, self.failed, arguments)

    def _listing_request(
        self,
        sweep: Sweep,
        address: str,
        callback: Callable[..., Any],
        errback: Callable[..., Any],
        arguments: dict[str, Any],
        **meta: Any,
    ) -> Request:
        """Return the request for a listing page, with the headers that the definition names for data."""
        rules = self._context.portal.listing_rules(sweep.name, sweep.url).json_rules
        body = post_body(address)
        headers = dict(rules.headers) if rules is not None else {}
        if body is not None and not any(name.lower() == "content-type" for name in headers):
            headers["Content-Type"] = JSON_TYPE if body.lstrip().startswith(("{", "[")) else FORM_TYPE
        return Request(
            address if body is None else plain(address),
            method="GET" if body is None else "POST",
            body=body or "",
            headers=headers,
            callback=callback,
            errback=errback,
            cb_kwargs=arguments,
            meta={KIND: "listing", **meta},
            priority=LISTING_PRIORITY,
            dont_filter=True,
        )

    def _read(self, response: Response, number: int, rules: ListingRules) -> ListingPage | NotAnArticle:
        return read_listing(
            response.body,
            url=page_address(response),
            number=number,
            rules=rules,
            is_own=self._context.urls.owns,
            content_type=header(response, b"Content-Type"),
            encoding=self._context.portal.crawl.encoding,
        )

    def _follow(self, sweep: Sweep, ways: WaysOn, number: int, *, is_feed: bool = False) -> Iterator[Request]:
        """Request the next page, or end the sweep with what proves that there is none."""
        if ways.pager not in (DATA, PAGE_NUMBER, SUBMITTED):
            # No address that a page shows asks for a POST: only data and the page's own forms do.
            next_urls, guess_urls = (tuple(map(plain, urls)) for urls in (ways.next_urls, ways.guess_urls))
            ways = replace(ways, next_urls=next_urls, guess_urls=guess_urls)
        sweep.counts_down = sweep.counts_down or ways.pager == COUNTDOWN
        own = map(self._context.urls.own_form, ways.next_urls)
        following = [url for url in own if page_identity(url) not in sweep.visited]
        if is_feed:
            sweep.open_files += len(following) - 1
        guesses: list[str] = []
        if not following and not is_feed and (leftovers := self._leftovers(sweep)):
            further = next((leftover for leftover in leftovers if leftover.is_further), None)
            if further is not None:
                following = [self._context.urls.own_form(further.url)]
            else:
                guesses = self._guess_towards_the_last(sweep, leftovers, number)
                last = next((one.url for one in leftovers if one.is_last), "")
                if not guesses and number == 1 and is_second_of_two(last):
                    guesses, ways = [self._context.urls.own_form(last)], replace(ways, leads_back=True)
                ways = replace(ways, signs=(*ways.signs, _unread(leftovers)))
        if not following and not is_feed and not sweep.distrust and self._articles.may_look_further:
            guesses = guesses or list(map(self._context.urls.own_form, ways.guess_urls))
            if not guesses and ways.pages is not None and ways.pages > number:
                alike = guess_like(sweep.url, number, self._second_pages)
                guesses = list(dict.fromkeys([*filter(None, [alike]), *sweep.guess_next(number)]))
            if guesses := [guess for guess in guesses if page_identity(guess) not in sweep.visited]:
                yield self._guess_request(sweep, ways, number, guesses)
                return
        if not following:
            if not is_feed or sweep.open_files == 0:
                if ways.pager == DATA and ways.next_urls:
                    sweep.distrust = "the answer names a next page that was read before"
                    sweep.end("more", sweep.distrust)
                    return
                # A way on that leads to its own page is the pager's way to be switched off.
                back = {page_identity(url) for url in map(self._context.urls.own_form, ways.next_urls)} - {sweep.at}
                sweep.reach_bottom(replace(ways, pages=None) if ways.next_urls else ways, leads_back=bool(back))
            return
        sweep.has_followed = sweep.has_followed or ways.pager != PAGE_NUMBER
        if number == 1 and len(following) == 1 and len(self._second_pages) < MAX_SECOND_PAGES:
            self._second_pages.setdefault(sweep.url, following[0])
        limit = self._context.max_listing_pages
        for url in following:
            if not self._context.urls.owns(url):
                self._fail(sweep, f"the next page of the listing leaves the portal: {url}", url)
            elif max(number, len(sweep.visited)) >= limit:  # a sitemap index may name many
                self._fail(sweep, f"the listing has more than {limit} pages; it looks endless", url)
                break
            elif len(plain(url)) > MAX_ADDRESS:
                self._fail(sweep, f"the address of listing page {number + 1} is longer than {MAX_ADDRESS:,}", url)
            else:
                yield self._request(sweep, url, number + 1)

    def _leftovers(self, sweep: Sweep) -> list[Leftover]:
        """Return the leads to more that no sweep read and that do not belong to the whole portal or another section."""
        is_navigation = self._navigation()
        visited: set[str] = set().union(*(other.visited for other in self._context.sweeps.values()))
        return [
            leftover
            for name, leftover in sweep.leftovers.items()
            if name not in visited
            and name not in sweep.seen
            and not is_navigation(leftover.url)
            # Where pages are counted down, the pages after a page are those that were read.
            and not (sweep.counts_down and not leftover.is_below)
        ]

    def _navigation(self) -> Callable[[str], bool]:
        """Return what tells whether a URL is a section's, or belongs to the navigation of the whole portal."""
        own_form = self._context.urls.own_form
        sections = {identity(sweep.url) for sweep in self._context.sweeps.values()}

        def is_navigation(url: str) -> bool:
            own = own_form(url)
            return identity(own) in sections or self._blocks.is_on_homepage(own)

        return is_navigation

    # Addresses that a pager hides

    def _guess_towards_the_last(self, sweep: Sweep, leftovers: Sequence[Leftover], number: int) -> list[str]:
        """Return the addresses that the next page may have, where a pager names its last page only."""
        last = next((leftover for leftover in leftovers if leftover.is_last), None)
        if last is None:
            return []
        return guess_towards(self._context.urls.own_form(last.url), number, lambda url: identity(url) in sweep.visited)

    def _guess_request(self, sweep: Sweep, ways: WaysOn, number: int, guesses: Sequence[str]) -> Request:
        """Return the request for an address that the next page may have."""
        arguments = {"sweep": sweep, "ways": ways, "number": number, "guesses": guesses}
        return self._listing_request(sweep, guesses[0], self.parse_guess, self.guess_failed, arguments, dont_retry=True)

    @limited
    def parse_guess(
        self, response: Response, sweep: Sweep, ways: WaysOn, number: int, guesses: Sequence[str]
    ) -> Iterator[Request]:
        """Take the page that a guess brought, if it is a page of the same listing with other entries.

        Only an address that leads to no such page is followed by the next guess: after an error it might skip a page.
        """
        status = classify_status(response.status)
        if self._blocks.detect(response) or status not in (StatusClass.PAGE, StatusClass.GONE):
            self._end_at_guess(sweep, ways, number, f"answered {response.status}")
            return
        if status is StatusClass.PAGE:
            listing = self._read(response, number + 1, self._context.rules_of(sweep))
            if not isinstance(listing, NotAnArticle) and self._is_next(listing, sweep, ways):
                sweep.has_followed = True
                sweep.visited.add(page_identity(guesses[0]))
                yield from self.parse(response, sweep, number + 1)
                return
        yield from self._guess_again(sweep, ways, number, guesses)

    def _is_next(self, listing: ListingPage, sweep: Sweep, ways: WaysOn) -> bool:
        """Whether the page that a guess brought is the next one of the listing."""
        urls = self._context.urls
        sightings = sightings_of(listing.entries, urls.own_form, urls.owns, self._context.now())
        if not sweep.is_next_page([identity(sighting.url) for sighting in sightings]):
            return False
        if ways.must_go_on and not sweep.goes_on(sightings):
            return False
        return not ways.leads_back or self._leads_back(listing.page, sweep)

    def _leads_back(self, page: Page | None, sweep: Sweep) -> bool:
        """Whether the link of a page to the page before leads to the first page of a listing."""
        if page is None:
            return False
        view = PagerView(page.root, page.base_url or "", page.url or "", 2)
        back = [label.url for label in view.labels if label.url and _BEFORE.search(label.text)]
        return any(identity(self._context.urls.own_form(url)) == identity(sweep.url) for url in back)

    def guess_failed(self, failure: Failure) -> None:
        """End the sweep: the address may be that of the next page."""
        if not isinstance(failure.value, QuotaReachedError):
            arguments = request_of(failure).cb_kwargs
            self._end_at_guess(arguments["sweep"], arguments["ways"], arguments["number"], describe_failure(failure))

    def _end_at_guess(self, sweep: Sweep, ways: WaysOn, number: int, reason: str) -> None:
        sign = f"the page that may follow page {number} could not be read ({reason})"
        sweep.reach_bottom(replace(ways, signs=(*ways.signs, sign)))

    def _guess_again(self, sweep: Sweep, ways: WaysOn, number: int, guesses: Sequence[str]) -> Iterator[Request]:
        if len(guesses) > 1:
            yield self._guess_request(sweep, ways, number, guesses[1:])
        else:
            sweep.reach_bottom(ways)

    # Scripts that count the pages of a listing

    def _read_script(self, sweep: Sweep, page: Page, ways: WaysOn, number: int) -> Iterator[Request]:
        """Read the script that counts the pages of a listing, as a page of it says; it is requested once."""
        url = self._context.urls.own_form(ways.script_url)
        if url in self._scripts:
            yield from self._follow_script(sweep, url, self._scripts[url], page, ways, number)
            return
        arguments = {"sweep": sweep, "page": page, "ways": ways, "number": number}
        yield self._listing_request(sweep, url, self.parse_script, self.script_failed, arguments)

    @limited
    def parse_script(
        self, response: Response, sweep: Sweep, page: Page, ways: WaysOn, number: int
    ) -> Iterator[Request]:
        """Read the script of a pager, and go on."""
        if classify_status(response.status) is not StatusClass.PAGE:
            yield from self._without_script(sweep, response.url, ways, number, f"answered {response.status}")
            return
        text = response.body[:MAX_SCRIPT].decode("utf-8", "replace")
        url = self._context.urls.own_form(response.url)
        if len(text) <= MAX_KEPT_SCRIPT and len(self._scripts) < MAX_SCRIPTS:
            self._scripts[url] = text
        yield from self._follow_script(sweep, url, text, page, ways, number)

    def _follow_script(
        self, sweep: Sweep, url: str, text: str, page: Page, ways: WaysOn, number: int
    ) -> Iterator[Request]:
        view = PagerView(page.root, page.base_url or "", page.url or "", number, encoding=page.encoding)
        yield from self._follow(sweep, ways_of_script(url, text, view, ways), number)

    def script_failed(self, failure: Failure) -> Iterator[Request]:
        """Record that the script of a pager could not be fetched."""
        if not isinstance(failure.value, QuotaReachedError):
            request = request_of(failure)
            sweep, ways, number = (request.cb_kwargs[name] for name in ("sweep", "ways", "number"))
            yield from self._without_script(sweep, request.url, ways, number, describe_failure(failure))

    def _without_script(self, sweep: Sweep, url: str, ways: WaysOn, number: int, reason: str) -> Iterator[Request]:
        """Fail where the script counts the pages; go on where it only might have explained an empty pager."""
        if ways.hints:
            yield from self._follow(sweep, replace(ways, script_url=""), number)
        else:
            self._fail(sweep, f"the script that counts the listing's pages cannot be read: {reason}", url)


def page_address(response: Response) -> str:
    """Return the address of a listing page, which holds the body of its request if that was a POST."""
    return address_of(response.url, response.request)


def _unread(leftovers: list[Leftover]) -> str:
    """Return the sentence about leads to more that were not read."""
    shown = ", ".join(f"{leftover.label} ({leftover.url})" for leftover in leftovers[:3])
    return f"its pages lead to {len(leftovers)} others that were not read, such as {shown}; name them in [sections]"
