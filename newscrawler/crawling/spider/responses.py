"""Reading responses: what a status means, a header's value, the page, the request of a failure."""

from __future__ import annotations

from enum import Enum, auto

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from newscrawler.extraction.model import NotAnArticle
from newscrawler.extraction.page import Page
from newscrawler.portals import Portal
from newscrawler.reading import read_portal_page


class StatusClass(Enum):
    """What a status says about a document. `BlockDetector` looks at each response first, and detects blocks."""

    PAGE = auto()
    UNMODIFIED = auto()
    GONE = auto()
    FAILED = auto()


_CLASSES = {
    200: StatusClass.PAGE,
    203: StatusClass.PAGE,
    304: StatusClass.UNMODIFIED,
    404: StatusClass.GONE,
    410: StatusClass.GONE,
}


def classify_status(status: int) -> StatusClass:
    """Return what an HTTP status says about a document."""
    return _CLASSES.get(status, StatusClass.FAILED)


def answers_nothing(response: Response) -> bool:
    """Whether a server says that there is nothing at an address: it is gone, or the answer is empty."""
    is_empty = response.status in (200, 204) and not response.body.strip()
    return is_empty or classify_status(response.status) is StatusClass.GONE


def is_conditional(response: Response) -> bool:
    """Whether the request of a response had a condition, which a 304 answers."""
    headers = response.request.headers if response.request is not None else {}
    return b"If-None-Match" in headers or b"If-Modified-Since" in headers


def header(response: Response, name: bytes) -> str | None:
    """Return the value of a header as text; None without such a header."""
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def page_of(response: Response, portal: Portal, article_url: str | None = None) -> Page | NotAnArticle:
    """Return the page of a response, or why its bytes cannot be read.

    `article_url` is the address of the article whose data was asked for elsewhere.
    """
    content_type = header(response, b"Content-Type")
    return read_portal_page(response.body, portal, url=response.url, content_type=content_type, article_url=article_url)


def requested_url(response: Response) -> str:
    """Return the URL that was requested, before any redirect."""
    urls: list[str] = response.meta.get("redirect_urls") or [response.url]
    return urls[0]


def request_of(failure: Failure) -> Request:
    """Return the request that failed. Scrapy attaches it to the failure."""
    request: Request = failure.request  # type: ignore[attr-defined]
    return request
