"""robots.txt by the rules of RFC 9309, kept with the run.

An answer of 2xx is read; 4xx allows everything; 5xx, 429 or no answer forbids everything, because the portal's
wishes are unknown. `Crawl-delay` and `Request-rate`, which the RFC leaves out but portals use, slow the crawl.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from newscrawler.crawling.downloader.failures import reason_of_error
from newscrawler.crawling.middlewares.quota import QuotaReachedError
from newscrawler.crawling.recording.captures import KIND
from newscrawler.crawling.shard import Share

logger = logging.getLogger(__name__)

MAX_ROBOTS_BYTES = 512 * 1024
"""RFC 9309, 2.5: at least 500 KiB are read; what follows is ignored."""
LONGEST_DELAY_SECONDS = 300.0
"""A `Crawl-delay` beyond this is taken for a mistake, and logged."""
PRIORITY = 1_000


class ForbiddenByRobotsError(IgnoreRequest):
    """robots.txt does not allow this URL."""


class RobotsUnknownError(IgnoreRequest):
    """robots.txt could not be had, which forbids everything until it can."""


@dataclass(frozen=True, slots=True)
class _Rules:
    """What a host allows: rules, or a reason why nothing is allowed for now."""

    parser: Protego | None = None
    forbidden: str = ""


class RobotsMiddleware:
    """Asks each host for its robots.txt once a crawl, before anything else."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._rules: dict[str, asyncio.Future[_Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """Make the middleware."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Pass a request on, or raise ForbiddenByRobotsError or RobotsUnknownError."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = asyncio.ensure_future(self._fetch(origin))
        rules = await asyncio.shield(self._rules[origin])
        if rules.forbidden:
            raise RobotsUnknownError(rules.forbidden)
        if rules.parser is not None and not rules.parser.can_fetch(request.url, self._agent):
            raise ForbiddenByRobotsError(f"robots.txt of {parts.netloc} forbids {request.url}")

    async def _fetch(self, origin: str) -> _Rules:
        host = urlsplit(origin).netloc
        request = Request(
            f"{origin}/robots.txt",
            priority=PRIORITY,
            meta={"dont_obey_robotstxt": True, KIND: "robots"},
            callback=NO_CALLBACK,
        )
        try:
            response = await self._crawler.engine.download_async(request)
        except QuotaReachedError:
            raise
        except Exception as error:  # whatever keeps the wishes of the portal unknown
            self._keep(host, None, "disallow-all", None)
            return _Rules(
                forbidden=f"robots.txt of {host} could not be fetched: {reason_of_error(error)} (no answer forbids "
                "everything for now, RFC 9309)"
            )
        return self._judge(host, response)

    def _judge(self, host: str, response: Response) -> _Rules:
        if response.status >= 500 or response.status == 429:
            self._keep(host, response.status, "disallow-all", None)
            return _Rules(
                forbidden=f"robots.txt of {host} answered {response.status}, which forbids everything for now "
                "(RFC 9309); try again later"
            )
        if not 200 <= response.status < 300:
            self._keep(host, response.status, "allow-all", None)
            return _Rules()
        text = response.body[:MAX_ROBOTS_BYTES].decode("utf-8", "replace")
        self._keep(host, response.status, "rules", text)
        parser = Protego.parse(text)
        self._slow_down(host, parser)
        return _Rules(parser)

    def _slow_down(self, host: str, parser: Protego) -> None:
        """Keep the pause that the portal asks for, where it is longer than the definition's."""
        rate = parser.request_rate(self._agent)
        asked = max(parser.crawl_delay(self._agent) or 0.0, rate.seconds / rate.requests if rate else 0.0)
        if asked > LONGEST_DELAY_SECONDS:
            logger.warning("robots.txt of %s asks for %s s between requests; %s s are kept", host, asked, 300)
            asked = LONGEST_DELAY_SECONDS
        asked *= getattr(self._crawler.spider, "share", Share()).count
        if asked <= self._crawler.settings.getfloat("DOWNLOAD_DELAY"):
            return
        logger.info("robots.txt of %s asks for %s s between requests", host, asked)
        throttle = self._crawler.get_extension(AutoThrottle)
        if throttle is not None:
            throttle.mindelay = max(throttle.mindelay, asked)
            throttle.maxdelay = max(throttle.maxdelay, asked)
        for slot in self._crawler.engine.downloader.slots.values():
            slot.delay = max(slot.delay, asked)

    def _keep(self, host: str, status: int | None, verdict: str, body: str | None) -> None:
        ledger = getattr(self._crawler.spider, "ledger", None)
        if ledger is not None:
            ledger.record_robots(host, status=status, verdict=verdict, body=body)
