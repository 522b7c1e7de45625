"""One pass through the listing of a section: what it has seen, when it may stop, and whether it can be trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from newscrawler.archive.bookmarks import Bookmark
from newscrawler.archive.frontier import KnownUrl
from newscrawler.archive.sections import BEGINNING, LastReading, SectionRow, Sighting
from newscrawler.listings.leftovers import Leftover
from newscrawler.listings.link_lists import NO_LIST, ListBefore, ListKey
from newscrawler.listings.page_addresses import page_identity
from newscrawler.listings.pagers.guesses import guess_next
from newscrawler.listings.ways import WaysOn
from newscrawler.places import Division
from newscrawler.text.clock import stamp
from newscrawler.text.urls import identity

OVERLAP_ENTRIES = 10
"""A sweep stops after this many known entries in a row, or with `since` older entries in a row. It so passes pinned
entries and a few back-dated ones."""
SHORT_LISTING = 100
"""Entries of a listing that is read to its end when it shows a new one, and nothing proves that no other was put in."""
LOST_RULE = "the definition's listing.entry"
"""Beginning of the reason of a sweep whose listing the general rules read: the definition's rule matched nothing."""
TRAILING_ENTRIES = 3
"""Known entries at the bottom of a listing without a proven end that tie a sweep to an older mark."""
STALE_PAGES = 3
"""A sweep ends after this many pages in a row that show entries and none that is new: the listing goes in circles."""
EMPTY_PAGES = 20
"""A sweep ends after this many pages in a row without an entry: an archive by days may have a gap, not a longer one."""
FEWEST_RISING = 3
"""Neighbouring entries of which the lower is the newer one that make a listing one of the oldest first."""


@dataclass(slots=True)
class Sweep:
    """One pass through the listing of one section, from the newest entry down.

    It stops at the end of the listing, at `since`, or where it meets what earlier sweeps have settled (the section's
    mark). Entries that an interrupted sweep saw lie above the mark and do not stop it, so the next sweep finds what the
    interruption left out. A listing that changes its order during the sweep, goes in circles or has moved elsewhere is
    not trusted: the mark stays where it was.

    With the bookmark of an interrupted sweep it skips what that sweep read: after ten entries in a row that the
    interrupted sweep knew, it goes on at the page of the bookmark. This jump is *unproven* until an entry appears that
    the bookmark names: entries may have been removed from the listing, so that others moved up past the page. A sweep
    that cannot prove its jump is *lost*, and begins again at the top.
    """

    section: SectionRow
    url: str
    division: Division | None
    since: str | None = None
    full: bool = False
    bookmark: Bookmark | None = None
    """Where an interrupted sweep stopped; None without one, or once it is reached or passed."""
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
    foreign: str = ""
    """The warning that most entries lead to a host that does not belong to the portal; else empty."""
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
    stated: int | None = None
    """How many entries the listing's first page states."""
    counts_down: bool = False
    """Whether the pager counts its pages down: the page after one is the page before it."""
    pages_before: int = 0
    """Pages of the listing that lie before its first one."""
    has_followed: bool = False
    """Whether a way on that a page shows has been followed."""
    leftovers: dict[str, Leftover] = field(default_factory=dict)
    """Leads of its pages to other pages that may belong to the listing, by identity."""
    signs: list[str] = field(default_factory=list)
    """Signs of more that its pages showed beside the pager."""
    other_links: int = 0
    """The most links of one page that were judged to be no articles."""
    samples: tuple[str, ...] = ()
    """Some of them."""
    others: set[str] = field(default_factory=set)
    """Identities of links that were judged to be no articles; of many, some."""
    has_jumped: bool = False
    """Whether it went on at the bookmark."""
    is_lost: bool = False
    """Whether the bookmark turned out to be useless: the sweep has to begin again."""
    begun: str = field(default_factory=stamp)
    """Time (UTC) of the oldest page that it builds on."""
    visited: set[str] = field(default_factory=set)
    """Identities of the listing pages read."""
    at: str = ""
    """Identity of the page that is being read."""
    seen: set[str] = field(default_factory=set)
    """Identities of the entries seen."""
    _loose: set[str] = field(default_factory=set)
    """Entries that are out of order by themselves: pinned, repeated on top of each page, or back-dated."""
    _first_page: list[str] = field(default_factory=list)
    _last_page: list[str] = field(default_factory=list)
    _known_in_a_row: int = 0
    _read_in_a_row: int = 0
    _skipped_pages: int = 0
    _has_met_mark: bool = False
    _new_here: int = 0
    """Entries that the section had not shown before."""
    _oldest: str = ""
    """The date of the last entry that stands in the order of dates."""
    _older_in_a_row: int = 0
    _stale_pages: int = 0
    _empty_pages: int = 0
    _rising: int = 0
    _falling: int = 0

    @property
    def is_column(self) -> bool:
        """Whether the section is a column of a front page."""
        return self.depth > 0

    @property
    def name(self) -> str:
        """The section's name."""
        return self.section.name

    @property
    def page(self) -> int:
        """The number of the last listing page that was read, from 1."""
        return self.pages + self._skipped_pages + self.pages_before

    def take(self, sightings: Sequence[Sighting], known: Mapping[str, KnownUrl]) -> None:
        """Process one listing page. Sets `outcome` if the sweep ends here."""
        self.pages += 1
        names = [identity(sighting.url) for sighting in sightings]
        self._set_loose(sightings, names)
        self._check_order(names)
        fresh = [name for name in names if name not in self.seen]
        self.seen.update(fresh)
        self.entries += len(fresh)
        self.new_entries += sum(1 for name in fresh if name not in known)
        self._new_here += sum(1 for name in fresh if name not in known or known[name].first_run is None)
        self._stale_pages = 0 if fresh else self._stale_pages + bool(names)
        self._empty_pages = 0 if names else self._empty_pages + 1
        if names and not fresh and (names == self._last_page or self._stale_pages >= STALE_PAGES):
            self.distrust = "the listing repeats itself"
            self.end("repeats", self.distrust)
        elif self._empty_pages >= EMPTY_PAGES:
            self.end("more", f"{EMPTY_PAGES} of its pages in a row show no entry, and lead on")
        self._last_page = names or self._last_page
        self._first_page = self._first_page or names
        mark = self.section.complete_run
        for name in names:
            if name not in self._loose:
                self._known_in_a_row = self._known_in_a_row + 1 if _is_seen_by(mark, known.get(name)) else 0
                self._has_met_mark = self._has_met_mark or self._known_in_a_row >= OVERLAP_ENTRIES
        for sighting, name in zip(sightings, names, strict=True):
            if sighting.listed_date and name not in self._loose:
                self._oldest = sighting.listed_date
        self._look_for_bookmark([name for name in names if name not in self._loose], known)
        if self.is_front:
            return  # what a front page shows says nothing about its columns
        if self._is_oldest_first:
            return  # what is new stands at the end
        has_met_mark = not self.full and self._known_in_a_row >= OVERLAP_ENTRIES
        if has_met_mark and self.section.is_complete_back_to(self.since) and not self._may_have_more_below:
            self.end("mark")
        elif self.since and self._is_past(self.since, sightings):
            self.end("since")

    @property
    def _may_have_more_below(self) -> bool:
        """Whether entries may have been put in below those that the mark's run knew, so that the sweep must read on.

        A listing shows this if the number of entries that it states grew by more than those that were seen to be new
        since its last full reading. A short one is read on whenever it shows a new entry, since entries that were
        withdrawn may hide others in that number. What is put into a long one is else found by its next full reading.
        """
        last = self.last_reading
        if last is None or self.since:
            return False
        newer = last.newer + self._new_here
        if last.known + self._new_here <= SHORT_LISTING and newer:
            return True
        return self.stated is not None and last.stated is not None and self.stated - last.stated > newer

    @property
    def _is_oldest_first(self) -> bool:
        """Whether the dates beside the entries rise from one to the next, more often than they fall."""
        return self._rising >= FEWEST_RISING and self._rising > self._falling

    def _set_loose(self, sightings: Sequence[Sighting], names: Sequence[str]) -> None:
        self._loose.update(name for sighting, name in zip(sightings, names, strict=True) if sighting.pinned)
        if self._first_page:
            for name, on_top in zip(names, self._first_page, strict=False):
                if name != on_top:
                    break
                self._loose.add(name)
        for (name, entry), after in zip(zip(names, sightings, strict=True), sightings[1:], strict=False):
            if not (entry.listed_date and after.listed_date) or entry.listed_date == after.listed_date:
                continue
            self._falling += entry.listed_date > after.listed_date
            if entry.listed_date < after.listed_date:
                self._rising += 1
                self._loose.add(name)

    def _check_order(self, names: Sequence[str]) -> None:
        """Distinguish entries that moved down below new ones from a listing that changed its order."""
        again = [name for name in names if name in self.seen and name not in self._loose]
        if not again:
            return
        firm = [name for name in names if name not in self._loose]
        before = [name for name in self._last_page if name not in self._loose]
        slid = firm[: len(again)] == again and before[-len(again) :] == again
        if not slid and names != self._last_page:
            self.distrust = "entries change their order while being paged"

    # Going on from an interrupted sweep

    @property
    def is_unproven(self) -> bool:
        """Whether it went on at a bookmark and has not yet met an entry that the bookmark names."""
        return self.has_jumped and self.bookmark is not None

    def _look_for_bookmark(self, firm: Sequence[str], known: Mapping[str, KnownUrl]) -> None:
        """Note whether the bookmark is reached, passed or lost. `firm` are the entries of the page in order."""
        bookmark = self.bookmark
        if bookmark is None:
            return
        for name in firm:
            self._read_in_a_row = self._read_in_a_row + 1 if _is_seen_by(bookmark.run, known.get(name)) else 0
        if not bookmark.tail.isdisjoint(firm):
            self.begun = bookmark.started if self.has_jumped else self.begun
            self.bookmark = None
        elif self.has_jumped:
            self.is_lost = not all(_is_seen_by(bookmark.run, known.get(name)) for name in firm)
        elif self.page >= bookmark.page:
            self.bookmark = None

    def jump(self) -> Bookmark | None:
        """Return the bookmark at which to go on instead of at the next page, if the sweep may do so now; else None."""
        is_sure = not self.distrust and not self.lost_rule and self._read_in_a_row >= OVERLAP_ENTRIES
        if self.bookmark is None or self.has_jumped or not is_sure:
            return None
        self.has_jumped = True
        self.leftovers.clear()  # they lead to pages that are skipped
        self._skipped_pages = self.bookmark.page - 1 - self.page
        self._known_in_a_row = 0
        return self.bookmark

    def begin_again(self) -> None:
        """Forget what was read, and the bookmark."""
        self.bookmark, self.has_jumped, self.is_lost, self.distrust, self.lost_rule = None, False, False, "", ""
        self.has_followed, self._has_met_mark, self._oldest = False, False, ""
        self.pages = self.entries = self._skipped_pages = self._new_here = 0
        self._known_in_a_row = self._older_in_a_row = self._stale_pages = self._empty_pages = 0
        self._rising = self._falling = 0
        for gathered in (self.visited, self.seen, self.others, self._loose, self.leftovers, self.signs):
            gathered.clear()
        self._first_page, self._last_page, self.before = [], [], NO_LIST

    @property
    def tail(self) -> list[str]:
        """The entries that a bookmark at the last page would name; empty if there must be no bookmark."""
        if self.distrust or self.lost_rule or self.bookmark is not None or self.page < 2 + self.pages_before:
            return []
        return [name for name in self._last_page if name not in self._loose][-OVERLAP_ENTRIES:]

    def visit(self, url: str) -> None:
        """Note that a page of the listing is read now."""
        self.at = page_identity(url)
        self.visited.add(self.at)

    def reach_bottom(self, ways: WaysOn, *, leads_back: bool = False) -> None:
        """End at a page that leads no further, with what the page and those before it prove.

        `leads_back`: its way on is an earlier page, which pagers have on their last page, and broken ones anywhere.
        """
        signs = [*self.signs, *ways.signs]
        if ways.pages is not None and ways.pages > self.page and not signs:
            signs.append(f"it states {ways.pages} pages, and page {self.page} leads no further")
        stated = ways.entries if self.page == self.pages else None
        doubt = ""
        if stated is not None:
            before = stated if self.stated is None else self.stated
            missing = min(before, stated) - self.entries
            shows = f"it states {stated} entries, and shows {self.entries}"
            if missing > max(2, stated // 50):  # entries come and go while a listing is read
                signs = signs or [shows]
            elif missing > 0:
                doubt = shows
            elif stated < before:
                doubt = f"it stated {before} entries on its first page, and {stated} on its last"
        if signs:
            self.end("more", "; ".join(dict.fromkeys([*signs, *ways.hints])))
        elif doubt:
            self.end("unproven", doubt)
        elif ways.end:
            self.end("end", ways.end)
        elif stated is not None and stated <= self.entries:
            self.end("end", f"all {stated} entries that it states were read")
        elif leads_back:
            self.end("unproven", "its pager leads back to a page that was read")
        elif self.has_followed or self.page > self.pages:
            self.end("end", f"its pager leads no further than page {self.page}")
        elif ways.hints:
            self.end("more", "; ".join(dict.fromkeys(ways.hints)))
        else:
            self.end("unproven", "nothing proves that this is the listing's end")

    def guess_next(self, number: int) -> list[str]:
        """Return the addresses that the page after the `number`-th may have, where a script hides it."""
        return guess_next(self.url, number, self._last_page)

    def is_next_page(self, names: Sequence[str]) -> bool:
        """Tell whether a page with these entries (identities) can be the next one: most of them are new."""
        return sum(1 for name in names if name not in self.seen) * 2 > len(names)

    def goes_on(self, sightings: Sequence[Sighting]) -> bool:
        """Tell whether the dates of a page's entries may follow those that were read: most are not newer."""
        dates = [sighting.listed_date for sighting in sightings if sighting.listed_date and not sighting.pinned]
        if not self._oldest or self._is_oldest_first:
            return True
        return sum(1 for date in dates if date > self._oldest) * 2 <= len(dates)

    def _is_past(self, since: str, sightings: Sequence[Sighting]) -> bool:
        """Whether the sweep is so far below a day that it does not just meet back-dated entries."""
        for sighting in sightings:
            if sighting.listed_date and not sighting.pinned:
                self._older_in_a_row = self._older_in_a_row + 1 if sighting.listed_date < since else 0
        return self._older_in_a_row >= OVERLAP_ENTRIES

    def end(self, outcome: str, reason: str = "") -> None:
        """Note how the sweep ended. The first end counts, but the failure of a file that was still open replaces it.

        An end other than a failure does not count while a jump is unproven.
        """
        if self.is_unproven and outcome in ("end", "unproven", "more", "mark", "since", "repeats"):
            self.is_lost = True
            return
        if not self.is_over or (outcome == "failed" != self.outcome):
            self.outcome, self.reason = outcome, reason

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
        if self.outcome in ("unproven", "more"):
            return self._reached_without_proof()
        if self.outcome == "mark":
            return self.section.complete_back_to
        return self.since if self.outcome == "since" else None

    def _reached_without_proof(self) -> str | None:
        """Return the date of the oldest entry read, or the mark to which known entries at the bottom lead."""
        if self._is_oldest_first:
            return None  # the newest may be missing
        mark = self.section.complete_back_to
        if mark is not None and (self._has_met_mark or self._known_in_a_row >= TRAILING_ENTRIES):
            return mark if mark == BEGINNING or not self._oldest else min(mark, self._oldest)
        return self._oldest or None


def _is_seen_by(run: int | None, entry: KnownUrl | None) -> bool:
    """Whether the section had shown an entry by the end of a run."""
    return entry is not None and run is not None and entry.first_run is not None and entry.first_run <= run
