"""Reading answers: what a status means for a crawl, a header's value, the page, the request that failed."""

from __future__ import annotations

from enum import Enum, auto
from typing import cast

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from newscrawler.extraction.model import NotAnArticle
from newscrawler.extraction.page import Page
from newscrawler.portals import Portal
from newscrawler.reading import read_portal_page


class Verdict(Enum):
    """What a status says of the document. What turns the crawler away is told apart by `BlockDetector` before."""

    PAGE = auto()
    UNMODIFIED = auto()
    GONE = auto()
    FAILED = auto()


def classify_status(status: int) -> Verdict:
    """Return what an HTTP status says of a document."""
    known = {200: Verdict.PAGE, 203: Verdict.PAGE, 304: Verdict.UNMODIFIED, 404: Verdict.GONE, 410: Verdict.GONE}
    return known.get(status, Verdict.FAILED)


def header(response: Response, name: bytes) -> str | None:
    """Return a header's value as text."""
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def page_of(response: Response, portal: Portal) -> Page | NotAnArticle:
    """Return the page of an answer, or why its bytes cannot be read."""
    content_type = header(response, b"Content-Type")
    return read_portal_page(response.body, portal, url=response.url, content_type=content_type)


def request_of(failure: Failure) -> Request:
    """Return the request that failed; Scrapy attaches it to the failure."""
    return cast(Request, failure.request)  # type: ignore[attr-defined]
