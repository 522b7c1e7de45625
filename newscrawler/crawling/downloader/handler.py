"""The download handler: fetches the URLs of a portal, from another server if `--via` names one.

Everything above it (spider, robots.txt, redirects, archive) sees only the portal's own URLs.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import partial
from time import monotonic
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.defer import deferred_from_coro
from twisted.internet.interfaces import IAddress
from twisted.web._newclient import HTTP11ClientProtocol
from twisted.web.client import _HTTP11ClientFactory

from newscrawler.crawling.context import CrawlContext, context_of
from newscrawler.crawling.downloader.bounded_protocol import BoundedProtocol
from newscrawler.crawling.downloader.exchange import exchange_of
from newscrawler.crawling.downloader.group_turn import GroupTurn
from newscrawler.crawling.downloader.latest_arrival import LatestArrival, count_from
from newscrawler.crawling.downloader.leased_protocol import LeasedProtocol
from newscrawler.crawling.downloader.legacy_tls import LegacyTlsPolicy
from newscrawler.crawling.downloader.network_guard import check_literal, is_allowed
from newscrawler.crawling.downloader.scrapy_http import HTTP11DownloadHandler
from newscrawler.crawling.errors import LeaseEndedError, PrivateAddressError
from newscrawler.crawling.lease_file import LeaseFile, own_lease
from newscrawler.crawling.portal_urls import Via
from newscrawler.crawling.requests import PAGES
from newscrawler.text.clock import stamp

LEASE_ENDED = "lease/ended"
"""Stat: set when the crawl ended because its fleet worker lost the portal."""


class _GuardedClientFactory(_HTTP11ClientFactory):
    """Refuses a connection by the address and port to which it was made, before a byte is sent."""

    noisy = False

    def __init__(self, lease: LeaseFile | None, quiescent: Callable[[object], object], metadata: str) -> None:
        super().__init__(quiescent, metadata)  # type: ignore[no-untyped-call]
        self._lease = lease

    def buildProtocol(self, addr: IAddress | None) -> HTTP11ClientProtocol:  # noqa: N802
        host, port = getattr(addr, "host", ""), getattr(addr, "port", None)
        if host and not is_allowed(host, port):
            raise PrivateAddressError(host, host)
        if self._lease is not None:
            return LeasedProtocol(self._lease, self._quiescentCallback)
        return BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class PortalDownloadHandler(HTTP11DownloadHandler):
    """HTTP and HTTPS for one portal, guarded against private addresses."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._lease = own_lease()
        self._pool._factory = partial(_GuardedClientFactory, self._lease)  # type: ignore[assignment]  # it is called
        # Twisted would ask again at once, without the portal's delay, when a kept connection ends without an answer.
        self._pool.retryAutomatically = False
        self._group: GroupTurn | None = None
        self._arrival = LatestArrival()
        if crawler.settings.getbool("NEWSCRAWLER_LEGACY_TLS"):
            self._contextFactory = LegacyTlsPolicy()  # type: ignore[assignment]  # an interface of zope's

    async def download_request(self, request: Request) -> Response:
        """Fetch a request. The response has the portal's URL, whatever server it came from."""
        context = context_of(self._crawler)
        # Here, and not in a middleware: a request waits for its portal's delay after those.
        async with self._place(context):
            began = monotonic()
            try:
                return await self._download_now(request, context)
            except LeaseEndedError:
                self._end_crawl()
                raise
            finally:
                if context is not None:
                    await self._count_from_arrival(request, context, began)

    async def _count_from_arrival(self, request: Request, context: CrawlContext, began: float) -> None:
        now = monotonic()
        ago = self._arrival.seconds_ago(request.meta.get("download_latency"), now - began)
        if count_from(context, ago, now) and self._group is not None:
            await self._group.count_from(ago)

    def _place(self, context: CrawlContext | None) -> AbstractAsyncContextManager[None]:
        """Return what lets a request wait for the other portals of its group."""
        if self._group is None and context is not None and (name := context.portal.crawl.group):
            self._group = GroupTurn(context, name)
        return nullcontext() if self._group is None else self._group.place()

    async def _download_now(self, request: Request, context: CrawlContext | None) -> Response:
        if self._lease is not None:
            self._lease.check()
        fetched = stamp()
        if context is None or context.urls.via is None:
            check_literal(request.url)
            response = await super().download_request(request)
        else:
            response = await self._download_via(request, context.urls.via)
        # Below decompression and redirects: a capture holds what was transferred, under the portal's own URL.
        if context is not None:
            self._record(context, request, response, fetched)
        return response

    def _end_crawl(self) -> None:
        if not self._crawler.stats.get_value(LEASE_ENDED):
            self._crawler.stats.set_value(LEASE_ENDED, 1)
            deferred_from_coro(self._crawler.engine.close_spider_async(reason="the lease has ended"))

    async def _download_via(self, request: Request, via: Via) -> Response:
        substitute = request.replace(url=via.address_of(request.url))
        substitute.headers.setdefault("Host", urlsplit(request.url).netloc)
        check_literal(substitute.url)
        response = await super().download_request(substitute)
        request.meta.update(substitute.meta)
        if location := response.headers.get(b"Location"):
            response.headers[b"Location"] = via.own_form_of(location.decode("latin-1"))
        return response.replace(url=request.url)

    def _record(self, context: CrawlContext, request: Request, response: Response, fetched: str) -> None:
        """Record a response. The request takes along the captures of the pages of its article."""
        if not context.store.has_captures:
            return
        exchange = exchange_of(request, response, fetched)
        key = context.store.record(exchange)
        if key is None:
            return
        if exchange.status == 200 and exchange.kind == "article":
            request.meta[PAGES] = (*request.meta.get(PAGES, ()), key)
        context.stats.inc_value("captures/count")
        if key.is_revisit:
            context.stats.inc_value("captures/revisits")
