"""Pages of a section's listing that are pages of another city's: a cache answered with one in place of the other.

Their entries are not the section's, and those that stand on its own page were not read. Both lists are known at the
end of the crawl only.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from newscrawler.crawling.context import CrawlContext
from newscrawler.crawling.regions import lie_apart, region_of
from newscrawler.crawling.sweep import Sweep
from newscrawler.listings.listing_page import ListingPage, title_of

_LEAST = 5
"""Entries of a page that is doubted; fewer may belong to both cities."""
_MOST = 0.9
"""The share of its entries that stand in the other city's list."""
_IN_COMMON = 0.1
"""The share of the section's other entries that may stand there, too."""
_ENDED = ("end", "unproven", "more", "mark", "since", "repeats")
_NUMBERS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class _PageRead:
    """One page of a listing."""

    number: int
    title: str
    """The page's title without numbers, which pages of one listing have in common."""
    above: str
    """The date of the oldest entry above it; empty if there is none."""
    names: tuple[str, ...]
    """Identities of its entries, in their order."""


class StrangePages:
    """The pages of the listings that a crawl reads, and what they show of each other."""

    def __init__(self, context: CrawlContext) -> None:
        self._context = context
        self._pages: dict[int, list[_PageRead]] = defaultdict(list)
        """By the ids of their sections."""

    def note(self, sweep: Sweep, number: int, listing: ListingPage, above: str) -> None:
        """Note a page whose entries were just read. `above` is the date of the oldest entry above it."""
        pages = self._pages[sweep.section.id]
        while pages and pages[-1].number >= number:
            pages.pop()  # the listing is read once more
        names = tuple(sweep.order.last_page)
        pages.append(_PageRead(number, title_of(listing), above, names))

    def conclude(self, sweeps: Iterable[Sweep]) -> None:
        """Let sweeps be incomplete of which one page is another city's, and take the entries of that page back."""
        cities = [(one, region_of(one.section.city_code)) for one in sweeps if one.seen and one.section.city_code]
        shared = _in_several(cities)
        found = [
            (sweep, pages, other)
            for sweep, region in cities
            if self._has_shared_page(sweep, shared)
            for other, its_region in cities
            if lie_apart(region, its_region) and (pages := self._pages_of(sweep, other))
        ]
        for sweep, pages, other in found:
            names = {name for page in pages for name in page.names}
            is_strange = self._are_strange(sweep, pages, other)
            if is_strange is self._are_strange(other, self._pages_with(other, names), sweep):
                its = [one.names for one in self._pages[other.section.id]]
                if not any(page.names in its for page in pages if len(page.names) >= _LEAST):
                    continue  # some articles are about both cities
            elif not is_strange:
                continue
            else:
                own = {name for one in self._pages[sweep.section.id] if one not in pages for name in one.names}
                self._context.store.sections.withdraw(sweep, sorted(names & other.seen - own))
            self._lose(sweep, pages[0], other)

    def _has_shared_page(self, sweep: Sweep, shared: Collection[str]) -> bool:
        pages = (page for page in self._pages[sweep.section.id] if page.number > 1 and len(page.names) >= _LEAST)
        return any(sum(name in shared for name in page.names) >= _MOST * len(page.names) for page in pages)

    def _lose(self, sweep: Sweep, page: _PageRead, other: Sweep) -> None:
        """Note that the section's own page is missing in whose place a page of the other list stands."""
        reason = f"page {page.number} shows a page of the list of {other.name}, such as {page.names[0]}"
        if sweep.lost:  # another page is missing, too
            sweep.above_lost = page.above and sweep.above_lost and max(page.above, sweep.above_lost)
        sweep.lose(reason, page.above)
        if sweep.outcome in _ENDED:
            sweep.outcome, sweep.reason = "more", reason

    def _pages_of(self, sweep: Sweep, other: Sweep) -> list[_PageRead]:
        """Return the pages whose entries stand in the other list, if those of the section's other pages do not."""

        def share(names: Collection[str]) -> float:
            return sum(name in other.seen for name in names) / len(names) if names else 0

        read = self._pages[sweep.section.id]
        found = [page for page in read if page.number > 1 and share(page.names) >= _MOST]
        if all(len(page.names) < _LEAST for page in found):
            return []
        own = {name for one in read if one not in found for name in one.names}
        own.difference_update(name for page in found for name in page.names)
        return found if own and share(own) <= _IN_COMMON else []

    def _pages_with(self, sweep: Sweep, names: Collection[str]) -> list[_PageRead]:
        read = self._pages[sweep.section.id]
        return [page for page in read if 2 * sum(name in names for name in page.names) > len(page.names)]

    def _are_strange(self, sweep: Sweep, pages: Sequence[_PageRead], other: Sweep) -> bool:
        """Whether pages have the other listing's title, or their entries the folders of those of that listing alone."""
        own = [one for one in self._pages[sweep.section.id] if one not in pages]
        its = self._pages[other.section.id]
        titles = {page.title for page in pages}
        if own and titles.isdisjoint(one.title for one in own) and titles <= {one.title for one in its}:
            return True
        if titles.isdisjoint(one.title for one in its):
            return False
        names = {name for page in pages for name in page.names}
        folders = _folders(pages)
        alone = _folders([one for one in its if names.isdisjoint(one.names)])
        return bool(pages) and folders <= alone and folders.isdisjoint(_folders(own))


def _in_several(cities: Iterable[tuple[Sweep, str]]) -> set[str]:
    """Return the entries that stand in the lists of several regions."""
    first: dict[str, str] = {}
    return {
        name for sweep, region in cities for name in sweep.seen if lie_apart(first.setdefault(name, region), region)
    }


def _folders(pages: Sequence[_PageRead]) -> set[str]:
    """Return the hosts and folders of the entries of pages, as far as they have no number."""
    return {_NUMBERS.split("".join(urlsplit(f"//{name}")[1:3]))[0] for page in pages for name in page.names}
