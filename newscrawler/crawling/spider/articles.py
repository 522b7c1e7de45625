"""Fetching articles: which of them are due, what their responses mean, and articles of several pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from newscrawler.archive.frontier import KnownUrl, StoredUrl
from newscrawler.archive.sections import Sighting
from newscrawler.crawling.context import CrawlContext
from newscrawler.crawling.downloader.failures import describe_failure
from newscrawler.crawling.errors import ForbiddenByRobotsError, OffsiteError, QuotaReachedError
from newscrawler.crawling.foreign_links import ForeignLinks
from newscrawler.crawling.items import FetchedArticle
from newscrawler.crawling.middlewares.retry import retry_after
from newscrawler.crawling.requests import (
    ARTICLE_PRIORITY,
    FURTHER_PAGE_PRIORITY,
    KIND,
    MAX_ADDRESS,
    PAGES,
)
from newscrawler.crawling.spider.blocking import BlockDetector
from newscrawler.crawling.spider.images import ImageFetcher
from newscrawler.crawling.spider.responses import (
    StatusClass,
    classify_status,
    header,
    is_conditional,
    page_of,
    request_of,
)
from newscrawler.crawling.sweep import Sweep
from newscrawler.crawling.time_limit import limited
from newscrawler.extraction.article_pages import ArticlePages
from newscrawler.extraction.blocks import BlockSign
from newscrawler.extraction.model import NoArticle, NotAnArticle, RawArticle
from newscrawler.extraction.page_endings import open_ending
from newscrawler.listings.pagers import empty_shell
from newscrawler.listings.routes import Routes
from newscrawler.normalization.listed import Listed
from newscrawler.reading import extract_raw_article
from newscrawler.text.address_templates import keys_missing
from newscrawler.text.urls import identity

BLOCKING = (NoArticle.LOGIN, NoArticle.CAPTCHA, NoArticle.SCRIPT_CHALLENGE)
TEMPORARY = (NoArticle.EMPTY, NoArticle.ERROR_PAGE)
"""Rejections that may be different at the next crawl."""
WITHOUT_TEXT = (NoArticle.EMPTY, NoArticle.NO_TITLE, NoArticle.NO_BODY)
REQUESTED = "articles/requested"
"""Stat: the number of articles that the crawl requested."""
IS_ROUTE = "a route of a page that a script fills; the server sends the same page for each route"


class ArticleFetcher:
    """Requests articles, each once per crawl, and extracts them from the responses."""

    def __init__(self, context: CrawlContext, blocks: BlockDetector) -> None:
        self._context = context
        self._store = context.store
        self._blocks = blocks
        self._images = ImageFetcher(context)
        self.foreign_links = ForeignLinks()
        self.routes = Routes()
        self._seen: set[str] = set()
        """Identities of the addresses that this crawl has dealt with."""

    @property
    def limit_reached(self) -> bool:
        """Whether the crawl has requested as many articles as it may."""
        limit = self._context.article_limit
        return limit is not None and self._context.stats.get_value(REQUESTED, 0) >= limit

    @property
    def may_look_further(self) -> bool:
        """Whether the crawl may still open the columns of a front page, or look for a hidden next page."""
        return not self.limit_reached

    def request_if_due(self, sweep: Sweep, sighting: Sighting, known: KnownUrl | None) -> Request | None:
        """Return the request for a listed article, if it is to be fetched now."""
        if sighting.foreign:
            self._note_foreign(sweep, sighting, is_new=known is None)
            return None
        since = self._context.options.since
        if (known is not None and not known.due) or (since and sighting.listed_date and sighting.listed_date < since):
            return None
        if len(sighting.url) > MAX_ADDRESS:
            reason = f"its address is longer than {MAX_ADDRESS:,} characters"
            self._store.frontier.settle_failed(sweep, sighting.url, reason, final=True)
            return None
        return self.request(sweep, sighting.url, sighting.listed)

    def _note_foreign(self, sweep: Sweep, sighting: Sighting, *, is_new: bool) -> None:
        name = identity(sighting.url)
        is_new = is_new and name not in self._seen
        self.foreign_links.add(sweep, sighting.url, is_new=is_new)
        if is_new:
            self._seen.add(name)
            self._store.tally[sweep.name, "skipped"] += 1

    def request(self, sweep: Sweep, url: str, listed: Listed, *, stored: StoredUrl | None = None) -> Request | None:
        """Return the request for an article: once per crawl, within its limit, and conditional for a stored one."""
        name = identity(url)
        if name in self._seen or self.limit_reached:
            return None
        self._seen.add(name)
        headers = {}
        if stored is not None and stored.etag:
            headers["If-None-Match"] = stored.etag
        if stored is not None and stored.last_modified:
            headers["If-Modified-Since"] = stored.last_modified
        request = self._request(sweep, url, listed, headers)
        if request is not None:
            self._context.stats.inc_value(REQUESTED)
        return request

    def _request(self, sweep: Sweep, url: str, listed: Listed, headers: dict[str, str]) -> Request | None:
        """Return the request, or record that the definition does not say what to ask for, which can be corrected."""
        rules = self._context.portal.article.json_rules
        data_url = self._context.portal.data_url(url, listed.keys)
        reason = ""
        if rules is not None and data_url is None:
            reason = _no_data_url(rules.url, keys_missing(rules.url, url, self._context.portal.article.url))
        elif rules is None and self.routes.is_one_of_several(url):
            reason = IS_ROUTE
        if reason:
            self._store.frontier.settle_failed(sweep, url, reason, unasked=True)
            return None
        return Request(
            data_url or url,
            callback=self.parse,
            errback=self.failed,
            headers={**dict(rules.headers if rules is not None else ()), **headers},
            cb_kwargs={"sweep": sweep, "url": url, "listed": listed},
            meta={KIND: "article"},
            priority=ARTICLE_PRIORITY,
            dont_filter=True,
        )

    @limited
    def parse(
        self,
        response: Response,
        sweep: Sweep,
        url: str,
        listed: Listed,
        pages: ArticlePages | None = None,
    ) -> Iterator[Request | FetchedArticle]:
        """Extract an article, page by page if it has several. `pages` are those that were read."""
        document_url = self._document_url(response, url, listed)
        if pages is None and self._is_about_another(response, url, document_url):
            if (again := self._request(sweep, url, listed, {})) is not None:
                yield again
            return
        pages = pages or ArticlePages()
        raw = self._read(response, sweep, url, document_url, len(pages.parts))
        if raw is None:
            return
        own = (self._context.urls.own_form(page) for page in raw.next_pages)
        following = pages.add(raw, response.url, (page for page in own if self._context.urls.owns(page)))
        if following is not None:
            yield Request(
                following,
                callback=self.parse,
                errback=self.failed,
                cb_kwargs={"sweep": sweep, "url": url, "listed": listed, "pages": pages},
                meta={KIND: "article", PAGES: response.meta.get(PAGES, ())},
                priority=FURTHER_PAGE_PRIORITY,
                dont_filter=True,
            )
            return
        whole, is_single = pages.whole, len(pages.parts) == 1
        yield FetchedArticle(
            raw=whole,
            url=url,
            sweep=sweep,
            listed=listed,
            status=response.status,
            # The validators of one page say nothing about the other pages of an article.
            etag=header(response, b"ETag") if is_single else None,
            last_modified=header(response, b"Last-Modified") if is_single else None,
            ending=open_ending(response.body),
            size=len(response.body),
            captures=response.meta.get(PAGES, ()),
        )
        yield from self._images.requests(whole)

    def _is_about_another(self, response: Response, url: str, document_url: str) -> bool:
        """Whether a 304 comes from another address than that of the stored article.

        It says that the other document was not modified. Only its page shows whether it is the same article.
        """
        if classify_status(response.status) is not StatusClass.UNMODIFIED or not is_conditional(response):
            return False
        own = self._store.frontier.article_url(url)
        return own is not None and identity(document_url) != identity(own)

    def _document_url(self, response: Response, url: str, listed: Listed) -> str:
        """Return the address of the document that a response is about: the article's, if it is the article's data."""
        data_url = self._context.portal.data_url(url, listed.keys)
        return url if data_url is not None and identity(data_url) == identity(response.url) else response.url

    def _read(
        self, response: Response, sweep: Sweep, url: str, document_url: str, page_index: int
    ) -> RawArticle | None:
        """Return the article on a page. Otherwise record what the response means, and return None."""
        context, frontier = self._context, self._store.frontier
        where = f"page {page_index + 1}: " if page_index else ""
        status = response.status
        if sign := self._blocks.detect(response):
            reason = f"{where}blocked ({sign.kind}): {sign.evidence}"
            wait = retry_after(response) or 0.0
            frontier.settle_failed(sweep, url, reason, status=status, blocked=True, retry_after=wait)
            return None
        status_class = classify_status(status)
        if status_class is StatusClass.UNMODIFIED and is_conditional(response) and not page_index:
            frontier.settle_unmodified(sweep, url)
            return None
        if status_class is StatusClass.GONE and not page_index:
            frontier.settle_gone(sweep, url, status)
            return None
        if status_class is not StatusClass.PAGE:
            wait = retry_after(response) or 0.0
            unasked = " to a request without a condition" if status_class is StatusClass.UNMODIFIED else ""
            frontier.settle_failed(sweep, url, f"{where}answered {status}{unasked}", status=status, retry_after=wait)
            return None
        if identity(response.url) == identity(context.portal.homepage) != identity(url):
            self._settle_homepage(sweep, url, "redirects to the homepage", status, is_replaced=not page_index)
            return None
        page = page_of(response, context.portal, document_url if context.portal.article.json_rules else None)
        if not isinstance(page, NotAnArticle) and self._blocks.is_homepage(page):
            self._settle_homepage(sweep, url, "shows the homepage", status)
            return None
        raw = extract_raw_article(page, context.portal, context.template_use.templates)
        if isinstance(raw, NotAnArticle):
            if raw.reason not in BLOCKING and not page_index and self._is_moved(document_url, url):
                frontier.settle_elsewhere(sweep, url, response.url, status)
            else:
                shell = ""
                if not isinstance(page, NotAnArticle) and raw.reason in WITHOUT_TEXT:
                    shell = empty_shell(page.root)
                if raw.is_other_kind and not page_index and not shell and self._is_unstored(response, url):
                    reason = f"not an article ({raw.reason}): {raw.detail}"
                    frontier.settle_other_kind(sweep, url, reason, status)
                else:
                    self._settle_rejection(sweep, url, raw, response, where, shell)
            return None
        if not page_index and not isinstance(page, NotAnArticle) and page.overrides is None:
            context.template_use.count(sweep.name, url, page)
        return raw

    def _is_moved(self, target: str, url: str) -> bool:
        """Whether the document of a stored article led to another address than that of the article."""
        own = self._store.frontier.article_url(url)
        return own is not None and identity(target) not in (identity(own), identity(url))

    def _is_unstored(self, response: Response, url: str) -> bool:
        """Whether a document answered at its own address and was never stored. Else the page stands in its place."""
        return identity(response.url) == identity(url) and self._store.frontier.article_url(url) is None

    def _settle_homepage(self, sweep: Sweep, url: str, reason: str, status: int, *, is_replaced: bool = False) -> None:
        """Record that the homepage was sent in place of an article, which is a block."""
        self._blocks.note(url, BlockSign("homepage", "the homepage in place of an article"))
        self._store.frontier.settle_failed(sweep, url, reason, status=status, blocked=True, is_replaced=is_replaced)

    def _settle_rejection(
        self, sweep: Sweep, url: str, rejection: NotAnArticle, response: Response, where: str, shell: str
    ) -> None:
        """Record a page that is not an article. The end of the run decides whether it is tried again.

        A block and a temporary state always are, and so is `shell`: the empty element into which a script builds the
        page, if the page has one. Its text was not seen.
        """
        is_block = rejection.reason in BLOCKING
        built = f"; {_built_by_script(shell)}" if shell else ""
        if is_block:
            self._blocks.note(url, BlockSign(rejection.reason.value, rejection.detail))
        elif rejection.reason not in TEMPORARY and not shell:
            self._store.rejected.note(url, open_ending(response.body))
        reason = f"{where}no article ({rejection.reason}): {rejection.detail}{built}"
        self._store.frontier.settle_failed(sweep, url, reason, status=response.status, blocked=is_block)

    def failed(self, failure: Failure) -> None:
        """Record that an article could not be fetched."""
        if isinstance(failure.value, QuotaReachedError):
            return
        request = request_of(failure)
        arguments = request.cb_kwargs
        url = arguments["url"]
        if isinstance(failure.value, OffsiteError) and "pages" not in arguments and self._is_moved(request.url, url):
            self._store.frontier.settle_elsewhere(arguments["sweep"], url, request.url)
            return
        is_final = isinstance(failure.value, (OffsiteError, ForbiddenByRobotsError))
        self._store.frontier.settle_failed(arguments["sweep"], url, describe_failure(failure), final=is_final)


def _no_data_url(template: str, missing: Sequence[str]) -> str:
    """Say why a template makes no address of the data of an article."""
    if not missing:
        return f"article.json.url = {template!r} makes no address with what the article's address and its listing give"
    keys = ", ".join(f"{{{key}}}" for key in missing)
    return f"article.json.url = {template!r} has {keys}, which the article's address and its listing do not give"


def _built_by_script(shell: str) -> str:
    return f"a script builds the page in an empty {shell}: name the text's data in [article.json]"
