"""Going on with a listing where an interrupted sweep stopped; back to the top where that turns out to be useless."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from newscrawler.archive.bookmarks import Bookmark
from newscrawler.archive.frontier import KnownUrl
from newscrawler.text.clock import stamp

OVERLAP_ENTRIES = 10
"""A sweep stops after this many known entries in a row, or with `since` older entries in a row. It so passes pinned
entries and a few back-dated ones."""


@dataclass(slots=True)
class Resumption:
    """What an interrupted sweep left, and how far the sweep after it has made use of it.

    After ten entries in a row that the interrupted sweep knew, the sweep goes on at the page of the bookmark. This jump
    is *unproven* until an entry appears that the bookmark names: entries may have been removed from the listing, so
    that others moved up past the page. A sweep that cannot prove its jump is *lost*, and begins again at the top.
    """

    bookmark: Bookmark | None = None
    """Where an interrupted sweep stopped; None without one, or once it is reached or passed."""
    has_jumped: bool = False
    """Whether the sweep went on at the bookmark."""
    is_lost: bool = False
    """Whether the bookmark turned out to be useless: the sweep has to begin again."""
    skipped_pages: int = 0
    begun: str = field(default_factory=stamp)
    """Time (UTC) of the oldest page that the sweep builds on."""
    _read_in_a_row: int = 0

    @property
    def is_unproven(self) -> bool:
        """Whether the sweep went on at a bookmark and has not yet met an entry that the bookmark names."""
        return self.has_jumped and self.bookmark is not None

    def look(self, firm: Sequence[str], known: Mapping[str, KnownUrl], page: int) -> None:
        """Note whether the bookmark is reached, passed or lost. `firm` are the entries of the page in order."""
        bookmark = self.bookmark
        if bookmark is None:
            return
        for name in firm:
            self._read_in_a_row = self._read_in_a_row + 1 if is_seen_by(bookmark.run, known.get(name)) else 0
        if not bookmark.tail.isdisjoint(firm):
            self.begun = bookmark.started if self.has_jumped else self.begun
            self.bookmark = None
        elif self.has_jumped:
            self.is_lost = not all(is_seen_by(bookmark.run, known.get(name)) for name in firm)
        elif page >= bookmark.page:
            self.bookmark = None

    def jump(self, page: int) -> Bookmark | None:
        """Return the bookmark at which to go on instead of after this page, if the sweep may do so now; else None."""
        if self.bookmark is None or self.has_jumped or self._read_in_a_row < OVERLAP_ENTRIES:
            return None
        self.has_jumped = True
        self.skipped_pages = self.bookmark.page - 1 - page
        return self.bookmark

    def begin_again(self) -> Resumption:
        """Return what the sweep has when it begins again at the top: no bookmark."""
        return Resumption(begun=self.begun)


def is_seen_by(run: int | None, entry: KnownUrl | None) -> bool:
    """Whether the section had shown an entry by the end of a run."""
    return entry is not None and run is not None and entry.first_run is not None and entry.first_run <= run
