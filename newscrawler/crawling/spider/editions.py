"""Reading the editions of a digital newspaper. One page of the sweep is one edition, which has pages of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from newscrawler.archive.sections import Sighting
from newscrawler.crawling.downloader.failures import describe_failure
from newscrawler.crawling.errors import QuotaReachedError
from newscrawler.crawling.requests import KIND, LISTING_PRIORITY
from newscrawler.crawling.spider.responses import StatusClass, classify_status, page_of, request_of
from newscrawler.crawling.spider.sightings import sightings_of
from newscrawler.crawling.spider.sweep_reader import SweepReader
from newscrawler.crawling.sweep import Sweep
from newscrawler.extraction.model import NotAnArticle
from newscrawler.listings.newspapers import edition_url, read_edition_page
from newscrawler.text.clock import CHINA
from newscrawler.text.urls import identity

MAX_MISSING_EDITIONS = 30
"""Missing editions in a row that end the sweep: the newspaper's archive begins here."""
MAX_EDITION_PAGES = 100


class EditionReader(SweepReader):
    """Reads a newspaper's editions from today's back."""

    def begin(self, sweep: Sweep) -> Iterator[Request]:
        """Request today's edition."""
        yield self._request(sweep, 0, 0)

    def _request(self, sweep: Sweep, days_ago: int, missing: int) -> Request:
        day = _day(days_ago)
        return Request(
            edition_url(sweep.url, day),
            callback=self.parse,
            errback=self.failed,
            cb_kwargs={"sweep": sweep, "day": day.isoformat(), "days_ago": days_ago, "missing": missing},
            meta={KIND: "listing"},
            priority=LISTING_PRIORITY,
            dont_filter=True,
        )

    def parse(
        self,
        response: Response,
        sweep: Sweep,
        day: str,
        days_ago: int,
        missing: int,
        entries: tuple[Sighting, ...] = (),
        pages: tuple[str, ...] | None = None,
    ) -> Iterator[Request]:
        """Read one page of an edition. When its last page is read, the edition is one page of the sweep.

        `missing` counts the missing editions before this one, `pages` are the pages of this edition still to read.
        """
        if pages is None and classify_status(response.status) is StatusClass.GONE:
            yield from self._request_older(sweep, days_ago, missing + 1)
            return
        if not self._is_usable(response, sweep, sweep.pages + 1):
            return
        page = page_of(response, self._context.portal)
        if isinstance(page, NotAnArticle):
            self._fail(sweep, f"the edition of {day} cannot be read: {page.detail}", response.url)
            return
        urls = self._context.urls
        base = page.base_url or response.url
        page_entries, links = read_edition_page(page, base, urls.owns, self._context.rules.article_url)
        seen = {identity(sighting.url) for sighting in entries}
        new = [
            Sighting(item.url, item.title, day, False, len(entries) + position)
            for position, item in enumerate(sightings_of(page_entries, urls.own_form, urls.owns), 1)
            if identity(item.url) not in seen
        ]
        entries = (*entries, *new)
        if pages is None:
            own = identity(response.url)
            pages = tuple(link for link in map(urls.own_form, links) if identity(link) != own)
        if pages:
            yield response.request.replace(  # type: ignore[union-attr]
                url=pages[0],
                cb_kwargs={
                    "sweep": sweep,
                    "day": day,
                    "days_ago": days_ago,
                    "missing": missing,
                    "entries": entries,
                    "pages": pages[1:MAX_EDITION_PAGES],
                },
            )
            return
        yield from self._take(sweep, entries)
        yield from self._request_older(sweep, days_ago, 0 if entries else missing + 1)

    def _request_older(self, sweep: Sweep, days_ago: int, missing: int) -> Iterator[Request]:
        """Request the edition of the day before, unless the sweep ends here."""
        if sweep.is_over or self._is_limit_reached(sweep):
            return
        if sweep.since and _day(days_ago).isoformat() < sweep.since:
            sweep.end("since")
        elif missing >= MAX_MISSING_EDITIONS:
            sweep.end("end")
        else:
            yield self._request(sweep, days_ago + 1, missing)

    def failed(self, failure: Failure) -> None:
        """Record that a page of an edition could not be fetched."""
        if isinstance(failure.value, QuotaReachedError):
            return
        request = request_of(failure)
        sweep, day = request.cb_kwargs["sweep"], request.cb_kwargs["day"]
        self._fail(sweep, f"the edition of {day}: {describe_failure(failure)}", request.url)


def _day(days_ago: int) -> date:
    return datetime.now(CHINA).date() - timedelta(days=days_ago)
