"""From the page of a section to its columns: blocks of a front page, tabs and years, second lists of a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from scrapy import Request

from newscrawler.crawling.context import CrawlContext
from newscrawler.crawling.spider.articles import ArticleFetcher
from newscrawler.crawling.spider.leads import Leads
from newscrawler.crawling.sweep import Sweep
from newscrawler.extraction.model import NotAnArticle
from newscrawler.listings.columns import MAX_COLUMNS, Column
from newscrawler.listings.leftovers import Leftover
from newscrawler.listings.listing import ListingPage
from newscrawler.text.urls import identity

MAX_PERIODS = 240
"""Years and months of a listing that are followed: twenty years."""
MAX_LEADS = 30
"""Listings in the section's own folder that are followed; a listing that leads to more is told."""

OpenColumns = Callable[[Sweep, Sequence[Column]], Iterator[Request]]
"""Opens the columns of a section's page, and yields their first requests."""


class ColumnOpener:
    """Decides which columns a section's page has, and has them opened."""

    def __init__(
        self, context: CrawlContext, articles: ArticleFetcher, leads: Leads, open_columns: OpenColumns
    ) -> None:
        self._context = context
        self._articles = articles
        self._leads = leads
        self._open_columns = open_columns

    def open_blocks(self, sweep: Sweep, columns: Sequence[Column]) -> Iterator[Request]:
        """Open the columns of a front page. It has no pages of its own."""
        if not self._articles.may_look_further:
            sweep.end("limit", "the crawl's --limit was reached")
            return
        if len(columns) > MAX_COLUMNS:
            reason = f"its page is a front page of more than {MAX_COLUMNS} columns; name those to read in [sections]"
            sweep.end("more", reason)
        yield from self._open_columns(sweep, columns[:MAX_COLUMNS])
        sweep.end("columns", f"a front page of {len(columns)} columns")

    def open_leads(self, sweep: Sweep, second: Sequence[Column]) -> Iterator[Request]:
        """Open as columns the second lists of a page, and to what it leads in the section's own folder.

        Such leads are years, tabs, older news.
        """
        leads = [leftover for leftover in self._leads.unread(sweep) if leftover.is_below]
        periods = [lead for lead in leads if lead.is_period]
        columns = [*second]
        if len(leads) - len(periods) <= MAX_LEADS and len(periods) <= MAX_PERIODS and self._may_open(sweep):
            columns += [Column(lead.label.strip(), lead.url) for lead in leads]
        if columns:
            yield from self._open_columns(sweep, columns)

    def _may_open(self, sweep: Sweep) -> bool:
        return self._articles.may_look_further and self._context.rules_of(sweep).columns

    def second_lists(self, sweep: Sweep, listing: ListingPage, number: int) -> list[Column]:
        """Return the second lists of a section's first page as columns that begin at their second pages.

        Their second pages are leads of the listing: where they are not read, they are told.
        """
        several = [one for one in listing.second_lists if one.next_url]
        for one in several:
            url = self._context.urls.own_form(one.next_url)
            sweep.leftovers.setdefault(identity(url), Leftover(url, one.name or "a second list", is_further=False))
        if number > 1 or sweep.is_column or not self._may_open(sweep):
            return []
        return [
            Column(one.name or f"list {position}", one.next_url, tuple(one.entries), one.key, listing.in_lists)
            for position, one in enumerate(several, 2)
        ]


def is_preview(sweep: Sweep, listing: ListingPage | NotAnArticle) -> bool:
    """Whether a page shows of a second list only what the page before showed."""
    if isinstance(listing, NotAnArticle):
        return False
    return sweep.preview.issuperset(entry.url for entry in listing.entries)
