"""From Scrapy's request and response to the exchange that is recorded as a capture."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from scrapy import Request
from scrapy.http import Response

from newscrawler.archive.captures.warc_building import Exchange
from newscrawler.crawling.requests import KIND

_OF_THE_CONNECTION = (b"transfer-encoding", b"connection", b"keep-alive")
"""Headers of a coding that is already undone when the response is here."""


def exchange_of(request: Request, response: Response, fetched: str) -> Exchange:
    """Return an exchange as it was transferred. `fetched` is the time (UTC) of the request."""
    return Exchange(
        kind=request.meta.get(KIND, "unknown"),
        url=request.url,
        fetched=fetched,
        method=request.method,
        request_headers=list(_header_lines(request)),
        request_body=request.body,
        status=response.status,
        protocol=response.protocol or "",
        headers=list(_header_lines(response)),
        payload=response.body,
        digest=hashlib.sha256(response.body).hexdigest(),
        address=str(response.ip_address or ""),
    )


def _header_lines(message: Request | Response) -> Iterator[tuple[bytes, bytes]]:
    """Yield the headers of a message, one pair per line."""
    for name, values in message.headers.items():
        if name.lower() not in _OF_THE_CONNECTION:
            for value in values or ():
                yield name, value
