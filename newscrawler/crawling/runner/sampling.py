"""A look at a portal: its homepage, the first listing page of each section, a few articles of each.

The same spider, rules and manners as a crawl's; only how much is read differs. The archive is a temporary one.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scrapy import Request
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response

from newscrawler import places
from newscrawler.archive.frontier import StoredUrl
from newscrawler.crawling.runner.project import project_settings
from newscrawler.crawling.spider.articles import ArticleFetcher
from newscrawler.crawling.spider.responses import Verdict, classify_status, page_of
from newscrawler.crawling.spider.spider import PortalSpider
from newscrawler.crawling.sweep import Sweep
from newscrawler.extraction.model import NotAnArticle
from newscrawler.extraction.page import Page
from newscrawler.listings.sections import FoundSection, find_sections
from newscrawler.portals import Portal


class _FewArticles(ArticleFetcher):
    """Fetches the first articles of each section."""

    def __init__(self, spider: PortalSpider, most: int) -> None:
        super().__init__(spider)
        self._most = most
        self._left: dict[str, int] = {}

    @property
    def limit_reached(self) -> bool:
        """A section is left after its first listing page."""
        return True

    def request(self, sweep: Sweep, url: str, listed_date: str, *, stored: StoredUrl | None = None) -> Request | None:
        """Return the request for an article, while the section may have one more."""
        left = self._left.setdefault(sweep.name, self._most)
        if left <= 0:
            return None
        self._left[sweep.name] = left - 1
        return Request(
            url,
            callback=self.parse,
            errback=self.failed,
            cb_kwargs={"sweep": sweep, "url": url, "listed_date": listed_date},
        )


class SampleSpider(PortalSpider):
    """Reads the first listing page of each section and a few of its articles."""

    articles_a_section = 3

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.articles = _FewArticles(self, self.articles_a_section)


class ScoutSpider(SampleSpider):
    """Looks at a portal of which only the homepage is known. Its province is the one that most links name."""

    page: Page | None = None
    """The homepage."""
    found: list[FoundSection]
    """Its sections; empty when no link names a division."""
    is_settled = False
    """Whether the province was given, and needs no finding."""

    def parse_homepage(self, response: Response, hops: int) -> Iterator[Request]:
        """Find the province, then go on as any crawl does."""
        self.found = []
        if classify_status(response.status) is Verdict.PAGE:
            page = page_of(response, self.portal)
            if not isinstance(page, NotAnArticle):
                self.page = page
                self._find_province(page, page.base_url or response.url)
        yield from super().parse_homepage(response, hops)

    def _find_province(self, page: Page, base: str) -> None:
        candidates = [self.portal.province_division] if self.is_settled else places.provinces()
        for province in candidates:
            found = find_sections(page.root, base, province, self.owns)
            if len(found) > len(self.found):
                self.found = found
                self.portal = self.portal.model_copy(update={"province": province.name})


def sample(portal: Portal, archive: str | Path, *, via: str | None = None, articles: int = 3) -> SampleSpider | None:
    """Look at a portal into an empty archive; return the spider, None when it could not begin. Once a process."""
    attributes = {"name": portal.id, "portal": portal, "articles_a_section": articles}
    return _run(type("SampleOfPortal", (SampleSpider,), attributes), archive, via)


def scout(
    portal: Portal, archive: str | Path, *, via: str | None = None, is_settled: bool = False
) -> ScoutSpider | None:
    """Look at a portal of which only the homepage, and perhaps the province, is known. Once a process."""
    attributes = {"name": portal.id, "portal": portal, "articles_a_section": 2, "is_settled": is_settled}
    spider = _run(type("ScoutOfPortal", (ScoutSpider,), attributes), archive, via)
    assert spider is None or isinstance(spider, ScoutSpider)  # noqa: S101
    return spider


def _run(spider_class: type[SampleSpider], archive: str | Path, via: str | None) -> SampleSpider | None:
    settings = project_settings()
    settings.set("NEWSCRAWLER_CAPTURES", False, priority="cmdline")
    process = CrawlerProcess(settings)
    logging.getLogger("scrapy").setLevel(logging.getLogger().level)
    crawler = process.create_crawler(spider_class)
    begun = process.crawl(crawler, archive=str(archive), via=via)
    begun.addErrback(lambda failure: logging.getLogger(__name__).error("%s", failure.getErrorMessage()))
    process.start()
    return crawler.spider if isinstance(crawler.spider, SampleSpider) else None
