"""Requests stay within the portal's hosts, redirects and start requests included."""

from __future__ import annotations

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest


class OffsiteError(IgnoreRequest):
    """A request, or a redirect, would have left the portal's hosts."""


class OffsiteMiddleware:
    """Refuses what leaves the portal and keeps one download slot a portal.

    Scrapy's own offsite filter lets start requests and their redirects pass, and has a slot a host: a portal
    with ten subdomains would get ten requests a second where one is polite.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> OffsiteMiddleware:
        """Make the middleware."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Pass a request on, or raise OffsiteError."""
        spider = self._crawler.spider
        portal = getattr(spider, "portal", None)
        if portal is None:
            return
        if not portal.owns(request.url):
            origin = request.meta.get("redirect_urls")
            how = f"redirects off the portal to {request.url}" if origin else f"leaves the portal: {request.url}"
            raise OffsiteError(how)
        request.meta["download_slot"] = portal.id
