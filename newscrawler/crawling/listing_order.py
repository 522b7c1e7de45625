"""The order of a listing's entries: which stand out of it, whether it changes, whether the dates rise or fall."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from newscrawler.archive.sections import Sighting

FEWEST_RISING = 3
"""Neighbouring entries of which the lower is the newer one that make a listing one of the oldest first."""
FEWEST_OUT_OF_ORDER = 2
FEWEST_IN_A_BOX = 3
"""Dated entries that make a box of a page which may be a list of its own."""
OUT_OF_ORDER = 0.25
"""The part of the last entries that have to move until their dates fall, in a listing that is in no order of dates."""
REPEATED = 0.1
"""The part of a list's entries that it may name twice."""
_LAST_DATES = 60
_MOST_ON_TOP = 5
"""Old entries that may be pinned on top of a listing."""
CHANGED = "entries change their order while being paged"
"""Why a listing is not trusted whose entries appear again in another place."""


@dataclass(slots=True)
class ListingOrder:
    """What the pages of a listing, read from the top down, show of its order. Entries go by their identities."""

    last_page: list[str] = field(default_factory=list)
    """The entries of the last page that had some."""
    oldest: str = ""
    """The date of the last entry that stands in the order of dates."""
    repeated: int = 0
    """Entries of pages in another order than the pages before, which these had shown; those of the first page apart."""
    pages: int = 0
    """A number that is the same for two passes in which all pages showed the same entries in the same order."""
    is_named: bool = False
    """Whether the list says that it is in another order than that of time."""
    joins_boxes: bool = False
    """Whether the first page shows boxes side by side, in each of which the dates begin anew."""
    _loose: set[str] = field(default_factory=set)
    """Entries that are out of order by themselves: pinned, repeated on top of each page, back-dated, or beside the
    list, as in a ranking."""
    _beside: set[str] = field(default_factory=set)
    """Those beside the list."""
    _first_page: list[str] = field(default_factory=list)
    _ahead: list[str] = field(default_factory=list)
    """The entries of the last page in order, and those that pages before it have shown below them."""
    _rising: int = 0
    _falling: int = 0
    _dates: list[str] = field(default_factory=list)
    """The dates of the last entries that were read."""
    _is_mixed: bool = False
    """Whether the dates are in no order."""

    @property
    def is_oldest_first(self) -> bool:
        """Whether the dates beside the entries rise from one to the next, more often than they fall."""
        return self._rising >= FEWEST_RISING and self._rising > self._falling

    @property
    def is_by_date(self) -> bool:
        """Whether what is new stands on top: false where the dates rise, or the list is in no order of dates."""
        return not (self.is_oldest_first or self._is_mixed or self.is_named)

    def read(self, sightings: Sequence[Sighting], names: Sequence[str], seen: Collection[str]) -> str:
        """Note the order of a page. Return why the listing is not to be trusted; empty if it keeps its order.

        `names` are the identities of the page's entries, `seen` those of the pages before.
        """
        self._beside.update(name for sighting, name in zip(sightings, names, strict=True) if sighting.is_beside)
        self._loose |= self._beside
        in_list = [one for one in zip(sightings, names, strict=True) if not one[0].is_beside]
        if not self._first_page:
            self.joins_boxes = _begin_anew([one for one, _ in in_list if one.is_dated_in_order])
        self._set_loose(in_list)
        for sighting, name in in_list:
            if sighting.listed_date and name not in self._loose:
                self.oldest = sighting.listed_date
        self._dates += [one.listed_date for one, _ in in_list if one.is_dated_in_order]
        self._dates = self._dates[-_LAST_DATES:]
        out_of_order = len(self._dates) - _longest_falling(self._dates)
        self._is_mixed |= out_of_order >= max(FEWEST_OUT_OF_ORDER, OUT_OF_ORDER * len(self._dates))
        return CHANGED if self._is_changed(names, seen) else ""

    def only_repeats_some(self, entries: int, before: ListingOrder | None) -> bool:
        """Whether the list may just name some articles twice: all that a second pass shows is as it was `before`.

        `entries` are those of the list. Without a pass before, that is not looked at.
        """
        is_steady = before is None or before.pages == self.pages
        return is_steady and self.repeated <= max(FEWEST_OUT_OF_ORDER, REPEATED * entries)

    def turn(self, names: Sequence[str]) -> None:
        """Note that the page with these entries has been read."""
        self.pages = hash((self.pages, *names))
        if firm := self.firm(names):
            at = self._window(firm)
            self._ahead = firm if at is None else [*self._ahead[at:], *firm[len(self._ahead) - at :]]
        self.last_page = list(names) or self.last_page
        self._first_page = self._first_page or list(names)

    def firm(self, names: Sequence[str]) -> list[str]:
        """Return those of a page's entries that stand where the listing's order puts them."""
        return [name for name in names if name not in self._loose]

    def _set_loose(self, in_list: Sequence[tuple[Sighting, str]]) -> None:
        """Note which entries of the list on a page are out of order."""
        self._loose.update(name for sighting, name in in_list if sighting.pinned)
        on_top = [name for name in self._first_page if name not in self._beside]
        for (_, name), other in zip(in_list, on_top, strict=False):
            if name != other:
                break
            self._loose.add(name)
        if not self._first_page:
            self._set_loose_on_top(in_list)
        for (entry, name), (after, _) in pairwise(in_list):
            if not (entry.listed_date and after.listed_date) or entry.listed_date == after.listed_date:
                continue
            self._falling += entry.listed_date > after.listed_date
            if entry.listed_date < after.listed_date:
                self._rising += 1
                self._loose.add(name)

    def _set_loose_on_top(self, in_list: Sequence[tuple[Sighting, str]]) -> None:
        """Note several old entries on top of the first page, which are pinned there without a word."""
        for at, ((entry, _), (after, _)) in enumerate(pairwise(in_list[: _MOST_ON_TOP + 1])):
            if entry.listed_date and entry.listed_date < after.listed_date:
                self._loose.update(name for one, name in in_list[: at + 1] if one.listed_date < after.listed_date)

    def _window(self, firm: Sequence[str]) -> int | None:
        """Return where a page begins in the order of what is known, below the beginning of the page before it.

        So do pages of an archive that never change, below a first page that shows more than one of them. None if its
        entries stand in another order than there.
        """
        if firm[0] not in self._ahead[1:]:
            return None
        at = self._ahead.index(firm[0])
        length = min(len(firm), len(self._ahead) - at)
        return at if list(firm[:length]) == self._ahead[at : at + length] else None

    def _is_changed(self, names: Sequence[str], seen: Collection[str]) -> bool:
        """Distinguish entries that moved down below new ones from a listing that changed its order."""
        firm = self.firm(names)
        again = [name for name in firm if name in seen]
        if not again:
            return False
        at = self._window(firm)
        if at is not None and not any(name in seen for name in firm[len(self._ahead) - at :]):
            return False
        before = self.firm(self.last_page)
        slid = firm[: len(again)] == again and before[-len(again) :] == again
        is_changed = not slid and list(names) != self.last_page
        # Those on top of the first page may be pinned there, and stand in their place, too.
        self.repeated += sum(name not in self._first_page for name in again) if is_changed else 0
        return is_changed


def _begin_anew(dated: Sequence[Sighting]) -> bool:
    """Whether entries stand in several boxes, and the next box begins above where the box before it has ended.

    A single entry that is out of order at the end of a box, as a back-dated one is, does not count.
    """
    boxes: dict[int, list[str]] = {}
    for one in dated:
        boxes.setdefault(one.box, []).append(one.listed_date)
    lists = [dates for dates in boxes.values() if len(dates) >= FEWEST_IN_A_BOX]
    older = (sum(date < after[0] for date in before) for before, after in pairwise(lists))
    return sum(older) >= FEWEST_OUT_OF_ORDER


def _longest_falling(dates: Sequence[str]) -> int:
    """Return how many dates, at most, fall or stay the same from one to the next when the others are left out."""
    ends: list[str] = []
    """The newest last date of a falling row of each length, from the end of the list upwards."""
    for day in reversed(dates):
        position = bisect_right(ends, day)
        ends[position : position + 1] = [day]
    return len(ends)
