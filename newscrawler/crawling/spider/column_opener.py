"""From the page of a section to its columns: blocks of a front page, tabs and years, second lists of a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from scrapy import Request

from newscrawler import places
from newscrawler.crawling.context import CrawlContext
from newscrawler.crawling.spider.articles import ArticleFetcher
from newscrawler.crawling.spider.first_pages import FirstPages
from newscrawler.crawling.spider.leads import FEWEST_BLOCKS, Leads
from newscrawler.crawling.sweep import Sweep
from newscrawler.extraction.model import NotAnArticle
from newscrawler.listings.columns import MAX_COLUMNS, Column
from newscrawler.listings.county_menus import county_columns
from newscrawler.listings.leftovers import Leftover
from newscrawler.listings.listing_page import ListingPage
from newscrawler.listings.own_folder import folder_of
from newscrawler.listings.page_addresses import plain
from newscrawler.listings.pagers import PagerView
from newscrawler.text.urls import identity

MAX_DEPTH = 2
"""Levels of columns: a city, its counties, their columns."""
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
        self.first_pages = FirstPages(context)
        self._context = context
        self._articles = articles
        self._leads = leads
        self._open_columns = open_columns

    def with_blocks(self, sweep: Sweep, listing: ListingPage) -> ListingPage:
        """Return a section's first page with the columns to which its blocks lead, and without the entries of others.

        Where the section has no folder of its own, what the homepage leads to belongs to the whole portal.
        """
        columns = self._blocks(sweep, listing)
        home, own = urlsplit(self._context.portal.homepage), urlsplit(sweep.url)
        if own.netloc == home.netloc and "/" not in own.path.removeprefix("/") and columns:
            is_navigation = self._leads.navigation()
            others = [column for column in columns if is_navigation(column.url)]
            columns = [column for column in columns if column not in others]
            left_out = {entry.url for column in others for entry in column.entries} & listing.of_columns
            left_out -= {entry.url for column in columns for entry in column.entries}
            entries = [entry for entry in listing.entries if entry.url not in left_out]
            listing = replace(listing, entries=entries)
        listing = replace(listing, columns=tuple(columns))
        return listing if sweep.is_column else self._without_shared_blocks(sweep, listing)

    def _without_shared_blocks(self, sweep: Sweep, listing: ListingPage) -> ListingPage:
        """Return a page without the tabs and blocks, and on a front page without their entries, that others show.

        Where the lists of several sections go on at one address, this is told.
        """
        leftovers = []
        for lead in listing.leftovers:
            if not (lead.continues or lead.is_tab) or not self.first_pages.is_shared(sweep, lead.url):
                leftovers.append(lead)
            elif lead.continues:
                leftovers.append(replace(lead, is_below=False))
        listing = replace(listing, leftovers=tuple(leftovers))
        shared = [one for one in listing.elsewhere if self.first_pages.is_shared(sweep, one.url)]
        if not shared:
            return listing
        elsewhere = tuple(one for one in listing.elsewhere if one not in shared)
        left_out = {entry.url for one in shared for entry in one.entries} if listing.columns else set()
        left_out -= {entry.url for column in listing.columns for entry in column.entries}
        entries = [entry for entry in listing.entries if entry.url not in left_out]
        return replace(listing, elsewhere=elsewhere, entries=entries)

    def _blocks(self, sweep: Sweep, listing: ListingPage) -> list[Column]:
        """Return the columns to which the blocks of a page lead.

        Where the section has a host of its own, its columns have folders beside each other.
        """
        is_navigation = self._leads.navigation()
        if not sweep.is_column:
            is_below = self._own_folder(sweep)
            others = [one for one in listing.elsewhere if not is_navigation(one.url)]
            below = [one for one in others if is_below(one.url)]
            of_blocks = [one for one in others if one.is_block and one not in below]
            own = [*below, *self.first_pages.own_columns(sweep, of_blocks)]
            return [*listing.columns, *own] if listing.columns or len(own) >= FEWEST_BLOCKS else []
        root = urlsplit((sweep.root or sweep).url)
        folder, _, file = root.path.rpartition("/")
        if folder or not (file == "" or file.startswith(("index.", "default."))):
            return list(listing.columns)
        beside = [
            column
            for column in listing.elsewhere
            if urlsplit(column.url).netloc == root.netloc and not is_navigation(column.url)
        ]
        return [*listing.columns, *beside] if listing.columns or len(beside) >= FEWEST_BLOCKS else []

    def _own_folder(self, sweep: Sweep) -> Callable[[str], bool]:
        """Return what tells whether a URL lies in a folder below that of a section's page.

        The folder is the section's own if no other section's page lies in it: `/changde/node_6205.html` has its columns
        in `/changde/shehui/`. A crawl of one city does not know where the pages of the others lie.
        """
        folder = folder_of(sweep.url)
        sections = [other for other in self._context.sweeps.values() if not other.is_column and other is not sweep]
        if not folder or not sections or any(other.url.startswith(folder) for other in sections):
            return lambda url: False
        return lambda url: url.startswith(folder) and "/" in plain(url).removeprefix(folder)

    def open_blocks(self, sweep: Sweep, columns: Sequence[Column], lost: Sequence[str] = ()) -> Iterator[Request]:
        """Open the columns of a front page. It has no pages of its own.

        `lost` are sentences about blocks that lead to no column that can be read.
        """
        if not self._articles.may_look_further:
            sweep.end("limit", "the crawl's --limit was reached")
            return
        columns = list({identity(one.url): one for one in [*columns, *self.menu(sweep, columns)]}.values())
        if len(columns) > MAX_COLUMNS:
            reason = f"its page is a front page of more than {MAX_COLUMNS} columns; name those to read in [sections]"
            sweep.end("more", reason)
        if lost:
            sweep.end("more", "; ".join(lost))
        sweep.has_unread_columns = sweep.is_over
        yield from self._open_columns(sweep, columns[:MAX_COLUMNS])
        sweep.end("columns", f"a front page of {len(columns)} columns")

    def open_leads(self, sweep: Sweep, columns: Sequence[Column]) -> Iterator[Request]:
        """Open columns beside the list of a page, and to what the page leads in the section's own folder.

        Such leads are years, tabs, older news.
        """
        leads = [leftover for leftover in self._leads.unread(sweep) if leftover.is_below]
        periods = [lead for lead in leads if lead.is_period]
        opened = {identity(column.url): column for column in columns}
        if len(leads) - len(periods) <= MAX_LEADS and len(periods) <= MAX_PERIODS and self._may_open(sweep):
            for lead in leads:
                opened.setdefault(identity(lead.url), Column(lead.label.strip(), lead.url))
        if opened:
            yield from self._open_columns(sweep, list(opened.values()))

    def open_older(self, sweep: Sweep) -> Iterator[Request]:
        """Open, as columns, older lists that name the section, to which a later page of its listing leads: 往期新闻."""
        if sweep.depth >= MAX_DEPTH or not self._may_open(sweep):
            return
        leads = [lead for lead in self._leads.unread(sweep) if lead.continues and lead.is_older]
        if leads and len(leads) <= MAX_LEADS:
            opened = [Column(one.name, one.url) for one in sweep.columns or ()]
            requests = list(
                self._open_columns(sweep, [*opened, *(Column(one.label.strip(), one.url) for one in leads)])
            )
            for column in (sweep.columns or ())[len(opened) :]:
                column.must_show_entries = True
            yield from requests

    def menu(self, sweep: Sweep, columns: Sequence[Column] = ()) -> list[Column]:
        """Return what the menu of a front page in the section's own folder leads to beside its columns."""
        if not self._may_open(sweep):
            return []
        known = {identity(column.url) for column in columns}
        leads = [lead for lead in self._leads.unread(sweep) if lead.is_in_menu]
        return [Column(lead.label.strip(), lead.url) for lead in leads if identity(lead.url) not in known]

    def counties(self, sweep: Sweep, listing: ListingPage, number: int) -> list[Column]:
        """Return the counties to which the menu of a city's page leads, apart from those of the whole portal's menu."""
        page = listing.page
        is_later = number > 1 or sweep.has_cover
        if is_later or sweep.is_column or sweep.division is None or page is None or not self._may_open(sweep):
            return []
        below = places.counties_of(sweep.division)
        if not below or identity(sweep.url) == identity(self._context.portal.homepage):
            return []
        urls = self._context.urls
        view = PagerView(page.root, page.base_url or page.url or sweep.url, page.url or sweep.url, number)
        is_navigation = self._leads.navigation()
        found = [column for column in county_columns(view, below) if not is_navigation(column.url)]
        own = [column for column in found if urls.owns(column.url)]
        if found and not own and not listing.entries:
            host = (urlsplit(found[0].url).hostname or "").removeprefix("www.")
            sweep.signs.append(
                f"the link of {found[0].name} leads to {host}, which does not belong to the portal; "
                f'allowed_hosts = ["{host}"] in the definition adds it'
            )
        return own

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
        if number == 1 and not sweep.is_column:
            turned = [one for one in listing.second_lists if one.sign]
            sweep.signs += [f"a list beside the main one ({one.name or 'a second list'}): {one.sign}" for one in turned]
        if number > 1 or sweep.has_cover or sweep.is_column or not self._may_open(sweep):
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
