"""The quota that a definition sets to a crawl: hours of the day, requests, bytes."""

from __future__ import annotations

from datetime import datetime, time
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.utils.defer import deferred_from_coro

from newscrawler.crawling.errors import QuotaReachedError
from newscrawler.text.clock import CHINA

QUOTA_REACHED = "quota/reached"
"""Stat: which quota was reached, as a sentence. Set only when one was."""


class QuotaMiddleware:
    """Counts the requests and bytes of a crawl, and ends it in good order when a quota is reached.

    The spider sets the settings from its definition. They are 0 or empty where the definition has no quota.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._hours = str(settings.get("NEWSCRAWLER_HOURS") or "")
        self._max_requests = settings.getint("NEWSCRAWLER_MAX_REQUESTS")
        self._max_bytes = settings.getint("NEWSCRAWLER_MAX_BYTES")
        if not (self._hours or self._max_requests or self._max_bytes):
            raise NotConfigured
        self._crawler = crawler
        self._stats = crawler.stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the middleware. Raises NotConfigured when the definition has no quota."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Pass a request on, or end the crawl and raise QuotaReachedError."""
        if reason := self._reached():
            if self._stats.get_value(QUOTA_REACHED) is None:
                self._stats.set_value(QUOTA_REACHED, reason)
                deferred_from_coro(self._crawler.engine.close_spider_async(reason="quota"))
            raise QuotaReachedError(reason)
        self._stats.inc_value("quota/requests")

    def process_response(self, request: Request, response: Response) -> Response:
        """Count the bytes of a response as they were transferred."""
        self._stats.inc_value("quota/bytes", len(response.body))
        return response

    def _reached(self) -> str:
        """Return which quota is reached; empty while none is."""
        if self._max_requests and self._stats.get_value("quota/requests", 0) >= self._max_requests:
            return f"the definition's cap of {self._max_requests} requests is reached"
        if self._max_bytes and self._stats.get_value("quota/bytes", 0) >= self._max_bytes:
            return f"the definition's cap of {self._max_bytes} bytes is reached"
        if self._hours and not is_open(self._hours, datetime.now(CHINA).time()):
            return f"the definition allows crawling at {self._hours} (China's time) only"
        return ""


def is_open(hours: str, now: time) -> bool:
    """Whether a time of day lies within hours such as `22:00-06:00`, which may pass midnight."""
    start, end = (time.fromisoformat(part) for part in hours.split("-"))
    return start <= now < end if start < end else now >= start or now < end
