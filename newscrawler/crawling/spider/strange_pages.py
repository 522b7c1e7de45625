"""Pages of a section's listing that are pages of another city's: a cache answered with one in place of the other.

Their entries are not the section's, and those that stand on its own page were not read. Both lists are known at the
end of the crawl only.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from newscrawler.crawling.context import CrawlContext
from newscrawler.crawling.regions import lie_apart, region_of
from newscrawler.crawling.sweep import Sweep
from newscrawler.listings.listing_page import ListingPage

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
        title = listing.page.root.findtext(".//title") if listing.page is not None else ""
        pages = self._pages[sweep.section.id]
        while pages and pages[-1].number >= number:
            pages.pop()  # the listing is read once more
        names = tuple(sweep.order.last_page)
        pages.append(_PageRead(number, _NUMBERS.sub("", title or "").strip(), above, names))

    def conclude(self, sweeps: Iterable[Sweep]) -> None:
        """Let sweeps be incomplete of which one page is another city's, and take the entries of that page back."""
        cities = [(one, region_of(one.section.city_code)) for one in sweeps if one.seen and one.section.city_code]
        found = [
            (sweep, page, other)
            for sweep, region in cities
            for page in self._pages[sweep.section.id]
            if page.number > 1 and len(page.names) >= _LEAST
            for other, its_region in cities
            if lie_apart(region, its_region) and self._is_a_page_of(sweep, page, other)
        ]
        for sweep, page, other in found:
            is_strange, is_its_own = self._is_strange(sweep, page, other), False
            for its_page in self._pages_with(other, page.names):
                is_its_own = is_its_own or self._is_strange(other, its_page, sweep)
            if is_strange and not is_its_own:
                own = {name for one in self._pages[sweep.section.id] if one is not page for name in one.names}
                wrong = [name for name in page.names if name in other.seen and name not in own]
                self._context.store.sections.withdraw(sweep, wrong)
            elif is_its_own and not is_strange:
                continue
            elif not any(one.names == page.names for one in self._pages[other.section.id]):
                continue  # some articles are about both cities
            reason = f"page {page.number} shows a page of the list of {other.name}, such as {page.names[0]}"
            if sweep.lost:  # another page is missing, too
                sweep.above_lost = page.above and sweep.above_lost and max(page.above, sweep.above_lost)
            sweep.lose(reason, page.above)
            if sweep.outcome in _ENDED:
                sweep.outcome, sweep.reason = "more", reason

    def _is_a_page_of(self, sweep: Sweep, page: _PageRead, other: Sweep) -> bool:
        """Whether a page's entries stand in the other list, and those of the section's other pages do not."""
        names = set(page.names)
        if sum(name in other.seen for name in names) < _MOST * len(names):
            return False
        own = {name for one in self._pages[sweep.section.id] if one is not page for name in one.names} - names
        return bool(own) and sum(name in other.seen for name in own) <= _IN_COMMON * len(own)

    def _pages_with(self, sweep: Sweep, names: Collection[str]) -> Iterator[_PageRead]:
        for page in self._pages[sweep.section.id]:
            if 2 * len(set(names).intersection(page.names)) > len(page.names):
                yield page

    def _is_strange(self, sweep: Sweep, page: _PageRead, other: Sweep) -> bool:
        """Whether a page has the other listing's title, or its entries the folders of those of that listing alone."""
        own = [one for one in self._pages[sweep.section.id] if one is not page]
        its = self._pages[other.section.id]
        if page.title not in {one.title for one in own} and page.title in {one.title for one in its}:
            return True
        others = [one for one in its if not set(page.names).intersection(one.names)]
        folders = _folders([page])
        return folders <= _folders(others) and folders.isdisjoint(_folders(own))


def _folders(pages: Sequence[_PageRead]) -> set[str]:
    """Return the hosts and folders of the entries of pages, as far as they have no number."""
    return {_NUMBERS.split("".join(urlsplit(f"//{name}")[1:3]))[0] for page in pages for name in page.names}
