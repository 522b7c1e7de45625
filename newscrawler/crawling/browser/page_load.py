"""Loading one page: the crawl's downloader answers its requests, and its document is read when it is quiet."""

from __future__ import annotations

import asyncio
import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from newscrawler.crawling.browser.errors import BrowserError
from newscrawler.crawling.browser.memory import memory_of_children
from newscrawler.crawling.browser.observation import DataRequest
from newscrawler.crawling.downloader.failures import describe_error
from newscrawler.crawling.errors import ForbiddenByRobotsError, OffsiteError
from newscrawler.crawling.requests import HOMEPAGE_PRIORITY, KIND, MAX_ADDRESS
from newscrawler.extraction.blocks import detect_block

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page, Route
    from playwright.async_api import Request as BrowserRequest

IN_BROWSER = "in_browser"
"""Key of `meta`: the request of a page that a browser loads, or of that page itself. It goes to the portal."""
PAGE_SECONDS = 15.0
"""The time that a page has, without that in which it waits for the portal."""
QUIET_SECONDS = 0.5
MAX_REQUESTS = 20
"""Requests of one page that go to the portal. A page that makes more cannot be loaded."""
MAX_ATTEMPTS = 300
"""Requests of one page, those that are refused included."""
MAX_POST = 100_000
"""Bytes of a POST by which a page asks for data."""
MAX_DOCUMENT = 16 * 2**20
"""Characters of a document."""
MAX_SCRIPTS_BYTES = 32 * 2**20
CHALLENGE_SECONDS = 1.0
"""The time for reading a document that did not become what was waited for."""
MAX_MEMORY = 3 * 2**29
"""Bytes that the browser may use while it loads a page. V8 bounds its own heap only, not buffers and storage."""
MEMORY_SECONDS = 0.5
"""The time between two looks at the memory."""
LOADED = ("script", "xhr", "fetch")
"""Kinds of requests that go to the portal. Images, media, fonts, styles, frames and pop-ups do not."""
_NOT_PASSED_ON = re.compile(
    r":.*|cookie2?|host|user-agent|connection|keep-alive|content-length|transfer-encoding|te|trailer|upgrade.*|expect"
    r"|accept-(?:encoding|language|charset)|range|if-.*|sec-.*|proxy-.*|forwarded|x-forwarded-.*|x-real-ip|via|dnt"
    r"|cache-control|pragma|priority|service-worker.*"
)
"""Headers of the page's own requests that the portal does not receive: they are of the connection.

The user agent is the crawl's. All others are the page's own: its scripts send them for everybody who opens it, as no
page keeps a cookie.
"""
MAX_HEADERS = 8_000
"""Characters of the headers of one request."""
_ANSWERED = (
    b"content-type",
    b"access-control-allow-origin",
    b"access-control-allow-headers",
    b"access-control-allow-credentials",
)
_POLICY = "webrtc 'block'; worker-src 'none'; frame-src 'none'; object-src 'none'; connect-src http: https:"

Fetch = Callable[[Request], Awaitable[Response]]


class ScriptCache:
    """Scripts that pages of one crawl share, so that the portal sends each once."""

    def __init__(self) -> None:
        self._responses: OrderedDict[str, Response] = OrderedDict()
        self._bytes = 0

    def get(self, url: str) -> Response | None:
        """Return the response of a script that is kept."""
        return self._responses.get(url)

    def add(self, url: str, response: Response) -> None:
        """Keep the response of a script. The oldest ones make room."""
        if response.status == 200 and url not in self._responses:
            self._responses[url] = response
            self._bytes += len(response.body)
            while self._bytes > MAX_SCRIPTS_BYTES:
                self._bytes -= len(self._responses.popitem(last=False)[1].body)


class PageLoad:
    """Loads a page whose own response is here already. `fetch` fetches what its scripts ask for."""

    def __init__(
        self, response: Response, *, fetch: Fetch, is_own: Callable[[str], bool], kind: str, scripts: ScriptCache
    ) -> None:
        self._response = response
        self._fetch = fetch
        self._is_own = is_own
        self._kind = kind
        self._scripts = scripts
        self._page: Page | None = None
        self._is_delivered = False
        self._attempts = self._requests = self._pending = 0
        self._last_answer = 0.0
        self._failure = ""
        self.refused: dict[str, None] = {}
        """Requests to the portal that a browser may not make, as sentences or as method and address."""
        self.data: list[DataRequest] = []
        """The requests for data that were answered."""

    async def document(self, context: BrowserContext, wait: str | None) -> str:
        """Return the document, as HTML, after its scripts have run. Raises BrowserError."""
        from playwright.async_api import Error

        work = asyncio.ensure_future(self._work(context, wait))
        used = 0.0
        last = looked = time.monotonic()
        try:
            while not work.done():
                await asyncio.wait({work}, timeout=0.1)
                now = time.monotonic()
                if now - looked >= MEMORY_SECONDS:
                    looked = now
                    if memory_of_children() > MAX_MEMORY:
                        self._fail(f"the browser used more than {MAX_MEMORY // 2**20:,} MiB of memory")
                used += 0.0 if self._pending else now - last
                last = now
                if self._failure:
                    break
                if used > PAGE_SECONDS:
                    what = "it did not become quiet" if wait is None else f"it showed no element {wait!r}"
                    if (challenge := await self._challenge()) is not None:
                        return challenge
                    self._fail(f"{what} within {PAGE_SECONDS:g} s")
            if self._failure:
                raise BrowserError(f"the browser could not load the page: {self._failure}")
            return await work
        except Error as error:
            raise BrowserError(f"the browser could not load the page: {error.message.splitlines()[0]}") from None
        finally:
            work.cancel()
            with suppress(asyncio.CancelledError, Error):
                await work

    async def _work(self, context: BrowserContext, wait: str | None) -> str:
        await context.route("**/*", self._answer)
        await context.route_web_socket("**/*", lambda socket: socket.close())
        page = self._page = await context.new_page()
        context.on("page", lambda popup: asyncio.ensure_future(_close(popup)))
        page.on("crash", lambda _: self._fail("it crashed"))
        await page.goto(self._response.url, wait_until="commit", timeout=0)
        await page.wait_for_load_state("domcontentloaded", timeout=0)
        if wait is not None:
            engine = "xpath" if wait.startswith(("/", "./")) else "css"
            await page.locator(f"{engine}={wait}").first.wait_for(state="attached", timeout=0)
        self._last_answer = max(self._last_answer, time.monotonic())
        while self._pending or time.monotonic() - self._last_answer < QUIET_SECONDS:
            await asyncio.sleep(0.05)
        if not self._is_own(page.url):
            raise BrowserError(f"the browser could not load the page: it went to {page.url[:200]}")
        size = await page.evaluate("document.documentElement.outerHTML.length")
        if not isinstance(size, int) or size > MAX_DOCUMENT:
            raise BrowserError(f"the browser could not load the page: its document is larger than {MAX_DOCUMENT:,}")
        return (await page.content())[:MAX_DOCUMENT]

    async def _challenge(self) -> str | None:
        """Return the document as it is if its scripts have made a challenge of it: then the page is blocked."""
        document = ""
        if self._page is not None:
            with suppress(Exception):  # it hangs, or it is gone
                async with asyncio.timeout(CHALLENGE_SECONDS):
                    document = (await self._page.content())[:MAX_DOCUMENT]
        return document if detect_block(200, document.encode("utf-8", "replace")) else None

    def _fail(self, reason: str) -> None:
        self._failure = self._failure or reason

    async def _answer(self, route: Route) -> None:
        """Answer a request of the browser: from the portal if it may go there, otherwise with a failure."""
        from playwright.async_api import Error

        request = route.request
        with suppress(Error):  # the page is closed meanwhile
            if request.is_navigation_request():
                response = self._navigation(request)
            else:
                response = await self._response_of(request)
            if response is None:
                await route.abort("blockedbyclient")
            else:
                await route.fulfill(status=response.status, headers=_headers(response), body=response.body)

    def _navigation(self, request: BrowserRequest) -> Response | None:
        """Return the page itself, once. Frames and pop-ups get nothing; a page that goes on elsewhere is given up."""
        if self._page is None or request.frame != self._page.main_frame:
            return None
        if self._is_delivered:
            self._fail(f"it goes on to {request.url[:MAX_ADDRESS]}")
            return None
        self._is_delivered = True
        return self._response

    async def _response_of(self, request: BrowserRequest) -> Response | None:
        self._attempts += 1
        if self._attempts > MAX_ATTEMPTS:
            self._fail(f"it makes more than {MAX_ATTEMPTS} requests")
            return None
        if request.resource_type not in LOADED or not self._is_own(request.url):
            return None
        headers = await request.all_headers()
        body = request.post_data_buffer or b""
        if not _may_be_sent(request.method, body, headers):
            self.refused[f"{request.method} {request.url[:MAX_ADDRESS]}"] = None
            return None
        is_script = request.resource_type == "script"
        if is_script and (kept := self._scripts.get(request.url)):
            return kept
        if self._requests >= MAX_REQUESTS:
            self._fail(f"it makes more than {MAX_REQUESTS} requests to the portal")
            return None
        self._requests += 1
        self._pending += 1
        try:
            response = await self._fetch(self._request(request.url, headers, request.method, body))
        except (OffsiteError, ForbiddenByRobotsError) as error:
            self.refused[str(error)] = None
            return None
        except Exception as error:  # whatever the cause, the document would lack something
            self._fail(f"{request.url}: {describe_error(error)}")
            return None
        finally:
            self._pending -= 1
            self._last_answer = time.monotonic()
        if is_script:
            self._scripts.add(request.url, response)
        elif response.status >= 500 or response.status == 429:
            self._fail(f"{request.url} answered {response.status}")
        elif response.status == 200:
            self.data.append(_data_request(request, headers, body, response))
        return response

    def _request(self, url: str, headers: dict[str, str], method: str, body: bytes) -> Request:
        return Request(
            url,
            method=method,
            body=body,
            headers=_passed_on(headers),
            callback=NO_CALLBACK,
            meta={KIND: self._kind, IN_BROWSER: True},
            priority=HOMEPAGE_PRIORITY,
            dont_filter=True,
        )


def _may_be_sent(method: str, body: bytes, headers: dict[str, str]) -> bool:
    """Whether a request of a page may go to the portal: one that asks, and sends no file."""
    if sum(len(name) + len(value) for name, value in _passed_on(headers).items()) > MAX_HEADERS:
        return False
    if method != "POST":
        return method == "GET"
    return len(body) <= MAX_POST and "multipart" not in headers.get("content-type", "").lower()


def _passed_on(headers: dict[str, str]) -> dict[str, str]:
    """Return the headers of a page's request that the portal receives."""
    return {name: value for name, value in headers.items() if not _NOT_PASSED_ON.fullmatch(name.lower())}


def _data_request(request: BrowserRequest, headers: dict[str, str], body: bytes, response: Response) -> DataRequest:
    content_type = (response.headers.get(b"Content-Type") or b"").decode("latin-1")
    passed_on = tuple((name.lower(), value) for name, value in _passed_on(headers).items())
    return DataRequest(request.method, request.url, passed_on, body, content_type, response.body)


def _headers(response: Response) -> dict[str, str]:
    """Return the headers with which the browser gets a response. The body is decoded already, and sets no cookie."""
    named = {name.decode(): response.headers.get(name) for name in _ANSWERED}
    headers = {name: value.decode("latin-1") for name, value in named.items() if value}
    return {**headers, "content-security-policy": _POLICY}


async def _close(popup: Page) -> None:
    with suppress(Exception):  # it may be gone
        await popup.close()
