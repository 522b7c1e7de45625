"""What a page of a listing shows as sightings of articles: by the definition's rule, or by the general ones."""

from __future__ import annotations

from abc import ABC
from collections.abc import Iterable, Sequence
from dataclasses import replace

from scrapy.http import Response

from newscrawler.archive.sections import Sighting
from newscrawler.crawling.context import CrawlContext
from newscrawler.crawling.spider.articles import ArticleFetcher
from newscrawler.crawling.spider.blocking import BlockDetector
from newscrawler.crawling.spider.filled_lists import FilledLists
from newscrawler.crawling.spider.sightings import is_like_most, sightings_of
from newscrawler.crawling.sweep import LOST_RULE, Sweep
from newscrawler.extraction.model import NotAnArticle
from newscrawler.listings.entries import Entry
from newscrawler.listings.listing_page import ListingPage
from newscrawler.text.urls import identity


class ListingSightings(FilledLists, ABC):
    """Tells entries from pages of listings, and from routes of one page."""

    def __init__(self, context: CrawlContext, blocks: BlockDetector, articles: ArticleFetcher) -> None:
        super().__init__(context, blocks, articles)
        self._addresses: set[str] = set()
        """Identities of the pages of listings that were read."""

    def _with_general_rules(
        self, response: Response, sweep: Sweep, number: int, listing: ListingPage
    ) -> tuple[ListingPage, list[Sighting]]:
        """Return the listing and its sightings, by the general rules if the definition's rule matches nothing now."""
        sightings = self._sightings(listing.entries)
        if sightings or not self._may_fall_back(sweep, number):
            return listing, sightings
        rules = self._context.rules_of(sweep)
        general = self._read(response, number, replace(rules, entry=None))
        if isinstance(general, NotAnArticle) or not general.entries:
            return listing, sightings
        sweep.lost_rule = f"{LOST_RULE} {rules.entry!r} matches nothing; the general rules read the listing"
        return general, self._sightings(general.entries)

    def _may_fall_back(self, sweep: Sweep, number: int) -> bool:
        """Whether the general rules may read a page on which `listing.entry` matches nothing.

        They may where the rule matched entries before.
        """
        if self._context.rules_of(sweep).entry is None:
            return False
        return bool(sweep.lost_rule) or (number == 1 and self._store.sections.has_sightings(sweep.section.id))

    def _note_routes(self, response: Response, sweep: Sweep, sightings: Sequence[Sighting]) -> None:
        """Distrust a list whose entries are routes of one page that a script fills."""
        page = self._context.urls.own_form(response.url)
        routes = self._articles.routes.note((sighting.url for sighting in sightings), page)
        if routes and self._context.portal.article.json_rules is None:
            sweep.distrust = f"entries are routes of a page that a script fills, such as {routes[0]}"
            sweep.signs = sweep.signs or [sweep.distrust]

    def _sightings(self, entries: Iterable[Entry]) -> list[Sighting]:
        """Return the sightings of entries. A page of a listing is none, whatever its address looks like."""
        urls = self._context.urls
        sections = self._context.addresses_of_sections()
        columns = {identity(sweep.url) for sweep in self._context.sweeps.values() if sweep.is_column and not sweep.seen}
        entries = list(entries)
        urls_of_list = [entry.url for entry in entries]

        def is_listing(url: str) -> bool:
            name = identity(urls.own_form(url))
            # An article that was taken for a column stands in a list of articles like it.
            is_article = name in columns and is_like_most(url, urls_of_list)
            return not is_article and (name in sections or name in self._addresses)

        wanted = (entry for entry in entries if not is_listing(entry.url))
        return sightings_of(wanted, urls.own_form, urls.owns, self._context.now())
