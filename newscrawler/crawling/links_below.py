"""What stands below the list on each page of a listing: a link that only the last page has leads on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newscrawler.listings.leftovers import Leftover


@dataclass(slots=True)
class LinksBelow:
    """The links below the lists of the pages that were read until now."""

    only_here: tuple[Leftover, ...] = ()
    """Those that only the page has that was noted last, below what all pages before it had.

    Where pages before had links of their own, too, they are tags or a choice: then there are none.
    """
    _before: Sequence[Leftover] | None = None
    _is_steady: bool = True
    """Whether all pages before the last one had the same links."""
    _is_changed: bool = False
    """Whether the page that was noted last has others than the page before it."""

    def note(self, links: Sequence[Leftover]) -> None:
        """Note the links below the list of the next page."""
        before, self._before = self._before, links
        if before is None:
            return
        self._is_steady = self._is_steady and not self._is_changed
        new, lost = _without(links, before), _without(before, links)
        self._is_changed = bool(new or lost)
        self.only_here = new if self._is_steady and not lost else ()


def _without(links: Sequence[Leftover], others: Sequence[Leftover]) -> tuple[Leftover, ...]:
    """Return the links of which neither the address nor the name is that of another: a page prints itself."""
    urls, labels = {one.url for one in others}, {one.label for one in others}
    return tuple(one for one in links if one.url not in urls and one.label not in labels)
