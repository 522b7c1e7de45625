"""What a crawl does when the portal blocks it: slow down for a while, and stop after several blocks in a row."""

from __future__ import annotations

import logging

from scrapy.http import Response

from newscrawler.crawling.context import CrawlContext
from newscrawler.extraction.blocks import BlockSign, detect_block
from newscrawler.extraction.html import text_up_to
from newscrawler.extraction.page import Page
from newscrawler.text.urls import identity

logger = logging.getLogger(__name__)

STOP_AFTER = 5
"""Blocks in a row after which the crawl stops. The next crawl tries again."""
LONGEST_DELAY_SECONDS = 60.0
MIN_HOMEPAGE_LINKS = 8
"""A homepage with fewer links cannot be recognized safely."""
MOST_TEXT = 500_000
"""Characters of the homepage that are remembered."""
SAME_LINKS = 0.9
"""Share of links that two copies of the homepage have in common; its news change between two requests."""


class BlockDetector:
    """Looks at every response of a crawl before anything else does."""

    def __init__(self, context: CrawlContext) -> None:
        self._context = context
        self._in_a_row = 0
        self.usual_delay: float | None = None
        """Seconds between requests before the crawl was slowed down; None while it is not slowed down."""
        self._homepage: tuple[str, frozenset[str]] = ("", frozenset())
        self._homepage_links: frozenset[str] = frozenset()
        """Identities of the addresses to which the homepage links."""
        self._homepage_text = ""
        """What the homepage says, without spaces."""

    def detect(self, response: Response) -> BlockSign | None:
        """Return how a response blocks the crawler, None if it does not. A block slows the crawl down or ends it."""
        sign = detect_block(response.status, response.body)
        if sign is None:
            self._in_a_row = 0
            self._speed_up()
            return None
        self.note(response.url, sign)
        return sign

    def learn_homepage(self, page: Page) -> None:
        """Remember the homepage. It may be sent in place of another page; what it has belongs to the whole portal."""
        self._homepage = page.title, _links_of(page)
        own_form = self._context.urls.own_form
        areas = (href for area in page.root.iter("area") if (href := area.get("href")))
        urls = (page.absolute(link) for link in (*self._homepage[1], *areas))
        self._homepage_links = frozenset(identity(own_form(url)) for url in urls if url)
        self._homepage_text = "".join(text_up_to(page.root, MOST_TEXT).split())

    def is_homepage(self, page: Page) -> bool:
        """Whether a page is the portal's homepage.

        Title and links must both agree: some portals have one title on all pages, others one navigation.
        """
        title, home = self._homepage
        if page.title != title or len(home) < MIN_HOMEPAGE_LINKS:
            return False
        links = _links_of(page)
        return len(home & links) >= SAME_LINKS * len(home | links)

    def is_on_homepage(self, url: str) -> bool:
        """Whether the homepage links to a URL; false while the homepage is not known."""
        return identity(url) in self._homepage_links

    def is_said_on_homepage(self, words: str) -> bool:
        """Whether the homepage has these words, too; false while the homepage is not known."""
        return "".join(words.split()) in self._homepage_text

    def note(self, url: str, sign: BlockSign) -> None:
        """Count one block."""
        self._in_a_row += 1
        self._slow_down()
        if self._in_a_row == STOP_AFTER:
            logger.warning(
                "%s blocked %d requests in a row (%s: %s, last %s); its crawl stops",
                self._context.portal.id,
                STOP_AFTER,
                sign.kind,
                sign.evidence,
                url,
            )
            self._context.stop("blocked", f"the portal blocked {STOP_AFTER} requests in a row: {sign.evidence}")

    def _slow_down(self) -> None:
        if slot := self._context.download_slot:
            if self.usual_delay is None:
                self.usual_delay = slot.delay
            slot.delay = min(max(slot.delay * 2, 1.0), LONGEST_DELAY_SECONDS)

    def _speed_up(self) -> None:
        """Return to the usual pace step by step. A few forbidden pages do not slow down the whole crawl."""
        if self.usual_delay is not None and (slot := self._context.download_slot):
            slot.delay = max(slot.delay / 2, self.usual_delay)
            if slot.delay == self.usual_delay:
                self.usual_delay = None


def _links_of(page: Page) -> frozenset[str]:
    """Return the links of a page as written, since the same page may be served at another address."""
    return frozenset(href for link in page.root.iter("a") if (href := link.get("href")))
