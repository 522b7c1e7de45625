"""Undoes the content codings of responses, within bounds.

Scrapy's own middleware undoes as many codings as a header names, and codings that nobody asked for.
"""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.responsetypes import responsetypes

from newscrawler.archive.captures.decoding import DecodingError, decoded
from newscrawler.crawling.errors import UndecodableError


class ContentCodingsMiddleware:
    """Stands above the captures, which hold what was transferred."""

    def __init__(self, limit: int) -> None:
        self._limit = limit

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the middleware."""
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_response(self, request: Request, response: Response) -> Response:
        """Return the response with its body decoded. Raises UndecodableError."""
        values = response.headers.getlist(b"Content-Encoding")
        if not values:
            return response
        pairs = [("Content-Encoding", value.decode("latin-1")) for value in values]
        try:
            body = decoded(response.body, pairs, limit=self._limit, is_part_enough=False)
        except DecodingError as error:
            raise UndecodableError(str(error)) from None
        del response.headers[b"Content-Encoding"]
        kind = responsetypes.from_args(headers=response.headers, url=response.url, body=body)
        return response.replace(body=body, cls=kind)
