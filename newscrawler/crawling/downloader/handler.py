"""The download handler: fetches a portal's URLs, from another address when `--via` says so.

Everything above it (spider, robots.txt, redirects, archive) sees the portal's own URLs only.
"""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, _LenientHTTP11ClientProtocol
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.internet.interfaces import IAddress
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS, HTTP11ClientProtocol
from twisted.web.client import _HTTP11ClientFactory

from newscrawler.crawling.downloader.legacy_tls import LegacyTlsPolicy
from newscrawler.crawling.downloader.network_guard import PrivateAddressError, check_literal, is_allowed
from newscrawler.text.clock import stamp

MAX_HEAD_BYTES = 256 * 1024
"""Header fields of one answer. Scrapy bounds the body only: a head without end would fill the memory."""


class HeadTooLargeError(Exception):
    """An answer's header fields go on and on."""

    def __init__(self) -> None:
        super().__init__(f"its header is larger than {MAX_HEAD_BYTES // 1024} KiB")


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    """Ends the connection when the head of an answer, with all that precedes it (1xx), is too large."""

    _counted: object = None
    """The parser, one an answer, whose bytes are counted."""
    _head_bytes = 0

    def dataReceived(self, bytes: bytes) -> None:  # noqa: N802  # the names are Twisted's
        parser = self._parser
        if parser is not self._counted:
            self._counted, self._head_bytes = parser, 0
        if parser is not None and parser.state in (STATUS, HEADER):
            self._head_bytes += len(bytes)
            if self._head_bytes > MAX_HEAD_BYTES:
                transport = self.transport
                self._giveUp(Failure(HeadTooLargeError()))  # type: ignore[no-untyped-call]
                transport.abortConnection()  # type: ignore[union-attr]  # data came over it
                return
        super().dataReceived(bytes)  # type: ignore[no-untyped-call]


class _GuardedClientFactory(_HTTP11ClientFactory):
    """Refuses a connection by the address and port that it was really made to, before a byte is sent."""

    noisy = False

    def buildProtocol(self, addr: IAddress | None) -> HTTP11ClientProtocol:  # noqa: N802
        host, port = getattr(addr, "host", ""), getattr(addr, "port", None)
        if host and not is_allowed(host, port):
            raise PrivateAddressError(host, host)
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class PortalDownloadHandler(HTTP11DownloadHandler):
    """HTTP(S) for one portal, guarded against private addresses."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _GuardedClientFactory
        portal = getattr(crawler.spidercls, "portal", None)
        if portal is not None and portal.crawl.legacy_tls:
            self._contextFactory = LegacyTlsPolicy()  # type: ignore[assignment]  # an interface of zope's

    async def download_request(self, request: Request) -> Response:
        """Fetch a request from where the portal is to be fetched; the response carries the portal's URL."""
        began = stamp()
        response = await self._fetch(request)
        # Below decompression and redirects: what is captured is what arrived, under the portal's own URL.
        if recorder := getattr(getattr(self._crawler.spider, "ledger", None), "captures", None):
            recorder.record(request, response, began)
        return response

    async def _fetch(self, request: Request) -> Response:
        via = getattr(self._crawler.spider, "via", None)
        if not via:
            check_literal(request.url)
            return await super().download_request(request)
        substitute = request.replace(url=via.address_of(request.url))
        substitute.headers.setdefault("Host", urlsplit(request.url).netloc)
        check_literal(substitute.url)
        response = await super().download_request(substitute)
        request.meta.update(substitute.meta)
        if location := response.headers.get(b"Location"):
            response.headers[b"Location"] = via.own_form_of(location.decode("latin-1"))
        return response.replace(url=request.url)


class Via:
    """Another address that serves a portal: a mirror, a test server, the demo."""

    def __init__(self, url: str, homepage: str) -> None:
        parts = urlsplit(url)
        self._scheme, self._netloc, self._prefix = parts.scheme, parts.netloc, parts.path.rstrip("/")
        own = urlsplit(homepage)
        self._own_scheme, self._own_netloc = own.scheme, own.netloc

    def address_of(self, url: str) -> str:
        """Return the URL at which a URL of the portal is fetched."""
        parts = urlsplit(url)
        return urlunsplit((self._scheme, self._netloc, self._prefix + (parts.path or "/"), parts.query, ""))

    def own_form_of(self, url: str) -> str:
        """Return the portal's own URL for one that names the other address; other URLs as they are."""
        parts = urlsplit(url)
        if parts.netloc != self._netloc:
            return url
        path = parts.path.removeprefix(self._prefix) if self._prefix else parts.path
        return urlunsplit((self._own_scheme, self._own_netloc, path, parts.query, parts.fragment))
