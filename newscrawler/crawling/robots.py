"""robots.txt by the rules of RFC 9309, kept with the run.

An answer of 2xx is read; 4xx allows everything; 5xx, 429 or no answer forbids everything, because the portal's
wishes are unknown.
"""

from __future__ import annotations

import logging

from protego import Protego
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.robotstxt import ProtegoRobotParser, RobotParser
from scrapy.utils.misc import build_from_crawler
from twisted.internet.defer import Deferred

logger = logging.getLogger(__name__)

MAX_ROBOTS_BYTES = 512 * 1024
"""RFC 9309, 2.5: at least 500 KiB are read; what follows is ignored."""


class ForbiddenByRobotsError(IgnoreRequest):
    """robots.txt does not allow this URL, or could not be had."""


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's robots.txt middleware, with the meaning that the status has in RFC 9309."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._reasons: dict[str, str] = {}

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Raise ForbiddenByRobotsError when the rules of the request's host do not allow it."""
        host = request.url.split("/", 3)[2]
        if reason := self._reasons.get(host):
            raise ForbiddenByRobotsError(reason)
        if rp is not None and not rp.allowed(request.url, self._robotstxt_useragent or "newscrawler"):
            self._stats.inc_value("robotstxt/forbidden")
            raise ForbiddenByRobotsError(f"robots.txt of {host} forbids {request.url}")

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        self._stats.inc_value("robotstxt/response_count")
        self._stats.inc_value(f"robotstxt/response_status_count/{response.status}")
        body = response.body[:MAX_ROBOTS_BYTES]
        if 200 <= response.status < 300:
            verdict = "rules"
        elif response.status >= 500 or response.status == 429:
            verdict = "disallow-all"
            self._reasons[netloc] = (
                f"robots.txt of {netloc} answered {response.status}, which forbids everything for now (RFC 9309); "
                "try again later"
            )
        else:
            verdict = "allow-all"
        parser = build_from_crawler(self._parserimpl, self.crawler, body if verdict == "rules" else b"")
        self._keep(netloc, response.status, verdict, body if verdict == "rules" else None)
        await self.crawler.signals.send_catch_log_async(
            signal=signals.robots_parsed, robotparser=parser, request=request
        )
        self._answer(netloc, parser)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        self._reasons[netloc] = (
            f"robots.txt of {netloc} could not be fetched ({exc or type(exc).__name__}), which forbids everything "
            "for now (RFC 9309); check that the portal can be reached"
        )
        self._keep(netloc, None, "disallow-all", None)
        self._answer(netloc, None)

    def _answer(self, netloc: str, parser: RobotParser | None) -> None:
        """Let the requests go on that wait for this host's rules."""
        waiting = self._parsers[netloc]
        self._parsers[netloc] = parser
        if isinstance(waiting, Deferred):
            waiting.callback(parser)

    def _keep(self, host: str, status: int | None, verdict: str, body: bytes | None) -> None:
        ledger = getattr(self.crawler.spider, "ledger", None)
        if ledger is not None:
            text = body.decode("utf-8", "replace") if body is not None else None
            ledger.record_robots(host, status=status, verdict=verdict, body=text)


def crawl_delay(parser: RobotParser, user_agent: str) -> float | None:
    """Return the `Crawl-delay` that a robots.txt sets for us, in seconds."""
    rules = parser.rp if isinstance(parser, ProtegoRobotParser) else None
    return rules.crawl_delay(user_agent) if isinstance(rules, Protego) else None
