"""Requesting and reading single pages of a listing."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Any

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from newscrawler.crawling.requests import KIND, LISTING_PRIORITY, address_of
from newscrawler.crawling.spider.responses import header
from newscrawler.crawling.spider.sweep_reader import SweepReader
from newscrawler.crawling.sweep import Sweep
from newscrawler.extraction.model import NotAnArticle
from newscrawler.listings.entries import ListingRules
from newscrawler.listings.listing import read_listing
from newscrawler.listings.listing_page import ListingPage
from newscrawler.listings.page_addresses import page_identity, plain, post_body

JSON_TYPE = "application/json"
FORM_TYPE = "application/x-www-form-urlencoded"


class ListingRequests(SweepReader, ABC):
    """Makes the requests for pages of listings, and reads what they bring."""

    @abstractmethod
    def parse(self, response: Response, sweep: Sweep, number: int) -> Iterator[Request]:
        """Read one page of a listing, and request what follows from it."""

    @abstractmethod
    def failed(self, failure: Failure) -> Iterator[Request]:
        """Record that a page of a listing could not be fetched."""

    @abstractmethod
    def _begin_again(self, sweep: Sweep) -> Iterator[Request]:
        """Read a listing from its top, if its sweep has to."""

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


def page_address(response: Response) -> str:
    """Return the address of a listing page, which holds the body of its request if that was a POST."""
    return address_of(response.url, response.request)
