"""What the pages of a listing lead to beside their pager, apart from the navigation of the whole portal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from newscrawler.crawling.context import CrawlContext
from newscrawler.crawling.spider.blocking import BlockDetector
from newscrawler.crawling.sweep import Sweep
from newscrawler.listings.columns import Column
from newscrawler.listings.leftovers import Leftover
from newscrawler.listings.listing_page import ListingPage
from newscrawler.text.urls import identity

FEWEST_BLOCKS = 2
"""Blocks that lead elsewhere which make a page without a pager a front page."""


class Leads:
    """Tells which links of a listing's pages lead to more of it, and which belong to the portal as a whole."""

    def __init__(self, context: CrawlContext, blocks: BlockDetector) -> None:
        self._context = context
        self._blocks = blocks

    def unread(self, sweep: Sweep) -> list[Leftover]:
        """Return the leads to more that no sweep read and that do not belong to the whole portal or another section."""
        return self._unread(sweep, sweep.leftovers)

    def tell_newer(self, sweep: Sweep) -> None:
        """Tell the leads to what is newer than the list also where known entries ended the sweep.

        A list that is no longer updated shows known entries for ever.
        """
        if sweep.outcome not in ("mark", "since"):
            return
        if newer := [lead for lead in self.unread(sweep) if lead.is_newer and not lead.is_below]:
            sweep.read_on_below_mark()
            sweep.has_unread_columns = True
            sweep.end("more", tell_unread(newer))

    def unread_at_bottom(self, sweep: Sweep) -> list[Leftover]:
        """Return those leads, and the links below the list that of all its pages only the last one has.

        It must have been read, and lead no further.
        """
        below = {identity(self._context.urls.own_form(lead.url)): lead for lead in sweep.links_below.only_here}
        return self._unread(sweep, {**below, **sweep.leftovers})

    def _unread(self, sweep: Sweep, leads: Mapping[str, Leftover]) -> list[Leftover]:
        is_navigation = self.navigation()
        visited: set[str] = set().union(*(other.visited for other in self._context.sweeps.values()))
        return [
            leftover
            for name, leftover in leads.items()
            if name not in visited
            and name not in sweep.seen
            and not is_navigation(leftover.url)
            # Where pages are counted down, the pages after a page are those that were read.
            and not (sweep.counts_down and not leftover.is_below)
        ]

    def navigation(self) -> Callable[[str], bool]:
        """Return what tells whether a URL is a section's, or belongs to the navigation of the whole portal."""
        own_form = self._context.urls.own_form
        sections = self._context.addresses_of_sections()

        def is_navigation(url: str) -> bool:
            own = own_form(url)
            return identity(own) in sections or self._blocks.is_on_homepage(own)

        return is_navigation

    def blocks_elsewhere(self, listing: ListingPage) -> list[Column]:
        """Return the listings, neither on the homepage nor sections, to which the blocks of a page lead.

        A page that has columns leads to these. One block alone is none of a front page.
        """
        is_navigation = self.navigation()
        elsewhere = [column for column in listing.elsewhere if not is_navigation(column.url)]
        return [] if listing.columns or len(elsewhere) < FEWEST_BLOCKS else elsewhere

    def tell_elsewhere(self, listing: ListingPage, blocks: Sequence[Column]) -> str:
        """Return the sentence about blocks that lead to listings elsewhere; empty if all of these are followed.

        What lies in the section's own folder is a leftover, which is followed, or told as one.
        """
        below = {identity(self._context.urls.own_form(one.url)) for one in listing.leftovers if one.is_below}
        elsewhere = [one for one in blocks if identity(self._context.urls.own_form(one.url)) not in below]
        if not elsewhere:
            return ""
        shown = ", ".join(f"{column.name} ({column.url})" for column in elsewhere[:3])
        return f"its blocks lead to {len(elsewhere)} listings outside of its own folder, such as {shown}"

    def way_on(self, sweep: Sweep, listing: ListingPage) -> str:
        """Return what a link beside the list shows that leads to more of it and cannot be followed; else empty.

        What lies in the section's own folder is a leftover, which is followed.
        """
        for lead in self._ways_on(sweep, listing):
            return f"a link beside the list leads on: {lead.label} ({lead.url}); name its page in [sections]"
        return ""

    def more(self, sweep: Sweep, listing: ListingPage) -> str:
        """Return the address of the only link beside the list of a first page that may lead to all of it: 更多.

        Empty where the page has a pager, or says in another way how its list goes on.
        """
        ways = listing.ways
        if ways.next_urls or ways.script_url or ways.end or ways.signs or ways.guess_urls or not listing.entries:
            return ""
        leads = {lead.url for lead in listing.ways_on if not (lead.is_older or lead.is_period)}
        found = [lead.url for lead in self._ways_on(sweep, listing) if lead.url in leads]
        return self._context.urls.own_form(found[0]) if len(leads) == len(found) == 1 else ""

    def _ways_on(self, sweep: Sweep, listing: ListingPage) -> Iterator[Leftover]:
        is_navigation = self.navigation()
        followed = {identity(self._context.urls.own_form(leftover.url)) for leftover in listing.leftovers}
        for lead in listing.ways_on:
            name = identity(self._context.urls.own_form(lead.url))
            if name not in followed and name not in sweep.visited and not is_navigation(lead.url):
                yield lead

    def others(self, listing: ListingPage) -> list[str]:
        """Return the addresses on a page that are neither entries nor the navigation of the whole portal."""
        is_navigation = self.navigation()
        return [self._context.urls.own_form(url) for url in listing.others if not is_navigation(url)]


def tell_unread(leftovers: Sequence[Leftover]) -> str:
    """Return the sentence about leads to more that were not read."""
    shown = ", ".join(f"{leftover.label} ({leftover.url})" for leftover in leftovers[:3])
    return f"its pages lead to {len(leftovers)} others that were not read, such as {shown}; name them in [sections]"
