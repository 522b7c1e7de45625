"""The turn of a request among the portals of one group: `crawl.group`, for portals that share a server.

A request waits for one of the group's places, then for the turn, and holds the turn until it is sent. Places and turn
are locks beside the archive, so they hold for all processes that crawl into it, and end with their holder. A file has
the time of the last request and its delay; what is not known counts as a request just now.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from filelock import FileLock

from newscrawler.archive.database.locks import group_file, try_lock_group
from newscrawler.crawling.context import CrawlContext
from newscrawler.text.boot_clock import boot_seconds

logger = logging.getLogger(__name__)

LONGEST_DELAY = 3600.0
SHORTEST_LOOK, LONGEST_LOOK = 0.02, 0.5
"""Seconds between two looks whether a place or the turn is free."""


class GroupTurn:
    """The places and the turn of a group, as one crawl uses them."""

    def __init__(self, context: CrawlContext, group: str) -> None:
        self._context = context
        self._archive = Path(context.store.path)
        self._group = group
        # A crawl of several workers has its own numbers divided among them.
        self._places = context.portal.crawl.concurrency * context.shard.count
        self._last = group_file(self._archive, group)

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Wait for a place and for the turn; keep the place in the block, which sends one request.

        Between it and the request before lies the longer of both delays: with all that robots.txt, slow answers and
        blocks have added to that of the definition.
        """
        place = await self._first_free([f"place-{number}" for number in range(self._places)])
        try:
            turn = await self._first_free(["turn"])
            try:
                await self._wait()
            finally:
                turn.release()
            yield
        finally:
            place.release()

    async def _first_free(self, names: list[str]) -> FileLock:
        while True:
            for name in names:
                if (lock := try_lock_group(self._archive, self._group, name)) is not None:
                    return lock
            await asyncio.sleep(min(max(self._delay() / 20, SHORTEST_LOOK), LONGEST_LOOK))

    async def count_from(self, ago: float) -> None:
        """Note that a request came so many seconds ago, which is later than it was sent."""
        note = await self._first_free(["note"])
        try:
            last, delay = self._noted(boot_seconds())
            if (moment := boot_seconds() - ago) > last:
                self._note(moment, max(delay, self._delay()))
        except OSError as error:
            logger.warning("%s: cannot be written: %s", self._last, error.strerror)
        finally:
            note.release()

    async def _wait(self) -> None:
        # Read again and again: a request that came late moves the moment.
        begun = boot_seconds()
        while (left := self._left(begun)) > 0:
            await asyncio.sleep(min(left, 1.0))
        note = await self._first_free(["note"])
        try:
            self._note(boot_seconds(), self._delay())
        except OSError as error:
            # Nobody can know of this request, so the turn is held until the next one may come.
            logger.warning("%s: cannot be written: %s", self._last, error.strerror)
            await asyncio.sleep(self._delay())
        finally:
            note.release()

    def _left(self, begun: float) -> float:
        last, delay = self._noted(begun)
        return last + max(delay, self._delay()) - boot_seconds()

    def _note(self, moment: float, delay: float) -> None:
        fd = os.open(self._last, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o644)
        with os.fdopen(fd, "w", encoding="ascii") as stream:
            stream.write(f"{moment} {delay}")

    def _noted(self, unknown: float) -> tuple[float, float]:
        """Return when the last request of the group came, and its delay; `unknown` if nobody can say."""
        try:
            with os.fdopen(os.open(self._last, os.O_RDONLY | os.O_NOFOLLOW), encoding="ascii") as stream:
                last, delay = map(float, stream.read(100).split())
        except (OSError, ValueError):
            return unknown, 0.0
        is_possible = 0 <= last <= boot_seconds() and 0 <= delay <= LONGEST_DELAY
        return (last, delay) if is_possible else (unknown, 0.0)

    def _delay(self) -> float:
        slot = self._context.download_slot
        seconds = slot.delay if slot else self._context.settings.getfloat("DOWNLOAD_DELAY")
        return seconds / self._context.shard.count
