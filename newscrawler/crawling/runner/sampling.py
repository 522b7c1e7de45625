"""Reading a sample of a portal: its homepage, the first listing page of each section, a few articles of each.

Spider, rules and politeness are those of a crawl; only less is read. The archive is a temporary one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from scrapy import Request, signals
from scrapy.http import Response
from scrapy.settings import BaseSettings, Settings

from newscrawler import places
from newscrawler.archive.frontier import StoredUrl
from newscrawler.archive.progress import Progress, unwatched
from newscrawler.crawling.browser.observation import PAGE_LOADED, LoadedPage
from newscrawler.crawling.context import CrawlContext
from newscrawler.crawling.middlewares.saved_responses import READ_FROM, SAVE_TO
from newscrawler.crawling.runner.project import new_process, project_settings
from newscrawler.crawling.saved_responses import SavedResponses
from newscrawler.crawling.spider.articles import ArticleFetcher
from newscrawler.crawling.spider.blocking import BlockDetector
from newscrawler.crawling.spider.homepage import HomepageReader
from newscrawler.crawling.spider.loader import SpiderClass, spider_for
from newscrawler.crawling.spider.responses import StatusClass, classify_status, page_of
from newscrawler.crawling.spider.spider import PortalSpider
from newscrawler.crawling.sweep import Sweep
from newscrawler.extraction.model import NotAnArticle
from newscrawler.extraction.page import Page
from newscrawler.listings.sections import Navigation, Section, find_navigation
from newscrawler.normalization.listed import Listed
from newscrawler.portals import Portal

Observe = Callable[[Request, LoadedPage], None]
"""Takes `request`, that of the spider, and `page`, what a browser made of its response."""


class _FewArticles(ArticleFetcher):
    """Fetches the first articles of each section."""

    def __init__(self, context: CrawlContext, blocks: BlockDetector, limit: int) -> None:
        super().__init__(context, blocks)
        self._limit = limit
        self._left: dict[str, int] = {}
        """Section to the number of articles that may still be requested."""

    @property
    def limit_reached(self) -> bool:
        """Always true: the sweep of a section ends after its first listing page."""
        return True

    @property
    def may_look_further(self) -> bool:
        """Always true: what a listing leads to belongs to the sample."""
        return True

    def request(self, sweep: Sweep, url: str, listed: Listed, *, stored: StoredUrl | None = None) -> Request | None:
        """Return the request for an article, while the section may have one more."""
        left = self._left.setdefault(sweep.name, self._limit)
        if left <= 0:
            return None
        self._left[sweep.name] = left - 1
        return self._request(sweep, url, listed, {})


class SampleSpider(PortalSpider):
    """Reads the first listing page of each section and a few of its articles."""

    def __init__(self, *args: Any, articles_per_section: int = 3, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._articles_per_section = articles_per_section

    def make_articles(self) -> ArticleFetcher:
        """Make the part that fetches only a few articles of each section."""
        return _FewArticles(self.context, self.blocks, self._articles_per_section)


class _ProvinceFinder(HomepageReader):
    """Reads the homepage of a portal whose province may be unknown. It is the one that most links name."""

    page: Page | None = None
    """The homepage; None until it is read."""
    sections: Sequence[Section] = ()
    """Its sections; empty if no link is named after a division."""
    is_province_given = False

    def parse(self, response: Response, hops: int) -> Iterator[Request]:
        """Remember the homepage, then go on as any crawl does."""
        if classify_status(response.status) is StatusClass.PAGE:
            page = page_of(response, self._context.portal)
            if not isinstance(page, NotAnArticle):
                self.page = page
        yield from super().parse(response, hops)

    def find_navigation(self) -> Navigation:
        """Return the sections of the province that most links name. It becomes the province of the portal."""
        portal = self._context.portal
        candidates = [portal.province_division] if self.is_province_given else places.provinces()
        best = Navigation()
        links = self.links()
        for province in candidates:
            navigation = find_navigation(links, province, self._context.urls.owns)
            if len(navigation.sections) > len(best.sections):
                best = navigation
                self._context.portal = portal.model_copy(update={"province": province.name})
        self.sections = best.sections
        return best


class ScoutSpider(SampleSpider):
    """Reads a sample of a portal of which only the homepage, and perhaps the province, is known."""

    homepage: _ProvinceFinder

    def __init__(self, *args: Any, is_province_given: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._is_province_given = is_province_given

    def make_homepage(self) -> HomepageReader:
        """Make the part that finds the province."""
        reader = _ProvinceFinder(self.context, self.blocks, self.sections.open)
        reader.is_province_given = self._is_province_given
        return reader


def sample(
    portal: Portal,
    archive: str | Path,
    *,
    via: str | None = None,
    articles: int = 3,
    save_to: Path | None = None,
    read_from: Path | None = None,
    progress: Progress = unwatched,
    observe: Observe | None = None,
) -> SampleSpider | None:
    """Read a sample of a portal into an empty archive. Return the spider, None if it could not begin.

    `articles` are read per section at most. `save_to` is a folder that `SavedResponses.create` made: the responses are
    saved there. `read_from` is such a folder: nothing is fetched, and what was not saved fails. `observe` gets each
    page that a browser loads. A process can do this once.
    """
    if read_from is not None:
        # Delays and quotas are for the portal, which is not asked.
        unlimited = {"delay": 0.0, "hours": None, "max_requests": None, "max_bytes": None}
        portal = portal.model_copy(update={"crawl": portal.crawl.model_copy(update=unlimited)})
    moment = SavedResponses.read(read_from).moment if read_from is not None else None
    settings = sample_settings(save_to=save_to, read_from=read_from)
    spider_class = spider_for(portal, SampleSpider)
    arguments = {"articles_per_section": articles, "moment": moment}
    return _run(spider_class, archive, via, settings, progress, observe, **arguments)


def scout(
    portal: Portal,
    archive: str | Path,
    *,
    via: str | None = None,
    is_province_given: bool = False,
    progress: Progress = unwatched,
) -> ScoutSpider | None:
    """Read a sample of a portal of which only the homepage, and perhaps the province, is known.

    A process can do this once.
    """
    spider_class = spider_for(portal, ScoutSpider)
    settings = sample_settings()
    is_given = is_province_given
    return _run(spider_class, archive, via, settings, progress, articles_per_section=2, is_province_given=is_given)


def sample_settings(*, save_to: Path | None = None, read_from: Path | None = None) -> Settings:
    """Return the settings of a sample, whose responses are saved to a folder, or taken from one."""
    settings = project_settings()
    settings.setdict({SAVE_TO: str(save_to or ""), READ_FROM: str(read_from or "")}, priority="cmdline")
    settings.set("DOWNLOADER_MIDDLEWARES", _middlewares(settings), priority="cmdline")
    settings.set("NEWSCRAWLER_CAPTURES", False, priority="cmdline")
    return settings


def _run(
    spider_class: type[SpiderClass],
    archive: str | Path,
    via: str | None,
    settings: Settings,
    progress: Progress,
    observe: Observe | None = None,
    **arguments: object,
) -> SpiderClass | None:
    process = new_process(settings)
    crawler = process.create_crawler(spider_class)

    def tell() -> None:
        if crawler.stats is not None:
            received = crawler.stats.get_value("response_received_count", 0)
            # What the scripts of pages in a browser ask for is received and never enqueued.
            progress("pages", received, max(received, crawler.stats.get_value("scheduler/enqueued", 0)))

    crawler.signals.connect(tell, signals.response_received)
    if observe is not None:
        crawler.signals.connect(observe, PAGE_LOADED)
    crawl = process.crawl(crawler, archive=str(archive), via=via, **arguments)
    crawl.addErrback(lambda failure: logging.getLogger(__name__).error("%s", failure.getErrorMessage()))
    process.start()
    return crawler.spider if isinstance(crawler.spider, spider_class) else None


def _middlewares(settings: BaseSettings) -> dict[str, object]:
    """Return the middlewares with the one that saves responses: after decompression, before redirects."""
    return {
        **settings.getdict("DOWNLOADER_MIDDLEWARES"),
        "newscrawler.crawling.middlewares.content_codings.ContentCodingsMiddleware": 700,
        "newscrawler.crawling.middlewares.saved_responses.SavedResponsesMiddleware": 650,
    }
