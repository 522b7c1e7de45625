"""Reading the homepage: to find the sections, or to recognize it when it is sent in place of other pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from newscrawler.crawling.context import CrawlContext
from newscrawler.crawling.downloader.failures import describe_failure
from newscrawler.crawling.errors import QuotaReachedError
from newscrawler.crawling.requests import HOMEPAGE_PRIORITY, KIND
from newscrawler.crawling.spider.blocking import BlockDetector
from newscrawler.crawling.spider.responses import StatusClass, classify_status, page_of, request_of
from newscrawler.extraction.model import NotAnArticle
from newscrawler.extraction.page import Page
from newscrawler.listings.sections import Section, find_sections
from newscrawler.text.urls import identity, resolve

MAX_HOPS = 3
"""Redirects by script or `<meta refresh>` that are followed from the homepage."""
LOOK_SECONDS = 20
"""How long a crawl that knows its sections waits for the homepage."""
_SCRIPT_REDIRECT = re.compile(
    r"""(?:window|self|top|document)?\.?location(?:\.href)?\s*(?:=|\.(?:replace|assign)\()\s*['"]([^'"<>\s]{1,500})['"]"""
)
_META_REFRESH = re.compile(r"""^\s*\d{1,3}\s*;\s*url\s*=\s*['"]?([^'"<>\s]{1,500})""", re.IGNORECASE)


class HomepageReader:
    """Requests the homepage. `open_sections` takes the sections that it shows, and returns what to request next."""

    def __init__(
        self,
        context: CrawlContext,
        blocks: BlockDetector,
        open_sections: Callable[[Iterable[Section]], Iterator[Request]],
    ) -> None:
        self._context = context
        self._blocks = blocks
        self._open_sections = open_sections

    # A crawl that does not know its sections

    def request(self) -> Request:
        """Return the request for the homepage of a crawl that finds its sections there."""
        return self._request(self._context.portal.homepage, 0)

    def _request(self, url: str, hops: int) -> Request:
        return Request(
            url,
            callback=self.parse,
            errback=self.failed,
            cb_kwargs={"hops": hops},
            meta={KIND: "homepage"},
            priority=HOMEPAGE_PRIORITY,
            dont_filter=True,
        )

    def parse(self, response: Response, hops: int) -> Iterator[Request]:
        """Find the sections on the homepage, or follow its redirect by script."""
        context = self._context
        if sign := self._blocks.detect(response):
            context.fail(f"the homepage is blocked ({sign.kind}): {sign.evidence}")
            return
        if classify_status(response.status) is not StatusClass.PAGE:
            context.fail(f"the homepage answered {response.status}")
            return
        page = page_of(response, context.portal)
        if isinstance(page, NotAnArticle):
            context.fail(f"the homepage cannot be read: {page.detail}")
            return
        self._blocks.learn_homepage(page)
        base = page.base_url or response.url
        sections = self.find_sections(page, base)
        if sections:
            yield from self._open_sections(sections)
        elif (target := _redirect_by_script(page, base)) and hops < MAX_HOPS:
            yield self._request(context.urls.own_form(target), hops + 1)
        else:
            context.fail(
                f"no link on the homepage is named after a division of {context.portal.province}; "
                "name the sections in the definition's [sections]"
            )

    def find_sections(self, page: Page, base: str) -> list[Section]:
        """Return the sections to which the homepage links. `base` is the URL that its links are relative to."""
        return find_sections(page.root, base, self._context.portal.province_division, self._context.urls.owns)

    def failed(self, failure: Failure) -> None:
        """Record that the homepage could not be fetched."""
        if not isinstance(failure.value, QuotaReachedError):
            self._context.fail(f"the homepage could not be fetched: {describe_failure(failure)}")

    # A crawl that knows its sections

    def look_request(self, following: Iterable[Request]) -> Request:
        """Return the request for the homepage of a crawl that can do without it: once, and not for long.

        `following` are the requests of the crawl, which are sent afterwards.
        """
        return Request(
            self._context.portal.homepage,
            callback=self.look,
            errback=self.go_on_without,
            cb_kwargs={"following": following},
            meta={KIND: "homepage", "dont_retry": True, "download_timeout": LOOK_SECONDS},
            priority=HOMEPAGE_PRIORITY,
            dont_filter=True,
        )

    def look(self, response: Response, following: Iterable[Request]) -> Iterable[Request]:
        """Remember the homepage, if this is it, and go on."""
        if not self._blocks.detect(response) and classify_status(response.status) is StatusClass.PAGE:
            page = page_of(response, self._context.portal)
            if not isinstance(page, NotAnArticle):
                self._blocks.learn_homepage(page)
        return following

    def go_on_without(self, failure: Failure) -> Iterable[Request]:
        """Go on. Whatever makes the homepage fail shows in the sections, too, where it is recorded."""
        if isinstance(failure.value, QuotaReachedError):
            return ()
        following: Iterable[Request] = request_of(failure).cb_kwargs["following"]
        return following


def _redirect_by_script(page: Page, base: str) -> str | None:
    """Return where a homepage without content redirects to, by `<meta refresh>` or by script; None if it does not."""
    refreshes = [meta for meta in page.root.iter("meta") if (meta.get("http-equiv") or "").lower() == "refresh"]
    match = next((match for meta in refreshes if (match := _META_REFRESH.match(meta.get("content") or ""))), None)
    match = match or _SCRIPT_REDIRECT.search(page.text[:20_000])
    target = resolve(base, str(match[1])) if match else None
    return target if target and identity(target) != identity(base) else None
