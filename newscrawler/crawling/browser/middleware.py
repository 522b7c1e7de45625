"""Loads pages in a browser, where the definition asks for it, between the spider and the other middlewares."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import HtmlResponse, Response
from scrapy.http.request import NO_CALLBACK

from newscrawler.crawling.browser.chromium import Chromium
from newscrawler.crawling.browser.errors import BrowserError
from newscrawler.crawling.browser.observation import PAGE_LOADED, DataRequest, LoadedPage
from newscrawler.crawling.browser.page_load import IN_BROWSER, PageLoad, ScriptCache
from newscrawler.crawling.context import CrawlContext, context_of
from newscrawler.crawling.downloader.exchange import exchange_of
from newscrawler.crawling.requests import KIND, PAGES
from newscrawler.extraction.blocks import detect_block
from newscrawler.text.clock import stamp

MOST_TOLD = 20
"""Refused requests of pages that a crawl tells."""
UTF8_BOM = b"\xef\xbb\xbf"
"""Before a document of the browser, whose own declaration of a charset is that of the portal's bytes."""


class BrowserMiddleware:
    """Gives the spider the document of a page as it is after its scripts have run.

    The page itself, and all that its scripts ask for, pass through the other middlewares: hosts, quota, robots.txt,
    delay, retries, captures. One page at a time is loaded.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        use: str = settings["NEWSCRAWLER_BROWSER"]
        if not use:
            raise NotConfigured
        self._kinds = ("listing", "article") if use == "both" else (use,)
        self._crawler = crawler
        self._chromium = Chromium(settings["NEWSCRAWLER_CHROMIUM"], str(settings["USER_AGENT"]))
        self._scripts = ScriptCache()
        self._turn = asyncio.Lock()
        self._told: set[str] = set()
        crawler.signals.connect(self._chromium.close, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the middleware. Raises NotConfigured where no definition asks for a browser."""
        return cls(crawler)

    async def process_request(self, request: Request) -> Response | None:
        """Return the document of a page. Raises BrowserError, and what its own request raises."""
        context = context_of(self._crawler)
        if context is None or request.meta.get(KIND) not in self._kinds or IN_BROWSER in request.meta:
            return None
        own = request.replace(meta={**request.meta, IN_BROWSER: True}, callback=NO_CALLBACK, errback=None, cb_kwargs={})
        request.meta["dont_retry"] = True  # its own request is
        response: Response = await self._crawler.engine.download_async(own)
        if response.request is not None and (urls := response.request.meta.get("redirect_urls")):
            request.meta["redirect_urls"] = urls
        if response.status != 200 or not isinstance(response, HtmlResponse):
            return response.replace(request=request)
        try:
            async with self._turn:
                document, data = await self._load(context, response, request.meta[KIND])
        except BrowserError:
            if detect_block(200, response.body):  # a challenge, which leads nowhere without cookies
                return response.replace(request=request)
            raise
        encoding = context.portal.crawl.encoding or "utf-8"
        body = document.encode(encoding, "xmlcharrefreplace")
        answer = HtmlResponse(
            response.url,
            headers={"Content-Type": f"text/html; charset={encoding}"},
            body=(UTF8_BOM if encoding == "utf-8" else b"") + body,
            request=request,
        )
        _record(context, request, answer)
        content_type = (response.headers.get(b"Content-Type") or b"").decode("latin-1")
        page = LoadedPage(response.url, response.body, content_type, document.encode("utf-8", "replace"), data)
        self._crawler.signals.send_catch_log(PAGE_LOADED, request=request, page=page)
        return answer

    async def _load(self, context: CrawlContext, response: Response, kind: str) -> tuple[str, list[DataRequest]]:
        """Return the document of a page, and the requests for data that its scripts made."""
        load = PageLoad(
            response,
            fetch=self._crawler.engine.download_async,
            is_own=context.portal.owns,
            kind=kind,
            scripts=self._scripts,
        )
        wait = context.portal.browser.wait
        page = await self._chromium.new_context()
        try:
            return await load.document(page, wait), load.data
        finally:
            await self._chromium.close_context(page)
            for one in [one for one in load.refused if one not in self._told][: MOST_TOLD - len(self._told)]:
                self._told.add(one)
                context.warn(f"the browser was refused a request of {response.url}: {one}")


def _record(context: CrawlContext, request: Request, answer: Response) -> None:
    """Record the document from which the spider reads: so it can be read again without a browser."""
    if not context.store.has_captures:
        return
    named = request.replace(url=context.urls.own_form(answer.url), headers={}, body=b"", method="GET")
    key = context.store.record(replace(exchange_of(named, answer, stamp()), is_document=True))
    if key is not None and request.meta[KIND] == "article":
        request.meta[PAGES] = (*request.meta.get(PAGES, ()), key)
