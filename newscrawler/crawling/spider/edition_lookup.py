"""Where the first page of an edition is that is not at the newspaper's usual address: indexes, other editions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from newscrawler.crawling.errors import QuotaReachedError
from newscrawler.crawling.requests import KIND, LISTING_PRIORITY
from newscrawler.crawling.spider.edition_state import Edition, Progress
from newscrawler.crawling.spider.responses import StatusClass, classify_status, page_of, request_of
from newscrawler.crawling.spider.sweep_reader import SweepReader
from newscrawler.crawling.sweep import Sweep
from newscrawler.crawling.time_limit import limited
from newscrawler.extraction.model import NotAnArticle
from newscrawler.listings.edition_dates import EditionDay, day_of_edition, edition_url, is_month_template
from newscrawler.listings.edition_index import index_url, read_index
from newscrawler.listings.newspapers import read_edition_page
from newscrawler.text.urls import identity


class EditionLookup(SweepReader, ABC):
    """Requests pages of editions, and looks for those that answer 404 or 410 at the address of their day."""

    @abstractmethod
    def parse(self, response: Response, sweep: Sweep, progress: Progress, edition: Edition) -> Iterator[Request]:
        """Read one page of an edition."""

    @abstractmethod
    def failed(self, failure: Failure) -> Iterator[Request]:
        """Record that a page of an edition could not be fetched."""

    @abstractmethod
    def _go_on(self, sweep: Sweep, progress: Progress, edition: Edition) -> Iterator[Request]:
        """Go on after a page of an edition."""

    @abstractmethod
    def _miss(self, sweep: Sweep, progress: Progress, edition: Edition, instead: str, url: str) -> Iterator[Request]:
        """Count a missing edition."""

    def _page_request(self, url: str, sweep: Sweep, progress: Progress, edition: Edition) -> Request:
        return Request(
            url,
            callback=self.parse,
            errback=self.failed,
            cb_kwargs={"sweep": sweep, "progress": progress, "edition": edition},
            meta={KIND: "listing"},
            priority=LISTING_PRIORITY,
            dont_filter=True,
        )

    def _note_failure(self, progress: Progress, edition: Edition, reason: str, url: str) -> None:
        edition.is_whole = False
        progress.note(reason, url)

    def _look_up(self, response: Response, sweep: Sweep, progress: Progress, edition: Edition) -> Iterator[Request]:
        """Look for the first page of a missing edition in the index of its month, if the newspaper has one."""
        if edition.jumps:
            reason = f"{edition.name}: its first page, which another page names, answered {response.status}"
            self._note_failure(progress, edition, reason, response.url)
            yield from self._go_on(sweep, progress, edition)
            return
        index = index_url(sweep.url, edition.day.day)
        if index is not None and index not in progress.indexes and progress.may_have_index:
            yield self._page_request(index, sweep, progress, edition).replace(
                callback=self.parse_index, errback=self.go_on_without_index
            )
            return
        yield from self._use_index(sweep, progress, edition)

    @limited
    def parse_index(self, response: Response, sweep: Sweep, progress: Progress, edition: Edition) -> Iterator[Request]:
        """Read the index of a month. A section whose URL is that of an index needs it; for others it is an aid."""
        status = classify_status(response.status)
        if is_month_template(sweep.url) and status is not StatusClass.GONE:
            if not self._is_usable(response, sweep, sweep.pages + 1):
                return
            if read_index(response.body, response.url) is None:
                self._fail(sweep, f"{edition.name}: no index of a month was found", response.url)
                return
        if index := index_url(sweep.url, edition.day.day):
            found = read_index(response.body, response.url) if status is StatusClass.PAGE else None
            progress.indexes[index] = found or {}
        yield from self._use_index(sweep, progress, edition)

    def go_on_without_index(self, failure: Failure) -> Iterator[Request]:
        """Go on as if there were no index."""
        if isinstance(failure.value, QuotaReachedError):
            return
        arguments = request_of(failure).cb_kwargs
        sweep, progress, edition = arguments["sweep"], arguments["progress"], arguments["edition"]
        if index := index_url(sweep.url, edition.day.day):
            progress.indexes[index] = {}
        yield from self._use_index(sweep, progress, edition)

    def _use_index(self, sweep: Sweep, progress: Progress, edition: Edition) -> Iterator[Request]:
        """Request the first page that the index or the edition after it names; without one, the edition is missing."""
        listed = progress.indexes.get(index_url(sweep.url, edition.day.day) or "", {}).get(edition.day.day, "")
        front = self._context.urls.own_form(listed or progress.address_of(edition.day.day))
        if front and self._context.urls.owns(front) and (listed or identity(front) not in edition.known):
            edition.jumps += 1
            edition.known.add(identity(front))
            yield self._page_request(front, sweep, progress, edition)
            return
        after = progress.edition_after(edition.day.day)
        if after is not None:
            yield self._page_request(edition_url(sweep.url, after), sweep, progress, edition).replace(
                callback=self.parse_after
            )
            return
        yield from self._miss(sweep, progress, edition, "", edition_url(sweep.url, edition.day.day))

    @limited
    def parse_after(self, response: Response, sweep: Sweep, progress: Progress, edition: Edition) -> Iterator[Request]:
        """Look on the first page of the edition after a missing one for the address at which that one is now."""
        if classify_status(response.status) is not StatusClass.GONE:
            if not self._is_usable(response, sweep, sweep.pages + 1):
                return
            page = page_of(response, self._context.portal)
            day = day_of_edition(sweep.url, response.url)
            if day is not None and not isinstance(page, NotAnArticle):
                urls = self._context.urls
                base = urls.own_form(page.base_url or response.url)
                content = read_edition_page(page, base, EditionDay.of(sweep.url, day), urls.owns)
                progress.before = content.before or progress.before
        yield from self._use_index(sweep, progress, edition)
