"""What a pass through the listing of a section has seen until now, and what it knew before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

from newscrawler.archive.last_readings import LastReading
from newscrawler.archive.sections import SectionRow
from newscrawler.crawling.links_below import LinksBelow
from newscrawler.crawling.listing_order import CHANGED, ListingOrder
from newscrawler.crawling.met_entries import MetEntries
from newscrawler.crawling.pager_traces import PagerTraces
from newscrawler.crawling.resumption import Resumption
from newscrawler.listings.answers import UNKNOWN, Answer
from newscrawler.listings.controls_beside import NO_HIDDEN_LISTS, HiddenLists
from newscrawler.listings.leftovers import Leftover
from newscrawler.listings.link_lists import NO_LIST, ListBefore, ListKey
from newscrawler.listings.stated_amounts import StatedAmount
from newscrawler.places import Division


@dataclass(slots=True)
class SweepState:
    """The state of a `Sweep`, and what follows from it alone."""

    section: SectionRow
    url: str
    division: Division | None
    since: str | None = None
    full: bool = False
    resumption: Resumption = field(default_factory=Resumption)
    """Where an interrupted sweep stopped, and whether this one went on there."""
    pages: int = 0
    entries: int = 0
    new_entries: int = 0
    outcome: str = "cut"
    """How it ended: at the proven `end` of the listing; `unproven`, where nothing proves that the last page is the end;
    `more`, where it goes on in a way that cannot be followed; with the `columns` of a front page; at the `mark`,
    `since` or the `limit`; because it `repeats` itself; `cut`, as the crawl ended first; or it `failed`."""
    reason: str = ""
    distrust: str = ""
    """Why the mark must not move; empty if it may."""
    moved_to: str = ""
    """Where the section's address leads, if that is another page; else empty."""
    foreign: str = ""
    """The warning that most entries lead to a host that does not belong to the portal; else empty."""
    unaddressed: str = ""
    """The warning that the list names articles and gives no address of theirs; else empty."""
    lost_rule: str = ""
    """The warning that the definition's rule for entries matched nothing and general rules were used; else empty."""
    is_warned: bool = False
    """Whether the reason for the distrust has been reported."""
    open_files: int = 1
    """Files of a sitemap still to be read."""
    columns: list[Self] | None = None
    """The sweeps of its columns, if its page leads to some."""
    is_front: bool = False
    """Whether the section's page is a front page, which has no pages of its own."""
    has_unread_columns: bool = False
    """Whether its page has columns that were not read: what they show may be newer than all that was read."""
    depth: int = 0
    """How many front pages lie between the homepage and the section: 1 for a column, 2 for a column of a column."""
    root: Self | None = None
    """The section of the homepage to which a column belongs; None for such a section itself."""
    columns_below: int = 0
    """Columns of all levels that were opened for a section of the homepage."""
    list_key: ListKey | None = None
    """Which list of its pages it reads, if it is a second list beside that of another section."""
    preview: frozenset[str] = frozenset()
    """URLs of the entries that the page before its first one, another section's, showed of that list."""
    shown: frozenset[str] = frozenset()
    """URLs of all lists of articles on that page."""
    furniture: frozenset[str] = frozenset()
    """URLs of the entries of a list that is the same on each page."""
    before: ListBefore = NO_LIST
    """The main list of the page that was read last."""
    last_reading: LastReading | None = None
    """What was known of the listing when the sweep began; None if it was never read as far down as it leads."""
    has_asked: bool = False
    """Whether addresses were tried for which a script of the first page asks."""
    is_filled: bool = False
    """Whether such an address brought the list in place of that page."""
    may_be_box: bool = False
    """Whether a script fills a place of the first page, and the list that was read may be a box beside it."""
    was_empty: bool = False
    """Whether the last reading of the listing, or that of its mark, knew no entry: the section was empty."""
    first_answer: Answer = UNKNOWN
    """What the first page with entries said about itself."""
    stated: int | None = None
    """How many entries the first page states that states a number."""
    traces: PagerTraces = field(default_factory=PagerTraces)
    """What the pages showed of the pager beside the next page."""
    links_below: LinksBelow = field(default_factory=LinksBelow)
    """What the pages have below their lists."""
    amounts: Sequence[StatedAmount] = ()
    """What stands beside the list of the pages."""
    hidden: HiddenLists = NO_HIDDEN_LISTS
    """Rows beside the list of the first page whose lists only a script knows."""
    stated_pages: int = 0
    """How many pages the pager states, at most."""
    counts_down: bool = False
    """Whether the pager counts its pages down: the page after one is the page before it."""
    pages_before: int = 0
    """Pages of the listing that lie before its first one; -1 if that is a cover, before page 1 of its pager."""
    has_followed: bool = False
    """Whether a way on that a page shows has been followed."""
    leftovers: dict[str, Leftover] = field(default_factory=dict)
    """Leads of its pages to other pages that may belong to the listing, by identity."""
    signs: list[str] = field(default_factory=list)
    """Signs of more that its pages showed beside the pager."""
    lost: str = ""
    """The sign that entries of a page between those read are missing; empty if none are."""
    above_lost: str = ""
    """The date of the oldest entry above that page, or empty if nothing is sure."""
    other_links: int = 0
    """The most links of one page that were judged to be no articles."""
    samples: tuple[str, ...] = ()
    """Some of them."""
    others: set[str] = field(default_factory=set)
    """Identities of links that were judged to be no articles; of many, some."""
    visited: set[str] = field(default_factory=set)
    """Identities of the listing pages read."""
    at: str = ""
    """Identity of the page that is being read."""
    seen: set[str] = field(default_factory=set)
    """Identities of the entries seen."""
    order: ListingOrder = field(default_factory=ListingOrder)
    """In which order the entries stand."""
    must_show_entries: bool = False
    """Whether a page named it as the list of what is older: without an entry it is a search, or not understood."""
    first_order: ListingOrder | None = None
    """The order that a first pass found, if the listing is read once more because its entries changed theirs."""
    _end_without_gap: tuple[str, str] = ("", "")
    """How it would have ended, and why, had it met a known entry."""
    _met: MetEntries = field(default_factory=MetEntries)
    """What it met of what earlier readings knew."""
    _new_here: int = 0
    """Entries that the section had not shown before."""
    _older_in_a_row: int = 0
    _stale_pages: int = 0
    """Pages in a row that showed entries, and none that is new."""
    _is_repeated: bool = False
    """Whether the last page showed what the page before it shows."""
    _empty_pages: int = 0

    @property
    def is_column(self) -> bool:
        """Whether the section is a column of a front page."""
        return self.depth > 0

    @property
    def repeats_its_first_page(self) -> bool:
        """Whether the listing showed nothing but its first page: what is read is not the list, or not paged.

        One that repeats its last page for ever is a usual one.
        """
        return self.outcome == "repeats" and self.pages - self._stale_pages <= 1

    @property
    def may_be_read_again(self) -> bool:
        """Whether the same crawl is to read the listing once more: its entries changed their order in this pass.

        A list of which the reading before said so, too, is not.
        """
        return self.distrust == CHANGED and self.first_order is None and not self.end_of_changing

    @property
    def end_of_changing(self) -> str:
        """How the reading before ended (`sections.listing_end`) if the entries changed their order; else empty."""
        return self.section.listing_end or "" if CHANGED in (self.section.listing_end_reason or "") else ""

    @property
    def has_cover(self) -> bool:
        """Whether the section's page is not page 1 of its pager, which goes on from that page."""
        return self.pages_before < 0

    @property
    def name(self) -> str:
        """The section's name."""
        return self.section.name

    @property
    def page(self) -> int:
        """The number of the last listing page that was read, from 1."""
        return self.pages + self.resumption.skipped_pages + self.pages_before

    @property
    def is_over(self) -> bool:
        """Whether the sweep has ended."""
        return self.outcome != "cut"

    @property
    def all_columns(self) -> dict[int, Self]:
        """Its columns and theirs, by the ids of their sections. A column may lead back to its front page."""
        found: dict[int, Self] = {}
        waiting = list(self.columns or ())
        while waiting:
            column = waiting.pop(0)
            if column is not self and column.section.id not in found:
                found[column.section.id] = column
                waiting += column.columns or ()
        return found

    @property
    def has_met_stated(self) -> bool:
        """Whether as many entries were read as the first page states."""
        return self.stated is not None and 0 < self.stated <= self.entries

    @property
    def lacks_stated(self) -> bool:
        """Whether its pages state more entries beside the list than were read. Behind skipped pages nothing is sure."""
        is_whole = not self.resumption.skipped_pages
        return is_whole and any(one.is_of_entries and one.number > self.entries for one in self.amounts)

    @property
    def known_run(self) -> int | None:
        """The run of the last reading of the listing as far down as it leads, or of its mark."""
        return self.section.complete_run or (self.last_reading.run if self.last_reading is not None else None)
