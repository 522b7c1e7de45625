"""Requests stay within the portal's hosts, redirects and start requests included."""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler

from newscrawler.crawling.context import context_of
from newscrawler.crawling.errors import OffsiteError


class OffsiteMiddleware:
    """Refuses requests that leave the portal, and keeps one download slot per portal.

    Scrapy's own offsite middleware lets start requests and their redirects pass, and has one slot per host: a portal
    with ten subdomains would receive ten times as many requests per second as is polite.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the middleware."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Pass a request on, or raise OffsiteError."""
        context = context_of(self._crawler)
        if context is None:
            return
        portal = context.portal
        if not portal.owns(request.url):
            origin = request.meta.get("redirect_urls")
            reason = f"redirects off the portal to {request.url}" if origin else f"leaves the portal: {request.url}"
            raise OffsiteError(reason)
        request.meta["download_slot"] = portal.id
