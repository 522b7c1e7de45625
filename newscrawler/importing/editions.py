"""From the captured pages of a newspaper's editions to sightings of their time.

The pages are read by the same code as in a crawl. An edition is found by its first page: an address that the section's
template gives for a day, or that the captured index of a month names.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from newscrawler.archive.captures.reading import CapturedPage
from newscrawler.archive.sections import Sighting
from newscrawler.crawling.spider.sightings import sightings_of
from newscrawler.crawling.time_limit import TimeLimitError, time_limit
from newscrawler.extraction.model import NotAnArticle
from newscrawler.importing.part import Part
from newscrawler.listings.edition_dates import EditionDay, day_of_edition, days_in, is_month_template
from newscrawler.listings.edition_index import index_url, read_index
from newscrawler.listings.newspapers import EditionPage, PageLink, read_edition_page
from newscrawler.listings.page_labels import PageLabel
from newscrawler.listings.sections import Section
from newscrawler.reading import listing_rules, read_portal_page
from newscrawler.text.clock import CHINA
from newscrawler.text.urls import identity

MAX_PAGES = 100
"""Pages of one edition that are looked for."""

Captures = Mapping[str, Sequence[int]]
"""Identity of an address to its captures, in the order of their times."""


class EditionImport:
    """Reads the captured editions of one section of a part."""

    def __init__(
        self, part: Part, section: Section, captures: Captures, readable: Callable[[int], CapturedPage | None]
    ) -> None:
        """Read nothing yet. `readable` gives a capture by its id; None for one that cannot be read, or is a block."""
        self._portal = part.portal
        self._section = section
        self._captures = captures
        self._readable = readable
        self._titles: dict[frozenset[str], date] = {}
        """The titles of a first page to the day of its edition."""

    def read(self, addresses: Sequence[str]) -> Iterator[tuple[int, CapturedPage, list[Sighting]]]:
        """Yield the captures of pages of editions with what they show. `addresses` are those of all captures."""
        fronts = self._fronts(addresses)
        # From the newest back, as a crawl: some servers send the newest edition in place of one that they do not have.
        for day in sorted(fronts, reverse=True):
            yield from self._edition(EditionDay.of(self._section.url, day), fronts[day])

    def _fronts(self, addresses: Sequence[str]) -> dict[date, str]:
        """Return the address of the first page of each edition of which it was captured, or named by an index."""
        template = self._section.url
        fronts: dict[date, str] = {}
        months: dict[str, None] = {}
        for url in addresses:
            day = day_of_edition(template, url)
            if day is not None and not is_month_template(template):
                fronts[day] = url
            for one in days_in(url) if day is None else (day,):
                if index := index_url(template, one):
                    months[index] = None
        for index in months:
            for number in self._captures.get(identity(index), ()):
                page = self._readable(number)
                found = read_index(page.body, page.url) if page is not None else None
                for day, url in (found or {}).items():
                    if identity(url) in self._captures:
                        fronts.setdefault(day, url)
        return fronts

    def _edition(self, day: EditionDay, front: str) -> Iterator[tuple[int, CapturedPage, list[Sighting]]]:
        following = deque([PageLink(front, PageLabel())])
        known = {identity(front)}
        while following and len(known) <= MAX_PAGES:
            link = following.popleft()
            for number in self._captures.get(identity(link.url), ()):
                page = self._readable(number)
                content = self._content(page, day, link.label) if page is not None else None
                if page is None or content is None or self._is_of_other_edition(content, day, link.url == front):
                    continue
                moment = datetime.fromisoformat(page.fetched).astimezone(CHINA)
                sightings = sightings_of(content.entries, str, self._portal.owns, moment)
                listed = day.day.isoformat()
                yield number, page, [replace(one, listed_date=listed, pinned=False) for one in sightings]
                jumps = [PageLink(content.jump, link.label)] if content.jump else []
                for one in (*content.pages, *jumps):
                    if identity(one.url) not in known and self._portal.owns(one.url):
                        known.add(identity(one.url))
                        following.append(one)

    def _content(self, page: CapturedPage, day: EditionDay, label: PageLabel) -> EditionPage | None:
        portal = self._portal.at(page.fetched)
        rules = listing_rules(portal, self._section.name, self._section.url, frozenset())
        try:
            with time_limit():
                parsed = read_portal_page(page.body, portal, url=page.url, content_type=page.header("content-type"))
                if isinstance(parsed, NotAnArticle):
                    return None
                return read_edition_page(
                    parsed, parsed.base_url or page.url, day, portal.owns, rules.article_url, label
                )
        except TimeLimitError:
            return None

    def _is_of_other_edition(self, content: EditionPage, day: EditionDay, is_front: bool) -> bool:
        """Whether a page is that of another edition, which a server sent in its place."""
        if content.other_edition:
            return True
        titles = frozenset(entry.title for entry in content.entries if entry.title)
        return is_front and len(titles) > 1 and self._titles.setdefault(titles, day.day) != day.day
