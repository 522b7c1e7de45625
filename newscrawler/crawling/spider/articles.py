"""Fetching articles: which are wanted, what their answers mean, and stories of several pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from newscrawler.archive.frontier import KnownUrl, StoredUrl
from newscrawler.archive.sections import Sighting
from newscrawler.crawling.downloader.failures import reason_of
from newscrawler.crawling.items import FetchedArticle
from newscrawler.crawling.middlewares.offsite import OffsiteError
from newscrawler.crawling.middlewares.quota import QuotaReachedError
from newscrawler.crawling.middlewares.retry import retry_after
from newscrawler.crawling.middlewares.robotstxt import ForbiddenByRobotsError
from newscrawler.crawling.recording.captures import KIND, PAGES, image_requests
from newscrawler.crawling.spider.responses import Verdict, classify_status, header, page_of, request_of
from newscrawler.crawling.sweep import Sweep
from newscrawler.extraction.article import join_pages
from newscrawler.extraction.blocks import BlockSign
from newscrawler.extraction.model import NoArticle, NotAnArticle, RawArticle
from newscrawler.reading import extract_raw_article
from newscrawler.text.urls import identity

if TYPE_CHECKING:
    from newscrawler.crawling.spider.spider import PortalSpider

ARTICLE_PRIORITY = 10
"""Articles go before the next listing page, so that what waits in memory stays small."""
MAX_ARTICLE_PAGES = 60
MAX_ADDRESS = 4_096
"""Longer URLs come from links that grow on each page. Browsers and servers know no longer ones."""
BLOCKING = (NoArticle.LOGIN, NoArticle.CAPTCHA, NoArticle.SCRIPT_CHALLENGE)
PASSING = (NoArticle.EMPTY, NoArticle.ERROR_PAGE)
"""Verdicts that the next crawl may find otherwise."""


class ArticleFetcher:
    """The part of the spider that fetches articles. `requested` counts those asked for in this crawl."""

    def __init__(self, spider: PortalSpider) -> None:
        self._spider = spider
        self._taken: set[str] = set()
        self.requested = 0

    @property
    def limit_reached(self) -> bool:
        """Whether the crawl has asked for as many articles as it may."""
        limit = self._spider.options.limit
        return limit is not None and self.requested >= limit

    def wanted(self, sweep: Sweep, sighting: Sighting, known: KnownUrl | None) -> Request | None:
        """Return the request for a listed article, when it is one to fetch now."""
        if sighting.foreign:
            self._note_foreign(sweep, sighting, is_new=known is None)
            return None
        since = self._spider.options.since
        if (known is not None and not known.due) or (since and sighting.listed_date and sighting.listed_date < since):
            return None
        if len(sighting.url) > MAX_ADDRESS:
            reason = f"its address is longer than {MAX_ADDRESS:,} characters"
            self._spider.ledger.failed(sweep, sighting.url, reason, final=True)
            return None
        return self.request(sweep, sighting.url, sighting.listed_date)

    def _note_foreign(self, sweep: Sweep, sighting: Sighting, *, is_new: bool) -> None:
        name = identity(sighting.url)
        if is_new and name not in self._taken:
            self._taken.add(name)
            self._spider.ledger.tally[sweep.name, "skipped"] += 1
            self._spider.ledger.event("skipped", sighting.url, sweep.name, "the link leaves the portal")

    def request(self, sweep: Sweep, url: str, listed_date: str, *, stored: StoredUrl | None = None) -> Request | None:
        """Return the request for an article, once a crawl and within its limit; conditional for a stored one."""
        name = identity(url)
        if name in self._taken or self.limit_reached:
            return None
        self._taken.add(name)
        self.requested += 1
        headers = {}
        if stored is not None and stored.etag:
            headers["If-None-Match"] = stored.etag
        if stored is not None and stored.last_modified:
            headers["If-Modified-Since"] = stored.last_modified
        return Request(
            url,
            callback=self.parse,
            errback=self.failed,
            headers=headers,
            cb_kwargs={"sweep": sweep, "url": url, "listed_date": listed_date},
            meta={KIND: "article"},
            priority=ARTICLE_PRIORITY,
            dont_filter=True,
        )

    def parse(
        self,
        response: Response,
        sweep: Sweep,
        url: str,
        listed_date: str,
        parts: tuple[RawArticle, ...] = (),
        left: tuple[str, ...] = (),
    ) -> Iterator[Request | FetchedArticle]:
        """Extract an article, page by page when it has several."""
        raw = self._read(response, sweep, url, len(parts))
        if raw is None:
            return
        if not parts:
            own = (self._spider.own_form(part) for part in raw.next_pages[: MAX_ARTICLE_PAGES - 1])
            left = tuple(part for part in own if self._spider.owns(part))
        parts = (*parts, raw)
        if left:
            again = {"sweep": sweep, "url": url, "listed_date": listed_date, "parts": parts, "left": left[1:]}
            yield Request(
                left[0],
                callback=self.parse,
                errback=self.failed,
                cb_kwargs=again,
                meta={KIND: "article", PAGES: response.meta.get(PAGES, ())},
                priority=ARTICLE_PRIORITY + 1,
                dont_filter=True,
            )
            return
        whole = join_pages(parts[0], parts[1:]) if len(parts) > 1 else raw
        yield FetchedArticle(
            raw=whole,
            url=url,
            sweep=sweep,
            listed_date=listed_date,
            status=response.status,
            # The validators of one page say nothing of a story's other pages.
            etag=header(response, b"ETag") if len(parts) == 1 else None,
            last_modified=header(response, b"Last-Modified") if len(parts) == 1 else None,
            captures=response.meta.get(PAGES, ()),
        )
        yield from image_requests(self._spider, whole)

    def _read(self, response: Response, sweep: Sweep, url: str, page_index: int) -> RawArticle | None:
        """Return the article on a page; otherwise what the answer means is recorded."""
        ledger, spider = self._spider.ledger, self._spider
        where = f"page {page_index + 1}: " if page_index else ""
        if blocked := spider.guard.judge(response):
            ledger.failed(
                sweep,
                url,
                f"{where}blocked ({blocked.kind}): {blocked.evidence}",
                status=response.status,
                blocked=True,
                retry_after=retry_after(response) or 0.0,
            )
            return None
        verdict = classify_status(response.status)
        if verdict is Verdict.UNMODIFIED:
            ledger.unmodified(sweep, url)
            return None
        if verdict is Verdict.GONE and not page_index:
            ledger.gone(sweep, url, response.status)
            return None
        if verdict is not Verdict.PAGE:
            wait = retry_after(response) or 0.0
            ledger.failed(sweep, url, f"{where}answered {response.status}", status=response.status, retry_after=wait)
            return None
        if identity(response.url) == identity(spider.portal.homepage) != identity(url):
            spider.guard.note(url, BlockSign("homepage", "the homepage in place of an article"))
            ledger.failed(sweep, url, "redirects to the homepage", status=response.status, blocked=True)
            return None
        page = page_of(response, spider.portal)
        if not isinstance(page, NotAnArticle) and spider.guard.is_homepage(page):
            spider.guard.note(url, BlockSign("homepage", "the homepage in place of an article"))
            ledger.failed(sweep, url, "shows the homepage", status=response.status, blocked=True)
            return None
        raw = extract_raw_article(page, spider.portal)
        if isinstance(raw, NotAnArticle):
            self._refuse(sweep, url, raw, response.status, where)
            return None
        return raw

    def _refuse(self, sweep: Sweep, url: str, verdict: NotAnArticle, status: int, where: str) -> None:
        """Record a page that is no article. What blocks or may pass is tried again, the rest is final."""
        blocked = verdict.reason in BLOCKING
        if blocked:
            self._spider.guard.note(url, BlockSign(verdict.reason.value, verdict.detail))
        self._spider.ledger.failed(
            sweep,
            url,
            f"{where}no article ({verdict.reason}): {verdict.detail}",
            status=status,
            blocked=blocked,
            final=not blocked and verdict.reason not in PASSING,
        )

    def failed(self, failure: Failure) -> None:
        """Record that an article could not be fetched."""
        if isinstance(failure.value, QuotaReachedError):
            return
        request = request_of(failure)
        final = isinstance(failure.value, (OffsiteError, ForbiddenByRobotsError))
        self._spider.ledger.failed(
            request.cb_kwargs["sweep"], request.cb_kwargs["url"], reason_of(failure), final=final
        )
