"""What a sweep meets of the entries that earlier readings of its listing knew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from newscrawler.archive.frontier import KnownUrl
from newscrawler.crawling.resumption import OVERLAP_ENTRIES, is_seen_by


@dataclass(slots=True)
class MetEntries:
    """The known entries that a sweep met, of those that stand in the order of the list."""

    in_a_row: int = 0
    """Entries in a row, up to the last one, that were listed before the mark."""
    has_mark: bool = False
    """Whether so many of them stood in a row that they are the mark."""
    has_known: bool = False
    """Whether there was one of an earlier complete reading."""
    is_below_new: bool = False
    """Whether a new entry stands directly above the first one of an earlier complete reading."""
    _is_new_last: bool = False

    def read(
        self, names: Iterable[str], known: Mapping[str, KnownUrl], *, mark: int | None, reading: int | None
    ) -> None:
        """Look at the entries of a page, by their identities.

        `known` are those that the archive has. `mark` and `reading` are the runs of the section's mark, and of the last
        reading of the listing as far down as it leads.
        """
        for name in names:
            self.in_a_row = self.in_a_row + 1 if is_seen_by(mark, known.get(name)) else 0
            if not self.has_known and is_seen_by(reading, known.get(name)):
                self.has_known, self.is_below_new = True, self._is_new_last
            self._is_new_last = name not in known
            self.has_mark = self.has_mark or self.in_a_row >= OVERLAP_ENTRIES
