"""Articles that a section's page shows beside its list, and that no list of the portal shows.

A block of a portal, such as a sidebar, stands on several of its pages. One that a section's first page alone shows is
the section's own; its articles are missing in the list, which is then not all that the section published. The other
pages of the crawl tell the difference, so this is known at its end only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from newscrawler.crawling.context import CrawlContext
from newscrawler.crawling.spider.blocking import BlockDetector
from newscrawler.crawling.sweep import Sweep
from newscrawler.listings.blocks_beside import BlockBeside
from newscrawler.listings.listing_page import ListingPage
from newscrawler.text.urls import identity

LEAST = 3
"""Articles beside a list that show that it lacks some; pages are not built at one moment."""
_MOST_PAGES = 2_000


@dataclass(frozen=True, slots=True)
class _Shown:
    """The blocks beside the list of one page."""

    sweep: Sweep
    is_first: bool
    template: str
    """The path of the page's main list: pages of one template have the same."""
    blocks: tuple[BlockBeside, ...]
    names: frozenset[str]
    """Identities of the articles in them."""


class UnlistedBlocks:
    """The blocks beside the lists of the pages of a crawl."""

    def __init__(self, context: CrawlContext, blocks: BlockDetector) -> None:
        self._context = context
        self._blocks = blocks
        self._pages: list[_Shown] = []

    def note(self, sweep: Sweep, number: int, listing: ListingPage) -> None:
        """Note a page of a listing: the first one, and one more of its template."""
        if number > 2 or not listing.main_list.path or len(self._pages) >= _MOST_PAGES:
            return
        names = frozenset(self._name(url) for block in listing.beside for url in block.urls)
        shown = _Shown(sweep, number == 1, listing.main_list.path, listing.beside, names)
        self._pages.append(shown)

    def conclude(self, sweeps: Iterable[Sweep]) -> None:
        """Let sweeps be incomplete whose first page shows articles that no list of the crawl shows.

        These may be newer than all that was read.
        """
        ended = [sweep for sweep in sweeps if sweep.outcome == "end"]
        for page in [page for page in self._pages if page.is_first and page.sweep in ended]:
            missing = [url for block in page.blocks if self._is_own(page, block) for url in self._unlisted(page, block)]
            if len(missing) < LEAST:
                lists = (block for block in page.blocks if self._is_list(page, block))
                missing = [url for block in lists for url in self._unlisted(page, block)]
            if missing:
                page.sweep.outcome = "more"
                page.sweep.has_unread_columns = True
                page.sweep.reason = (
                    f"{len(missing)} articles beside its list stand in no list that was read, such as {missing[0]}"
                )

    def _name(self, url: str) -> str:
        return identity(self._context.urls.own_form(url))

    def _is_own(self, page: _Shown, block: BlockBeside) -> bool:
        """Whether other pages of the same template show that a block belongs to this page alone."""
        alike = [other for other in self._pages if other is not page and other.template == page.template]
        of_others = [other for other in alike if other.sweep is not page.sweep]
        of_itself = [other for other in alike if other.sweep is page.sweep]
        if any(one.path == block.path for other in of_itself for one in other.blocks):
            return False  # the page has it as a page of the template
        # A crawl of one city alone sees no other section, whose pages would have a block of the portal, too.
        if not of_others and not (of_itself and not self._context.options.cities):
            return False
        names = {self._name(url) for url in block.urls}
        return not any(names & other.names for other in self._pages if other is not page) and not any(
            self._blocks.is_on_homepage(self._context.urls.own_form(url)) for url in block.urls
        )

    def _is_list(self, page: _Shown, block: BlockBeside) -> bool:
        """Whether a block stands where the next page has its list: it is the list, and what was read was none."""
        return any(other.sweep is page.sweep and other.template == block.path for other in self._pages)

    def _unlisted(self, page: _Shown, block: BlockBeside) -> list[str]:
        """Return the articles of a block that no list of the portal ever showed."""
        urls = {self._name(url): url for url in block.urls if self._context.urls.owns(url)}
        seen = set().union(*(sweep.seen for sweep in self._context.sweeps.values()))
        if urls.keys() <= seen:
            return []
        self._context.store.flush()
        known = self._context.store.frontier.known(page.sweep.section.id, list(urls))
        return [url for name, url in urls.items() if name not in seen and name not in known]
