"""From the captured homepages and listings of a part to sightings of their time.

A homepage shows the sections of its time. Their listings are read wherever they were captured, and so are the further
pages to which they lead. No sweep is recorded and no mark is set: nobody knows what was not captured.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from newscrawler import places
from newscrawler.archive import sections as section_rows
from newscrawler.archive.captures.reading import CapturedPage, read_capture
from newscrawler.archive.captures.rows import CaptureError
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.progress import Progress
from newscrawler.archive.rows import select_rows
from newscrawler.archive.sections import Sighting
from newscrawler.archive.settling import place_in_section
from newscrawler.crawling.spider.sightings import sightings_of
from newscrawler.crawling.time_limit import TimeLimitError, time_limit
from newscrawler.extraction.blocks import detect_block
from newscrawler.extraction.model import NotAnArticle
from newscrawler.importing.editions import EditionImport
from newscrawler.importing.part import Part
from newscrawler.listings.edition_dates import is_edition_template
from newscrawler.listings.listing import read_listing
from newscrawler.listings.listing_page import ListingPage
from newscrawler.listings.named_links import LinkReader
from newscrawler.listings.sections import Section, find_navigation
from newscrawler.reading import listing_rules, read_portal_page
from newscrawler.text.clock import CHINA, stamp
from newscrawler.text.urls import identity

MAX_PAGES = 2_000
"""Pages of one listing that are looked for."""


class ListingImport:
    """Reads the listings of one part."""

    def __init__(self, part: Part, shapes: frozenset[str]) -> None:
        """Read nothing yet. `shapes` are the shapes of addresses that turned out to be articles."""
        self._part = part
        self._connection = part.connection
        self._portal = part.portal
        self._shapes = shapes
        self._identities: dict[str, list[int]] = {}
        """Identity to the captures of this address, in the order of their times."""
        self._read: set[str] = set()
        """Identities of the listing pages that were read."""
        self.pages = 0
        """Captured pages of listings that were read."""

    def read_all(self, progress: Progress) -> None:
        """Record what the captured listings show; sections that were read before a kill are passed over."""
        addresses: dict[str, str] = {}
        for number, url, kind in self._connection.execute(
            "SELECT id, url, kind FROM captures ORDER BY substr(fetched, 1, 19), id"
        ):
            name = identity(url)
            addresses.setdefault(name, url)
            self._identities.setdefault(name, []).append(number)
            if kind == "listing":
                self._read.add(name)
        done, self.pages = self._part.noted("listings", ([], 0))
        sections = {name: section for section in self._sections() for name in [section.name]}
        for number, section in enumerate(sections.values()):
            if section.name not in done:
                progress("reading of the listings", number, len(sections))
                done.append(section.name)
                with writing(self._connection):
                    if is_edition_template(section.url):
                        self._read_editions(section, addresses)
                    else:
                        self._read_section(section)
                    self._part.note("listings", (done, self.pages))

    # Sections

    def _sections(self) -> Iterator[Section]:
        """Yield the sections that are known: of the homepages, the definition and the archive; later ones count."""
        portal = self._portal
        province = portal.province_division
        if self._part.target is not None:
            query = "SELECT name, url, city_code FROM sections WHERE portal = ? AND front IS NULL ORDER BY id"
            for name, url, code in self._part.target.execute(query, (portal.id,)):
                yield Section(name, url, places.division(code) if code else None)
        for number in self._identities.pop(identity(portal.homepage), ()):
            yield from self._sections_of_homepage(number)
        for name, url in {**portal.sections, **portal.extra_sections}.items():
            division = places.match_division(name.partition("/")[0], province)
            yield Section(name, portal.section_url(url), division)

    def _sections_of_homepage(self, number: int) -> list[Section]:
        page = self._page(number, "homepage")
        if page is None:
            return []
        parsed = read_portal_page(page.body, self._portal, url=page.url, content_type=page.header("content-type"))
        if isinstance(parsed, NotAnArticle):
            return []
        reader = LinkReader()
        reader.read_page(parsed, parsed.base_url or page.url)
        home = identity(self._portal.homepage)
        links = [link for link in reader.links if identity(link.url) != home]
        portal = self._portal
        return find_navigation(links, portal.province_division, portal.owns, portal_name=portal.name).sections

    def _page(self, number: int, kind: str) -> CapturedPage | None:
        """Return a capture, of which it is now known what it is; None if it cannot be read, or is a block."""
        with writing(self._connection):
            self._connection.execute("UPDATE captures SET kind = ? WHERE id = ?", (kind, number))
        return self._readable(number)

    def _readable(self, number: int) -> CapturedPage | None:
        row = select_rows(self._connection, "SELECT * FROM captures WHERE id = ?", (number,))[0]
        try:
            page = read_capture(self._connection, row)
        except CaptureError:
            return None
        return None if detect_block(page.status, page.body) else page

    # Listings

    def _read_section(self, section: Section, front: str | None = None) -> None:
        """Read all captured pages of a section's listing, the first pages first."""
        following = [(section.url, 1)]
        columns: dict[str, Section] = {}
        row: int | None = None
        for _ in range(MAX_PAGES):
            if not following:
                break
            url, number = following.pop(0)
            name = identity(url)
            if name in self._read or name not in self._identities:
                continue
            self._read.add(name)
            for capture in self._identities[name]:
                page, listing = self._listing(capture, section, number)
                if page is None or listing is None:
                    continue
                row = row or self._open(section, front)
                moment = datetime.fromisoformat(page.fetched).astimezone(CHINA)
                self._record(row, page, sightings_of(listing.entries, str, self._portal.owns, moment), number)
                following += [(next_url, number + 1) for next_url in listing.ways.next_urls]
                if front is None:
                    for column in listing.columns:
                        if column.list_key is None:
                            name = f"{section.name}/{column.name}"
                            columns[name] = Section(name, column.url, section.division)
        for column_section in columns.values():
            self._read_section(column_section, section.name)

    def _read_editions(self, section: Section, addresses: Mapping[str, str]) -> None:
        """Read all captured editions of a newspaper. `addresses` has those of all captures, by their identity."""
        row: int | None = None
        editions = EditionImport(self._part, section, self._identities, self._readable)
        for capture, page, sightings in editions.read(list(addresses.values())):
            self._connection.execute("UPDATE captures SET kind = 'listing' WHERE id = ?", (capture,))
            row = row or self._open(section, None)
            self._record(row, page, sightings, 1)

    def _listing(self, capture: int, section: Section, number: int) -> tuple[CapturedPage | None, ListingPage | None]:
        self._connection.execute("UPDATE captures SET kind = 'listing' WHERE id = ?", (capture,))
        page = self._readable(capture)
        if page is None:
            return None, None
        try:
            with time_limit():
                listing = read_listing(
                    page.body,
                    url=page.url,
                    number=number,
                    rules=listing_rules(self._portal.at(page.fetched), section.name, section.url, self._shapes),
                    is_own=self._portal.owns,
                    content_type=page.header("content-type"),
                    encoding=self._portal.crawl.encoding,
                )
        except TimeLimitError:
            return None, None
        return page, None if isinstance(listing, NotAnArticle) else listing

    def _open(self, section: Section, front: str | None) -> int:
        division = section.division
        return section_rows.open_section(
            self._connection,
            self._portal.id,
            name=section.name,
            url=section.url,
            city=division.name if division else None,
            city_code=division.code if division else None,
            front=front,
        ).id

    def _record(self, section: int, page: CapturedPage, sightings: Sequence[Sighting], number: int) -> None:
        moment = datetime.fromisoformat(page.fetched)
        section_rows.record_sightings(
            self._connection, self._portal.id, section, self._part.run, number, sightings, seen=stamp(moment)
        )
        self.pages += 1


def place_articles(connection: sqlite3.Connection) -> None:
    """Record which sections list the articles of a part, by the sightings of its listings."""
    connection.execute(
        """INSERT OR IGNORE INTO article_sections (article, section, first_listed, last_listed, position)
           SELECT u.article, l.section, min(l.first_seen), max(l.last_seen), l.position
           FROM listing_sightings l JOIN urls u ON u.id = l.url WHERE u.article IS NOT NULL
           GROUP BY u.article, l.section"""
    )
    listed = connection.execute(
        "SELECT DISTINCT l.url FROM listing_sightings l JOIN urls u ON u.id = l.url WHERE u.article IS NOT NULL"
    ).fetchall()
    for (number,) in listed:
        place_in_section(connection, number)
