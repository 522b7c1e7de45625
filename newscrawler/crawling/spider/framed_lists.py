"""Lists in a frame of a section's page, beside which only rankings and choices stand as links of the page itself."""

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
        self._pages: dict[int, Response] = {}
        """The pages whose frames were requested, by the id of the section."""
        self._tried: set[int] = set()

    def address(self, response: Response, sweep: Sweep, listing: ListingPage) -> str:
        """Return the address of the frame to request in place of a section's first page; empty if there is none."""
        if not listing.is_choice or listing.page is None or listing.ways.next_urls or sweep.section.id in self._tried:
            return ""
        urls = self._context.urls
        frame = only_frame(listing.page, listing.page.base_url or listing.page.url or sweep.url, urls.owns)
        if frame is None or identity(urls.own_form(frame)) in {*sweep.visited, *self._context.addresses_of_sections()}:
            return ""
        self._tried.add(sweep.section.id)
        self._pages[sweep.section.id] = response
        return urls.own_form(frame)

    def page_around(self, response: Response, sweep: Sweep) -> Response | None:
        """Return the page in whose frame a response was expected that is no page; None if none was."""
        return None if classify_status(response.status) is StatusClass.PAGE else self._pages.pop(sweep.section.id, None)

    def instead_of(self, sweep: Sweep, listing: ListingPage) -> Response | None:
        """Return the page to take in place of that of its frame, which shows no list; None if it shows one."""
        page = self._pages.pop(sweep.section.id, None)
        return page if not listing.entries or listing.is_choice else None
