"""Whether a response is a page of the edition that was requested. Many servers send something else in its place."""

from __future__ import annotations

from scrapy.http import Response

from newscrawler.crawling.context import CrawlContext
from newscrawler.crawling.spider.blocking import BlockDetector
from newscrawler.crawling.spider.edition_state import Edition, Progress
from newscrawler.crawling.spider.responses import requested_url
from newscrawler.extraction.article import extract_article
from newscrawler.extraction.model import NoArticle, NotAnArticle
from newscrawler.extraction.page import Page
from newscrawler.listings.newspapers import EditionPage
from newscrawler.normalization.text import clean_line
from newscrawler.text.urls import identity

MAX_JUMPS = 2
"""Redirects by script or `<meta refresh>` that are followed from the first page of an edition."""


class EditionChecks:
    """Checks the pages of editions of one portal."""

    def __init__(self, context: CrawlContext, blocks: BlockDetector) -> None:
        self._context = context
        self._blocks = blocks

    def is_redirected_home(self, response: Response) -> bool:
        """Whether the server redirects from an edition to the homepage."""
        own = identity(response.url)
        return own == identity(self._context.portal.homepage) != identity(requested_url(response))

    def jump_target(self, content: EditionPage, edition: Edition) -> str:
        """Return where a page without links redirects to within its edition; empty otherwise."""
        target = self._context.urls.own_form(content.jump) if content.jump else ""
        is_within = target and self._context.urls.owns(target) and not edition.day.is_other_in(target)
        if not is_within or edition.jumps >= MAX_JUMPS or identity(target) in edition.known:
            return ""
        return target

    def replacement_of(
        self, response: Response, page: Page, content: EditionPage, edition: Edition, progress: Progress
    ) -> str:
        """Return what a page is in place of one of this edition, as in `it prints the date 2024-05-19`; else empty."""
        requested, received = requested_url(response), self._context.urls.own_form(response.url)
        if (
            identity(requested) != identity(received)
            and edition.day.is_in(requested)
            and not edition.day.is_in(received)
        ):
            return f"it redirects to {response.url}"
        if content.other_edition:
            return content.other_edition
        if self._blocks.is_homepage(page):
            return "it shows the homepage"
        if edition.read:
            return ""
        if content.jump and not content.entries:
            return f"it redirects to {content.jump}"
        titles = frozenset(clean_line(entry.title) for entry in content.entries if entry.title)
        if len(titles) > 1 and (titles <= progress.newest or titles <= progress.last):
            return "it has the same titles as a newer edition"
        rejection = extract_article(page) if not content.entries and not content.pages else None
        if isinstance(rejection, NotAnArticle) and rejection.reason is NoArticle.ERROR_PAGE:
            return f"it is an error page ({rejection.detail})"
        return ""
