"""The first pages of sections, compared: a block that several of them have belongs to the portal, not to a section.

Where columns are numbered (`/list/5200.html`), only this tells a column of a city from a block of the whole portal.
"""

from __future__ import annotations

from collections.abc import Sequence

from newscrawler.crawling.context import CrawlContext
from newscrawler.crawling.sweep import Sweep
from newscrawler.listings.columns import Column
from newscrawler.listings.edition_dates import is_edition_template
from newscrawler.listings.listing_page import ListingPage
from newscrawler.text.urls import identity


class FirstPages:
    """What the first page of each section of the homepage links to."""

    def __init__(self, context: CrawlContext) -> None:
        self._context = context
        self._links: dict[int, frozenset[str]] = {}
        """Identities of addresses, by the id of the section."""

    def note(self, sweep: Sweep, listing: ListingPage) -> None:
        """Note the first page of a section."""
        columns = (one.url for one in (*listing.columns, *listing.elsewhere))
        leads = (one.url for one in listing.leftovers if one.is_tab or one.continues)
        self._links[sweep.section.id] = frozenset(map(self._name, (*listing.others, *columns, *leads)))

    @property
    def are_awaited(self) -> bool:
        """Whether first pages of sections are still to come."""
        return any(
            not sweep.is_column
            and sweep.division is not None
            and not sweep.is_over
            and sweep.section.id not in self._links
            and not is_edition_template(sweep.url)
            for sweep in self._context.sweeps.values()
        )

    def is_shared(self, sweep: Sweep, url: str) -> bool:
        """Whether the first page of another section has a link of this one, too."""
        name = self._name(url)
        return any(name in links for section, links in self._links.items() if section != sweep.section.id)

    def own_columns(self, sweep: Sweep, blocks: Sequence[Column]) -> list[Column]:
        """Return those of the listings to which blocks lead that belong to a section.

        A crawl of one city of several sees no other page: then what earlier crawls found counts.
        """
        is_alone = not self._links.keys() - {sweep.section.id}
        if is_alone and (self._context.options.cities or self._context.shard.run is not None):
            known = {identity(url) for _, url in self._context.store.sections.columns_of(sweep.name)}
            return [one for one in blocks if self._name(one.url) in known]
        return [one for one in blocks if not self.is_shared(sweep, one.url)]

    def _name(self, url: str) -> str:
        return identity(self._context.urls.own_form(url))
