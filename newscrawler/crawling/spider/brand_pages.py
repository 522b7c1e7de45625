"""Pages behind a row of brands on a homepage that names no division: their titles say which city each is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from scrapy import Request
from scrapy.http import Response

from newscrawler.crawling.context import CrawlContext
from newscrawler.crawling.requests import MAX_ADDRESS
from newscrawler.crawling.spider.blocking import BlockDetector
from newscrawler.crawling.spider.responses import StatusClass, classify_status, page_of
from newscrawler.crawling.time_limit import limited
from newscrawler.extraction.model import NotAnArticle
from newscrawler.listings.brand_rows import BrandRow, find_brand_row
from newscrawler.listings.named_links import NamedLink

RequestPart = Callable[[str, Callable[..., Any], dict[str, Any]], Request]
"""Returns the request for a part of the homepage: its URL, what takes the answer, and further arguments of that."""


class BrandPages:
    """Requests the pages of a row of brands, once, and returns the links under the names in their titles.

    `go_on(url)` is called when a page has been read.
    """

    def __init__(
        self,
        context: CrawlContext,
        blocks: BlockDetector,
        request: RequestPart,
        go_on: Callable[[str], Iterator[Request]],
    ) -> None:
        self._context = context
        self._blocks = blocks
        self._request = request
        self._go_on = go_on
        self._row: BrandRow | None = None
        self._is_read = False

    def requests(self, links: Sequence[NamedLink]) -> Iterator[tuple[str, Request]]:
        """Yield the requests for the pages of the row among the links of a homepage, with their URLs."""
        if self._is_read:
            return
        self._is_read = True
        urls = self._context.urls
        self._row = find_brand_row(links, self._context.portal.province_division, urls.owns)
        for link in self._row.links if self._row else ():
            url = urls.own_form(link.url)
            if len(url) <= MAX_ADDRESS:
                yield url, self._request(url, self.parse, {"url": url, "link": link.url})

    @limited
    def parse(self, response: Response, url: str, link: str) -> Iterator[Request]:
        """Read the title of the page of a brand."""
        is_page = classify_status(response.status) is StatusClass.PAGE and self._blocks.detect(response) is None
        page = page_of(response, self._context.portal) if is_page else None
        if self._row is not None and page is not None and not isinstance(page, NotAnArticle):
            portal = self._context.portal
            self._row.read_title(link, page.title, portal.name, portal.province_division)
        yield from self._go_on(url)

    def sections(self) -> list[NamedLink]:
        """Return the links of the row under the names of their divisions, when all pages have been read."""
        return self._row.sections() if self._row else []
