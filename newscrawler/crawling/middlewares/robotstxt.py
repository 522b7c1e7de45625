"""robots.txt by the rules of RFC 9309, recorded with the run.

A 2xx response is read. 4xx allows everything. 5xx, 429 or no response forbids everything, because the portal's wishes
are unknown. `Crawl-delay` and `Request-rate`, which are not part of the RFC but which portals use, slow the crawl down.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from fractions import Fraction
from typing import Self
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from newscrawler.crawling.context import context_of
from newscrawler.crawling.downloader.failures import describe_error
from newscrawler.crawling.errors import ForbiddenByRobotsError, QuotaReachedError, RobotsUnknownError
from newscrawler.crawling.requests import KIND, ROBOTS_PRIORITY

logger = logging.getLogger(__name__)

MAX_ROBOTS_BYTES = 512 * 1024
"""RFC 9309, 2.5, asks for at least 500 KiB. The rest of a longer file is ignored."""
_TOO_LONG = 10**9
LONGEST_DELAY_SECONDS = 300.0
"""A longer `Crawl-delay` is taken for a mistake, and logged."""


@dataclass(frozen=True, slots=True)
class _Rules:
    """What a host allows: rules, or the reason why nothing is allowed for now."""

    parser: Protego | None = None
    forbidden: str = ""


class RobotsMiddleware:
    """Fetches the robots.txt of each host once per crawl, before anything else of the host."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._rules: dict[str, asyncio.Future[_Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
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
            priority=ROBOTS_PRIORITY,
            meta={"dont_obey_robotstxt": True, KIND: "robots"},
            callback=NO_CALLBACK,
        )
        try:
            response = await self._crawler.engine.download_async(request)
        except QuotaReachedError:
            raise
        except Exception as error:  # whatever the cause, the portal's wishes are unknown
            self._record(host, None, "disallow-all", None)
            return _Rules(
                forbidden=f"robots.txt of {host} could not be fetched: {describe_error(error)} (no answer forbids "
                "everything for now, RFC 9309)"
            )
        return self._classify(host, response)

    def _classify(self, host: str, response: Response) -> _Rules:
        if response.status >= 500 or response.status == 429:
            self._record(host, response.status, "disallow-all", None)
            return _Rules(
                forbidden=f"robots.txt of {host} answered {response.status}, which forbids everything for now "
                "(RFC 9309); try again later"
            )
        if not 200 <= response.status < 300:
            self._record(host, response.status, "allow-all", None)
            return _Rules()
        text = response.body[:MAX_ROBOTS_BYTES].decode("utf-8", "replace")
        self._record(host, response.status, "rules", text)
        parser = Protego.parse(text)
        self._slow_down(host, parser)
        return _Rules(parser)

    def _slow_down(self, host: str, parser: Protego) -> None:
        """Apply the delay that the portal asks for, if it is longer than the definition's."""
        asked = seconds_between_requests(parser, self._agent)
        if asked > LONGEST_DELAY_SECONDS:
            logger.warning("robots.txt of %s asks for %s s between requests; %s s are used", host, asked, 300)
            asked = LONGEST_DELAY_SECONDS
        if context := context_of(self._crawler):
            asked *= context.shard.count
        if asked <= self._crawler.settings.getfloat("DOWNLOAD_DELAY"):
            return
        logger.info("robots.txt of %s asks for %s s between requests", host, asked)
        throttle = self._crawler.get_extension(AutoThrottle)
        if throttle is not None:
            throttle.mindelay = max(throttle.mindelay, asked)
            throttle.maxdelay = max(throttle.maxdelay, asked)
        for slot in self._crawler.engine.downloader.slots.values():
            slot.delay = max(slot.delay, asked)

    def _record(self, host: str, status: int | None, policy: str, body: str | None) -> None:
        if context := context_of(self._crawler):
            context.store.record_robots(host, status=status, policy=policy, body=body)


def seconds_between_requests(parser: Protego, agent: str) -> float:
    """Return the wait that a robots.txt asks for; the numbers of its rate may have thousands of digits."""
    delay = parser.crawl_delay(agent) or 0.0
    rate = parser.request_rate(agent)
    if rate is None:
        return float(delay)
    return max(delay, float(min(Fraction(rate.seconds, rate.requests), Fraction(_TOO_LONG))))
