"""The browser process: Chromium without a network, started when the first page needs it."""

from __future__ import annotations

import asyncio
import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from newscrawler.crawling.browser.errors import BrowserError

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Playwright

PAGES_PER_BROWSER = 100
"""After so many pages a new process takes over: a browser's memory grows with the pages that it has shown."""
START_SECONDS = 60.0
CLOSE_SECONDS = 5.0
NAMES = ("chromium", "chromium-browser", "google-chrome")
FEATURES_OFF = (
    # Pages of the browser's own beside the address bar, which nobody sees: they took more time than the portal's page.
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    # A process that waits for a page which never comes: each page has a context of its own.
    "SpareRendererForSitePerProcess",
    # What Playwright turns off. Chromium reads the last list only, so these have to be named again.
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    # The same of Edge and of Windows, so that the list is whole.
    "TcpPortRandomizationWin",
    "msForceBrowserSignIn",
    "msEdgeUpdateLaunchServicesPreferredVersion",
)
FLAGS = (
    # It reaches no network: no name and no address resolves, what would still leave goes to a proxy that is not there,
    # and what knows no proxies is off. Requests of pages are answered before they would leave.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-blink-features=WebTransport,DirectSockets",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
    "--js-flags=--max-old-space-size=512",
    "--renderer-process-limit=2",
    "--blink-settings=imagesEnabled=false",
    f"--disable-features={','.join(FEATURES_OFF)}",
)


class Chromium:
    """One browser process at a time, replaced after `PAGES_PER_BROWSER` pages or when it does not obey."""

    def __init__(self, path: str, user_agent: str) -> None:
        """Make one that is not started. `path` is that of the program; empty: it is looked for."""
        self._path = path
        self._user_agent = user_agent
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._pages = 0

    async def new_context(self) -> BrowserContext:
        """Return a context for one page: it shares nothing with others. Raises BrowserError."""
        if self._browser is None or not self._browser.is_connected() or self._pages >= PAGES_PER_BROWSER:
            await self.close()
            self._browser = await self._start()
            self._pages = 0
        self._pages += 1
        return await self._browser.new_context(
            user_agent=self._user_agent,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            service_workers="block",
            accept_downloads=False,
        )

    async def close_context(self, context: BrowserContext) -> None:
        """Close a context. A browser in which that takes too long is ended."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await context.close()
        except Exception:  # the page hangs, or the browser crashed
            await self.close()

    async def close(self) -> None:
        """End the browser, if it runs."""
        browser, playwright = self._browser, self._playwright
        self._browser = self._playwright = None
        for part in (browser and browser.close, playwright and playwright.stop):
            if part:
                with suppress(Exception):  # it may be gone
                    async with asyncio.timeout(CLOSE_SECONDS):
                        await part()

    async def _start(self) -> Browser:
        try:
            from playwright.async_api import Error, async_playwright
        except ImportError:
            raise BrowserError(
                "its definition asks for a browser: install Chromium, and pip install 'newscrawler-cn[browser]'"
            ) from None
        path = self._path or next(filter(None, map(shutil.which, NAMES)), None)
        if path is None:
            raise BrowserError(
                "its definition asks for a browser: install Chromium, or name it in NEWSCRAWLER_CHROMIUM"
            )
        self._playwright = await async_playwright().start()
        try:
            return await self._playwright.chromium.launch(
                executable_path=path,
                args=list(FLAGS),
                chromium_sandbox=os.geteuid() != 0,  # as root, Chromium starts without its sandbox only
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
                timeout=START_SECONDS * 1000,
            )
        except Error as error:
            await self.close()
            raise BrowserError(f"the browser {path} could not be started: {error.message.splitlines()[0]}") from None
