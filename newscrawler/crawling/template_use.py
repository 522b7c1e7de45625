"""What a run notes of its pages for the template of their portal: how many have its place, and pages to learn from."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, MutableMapping
from typing import Any

from newscrawler.crawling.tally import WITH_PLACE, WITHOUT_PLACE
from newscrawler.extraction.page import Page
from newscrawler.extraction.templates.learning import PAGES
from newscrawler.extraction.templates.model import Template
from newscrawler.extraction.templates.reading import has_template

_SAMPLES = 5
_LONGEST_KEPT = 250_000
"""Characters of a page that is kept."""


class TemplateUse:
    """The templates with which a run reads pages, and what it counts of them."""

    def __init__(self, templates: tuple[Template, ...] = (), *, keeps_pages: bool = False) -> None:
        """Count nothing yet. `keeps_pages`: pages are kept in memory, because the run has no captures."""
        self.templates = templates
        """The newest first; those that the portal had when the run began."""
        self.found: Counter[str] = Counter()
        """Section to the number of articles whose page has the place of a template."""
        self.missing: Counter[str] = Counter()
        """Section to the number of the others: pages of another design."""
        self._samples: dict[str, list[str]] = defaultdict(list)
        self._keeps_pages = keeps_pages
        self._kept: dict[str, list[tuple[str, Page]]] = defaultdict(list)
        """Section to some of its pages, in the order of a hash of their addresses."""

    @property
    def kept_pages(self) -> list[Page]:
        """The pages to learn from, spread over the sections; empty where the run has captures."""
        return [page for _, pages in sorted(self._kept.items()) for _, page in pages]

    @classmethod
    def of_counts(cls, templates: tuple[Template, ...], counts: Mapping[str, Any]) -> TemplateUse:
        """Return what several workers counted, from the sum of the numbers that `add_to` added for each."""
        use = cls(templates)
        use.found[""] = counts.get(WITH_PLACE, 0)
        for section, values in counts.get("sections", {}).items():
            if numbers := values.get(WITHOUT_PLACE):
                use.missing[section], use._samples[section] = numbers["pages"], numbers["samples"]
        return use

    def count(self, section: str, url: str, page: Page) -> None:
        """Count the page of an article, if there is a template to compare it with, and keep it if need be."""
        if self.templates:
            self.add(section, url, has_place=has_template(page, self.templates))
        if self._keeps_pages and len(page.text) <= _LONGEST_KEPT:
            self._keep(section, url, page)

    def _keep(self, section: str, url: str, page: Page) -> None:
        """Keep a page. If there are enough, one of the largest section goes: the same pages stay in any order."""
        kept = self._kept[section]
        kept.append((hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest(), page))
        kept.sort(key=lambda item: item[0])
        if sum(map(len, self._kept.values())) > PAGES:
            largest = max(self._kept, key=lambda name: (len(self._kept[name]), name))
            self._kept[largest].pop()

    def add(self, section: str, url: str, *, has_place: bool) -> None:
        """Count one article."""
        (self.found if has_place else self.missing)[section] += 1
        if not has_place and len(self._samples[section]) < _SAMPLES:
            self._samples[section].append(url)

    def add_to(self, counts: MutableMapping[str, Any]) -> None:
        """Add the numbers to those of a run's record: all pages with a place, and per section those without one.

        Nothing is added for what did not occur: most runs have no page of another design.
        """
        if found := self.found.total():
            counts[WITH_PLACE] = found
        sections = counts.setdefault("sections", {})
        for section, number in self.missing.items():
            values = sections.setdefault(section, {})
            values[WITHOUT_PLACE] = {"pages": number, "samples": self._samples[section]}
