"""From one page of a listing to the next: links, scripts that count pages, leads beside the pager, guesses."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

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
from newscrawler.crawling.spider.column_opener import ColumnOpener
from newscrawler.crawling.spider.guessed_pages import GuessedPages
from newscrawler.crawling.spider.leads import Leads, tell_unread
from newscrawler.crawling.spider.responses import StatusClass, classify_status, request_of
from newscrawler.crawling.sweep import Sweep
from newscrawler.crawling.time_limit import limited
from newscrawler.extraction.model import NotAnArticle
from newscrawler.extraction.page import Page
from newscrawler.listings.article_urls import url_shape
from newscrawler.listings.listing_page import ListingPage, title_of
from newscrawler.listings.other_sections import other_section_of
from newscrawler.listings.page_addresses import page_identity, plain
from newscrawler.listings.pagers import PagerView, ways_of_script
from newscrawler.listings.pagers.countdown import COUNTDOWN
from newscrawler.listings.pagers.guesses import guess_like, is_second_of_two
from newscrawler.listings.ways import DATA, PAGE_NUMBER, SUBMITTED, WaysOn
from newscrawler.text.urls import identity

MAX_SCRIPT = 1_000_000
"""Bytes of a pager's script that are read."""
MAX_KEPT_SCRIPT = 50_000
"""Characters of a pager's script that is kept for the other pages of its listing."""
MAX_SECOND_PAGES = 200
"""Second pages of listings that are remembered."""
MAX_SCRIPTS = 200
"""Scripts of pagers that are kept."""


class NextPages(GuessedPages, ABC):
    """Requests the page after a page of a listing, or ends the sweep with what proves that there is none."""

    _columns: ColumnOpener

    def __init__(self, context: CrawlContext, blocks: BlockDetector, articles: ArticleFetcher) -> None:
        super().__init__(context, blocks, articles)
        self._leads = Leads(context, blocks)
        self._scripts: dict[str, str] = {}
        """The texts of scripts of pagers, by URL."""
        self._second_pages: dict[str, str] = {}
        """The second pages of listings whose pagers name them, by the URL of the first page."""

    def _follow(self, sweep: Sweep, ways: WaysOn, number: int, *, is_feed: bool = False) -> Iterator[Request]:
        """Request the next page, or end the sweep with what proves that there is none."""
        if ways.pager not in (DATA, PAGE_NUMBER, SUBMITTED):
            # No address that a page shows asks for a POST: only data and the page's own forms do.
            next_urls, guess_urls = (tuple(map(plain, urls)) for urls in (ways.next_urls, ways.guess_urls))
            ways = replace(ways, next_urls=next_urls, guess_urls=guess_urls)
        sweep.counts_down = sweep.counts_down or ways.pager == COUNTDOWN
        own = map(self._context.urls.own_form, ways.next_urls)
        following = [url for url in own if page_identity(url) not in sweep.visited]
        if stray := next(filter(self._is_of_another_section(sweep), following), ""):
            # By a slip of a template.
            sign = f"its way on leads to the list of another section ({stray})"
            following, ways = [], replace(ways, next_urls=(), end="", signs=(*ways.signs, sign))
        if is_feed:
            sweep.open_files += len(following) - 1
        cover = self._context.urls.own_form(ways.first_url) if ways.first_url and not sweep.pages_before else ""
        if cover and number == 1 and page_identity(cover) not in sweep.visited and self._context.urls.owns(cover):
            sweep.leave_cover()
            yield self._request(sweep, cover, number)
            return
        guesses: list[str] = []
        may_guess = not is_feed and not sweep.distrust and self._articles.may_look_further
        if following and may_guess and ways.is_last_stated and all(map(self._context.urls.owns, following)):
            # A careless pager leads on from its last page, too. What is behind that counts if it brings new entries.
            end = f"it states {ways.pages} pages, and nothing follows page {number}"
            guesses, following, ways = following, [], replace(ways, next_urls=(), end=end)
        if number > 1 and not (following or is_feed):
            yield from self._columns.open_older(sweep)
        leftovers = [] if following or is_feed else self._leads.unread_at_bottom(sweep)
        if leftovers := [one for one in leftovers if self._context.urls.own_form(one.url) not in guesses]:
            further = next((leftover for leftover in leftovers if leftover.is_further), None)
            if further is not None:
                following = [self._context.urls.own_form(further.url)]
            else:
                guesses = guesses or self._guess_towards_the_last(sweep, leftovers, number)
                last = next((one.url for one in leftovers if one.is_last), "")
                if not guesses and number == 1 and is_second_of_two(last):
                    guesses, ways = [self._context.urls.own_form(last)], replace(ways, leads_back=True)
                sweep.has_unread_columns = sweep.has_unread_columns or any(one.is_list for one in leftovers)
                ways = replace(ways, signs=(*ways.signs, tell_unread(leftovers)))
        if not following and may_guess:
            guesses = guesses or list(map(self._context.urls.own_form, ways.guess_urls))
            is_sure = ways.pages is not None and ways.pages > number
            states_more = ways.states_more or (sweep.lacks_stated and not ways.end)
            ways = replace(ways, states_more=not guesses and not is_sure and states_more)
            if not guesses and (is_sure or states_more):
                alike = guess_like(sweep.url, number, self._second_pages)
                likely = sweep.guess_next(number, is_sure=is_sure)
                guesses = list(dict.fromkeys([*filter(None, [alike]), *likely]))
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

    # A link below the newest entries that leads to the list of all

    def _more_of(self, sweep: Sweep, listing: ListingPage, number: int) -> str:
        """Return the address of the list of all entries, of which a first page may show the newest; else empty."""
        may_look = number == 1 and not sweep.pages_before and not sweep.distrust and self._articles.may_look_further
        more = self._leads.more(sweep, listing) if may_look else ""
        is_free = more and page_identity(more) not in sweep.visited and len(more) <= MAX_ADDRESS
        return more if is_free and not self._is_of_another_section(sweep)(more) else ""

    def _more_request(self, sweep: Sweep, listing: ListingPage, url: str) -> Request:
        """Request the page to which 更多 beside the list of a first page leads."""
        arguments = {"sweep": sweep, "before": listing}
        return self._listing_request(sweep, url, self.parse_more, self.more_failed, arguments)

    @limited
    def parse_more(self, response: Response, sweep: Sweep, before: ListingPage) -> Iterator[Request]:
        """Go on with a page that begins with the entries of the first page, or has what is older; else leave it alone.

        It may be a list of all cities, or of something else.
        """
        if self._blocks.detect(response) or classify_status(response.status) is not StatusClass.PAGE:
            yield from self._follow(sweep, before.ways, 1)
        else:
            listing = self._read(response, 1, self._context.rules_of(sweep))
            sightings = [] if isinstance(listing, NotAnArticle) else self._sightings_of(listing)
            names = [identity(sighting.url) for sighting in sightings]
            goes_further = len(names) > len(sweep.order.last_page) or _leads_on(listing)
            if sweep.is_begun_by(names) and goes_further:
                sweep.leave_cover()
                yield from self.parse(response, sweep, 1)
            elif self._is_older_part(sweep, sightings, names) and _is_titled_alike(sweep, listing, before):
                yield from self.parse(response, sweep, 2)
            else:
                yield from self._follow(sweep, before.ways, 1)
        yield from self._begin_again(sweep)

    def _is_older_part(self, sweep: Sweep, sightings: Sequence[Sighting], names: Sequence[str]) -> bool:
        dates = [sighting.listed_date for sighting in sightings if sighting.is_dated_in_order]
        is_older = bool(dates) and bool(sweep.order.oldest) and max(dates) <= sweep.order.oldest
        own, found = ({url_shape(f"//{name}", keeps_folders=True) for name in one} for one in (sweep.seen, names))
        is_like = found <= own and sweep.seen.isdisjoint(names)
        return is_older and not sweep.order.is_oldest_first and is_like

    def more_failed(self, failure: Failure) -> Iterator[Request]:
        """Go on without the page to which 更多 leads."""
        if not isinstance(failure.value, QuotaReachedError):
            arguments = request_of(failure).cb_kwargs
            yield from self._follow(arguments["sweep"], arguments["before"].ways, 1)
            yield from self._begin_again(arguments["sweep"])

    def _is_of_another_section(self, sweep: Sweep) -> Callable[[str], bool]:
        """Return what tells whether a page belongs to the listing of another city's section."""
        others = self._context.rules_of(sweep).other_sections
        fronts = [one.url for one in (sweep, sweep.root) if one is not None]
        return lambda url: bool(others and other_section_of(url, filter(None, [*fronts, sweep.moved_to]), others))

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
            yield from self._without_script(sweep, response.url, page, ways, number, f"answered {response.status}")
            return
        text = response.body[:MAX_SCRIPT].decode("utf-8", "replace")
        url = self._context.urls.own_form(response.url)
        if len(text) <= MAX_KEPT_SCRIPT and len(self._scripts) < MAX_SCRIPTS:
            self._scripts[url] = text
        yield from self._follow_script(sweep, url, text, page, ways, number)

    def _follow_script(
        self, sweep: Sweep, url: str, text: str, page: Page, ways: WaysOn, number: int
    ) -> Iterator[Request]:
        view = PagerView(
            page.root, page.base_url or "", page.url or "", number, encoding=page.encoding, read=sweep.visited
        )
        found = ways_of_script(url, text, view, ways)
        if found.script_url:
            yield from self._read_script(sweep, page, found, number)
            return
        yield from self._follow(sweep, found, number)
        yield from self._begin_again(sweep)

    def script_failed(self, failure: Failure) -> Iterator[Request]:
        """Record that the script of a pager could not be fetched."""
        if not isinstance(failure.value, QuotaReachedError):
            request = request_of(failure)
            sweep, page, ways, number = (request.cb_kwargs[name] for name in ("sweep", "page", "ways", "number"))
            yield from self._without_script(sweep, request.url, page, ways, number, describe_failure(failure))

    def _without_script(
        self, sweep: Sweep, url: str, page: Page, ways: WaysOn, number: int, reason: str
    ) -> Iterator[Request]:
        """Fail where the script counts the pages; go on where it only might have explained an empty pager."""
        if ways.further_scripts:
            following = replace(ways, script_url=ways.further_scripts[0], further_scripts=ways.further_scripts[1:])
            yield from self._read_script(sweep, page, following, number)
        elif ways.hints or ways.signs or ways.is_script_optional:
            yield from self._follow(sweep, replace(ways, script_url=""), number)
            yield from self._begin_again(sweep)
        else:
            self._fail(sweep, f"the script that counts the listing's pages cannot be read: {reason}", url)


def _leads_on(listing: ListingPage | NotAnArticle) -> bool:
    return not isinstance(listing, NotAnArticle) and bool(listing.ways.next_urls or listing.ways.script_url)


def _is_titled_alike(sweep: Sweep, listing: ListingPage | NotAnArticle, before: ListingPage) -> bool:
    """Whether two pages have one title, which names the section: that of all pages of a portal says nothing."""
    title = title_of(before)
    return title_of(listing) == title and sweep.name.rpartition("/")[2][:2] in title
