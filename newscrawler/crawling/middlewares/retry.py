"""Retries after a wait, which grows with each retry and is at least as long as the portal asks for."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapy import Request
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Response
from scrapy.utils.response import response_status_message

SHORTEST_WAIT_SECONDS = 0.2
LONGEST_WAIT_SECONDS = 120.0
"""When a portal asks for a longer wait, the request is left to the next crawl."""
LONGEST_ASKED_SECONDS = 30 * 86_400.0
"""A longer `Retry-After` is taken for a mistake: an article would wait for years."""


class BackOffRetryMiddleware(RetryMiddleware):
    """Scrapy's retries, each after a wait: the portal's delay, then twice that, or what `Retry-After` asks for."""

    async def process_response(  # type: ignore[override]  # Scrapy awaits what a middleware returns
        self, request: Request, response: Response
    ) -> Request | Response:
        """Return the response; for a status that may pass, wait and return the request again."""
        if request.meta.get("dont_retry") or response.status not in self.retry_http_codes:
            return response
        asked = retry_after(response)
        if asked is not None and asked > LONGEST_WAIT_SECONDS:
            return response
        again = self._retry(request, response_status_message(response.status))
        if again is None:
            return response
        await self._wait(again, asked)
        return again

    async def process_exception(  # type: ignore[override]
        self, request: Request, exception: Exception
    ) -> Request | None:
        """Wait and return the request again, if the failure may be temporary."""
        if request.meta.get("dont_retry") or not isinstance(exception, self.exceptions_to_retry):
            return None
        again = self._retry(request, exception)
        if again is not None:
            await self._wait(again, None)
        return again

    async def _wait(self, request: Request, asked: float | None) -> None:
        first = max(self.crawler.settings.getfloat("DOWNLOAD_DELAY"), SHORTEST_WAIT_SECONDS)
        wait = first * 2 ** (request.meta["retry_times"] - 1) * random.uniform(1.0, 1.25)  # noqa: S311
        await asyncio.sleep(min(max(wait, asked or 0.0), LONGEST_WAIT_SECONDS))


def retry_after(response: Response) -> float | None:
    """Return the seconds that `Retry-After` asks for, at most 30 days; None without the header."""
    return seconds_asked((response.headers.get(b"Retry-After") or b"").decode("latin-1"))


def seconds_asked(header: str) -> float | None:
    """Return the seconds that a `Retry-After` means (RFC 9110, 10.2.3), at most 30 days; None if it means nothing."""
    value = header.strip()
    if value.isdecimal():
        return min(float(value[:9]), LONGEST_ASKED_SECONDS)
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - datetime.now(UTC)).total_seconds()), LONGEST_ASKED_SECONDS)
