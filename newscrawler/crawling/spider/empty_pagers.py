"""Empty pagers of short lists: where the server fills the same element of other lists, there is no further page.

An empty pager may be one that a script fills, so its list counts as one that goes on. The portal's other pages tell the
difference, and they are known at the end of the crawl only.
"""

from __future__ import annotations

from collections.abc import Iterable

from newscrawler.crawling.sweep import Sweep
from newscrawler.listings.pagers import filled_by_a_script

_MOST = 100
PROOF = "its pager is empty, and the server fills those of longer lists"


class EmptyPagers:
    """The pagers that the server filled on the pages of a crawl, and the sweeps that ended at an empty one."""

    def __init__(self) -> None:
        self._filled: set[str] = set()

    def note(self, pagers: Iterable[str]) -> None:
        """Note the pagers of a page that have links, as markup: `<div class='page'>`."""
        self._filled.update(list(pagers)[: max(0, _MOST - len(self._filled))])

    def conclude(self, sweeps: Iterable[Sweep]) -> None:
        """Let those sweeps come to a proven end that are incomplete for nothing but such an empty pager."""
        signs = {filled_by_a_script(pager) for pager in self._filled}
        for sweep in sweeps:
            if sweep.outcome == "more" and sweep.reason in signs and not sweep.distrust:
                sweep.outcome, sweep.reason = "end", PROOF
