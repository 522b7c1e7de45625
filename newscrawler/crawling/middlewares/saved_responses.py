"""Saves the responses of a sample, or gives saved ones in place of the portal's.

Scrapy's HTTP cache would ask the portal for what it does not have, and its files cannot be read by people.
"""

from __future__ import annotations

from pathlib import Path
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Response
from scrapy.responsetypes import responsetypes

from newscrawler.crawling.requests import address_of
from newscrawler.crawling.saved_responses import SavedResponses

SAVE_TO = "SAVED_RESPONSES_TO"
"""Setting, of `sample` only: the folder into which responses are saved; `SavedResponses.create` made it."""
READ_FROM = "SAVED_RESPONSES_FROM"
"""Setting, of `sample` only: the folder whose responses are given. Nothing is fetched then."""


class NotSavedError(IgnoreRequest):
    """The address is not among the saved responses."""


class SavedResponsesMiddleware:
    """Stands between Scrapy's redirects and its decompression: it sees redirects, and bodies as they are read."""

    def __init__(self, saved: SavedResponses, *, is_reading: bool) -> None:
        self._saved = saved
        self._is_reading = is_reading

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the middleware. Raises NotConfigured if neither setting is set, and SavedResponsesError."""
        if folder := crawler.settings.get(READ_FROM):
            return cls(SavedResponses.read(Path(folder)), is_reading=True)
        if folder := crawler.settings.get(SAVE_TO):
            return cls(SavedResponses(Path(folder)), is_reading=False)
        raise NotConfigured

    def process_request(self, request: Request) -> Response | None:
        """Return the saved response, or raise NotSavedError. When responses are saved, the request goes on."""
        if not self._is_reading:
            return None
        found = self._saved.find(address_of(request.url, request))
        if found is None:
            raise NotSavedError(f"{request.url} is not among the saved pages of {self._saved.folder}")
        saved, body = found
        headers = {"Content-Type": saved.content_type, "Location": saved.location}
        headers = {name: value for name, value in headers.items() if value}
        response_class = responsetypes.from_args(url=request.url, body=body)
        return response_class(request.url, status=saved.status, headers=headers, body=body)

    def process_response(self, request: Request, response: Response) -> Response:
        """Save a response, and pass it on."""
        if not self._is_reading:
            kind, location = (
                (response.headers.get(name) or b"").decode("latin-1") for name in (b"Content-Type", b"Location")
            )
            self._saved.add(address_of(request.url, request), response.status, kind, location, response.body)
        return response
