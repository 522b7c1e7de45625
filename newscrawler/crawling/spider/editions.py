"""Reading the editions of a digital newspaper. One page of the sweep is one edition, which has pages of its own.

A page that cannot be read makes the sweep fail, but not at once: older editions are read first. An edition counts as
missing if the server says so (404, 410), or if it sends something else in its place. Only the former proves where the
newspaper's archive begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from newscrawler.crawling.context import CrawlContext
from newscrawler.crawling.downloader.failures import describe_failure
from newscrawler.crawling.errors import QuotaReachedError
from newscrawler.crawling.spider.articles import ArticleFetcher
from newscrawler.crawling.spider.blocking import BlockDetector
from newscrawler.crawling.spider.edition_checks import EditionChecks
from newscrawler.crawling.spider.edition_lookup import EditionLookup
from newscrawler.crawling.spider.edition_outcome import outcome_of
from newscrawler.crawling.spider.edition_state import Edition, Progress
from newscrawler.crawling.spider.late_editions import next_edition_below_mark
from newscrawler.crawling.spider.responses import StatusClass, classify_status, page_of, request_of
from newscrawler.crawling.spider.sightings import sightings_of
from newscrawler.crawling.sweep import Sweep
from newscrawler.crawling.time_limit import limited
from newscrawler.extraction.model import NotAnArticle
from newscrawler.listings.edition_dates import EditionDay, edition_url, is_month_template
from newscrawler.listings.newspapers import EditionPage, PageLink, read_edition_page
from newscrawler.text.urls import identity

MAX_FAILED_EDITIONS = 3
"""Editions in a row that cannot be read whole and end the sweep."""
MAX_EDITION_PAGES = 100
MAX_EDITION_ARTICLES = 3_000
_ADVERTISEMENT = ("广告", "公益")
"""In the name of a page that may have no article."""


class EditionReader(EditionLookup):
    """Reads a newspaper's editions from today's back."""

    def __init__(self, context: CrawlContext, blocks: BlockDetector, articles: ArticleFetcher) -> None:
        super().__init__(context, blocks, articles)
        self._checks = EditionChecks(context, blocks)

    def begin(self, sweep: Sweep) -> Iterator[Request]:
        """Request today's edition."""
        yield from self._request(sweep, Progress(self._context.now().date()), 0)

    def _request(self, sweep: Sweep, progress: Progress, days_ago: int) -> Iterator[Request]:
        day = progress.today - timedelta(days=days_ago)
        progress.days_asked.add(day)
        url = edition_url(sweep.url, day)
        edition = Edition(EditionDay.of(sweep.url, day), days_ago, known={identity(url)})
        if is_month_template(sweep.url) and url in progress.indexes:
            yield from self._use_index(sweep, progress, edition)
            return
        request = self._page_request(url, sweep, progress, edition)
        yield request.replace(callback=self.parse_index) if is_month_template(sweep.url) else request

    @limited
    def parse(self, response: Response, sweep: Sweep, progress: Progress, edition: Edition) -> Iterator[Request]:
        """Read one page of an edition, then request its next page or, after its last page, the edition before."""
        if not edition.read:
            if classify_status(response.status) is StatusClass.GONE:
                yield from self._look_up(response, sweep, progress, edition)
                return
            if self._checks.is_redirected_home(response):
                yield from self._miss(sweep, progress, edition, f"redirects to {response.url}", response.url)
                return
        elif classify_status(response.status) is StatusClass.GONE:
            self._note_failure(
                progress, edition, f"{edition.name}: {edition.page} answered {response.status}", response.url
            )
            yield from self._go_on(sweep, progress, edition)
            return
        if not self._is_usable(response, sweep, sweep.pages + 1):
            yield from self._take(sweep, list(edition.entries.values()))
            return
        page = page_of(response, self._context.portal)
        if isinstance(page, NotAnArticle):
            reason = f"{edition.name}: {edition.page} cannot be read: {page.detail}"
            self._note_failure(progress, edition, reason, response.url)
            yield from self._go_on(sweep, progress, edition)
            return
        content = read_edition_page(
            page,
            self._context.urls.own_form(page.base_url or response.url),
            edition.day,
            self._context.urls.owns,
            self._context.rules_of(sweep).article_url,
            edition.current,
        )
        if not edition.read and (target := self._checks.jump_target(content, edition)):
            edition.jumps += 1
            edition.known.add(identity(target))
            yield self._page_request(target, sweep, progress, edition)
            return
        if instead := self._checks.replacement_of(response, page, content, edition, progress):
            if not edition.read:
                yield from self._miss(sweep, progress, edition, instead, response.url)
                return
            self._note_failure(
                progress, edition, f"{edition.name}: {edition.page} is not of this day: {instead}", response.url
            )
        else:
            self._take_page(response, content, progress, edition)
        yield from self._go_on(sweep, progress, edition)

    def _take_page(self, response: Response, content: EditionPage, progress: Progress, edition: Edition) -> None:
        """Add the articles and the links to further pages that a page shows to its edition."""
        urls = self._context.urls
        if content.left_out:
            reason = f"{edition.name}: {edition.page} has {content.left_out}; the rest is not read"
            self._note_failure(progress, edition, reason, response.url)
        url = urls.own_form(response.url)
        edition.note_numbers(url, content.label, content.named)
        edition.stated = max(edition.stated, content.stated_pages)
        edition.before = edition.before or content.before
        progress.calendar |= content.calendar
        places: dict[tuple[str, str], int] = {}
        sightings = sightings_of(content.entries, urls.own_form, urls.owns, self._context.now())
        if (
            sightings
            and identity(url) in edition.tried
            and all(identity(one.url) in edition.entries for one in sightings)
        ):
            reason = f"{edition.page} of {edition.name} is opened by a script; {url} does not show it"
            self._note_failure(progress, edition, reason, url)
        for sighting in sightings:
            if len(edition.entries) >= MAX_EDITION_ARTICLES:
                reason = f"{edition.name} has more than {MAX_EDITION_ARTICLES:,} articles; the rest is not read"
                self._note_failure(progress, edition, reason, response.url)
                break
            place = places[sighting.page_no, sighting.page] = places.get((sighting.page_no, sighting.page), 0) + 1
            day = edition.day.day.isoformat()
            edition.entries.setdefault(
                identity(sighting.url), replace(sighting, listed_date=day, pinned=False, position=place)
            )
        for link in content.pages:
            own = identity(url := urls.own_form(link.url))
            if own not in edition.known:
                if len(edition.known) >= MAX_EDITION_PAGES:
                    reason = f"{edition.name} has more than {MAX_EDITION_PAGES} pages; the rest is not read"
                    self._note_failure(progress, edition, reason, response.url)
                    break
                edition.known.add(own)
                edition.pages.append(PageLink(url, link.label))
        is_first_of_several = not edition.read and bool(content.pages)
        is_advertisement = any(word in content.label.name for word in _ADVERTISEMENT)
        if not content.entries and not (is_advertisement and (edition.read or is_first_of_several)):
            samples = f", such as {', '.join(content.samples)}" if content.samples else ""
            reason = (
                f"no article was found on {edition.page} of {edition.name}; {content.seen} links were seen{samples}"
            )
            edition.blank.append((reason, response.url, content.said))
        elif content.entries:
            edition.furniture |= content.said

    def _go_on(self, sweep: Sweep, progress: Progress, edition: Edition) -> Iterator[Request]:
        """Request the next page of the edition; after its last page, record the edition and request an older one."""
        edition.read += 1
        if not edition.pages:
            edition.pages.extend(edition.addresses_tried())
        if edition.pages:
            following = edition.pages.popleft()
            edition.current = following.label
            yield self._page_request(following.url, sweep, progress, edition)
            return
        for reason, url in edition.not_understood():
            self._note_failure(progress, edition, reason, url)
        if missing := edition.unreached():
            shown = ", ".join(f"{label.number} {label.name}".strip() for label in missing[:3])
            reason = f"{edition.name} has {len(missing)} pages that no address leads to, such as {shown}"
            self._note_failure(progress, edition, reason, sweep.url)
        elif edition.stated > edition.read:
            reason = f"{edition.name} states {edition.stated} pages, and links lead to {edition.read}"
            progress.unread = progress.unread or reason
        entries = list(edition.entries.values())
        if entries:
            progress.editions += 1
            progress.longest_gap = max(progress.longest_gap, progress.missing)
            progress.before = edition.before
            progress.days_read.add(edition.day.day)
            progress.oldest = edition.day.day.isoformat()
            progress.last = frozenset(entry.title for entry in entries)
            progress.newest = progress.newest or progress.last
            yield from self._take(sweep, entries)
        progress.missing, progress.unproven = 0, ""
        progress.failed = 0 if edition.is_whole else progress.failed + 1
        if progress.failed >= MAX_FAILED_EDITIONS:
            sweep.end("failed")
        yield from self._request_older(sweep, progress, edition.days_ago)

    def _miss(self, sweep: Sweep, progress: Progress, edition: Edition, instead: str, url: str) -> Iterator[Request]:
        """Count a missing edition. `instead` is what the server sends in its place; empty for 404 and 410."""
        progress.missing += 1
        if instead:
            progress.unproven = progress.unproven or instead
            self._store.events.add("skipped", url, sweep.name, f"{edition.name} is missing: {instead}")
        yield from self._request_older(sweep, progress, edition.days_ago)

    def _request_older(self, sweep: Sweep, progress: Progress, days_ago: int) -> Iterator[Request]:
        """Request the edition of the day before, or one below the mark that may have come since, if any is left."""
        below = next_edition_below_mark(self._context, sweep, progress, days_ago)
        if below is not None and not self._is_limit_reached(sweep):
            yield from self._request(sweep, progress, below)
            return
        # The newest edition may be missing: a sample of a portal, which reads no more, goes on to the first one.
        if not sweep.is_over and not (progress.editions and self._is_limit_reached(sweep)):
            was_seen = self._store.sections.has_sightings(sweep.section.id)
            outcome, reason = outcome_of(sweep, progress, days_ago, was_seen=was_seen)
            if outcome in ("end", "unproven") and (older := progress.days_to_edition_before(days_ago)):
                progress.missing = 0
                yield from self._request(sweep, progress, older)
                return
            if not outcome:
                yield from self._request(sweep, progress, days_ago + 1)
                return
            if outcome == "failed":
                progress.note(reason, sweep.url)
            else:
                sweep.end(outcome, reason)
        if progress.failure is not None:
            self._fail(sweep, *progress.failure)

    def failed(self, failure: Failure) -> Iterator[Request]:
        """Record that a page of an edition could not be fetched."""
        if isinstance(failure.value, QuotaReachedError):
            return
        request = request_of(failure)
        sweep, edition = request.cb_kwargs["sweep"], request.cb_kwargs["edition"]
        self._fail(sweep, f"{edition.name}: {describe_failure(failure)}", request.url)
        yield from self._take(sweep, list(edition.entries.values()))
