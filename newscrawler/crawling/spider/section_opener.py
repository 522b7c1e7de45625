"""Opening sections and their columns: which belong to a crawl, and the first requests of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from scrapy import Request

from newscrawler import places
from newscrawler.crawling.context import CrawlContext
from newscrawler.crawling.resumption import Resumption
from newscrawler.crawling.spider.articles import ArticleFetcher
from newscrawler.crawling.spider.blocking import BlockDetector
from newscrawler.crawling.spider.editions import EditionReader
from newscrawler.crawling.spider.listings import ListingReader
from newscrawler.crawling.spider.lists_among_entries import doubt_lists_of_lists
from newscrawler.crawling.spider.moved_down import close_gaps
from newscrawler.crawling.spider.shared_lists import doubt_shared_lists
from newscrawler.crawling.spider.skipped_entries import distrust_skips
from newscrawler.crawling.spider.whole_columns import end_with_column
from newscrawler.crawling.sweep import Sweep
from newscrawler.listings.columns import Column
from newscrawler.listings.edition_dates import is_edition_template
from newscrawler.listings.more_links import name_of_column
from newscrawler.listings.sections import Section
from newscrawler.text.clock import stamp
from newscrawler.text.urls import identity

MAX_COLUMNS_BELOW = 300
"""Columns of all levels that are opened for one section of the homepage."""
UNSTORED = ("failed", "blocked", "gone")
"""States of documents that `retry` requests again, whenever their next attempt would be."""


class SectionOpener:
    """Opens the sections of a portal that a crawl is about, and has their listings or editions read."""

    def __init__(self, context: CrawlContext, blocks: BlockDetector, articles: ArticleFetcher) -> None:
        self._context = context
        self._articles = articles
        self._listings = ListingReader(context, blocks, articles, self._open_columns)
        self._editions = EditionReader(context, blocks, articles)

    def conclude(self) -> None:
        """Judge, at the end of the crawl, what only the pages of all sections tell."""
        sweeps = self._context.sweeps.values()
        deepest_first = sorted(sweeps, key=lambda sweep: -sweep.depth)
        close_gaps(self._context, deepest_first)
        distrust_skips(self._context, sweeps)
        self._listings.empty_pagers.conclude(sweeps)
        self._listings.unlisted_blocks.conclude(sweeps)
        self._listings.strange_pages.conclude(sweeps)
        end_with_column(deepest_first)
        doubt_shared_lists(self._context, sweeps)
        doubt_lists_of_lists(self._context, sweeps)

    def named(self, sections: Mapping[str, str]) -> list[Section]:
        """Return sections that the definition names. `sections` maps names to URLs.

        宜昌市/要闻 is a column of 宜昌市's.
        """
        portal = self._context.portal
        return [
            Section(
                name, portal.section_url(url), places.match_division(name.partition("/")[0], portal.province_division)
            )
            for name, url in sections.items()
        ]

    def open(self, sections: Iterable[Section]) -> Iterator[Request]:
        """Open the sections that belong to this crawl, and yield its first requests."""
        context = self._context
        province = context.portal.province_division
        feeds = [Section(f"feed {url}", context.portal.section_url(url), None) for url in context.portal.feeds]
        extra = self.named(context.portal.extra_sections)
        found = [section for section in sections if section.name not in context.portal.extra_sections]
        context.add_sections([*found, *extra])
        wanted = [
            section
            for section in [*found, *extra, *feeds]
            if self._context.options.wants(section.name, section.division, province)
        ]
        if not wanted:
            context.fail(f"it has no section {'、'.join(self._context.options.cities)}")
            return
        context.store.frontier.readmit_foreign(context.urls.owns)
        sweeps = [
            self._open(section) for position, section in enumerate(wanted) if self._context.shard.has_section(position)
        ]
        yield from self._begin(sweeps)

    def _open_columns(self, front: Sweep, columns: Sequence[Column]) -> Iterator[Request]:
        """Open the columns of a section's front page as sections, and yield their first requests.

        A column whose address is a section's already is read once, as that section.
        """
        context = self._context
        open_by_url = {identity(sweep.url): sweep for sweep in context.sweeps.values()}
        names = {sweep.name for sweep in context.sweeps.values()}
        known = {identity(url): name for name, url in context.store.sections.columns_of(front.name)}
        opened = []
        front.columns = []
        root = front.root or front
        for column in columns:
            url = context.urls.own_form(column.url)
            sweep = open_by_url.get(identity(url))
            if sweep is None and root.columns_below >= MAX_COLUMNS_BELOW:
                front.end("more", f"more than {MAX_COLUMNS_BELOW} columns lie below {root.name}")
                break
            if sweep is None:
                root.columns_below += 1
                name = known.pop(identity(url), "") or f"{front.name}/{name_of_column(column.name)}"
                name = name if name not in names else f"{name} ({url})"
                names.add(name)
                sweep = self._open(Section(name, url, front.division), front=front)
                sweep.list_key, sweep.pages_before = column.list_key, 1 if column.list_key else 0
                sweep.shown = column.shown
                sweep.preview = frozenset(entry.url for entry in column.entries)
                open_by_url[identity(url)] = sweep
                opened.append(sweep)
            if sweep is not front:
                front.columns.append(sweep)
        if gone := [name for url, name in known.items() if url not in open_by_url and name not in names]:
            front.distrust = f"its front page no longer shows the column {'、'.join(gone)}"
            context.warn(f"section {front.name}: {front.distrust}")
        yield from self._begin(opened)

    def _begin(self, sweeps: Sequence[Sweep]) -> Iterator[Request]:
        """Request what is due in these sections, then their listings."""
        section_ids = [sweep.section.id for sweep in sweeps]
        at_once = UNSTORED if self._context.options.retry else ()
        documents = list(self._context.store.frontier.due(section_ids, self._context.options.since, at_once))
        self._articles.routes.add(due.url for due in documents)
        for due in documents:
            if request := self._articles.request(self._context.sweeps[due.section], due.url, due.listed):
                yield request
        for sweep in sweeps:
            reader = self._editions if is_edition_template(sweep.url) else self._listings
            yield from reader.begin(sweep)

    def _open(self, section: Section, front: Sweep | None = None) -> Sweep:
        """Open a section, with a bookmark if an interrupted sweep left one that is still of use."""
        context, options = self._context, self._context.options
        url = context.urls.own_form(section.url)
        row = context.store.sections.open(section.name, url, section.division, front.name if front else None)
        days = context.portal.crawl.full_every_days
        oldest = stamp(datetime.now(UTC) - timedelta(days=days))
        is_due = days > 0 and row.deep_sweep_at is not None and row.deep_sweep_at < oldest
        bookmark = None if options.full else context.store.sections.find_bookmark(row.id)
        if bookmark is not None and ((days > 0 and bookmark.started < oldest) or not context.urls.owns(bookmark.url)):
            bookmark = None
        sweep = Sweep(row, url, section.division, options.since, options.full or is_due, Resumption(bookmark))
        if front is not None:
            sweep.depth, sweep.root = front.depth + 1, front.root or front
        context.sweeps[row.id] = sweep
        return sweep
