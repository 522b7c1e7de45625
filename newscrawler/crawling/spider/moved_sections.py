"""Sections whose address leads to another page of the portal: whether that page is the section's own.

Links of a menu often lead over a script that redirects, and sections move. The page at the end may also be another
section, so the mark of the section stays until something shows that it is this one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from newscrawler import places
from newscrawler.archive.sections import Sighting
from newscrawler.crawling.context import CrawlContext
from newscrawler.crawling.sweep import Sweep
from newscrawler.extraction.page import Page
from newscrawler.text.urls import identity

LEAST_KNOWN = 3
"""Entries of earlier crawls that a page must show; of a shorter list, all."""
KNOWN_PART = 0.8
"""Their part of the entries from the first of them on: above stands what is new."""
_PARTS = re.compile(r"[_|\-–—>》·,，\s]+")
_MOST_PARTS = 10


class MovedSections:
    """Judges to which sections the pages belong to which their addresses lead."""

    def __init__(self, context: CrawlContext) -> None:
        self._context = context
        self._at: dict[str, Sweep] = {}
        """The section whose address led to a page first, by the page's identity."""

    def judge(self, sweep: Sweep, page: Page | None, sightings: Sequence[Sighting]) -> None:
        """Distrust a section that moved, unless the page shows that it is this section. It is read in any case."""
        target = identity(sweep.moved_to)
        others = [one for one in self._context.sweeps.values() if one is not sweep and identity(one.url) == target]
        first = self._at.setdefault(target, sweep)
        if others or first is not sweep:
            sweep.distrust = f"the sections {(others or [first])[0].name} and {sweep.name} lead to {sweep.moved_to}"
            if first is not sweep:
                first.distrust = sweep.distrust
        elif not (self._has_shown(sweep, sightings) or self._names(page, sweep)):
            sweep.distrust = f"the section moved to {sweep.moved_to}"

    def _has_shown(self, sweep: Sweep, sightings: Sequence[Sighting]) -> bool:
        """Whether the page shows what earlier crawls saw in the section, below what is new."""
        names = [identity(one.url) for one in sightings if not (one.pinned or one.is_beside)]
        known = self._context.store.frontier.known(sweep.section.id, names)
        shown = [name in known and known[name].first_run is not None for name in names]
        below = shown[shown.index(True) :] if True in shown else []
        return sum(below) >= max(min(LEAST_KNOWN, len(names)), KNOWN_PART * len(below), 1)

    def _names(self, page: Page | None, sweep: Sweep) -> bool:
        """Whether the title of the page has a part that names the section's division, beside that of the portal."""
        if page is None or sweep.division is None:
            return False
        portal = self._context.portal
        parts = [part for part in _PARTS.split(page.title)[:_MOST_PARTS] if part and part not in portal.name]
        province = portal.province_division
        if sweep.division in [places.match_county_name(part, province, may_be_word=True) for part in parts]:
            return True
        named = [places.named_within(part, province) for part in parts]
        return any(one is not None and one.division == sweep.division for one in named)
