"""One pass through the listing of a section: what it has seen, when it may stop, and whether it can be trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from newscrawler.archive.bookmarks import Bookmark
from newscrawler.archive.frontier import KnownUrl
from newscrawler.archive.sections import BEGINNING, Sighting
from newscrawler.crawling.links_below import LinksBelow
from newscrawler.crawling.listing_end import Reading, judge_end
from newscrawler.crawling.listing_order import CHANGED, ListingOrder
from newscrawler.crawling.met_entries import MetEntries
from newscrawler.crawling.pager_traces import PagerTraces
from newscrawler.crawling.resumption import OVERLAP_ENTRIES
from newscrawler.crawling.sweep_state import SweepState
from newscrawler.listings.answers import UNKNOWN
from newscrawler.listings.link_lists import NO_LIST
from newscrawler.listings.page_addresses import page_identity
from newscrawler.listings.pagers.guesses import guess_next
from newscrawler.listings.ways import WaysOn
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
class Sweep(SweepState):
    """One pass through the listing of one section, from the newest entry down.

    It stops at the end of the listing, at `since`, or where it meets what earlier sweeps have settled (the section's
    mark). Entries that an interrupted sweep saw lie above the mark and do not stop it, so the next sweep finds what the
    interruption left out. A listing that changes its order during the sweep, goes in circles or has moved elsewhere is
    not trusted: the mark stays where it was.

    With the bookmark of an interrupted sweep it skips what that sweep read (`resumption`).
    """

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
            self._end_repeating()
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

    def _end_repeating(self) -> None:
        """End a listing that shows nothing new any more."""
        self.distrust = "the listing repeats itself"
        if self.stated_pages > self.page - self._stale_pages:
            page = self.page - self._stale_pages + 1
            self.end("more", f"its pager states {self.stated_pages} pages, and page {page} repeats what was read")
        self.end("repeats", self.distrust)

    def take_back(self, reason: str) -> None:
        """Let the sweep be incomplete for a reason that only the end of the crawl knows, and the mark stay."""
        self.outcome, self.reason, self.distrust = "more", reason, reason

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
        if self._is_repeated:
            self._end_repeating()
            return
        if self.may_be_read_again:
            self.first_order, self.resumption.is_lost = self.order, True
            return
        if self.distrust == CHANGED:
            is_mild = self.order.only_repeats_some(self.entries, self.first_order) and self.end_of_changing != "more"
            ways = replace(ways, doubt=CHANGED) if is_mild else replace(ways, signs=(*ways.signs, CHANGED))
        ways = self.traces.weighed(ways)
        if self._stale_pages and not ways.doubt:
            ways = replace(ways, doubt=f"page {self.page} shows nothing that the pages before it did not show")
        if self.is_filled and self.pages == 1 and not ways.doubt:
            ways = replace(ways, doubt="its list is the answer to a script, and one page of that proves no end")
        if self.hidden.tabs:
            self.has_unread_columns = True
            is_told = ways.doubt or ways.hints or self.hidden.are_counted
            ways = ways if is_told else replace(ways, doubt=self.hidden.tabs)
        pages = self.pages - self.has_cover, self.page
        # Beside a bookmark, and behind pages that were left out, the number of all entries is not known.
        amounts = self.amounts if self.page == pages[0] else ()
        if self.pages > 1 and any(one.is_of_entries and one.number == self.entries for one in amounts):
            ways = replace(ways, hints=())  # the empty pager of a list that is read has nothing to show
        hidden = self.hidden.signs(self.order.oldest)
        signs = (*self.signs, *hidden, *filter(None, (one.sign(self.entries, self.pages) for one in amounts)))
        reading = Reading(*pages, self.entries, self.stated, self.stated_pages, self.has_followed, signs)
        self._end_without_gap = judge_end(reading, ways, leads_back=leads_back)
        self.end(*(("more", GAP) if self.has_gap else self._end_without_gap))

    def reach_bottom_as_stated(self) -> None:
        """End behind the last of the entries that the listing states: all of them were read.

        So a page that repeats the one before it stands in the place of no other.
        """
        self.signs = [sign for sign in self.signs if sign != self.lost]
        self.lost = self.above_lost = ""
        self._is_repeated, self._stale_pages = False, 0
        self.reach_bottom(WaysOn(pages=self.stated_pages or None, entries=self.stated))

    def guess_next(self, number: int, *, is_sure: bool) -> list[str]:
        """Return the addresses that the page after the `number`-th may have, where a script hides it.

        `is_sure`: a pager states that there is one; else fewer are worth a request.
        """
        return guess_next(self.url, number, self.order.last_page, is_sure=is_sure)

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
        if self.order.joins_boxes and self.pages == 1:
            return None  # what has left one box may be newer than what another still shows
        mark = self.section.complete_back_to
        if self.lost:
            is_known = mark is None and self.order.is_by_date
            return self.above_lost or None if is_known else None
        if mark is not None and (self._met.has_mark or self._met.in_a_row >= TRAILING_ENTRIES):
            return mark if mark == BEGINNING or not self.order.oldest else min(mark, self.order.oldest)
        return self.order.oldest or None
