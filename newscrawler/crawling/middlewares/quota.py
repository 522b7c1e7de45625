"""Bounds that a definition sets to a crawl: hours of the day, requests, bytes."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, cast

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Response

from newscrawler.text.clock import CHINA

if TYPE_CHECKING:
    from newscrawler.crawling.spider.spider import PortalSpider


class QuotaReachedError(IgnoreRequest):
    """The crawl has used what the definition allows it."""


class QuotaMiddleware:
    """Counts what a crawl uses and ends it, in good order, when a bound is reached."""

    def __init__(self, crawler: Crawler) -> None:
        rules = getattr(crawler.spider, "portal", None) and cast("PortalSpider", crawler.spider).portal.crawl
        if not rules or not (rules.hours or rules.max_requests or rules.max_bytes):
            raise NotConfigured
        self._crawler = crawler
        self._rules = rules
        self._requests = 0
        self._bytes = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> QuotaMiddleware:
        """Make the middleware where the definition sets a bound."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Pass a request on, or end the crawl."""
        if reason := self._spent():
            cast("PortalSpider", self._crawler.spider).stop("allowance", reason)
            raise QuotaReachedError(reason)
        self._requests += 1

    def process_response(self, request: Request, response: Response) -> Response:
        """Count the bytes of an answer as they came over the wire."""
        self._bytes += len(response.body)
        return response

    def _spent(self) -> str:
        if self._rules.max_requests and self._requests >= self._rules.max_requests:
            return f"the definition's cap of {self._rules.max_requests} requests is reached"
        if self._rules.max_bytes and self._bytes >= self._rules.max_bytes:
            return f"the definition's cap of {self._rules.max_bytes} bytes is reached"
        if self._rules.hours and not is_open(self._rules.hours, datetime.now(CHINA).time()):
            return f"the definition allows crawling at {self._rules.hours} (China's time) only"
        return ""


def is_open(hours: str, now: time) -> bool:
    """Whether a time of day lies in a span such as `22:00-06:00`, which may pass midnight."""
    start, end = (time.fromisoformat(part) for part in hours.split("-"))
    return start <= now < end if start < end else now >= start or now < end
