"""What a crawl does when it is turned away: it records, slows down for a while, and after a bound it stops."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrapy.core.downloader import Slot
from scrapy.http import Response

from newscrawler.extraction.blocks import BlockSign, turned_away
from newscrawler.extraction.page import Page

if TYPE_CHECKING:
    from newscrawler.crawling.spider.spider import PortalSpider

logger = logging.getLogger(__name__)

STOP_AFTER = 5
"""Answers in a row that turn the crawler away; then it leaves the portal alone until the next crawl."""
LONGEST_DELAY_SECONDS = 60.0
LINKS_OF_A_HOMEPAGE = 8
"""A homepage of fewer links is too bare to be known again."""
SAME_LINKS = 0.9
"""Share of links that the homepage, asked for twice, has in common with itself; its news move."""


class BlockDetector:
    """Looks at every answer of a crawl before anything else does."""

    def __init__(self, spider: PortalSpider) -> None:
        self._spider = spider
        self._in_a_row = 0
        self._usual_delay: float | None = None
        """Seconds between requests before the crawl was slowed; None while it is not."""
        self._homepage: tuple[str, frozenset[str]] = ("", frozenset())

    def judge(self, response: Response) -> BlockSign | None:
        """Return how this answer turns the crawler away; slows or ends the crawl when it does."""
        found = turned_away(response.status, response.body)
        if found is None:
            self._in_a_row = 0
            self._speed_up()
            return None
        self.note(response.url, found)
        return found

    def learn_homepage(self, page: Page) -> None:
        """Keep the homepage's title and links, to know it where it stands in place of another page."""
        self._homepage = page.title, _links_of(page)

    def is_homepage(self, page: Page) -> bool:
        """Whether a page is the portal's homepage.

        Both title and links have to agree: some portals have one title, others one navigation on all pages.
        """
        title, home = self._homepage
        if page.title != title or len(home) < LINKS_OF_A_HOMEPAGE:
            return False
        links = _links_of(page)
        return len(home & links) >= SAME_LINKS * len(home | links)

    def note(self, url: str, found: BlockSign) -> None:
        """Count one answer that turned the crawler away."""
        self._in_a_row += 1
        self._slow_down()
        if self._in_a_row == STOP_AFTER:
            logger.warning(
                "%s turned %d requests in a row away (%s: %s, last %s); the crawl of it stops",
                self._spider.portal.id,
                STOP_AFTER,
                found.kind,
                found.evidence,
                url,
            )
            self._spider.stop("blocked", f"the portal turned {STOP_AFTER} requests in a row away: {found.evidence}")

    def _slow_down(self) -> None:
        if slot := self._slot():
            if self._usual_delay is None:
                self._usual_delay = slot.delay
            slot.delay = min(max(slot.delay * 2, 1.0), LONGEST_DELAY_SECONDS)

    def _speed_up(self) -> None:
        """Come back to the usual pace step by step: a few forbidden pages do not slow a whole crawl."""
        if self._usual_delay is not None and (slot := self._slot()):
            slot.delay = max(slot.delay / 2, self._usual_delay)
            if slot.delay == self._usual_delay:
                self._usual_delay = None

    def _slot(self) -> Slot | None:
        slot: Slot | None = self._spider.crawler.engine.downloader.slots.get(self._spider.portal.id)
        return slot


def _links_of(page: Page) -> frozenset[str]:
    """Return the links of a page as written, since the same page may be served at another address."""
    return frozenset(href for link in page.root.iter("a") if (href := link.get("href")))
