"""Asking an authority for a timestamp: RFC 3161 over HTTP (section 3.4)."""

from __future__ import annotations

import urllib.error
import urllib.request
from urllib.parse import urlsplit

from newscrawler import __version__
from newscrawler.archive.errors import UnavailableError

SECONDS = 60.0
MAX_BYTES = 2**20
QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"


class TimeAuthority:
    """An authority at an address that the user names."""

    def __init__(self, url: str) -> None:
        """Ask nothing yet. Raises ValueError for an address that is none of http or https."""
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise ValueError("is no address of http or https")
        self._url = url

    def ask(self, query: bytes) -> bytes:
        """Send a query and return the response, both DER. Raises UnavailableError."""
        headers = {"Content-Type": QUERY, "Accept": REPLY, "User-Agent": f"newscrawler/{__version__}"}
        request = urllib.request.Request(self._url, query, headers, method="POST")  # noqa: S310  # checked above
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
                body: bytes = answer.read(MAX_BYTES + 1)
                kind = answer.headers.get_content_type()
        except urllib.error.HTTPError as error:
            raise UnavailableError(f"{self._url}: answered {error.code}.") from None
        except OSError as error:
            raise UnavailableError(f"{self._url}: cannot be reached: {error}.") from None
        if kind != REPLY or len(body) > MAX_BYTES:
            raise UnavailableError(f"{self._url}: answered with {kind}, which is no timestamp.")
        return body
