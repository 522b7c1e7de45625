"""What a crawl does every second: it commits what is old enough, and tells what it waits for when nothing happens."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.utils.asyncio import create_looping_call

from newscrawler.crawling.context import CrawlContext, context_of

logger = logging.getLogger(__name__)

INTERVAL_SECONDS = 1.0
QUIET_SECONDS = 30.0
"""A crawl without a response for so long, or for two delays, tells what it waits for; again after twice the time."""
CLOCK_STEP_SECONDS = 60.0
"""A clock that moves so much more, or less, than time does was set by somebody."""
MOST_NAMED = 3
"""Requests that a message names."""


class CheckpointExtension:
    """Calls itself every second while a crawl runs.

    Records are committed when the next one is added, too; the clock is for crawls to which nothing is added.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._repeat = create_looping_call(self._check)
        self._responses = -1
        self._changed = self._last = time.monotonic()
        self._wall = time.time()
        self._told = QUIET_SECONDS
        crawler.signals.connect(self._start, signal=signals.spider_opened)
        crawler.signals.connect(self._stop, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the extension."""
        return cls(crawler)

    def _start(self) -> None:
        self._repeat.start(INTERVAL_SECONDS, now=False)

    def _stop(self) -> None:
        if self._repeat.running:
            self._repeat.stop()

    def _check(self) -> None:
        context = context_of(self._crawler)
        if context is None:
            return
        context.store.writer.flush_if_due()
        self._check_clock(context)
        self._check_progress(context)

    def _check_clock(self, context: CrawlContext) -> None:
        now, wall = time.monotonic(), time.time()
        step = (wall - self._wall) - (now - self._last)
        self._last, self._wall = now, wall
        if abs(step) >= CLOCK_STEP_SECONDS:
            way = "ahead" if step > 0 else "back"
            context.warn(f"the machine's clock was set {way} by {abs(step):.0f} s; times of this run may be wrong")

    def _check_progress(self, context: CrawlContext) -> None:
        responses = context.stats.get_value("downloader/response_count", 0)
        now = time.monotonic()
        if responses != self._responses:
            self._responses, self._changed, self._told = responses, now, QUIET_SECONDS
            return
        slot = context.download_slot
        quiet = now - self._changed
        if quiet < max(self._told, 2 * slot.delay if slot else 0.0):
            return
        if awaited := list(_awaited(self._crawler)):
            more = f" and {len(awaited) - MOST_NAMED} more" if len(awaited) > MOST_NAMED else ""
            shown = ", ".join(awaited[:MOST_NAMED])
            logger.warning("%s: no response for %.0f s; it waits for %s%s", context.portal.id, quiet, shown, more)
            self._told = 2 * quiet


def _awaited(crawler: Crawler) -> Iterator[str]:
    """Yield what a crawl waits for, in words; what was sent goes first."""
    downloader = crawler.engine.downloader
    slots = list(downloader.slots.values())
    sent = {request for slot in slots for request in slot.transferring}
    queued = {entry[0] for slot in slots for entry in slot.queue}
    for request in sent:
        yield f"the response of {request.url}"
    for request in downloader.active - sent - queued:
        yield f"robots.txt or a retry of {request.url}"
    for slot in slots:
        if slot.queue:
            yield f"the delay of {slot.delay:g} s between requests"
