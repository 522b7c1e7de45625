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
from newscrawler.crawling.requests import KIND, LISTING_PRIORITY
from newscrawler.crawling.spider.articles import ArticleFetcher
from newscrawler.crawling.spider.blocking import BlockDetector
from newscrawler.crawling.spider.edition_checks import EditionChecks
from newscrawler.crawling.spider.edition_outcome import outcome_of
from newscrawler.crawling.spider.edition_state import Edition, Progress
from newscrawler.crawling.spider.late_editions import next_late_edition
from newscrawler.crawling.spider.responses import StatusClass, classify_status, page_of, request_of
from newscrawler.crawling.spider.sightings import sightings_of
from newscrawler.crawling.spider.sweep_reader import SweepReader
from newscrawler.crawling.sweep import Sweep
from newscrawler.crawling.time_limit import limited
from newscrawler.extraction.model import NotAnArticle
from newscrawler.listings.edition_dates import EditionDay, edition_url, is_month_template
from newscrawler.listings.edition_index import index_url, read_index
from newscrawler.listings.newspapers import EditionPage, PageLink, read_edition_page
from newscrawler.text.urls import identity

MAX_FAILED_EDITIONS = 3
"""Editions in a row that cannot be read whole and end the sweep."""
MAX_EDITION_PAGES = 100
MAX_EDITION_ARTICLES = 3_000
_ADVERTISEMENT = ("广告", "公益")
"""In the name of a page that may have no article."""


class EditionReader(SweepReader):
    """Reads a newspaper's editions from today's back."""

    def __init__(self, context: CrawlContext, blocks: BlockDetector, articles: ArticleFetcher) -> None:
        super().__init__(context, blocks, articles)
        self._checks = EditionChecks(context, blocks)

    def begin(self, sweep: Sweep) -> Iterator[Request]:
        """Request today's edition."""
        yield from self._request(sweep, Progress(self._context.now().date()), 0)

    def _request(self, sweep: Sweep, progress: Progress, days_ago: int) -> Iterator[Request]:
        day = progress.today - timedelta(days=days_ago)
        url = edition_url(sweep.url, day)
        edition = Edition(EditionDay.of(sweep.url, day), days_ago, known={identity(url)})
        if is_month_template(sweep.url) and url in progress.indexes:
            yield from self._use_index(sweep, progress, edition)
            return
        request = self._page_request(url, sweep, progress, edition)
        yield request.replace(callback=self.parse_index) if is_month_template(sweep.url) else request

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
        yield from self._miss(sweep, progress, edition, "", edition_url(sweep.url, edition.day.day))

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

    def _note_failure(self, progress: Progress, edition: Edition, reason: str, url: str) -> None:
        edition.is_whole = False
        progress.note(reason, url)

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
        """Request the edition of the day before, or at the mark one that may be late, unless the sweep ends here."""
        late = next_late_edition(self._context, sweep, progress, days_ago)
        if late is not None and not self._is_limit_reached(sweep):
            yield from self._request(sweep, progress, late)
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
