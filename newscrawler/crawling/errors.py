"""Errors that end one request, or a crawl.

Scrapy hands an `IgnoreRequest` to the request's errback, without a traceback.
"""

from __future__ import annotations

from scrapy.exceptions import IgnoreRequest

ALLOW_PRIVATE = "NEWSCRAWLER_ALLOW_PRIVATE"
"""Environment variable; `1` allows requests to private addresses."""


class OffsiteError(IgnoreRequest):
    """A request, or a redirect, would have left the portal's hosts."""


class QuotaReachedError(IgnoreRequest):
    """The crawl has used the requests, bytes or hours that the definition allows."""


class LeaseEndedError(QuotaReachedError):
    """The fleet worker that started the crawl no longer has the right to crawl the portal."""


class ForbiddenByRobotsError(IgnoreRequest):
    """robots.txt does not allow this URL."""


class RobotsUnknownError(IgnoreRequest):
    """robots.txt could not be fetched. Until it can, no URL of its host is allowed."""


class PrivateAddressError(IgnoreRequest):
    """A request would have connected to a private, loopback or otherwise special address."""

    def __init__(self, host: str, address: str) -> None:
        where = host if host == address else f"{host} ({address})"
        super().__init__(
            f"{where} is not a public address, which is never fetched; set {ALLOW_PRIVATE}=1 if it is meant"
        )


class UndecodableError(IgnoreRequest):
    """The content codings of a response cannot be undone, or only at too high a price."""


class ArchiveBrokenError(Exception):
    """The archive cannot be written, which was reported: what comes next must not go on without it."""


class ResponseLimitError(Exception):
    """A response exceeds a bound of the connection. Twisted wraps it, so Scrapy never sees it bare."""
