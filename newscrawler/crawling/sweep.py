"""One pass through the listing of a section: what it has seen, when it may stop, and whether it can be trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from newscrawler.archive.bookmarks import Bookmark
from newscrawler.archive.frontier import KnownUrl
from newscrawler.archive.last_readings import LastReading
from newscrawler.archive.sections import BEGINNING, SectionRow, Sighting
from newscrawler.crawling.links_below import LinksBelow
from newscrawler.crawling.listing_end import Reading, judge_end
from newscrawler.crawling.listing_order import ListingOrder
from newscrawler.crawling.met_entries import MetEntries
from newscrawler.crawling.pager_traces import PagerTraces
from newscrawler.crawling.resumption import OVERLAP_ENTRIES, Resumption
from newscrawler.listings.answers import UNKNOWN, Answer
from newscrawler.listings.controls_beside import NO_HIDDEN_LISTS, HiddenLists
from newscrawler.listings.leftovers import Leftover
from newscrawler.listings.link_lists import NO_LIST, ListBefore, ListKey
from newscrawler.listings.page_addresses import page_identity
from newscrawler.listings.pagers.guesses import guess_next
from newscrawler.listings.stated_amounts import StatedAmount
from newscrawler.listings.ways import WaysOn
from newscrawler.places import Division
from newscrawler.text.urls import identity

LOST_RULE = "the definition's listing.entry"
"""Beginning of the reason of a sweep whose listing the general rules read: the definition's rule matched nothing."""
TRAILING_ENTRIES = 3
"""Known entries at the bottom of a listing without a proven end that tie a sweep to an older mark."""
GAP = "none of the entries that earlier crawls knew is in it any more; what it showed in between is not known"
"""Why a listing is incomplete that shows a window of its newest entries, all of which are new."""
FEWEST_ON_TOP = 3
"""Entries that make the top of a listing, at least."""
REPEATED_PAGES = 2
"""Pages in a row that show what the page before them shows, behind which a listing does not go on."""
STALE_PAGES = 3
"""A sweep ends after this many pages in a row that show entries and none that is new: the listing goes in circles."""
EMPTY_PAGES = 20
"""A sweep ends after this many pages in a row without an entry: an archive by days may have a gap, not a longer one."""


@dataclass(slots=True)
class Sweep:
    """One pass through the listing of one section, from the newest entry down.

    It stops at the end of the listing, at `since`, or where it meets what earlier sweeps have settled (the section's
    mark). Entries that an interrupted sweep saw lie above the mark and do not stop it, so the next sweep finds what the
    interruption left out. A listing that changes its order during the sweep, goes in circles or has moved elsewhere is
    not trusted: the mark stays where it was.

    With the bookmark of an interrupted sweep it skips what that sweep read (`resumption`).
    """

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
    columns: list[Sweep] | None = None
    """The sweeps of its columns, if its page leads to some."""
    is_front: bool = False
    """Whether the section's page is a front page, which has no pages of its own."""
    has_unread_columns: bool = False
    """Whether its page has columns that were not read: what they show may be newer than all that was read."""
    depth: int = 0
    """How many front pages lie between the homepage and the section: 1 for a column, 2 for a column of a column."""
    root: Sweep | None = None
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

    def take(self, sightings: Sequence[Sighting], known: Mapping[str, KnownUrl]) -> None:
        """Process one listing page. Sets `outcome` if the sweep ends here."""
        self.pages += 1
        names = [identity(sighting.url) for sighting in sightings]
        if self._is_repeated and not self.seen.issuperset(names):
            # Which of the two was in the place of another page is not known.
            self.lose(f"page {self.page - 1} repeats the page before it", "")
        seen = set() if self.has_cover and self.page == 1 else self.seen
        self.distrust = self.order.read(sightings, names, seen) or self.distrust
        fresh = [name for name in names if name not in self.seen]
        self.seen.update(fresh)
        self.entries += len(fresh)
        self.new_entries += sum(1 for name in fresh if name not in known)
        self._new_here += sum(1 for name in fresh if name not in known or known[name].first_run is None)
        if self.page > 1 or fresh:  # page 1 may repeat its cover
            self._stale_pages = 0 if fresh else self._stale_pages + bool(names)
        self._empty_pages = 0 if names else self._empty_pages + 1
        self._is_repeated = bool(names) and not fresh and names == self.order.last_page and self.page > 1
        # One page may be an old copy of the page before it.
        if self._stale_pages >= (REPEATED_PAGES if self._is_repeated else STALE_PAGES):
            self.distrust = "the listing repeats itself"
            if self.stated_pages > self.page - self._stale_pages:
                page = self.page - self._stale_pages + 1
                self.end("more", f"its pager states {self.stated_pages} pages, and page {page} repeats what was read")
            self.end("repeats", self.distrust)
        elif self._empty_pages >= EMPTY_PAGES:
            self.end("more", f"{EMPTY_PAGES} of its pages in a row show no entry, and lead on")
        self.order.turn(names)
        firm = self.order.firm(names)
        self._met.read(firm, known, mark=self.section.complete_run, reading=self.known_run)
        self.resumption.look(firm, known, self.page)
        if self.is_front:
            return  # what a front page shows says nothing about its columns
        if not self.order.is_by_date:
            return  # what is new may stand anywhere
        is_at_mark = not self.full and self._met.in_a_row >= OVERLAP_ENTRIES
        if is_at_mark and self.section.is_complete_back_to(self.since) and not self._may_have_more_below:
            self.end(*(("more", self.lost) if self.lost else ("mark",)))
        elif self.since and self._is_past(self.since, sightings):
            self.end(*(("more", self.lost) if self.lost else ("since",)))

    def leave_cover(self) -> None:
        """Note that the page that was read is a cover: page 1 of its pager comes next, and shows its entries again."""
        self.pages_before = -1
        self.order, self._met, self._older_in_a_row = ListingOrder(), MetEntries(), 0

    def lose(self, sign: str, above: str | None = None) -> None:
        """Note that what a page had to show is missing, although the listing goes on.

        `above` is the date down to which nothing is missing; None for that of the entries read until now.
        """
        self.signs.append(sign)
        if not self.lost:
            self.lost, self.above_lost = sign, self.order.oldest if above is None else above

    @property
    def known_run(self) -> int | None:
        """The run of the last reading of the listing as far down as it leads, or of its mark."""
        return self.section.complete_run or (self.last_reading.run if self.last_reading is not None else None)

    @property
    def has_gap(self) -> bool:
        """Whether the listing ended before any entry that an earlier reading knew: it shows a window of the newest."""
        is_read = bool(self.entries) and not self.is_front and self.since is None
        return is_read and self.may_lack_known

    @property
    def may_lack_known(self) -> bool:
        """Whether it has met no entry of an earlier reading yet, and there was one."""
        has_known = self._met.has_known or self.was_empty
        return self.known_run is not None and not has_known and not self.is_front

    def meet_known(self) -> None:
        """Note that a page shows entries of an earlier reading, at other addresses: the portal was redesigned."""
        self._met.has_known = True

    def close_gap(self) -> None:
        """Note that its columns show the known entries which its own list lacks: it ends as its last page proves."""
        self._met.has_known = True
        self.outcome, self.reason = self._end_without_gap

    @property
    def all_columns(self) -> dict[int, Sweep]:
        """Its columns and theirs, by the ids of their sections. A column may lead back to its front page."""
        found: dict[int, Sweep] = {}
        waiting = list(self.columns or ())
        while waiting:
            column = waiting.pop(0)
            if column is not self and column.section.id not in found:
                found[column.section.id] = column
                waiting += column.columns or ()
        return found

    @property
    def skips_its_top(self) -> bool:
        """Whether new entries stand right above known ones, and none that stood on top of these before is there."""
        top = self.last_reading.top if self.last_reading is not None else frozenset()
        return self._met.is_below_new and len(top) >= FEWEST_ON_TOP and top.isdisjoint(self.seen)

    @property
    def _may_have_more_below(self) -> bool:
        """Whether entries may have been put in below those that the mark's run knew, so that the sweep must read on."""
        last = self.last_reading
        return last is not None and not self.since and last.may_hide_entries(self._new_here, self.stated)

    @property
    def _may_have_more_above_bookmark(self) -> bool:
        """Whether entries may have been put in between the top and the bookmark since the bookmark's run.

        A crawl that was interrupted since the last full reading of a long listing goes on at its bookmark all the same:
        lives too short to read the listing from its top would never come to its end.
        """
        bookmark, last = self.resumption.bookmark, self.last_reading
        if bookmark is None or last is None or not self._may_have_more_below:
            return False
        return bookmark.run <= last.run or last.is_short(self._new_here)

    def jump(self) -> Bookmark | None:
        """Return the bookmark at which to go on instead of at the next page, if the sweep may do so now; else None."""
        if self.distrust or self.lost_rule or self.lost or self._may_have_more_above_bookmark:
            return None
        bookmark = self.resumption.jump(self.page)
        if bookmark is not None:
            # Leads to pages of the list lead to those that are skipped.
            self.leftovers = {name: lead for name, lead in self.leftovers.items() if lead.is_of_another_list}
            self._met.in_a_row = 0
        return bookmark

    def begin_again(self) -> None:
        """Forget what was read, and the bookmark."""
        self.resumption, self.order = self.resumption.begin_again(), ListingOrder()
        self.pages_before = max(self.pages_before, 0)
        self.distrust = self.unaddressed = self.lost_rule = self.lost = self.above_lost = ""
        self.first_answer = UNKNOWN
        self.has_followed, self._met = False, MetEntries()
        self.pages = self.entries = self._new_here = self.stated_pages = 0
        self._older_in_a_row = self._stale_pages = self._empty_pages = 0
        self._is_repeated = False
        for gathered in (self.visited, self.seen, self.others, self.leftovers, self.signs):
            gathered.clear()
        self.before, self.stated, self.amounts = NO_LIST, None, ()
        self.traces, self.links_below = PagerTraces(), LinksBelow()

    @property
    def tail(self) -> list[str]:
        """The entries that a bookmark at the last page would name; empty if there must be no bookmark."""
        may_have_one = not (self.distrust or self.lost_rule or self.lost) and self.resumption.bookmark is None
        if not may_have_one or self.page < 2 + max(self.pages_before, 0):
            return []
        return self.order.firm(self.order.last_page)[-OVERLAP_ENTRIES:]

    def visit(self, url: str) -> None:
        """Note that a page of the listing is read now."""
        self.at = page_identity(url)
        self.visited.add(self.at)

    def reach_bottom(self, ways: WaysOn, *, leads_back: bool = False) -> None:
        """End at a page that leads no further, with what the page and those before it prove.

        `leads_back`: its way on is an earlier page, which pagers have on their last page, and broken ones anywhere.
        """
        ways = self.traces.weighed(ways)
        if self._stale_pages and not ways.doubt:
            ways = replace(ways, doubt=f"page {self.page} shows nothing that the pages before it did not show")
        if self.hidden.tabs:
            self.has_unread_columns = True
            is_told = ways.doubt or ways.hints or self.hidden.are_counted
            ways = ways if is_told else replace(ways, doubt=self.hidden.tabs)
        pages = self.pages - self.has_cover, self.page
        # Beside a bookmark, and behind pages that were left out, the number of all entries is not known.
        amounts = self.amounts if self.page == pages[0] else ()
        hidden = self.hidden.signs(self.order.oldest)
        signs = (*self.signs, *hidden, *filter(None, (one.sign(self.entries, self.pages) for one in amounts)))
        reading = Reading(*pages, self.entries, self.stated, self.stated_pages, self.has_followed, signs)
        self._end_without_gap = judge_end(reading, ways, leads_back=leads_back)
        self.end(*(("more", GAP) if self.has_gap else self._end_without_gap))

    @property
    def has_met_stated(self) -> bool:
        """Whether as many entries were read as the first page states."""
        return self.stated is not None and 0 < self.stated <= self.entries

    def guess_next(self, number: int) -> list[str]:
        """Return the addresses that the page after the `number`-th may have, where a script hides it."""
        return guess_next(self.url, number, self.order.last_page)

    def is_next_page(self, names: Sequence[str]) -> bool:
        """Tell whether a page with these entries (identities) can be the next one: most of them are new."""
        return sum(1 for name in names if name not in self.seen) * 2 > len(names)

    def is_begun_by(self, names: Sequence[str]) -> bool:
        """Tell whether entries begin with those of the page that was read last, in their order.

        Entries of that page that stand beside its list, fewer than its own, may be missing.
        """
        found = set(names)
        shown = [name for name in self.order.last_page if name in found]
        is_most = len(shown) * 2 > len(self.order.last_page)
        return is_most and len(shown) >= FEWEST_ON_TOP and list(names[: len(shown)]) == shown

    def goes_on(self, sightings: Sequence[Sighting]) -> bool:
        """Tell whether the dates of a page's entries may follow those that were read: most are not newer."""
        dates = [sighting.listed_date for sighting in sightings if sighting.is_dated_in_order]
        if not self.order.oldest or self.order.is_oldest_first:
            return True
        return sum(1 for date in dates if date > self.order.oldest) * 2 <= len(dates)

    def _is_past(self, since: str, sightings: Sequence[Sighting]) -> bool:
        """Whether the sweep is so far below a day that it does not just meet back-dated entries."""
        for sighting in sightings:
            if sighting.is_dated_in_order:
                self._older_in_a_row = self._older_in_a_row + 1 if sighting.listed_date < since else 0
        return self._older_in_a_row >= OVERLAP_ENTRIES

    def end(self, outcome: str, reason: str = "") -> None:
        """Note how the sweep ended. The first end counts, but the failure of a file that was still open replaces it.

        An end other than a failure does not count while a jump is unproven.
        """
        if self.resumption.is_unproven and outcome in ("end", "unproven", "more", "mark", "since", "repeats"):
            self.resumption.is_lost = True
            return
        if not self.is_over or (outcome == "failed" != self.outcome):
            self.outcome, self.reason = outcome, reason

    def read_on_below_mark(self) -> None:
        """Take back that it ended at the mark: more is read below it first."""
        self.outcome, self.reason = "cut", ""

    @property
    def is_over(self) -> bool:
        """Whether the sweep has ended."""
        return self.outcome != "cut"

    @property
    def reached_back_to(self) -> str | None:
        """How far back the sweep is without a gap: a date, 'beginning', or None if it was cut off or is not trusted."""
        if self.distrust or self.lost_rule:
            return None
        if self.outcome == "end":
            return BEGINNING
        if self.has_unread_columns:
            return None
        if self.outcome in ("unproven", "more"):
            return self._reached_without_proof()
        if self.outcome == "mark":
            return self.section.complete_back_to
        return self.since if self.outcome == "since" else None

    def _reached_without_proof(self) -> str | None:
        """Return the date of the oldest entry read, or the mark to which known entries at the bottom lead."""
        if self.order.is_oldest_first:
            return None  # the newest may be missing
        mark = self.section.complete_back_to
        if self.lost:
            is_known = mark is None and self.order.is_by_date
            return self.above_lost or None if is_known else None
        if mark is not None and (self._met.has_mark or self._met.in_a_row >= TRAILING_ENTRIES):
            return mark if mark == BEGINNING or not self.order.oldest else min(mark, self.order.oldest)
        return self.order.oldest or None
