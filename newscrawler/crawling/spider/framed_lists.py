"""Lists in a frame of a section's page, beside which only rankings and choices stand as links of the page itself.

A box whose heading is not known as that of a ranking looks like a short list without dates. Then the frame counts if
its list has dates, and has more entries or goes on.
"""

from __future__ import annotations

from scrapy.http import Response

from newscrawler.crawling.context import CrawlContext
from newscrawler.crawling.spider.responses import StatusClass, classify_status
from newscrawler.crawling.sweep import Sweep
from newscrawler.listings.listing_page import ListingPage
from newscrawler.listings.redirects import only_frame
from newscrawler.text.urls import identity


class FramedLists:
    """Tries the frame of a page first; what the page shows itself is its list only if the frame has none."""

    def __init__(self, context: CrawlContext) -> None:
        self._context = context
        self._pages: dict[int, tuple[Response, int]] = {}
        """The pages whose frames were requested, and how many entries they show, 0 if these are choices only."""
        self._tried: set[int] = set()

    def address(self, response: Response, sweep: Sweep, listing: ListingPage) -> str:
        """Return the address of the frame to request in place of a section's first page; empty if there is none."""
        may_be_box = listing.is_choice or not _is_dated(listing)
        if not may_be_box or listing.page is None or _leads_on(listing) or sweep.section.id in self._tried:
            return ""
        urls = self._context.urls
        frame = only_frame(listing.page, listing.page.base_url or listing.page.url or sweep.url, urls.owns)
        if frame is None or identity(urls.own_form(frame)) in {*sweep.visited, *self._context.addresses_of_sections()}:
            return ""
        self._tried.add(sweep.section.id)
        self._pages[sweep.section.id] = response, 0 if listing.is_choice else len(listing.entries)
        return urls.own_form(frame)

    def page_around(self, response: Response, sweep: Sweep) -> Response | None:
        """Return the page in whose frame a response was expected that is no page; None if none was."""
        if classify_status(response.status) is StatusClass.PAGE:
            return None
        page, _ = self._pages.pop(sweep.section.id, (None, 0))
        return page

    def instead_of(self, sweep: Sweep, listing: ListingPage) -> Response | None:
        """Return the page to take in place of that of its frame, which shows no list; None if it shows one."""
        page, shown = self._pages.pop(sweep.section.id, (None, 0))
        # Beside a list without dates a frame may show a box of dated ones, which has fewer, and no pager.
        is_more = len(listing.entries) > shown or _leads_on(listing)
        is_list = listing.entries and not listing.is_choice and (not shown or (_is_dated(listing) and is_more))
        return None if is_list else page


def _is_dated(listing: ListingPage) -> bool:
    """Whether most entries have a date."""
    return sum(1 for entry in listing.entries if entry.date_text) * 2 > len(listing.entries)


def _leads_on(listing: ListingPage) -> bool:
    return bool(listing.ways.next_urls or listing.ways.script_url)
