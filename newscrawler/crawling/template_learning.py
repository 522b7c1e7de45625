"""The end of a run: what the portal's pages teach is learnt, and pages that were read before are read again with it.

A template is learnt from the captures of the newest articles; where the run has no captures, from pages that it kept in
memory. It is learnt anew when most pages of a run have no place that a known template names: after a redesign. A few
such pages, too, may teach a template: that of a part of the portal. Earlier templates stay, for pages of their time.
"""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from newscrawler.archive.database.transaction import writing
from newscrawler.archive.templates import (
    ALL,
    KeptTemplate,
    keep_template,
    kept_templates,
    note_read_again,
    usable,
)
from newscrawler.crawling import reading_again
from newscrawler.crawling.reading_again import FoundArticle, Span, StoredArticle
from newscrawler.crawling.reextraction import Rebuilt, store_rebuilt
from newscrawler.crawling.template_pages import captured_pages, captures_of_newest
from newscrawler.crawling.template_use import TemplateUse
from newscrawler.crawling.time_limit import TimeLimitError, time_limit
from newscrawler.extraction import RULES_VERSION
from newscrawler.extraction.page import Page
from newscrawler.extraction.templates.learning import FEWEST, PAGES
from newscrawler.extraction.templates.model import Template
from newscrawler.extraction.templates.reading import has_template
from newscrawler.portals import Portal
from newscrawler.reading import learn_template

MOST_READ_AGAIN = 1_000
"""Articles that a run reads again at most, and rejected pages, too; the next run goes on."""
MOST_SECONDS = 120.0
"""How long a run reads again at most."""
_AT_ONCE = 50
"""Articles that are read before what changed is written."""
_LOOKED_THROUGH = 3 * PAGES
"""The newest pages among which those of a new design are looked for."""


@dataclass(slots=True)
class LearningReport:
    """What the end of a run came to."""

    learnt: Template | None = None
    """The template that was learnt in this run, if one was."""
    is_redesign: bool = False
    """Whether it was learnt because the pages no longer have the place that was known."""
    before: str = ""
    """The place of the text before a redesign."""
    read_again: int = 0
    """Articles that were read again: those that the template may change."""
    changed: int = 0
    """How many of them got a new version."""
    found: Counter[str] = field(default_factory=Counter)
    """Section to the number of rejected pages that turned out to be articles."""
    without_captures: int = 0
    """Articles of the run that cannot be read again with the template that was learnt."""
    is_unfinished: bool = False
    """Whether there are more articles to read again; the next run goes on."""

    def as_counts(self) -> dict[str, int]:
        """Return the numbers for the record of the run, without those that are 0."""
        numbers = {
            "learnt_from": self.learnt.pages if self.learnt else 0,
            "redesign": int(self.is_redesign),
            "read_again": self.read_again,
            "changed": self.changed,
            "found": self.found.total(),
            "unfinished": int(self.is_unfinished),
            "without_captures": self.without_captures,
        }
        return {name: number for name, number in numbers.items() if number}


class TemplateLearner:
    """Learns the template of a portal at the end of a run, and reads earlier pages again.

    Everything that the run stored must be committed. Other runs of the portal must be excluded.
    """

    def __init__(self, connection: sqlite3.Connection, portal: Portal, run: int, use: TemplateUse) -> None:
        """Prepare the work of `steps`. `use` is what the run counted; the first pages are counted there, too."""
        self._connection = connection
        self._portal = portal
        self._run = run
        self._use = use
        self.report = LearningReport()

    def steps(self) -> Iterator[None]:
        """Do the work, step by step: what iterates over it may do something else between two steps.

        A definition's own selector for the body comes before any template, and data has none: then there is nothing to
        do. Raises sqlite3.Error.
        """
        if self._portal.article.body or self._portal.article.json_rules:
            return
        kept = kept_templates(self._connection, self._portal.id)
        template = yield from self._learn(usable(kept))
        if template is not None:
            with writing(self._connection):
                keep_template(self._connection, self._portal.id, self._run, template)
            self.report.learnt = template
            self.report.without_captures = reading_again.count_without_captures(self._connection, self._run)
            kept = kept_templates(self._connection, self._portal.id)
        yield from self._read_again(kept)

    def _learn(self, known: Sequence[Template]) -> Generator[None, None, Template | None]:
        """Return a new template, if there is something to learn."""
        query = "SELECT 1 FROM versions WHERE run = ? LIMIT 1"
        if self._connection.execute(query, (self._run,)).fetchone() is None:
            return None  # no other run has something to learn from
        missing = self._use.missing.total()
        is_redesign = bool(known) and missing > self._use.found.total()
        is_outdated = not known or known[0].rules != RULES_VERSION
        pages: list[Page] = []
        if is_redesign or (missing >= FEWEST and not is_outdated):
            # Most pages have another design than the known ones, or a part of the portal has one of its own.
            pages = yield from self._pages(lambda page: not has_template(page, known))
        elif is_outdated:
            pages = yield from self._pages(lambda page: True)
        elif 2 * known[0].pages <= PAGES:
            # It was learnt from a few pages. Twice as many may know better.
            pages = yield from self._pages(lambda page: has_template(page, known[:1]))
            pages = pages if 2 * known[0].pages <= len(pages) else []
        if len(pages) < FEWEST:
            return None
        try:
            with time_limit():
                template = learn_template(pages, self._portal)
        except TimeLimitError:
            return None
        yield
        if is_redesign and template is not None:
            self.report.is_redesign, self.report.before = True, known[0].body
        return template

    def _pages(self, is_wanted: Callable[[Page], bool]) -> Generator[None, None, list[Page]]:
        """Return pages to learn from: of the run's memory if it has no captures, else of the newest articles."""
        captures = captures_of_newest(self._connection, self._portal.id)[:_LOOKED_THROUGH]
        pages: list[Page] = []
        for page in self._use.kept_pages or captured_pages(self._connection, self._portal, captures):
            if is_wanted(page):
                pages.append(page)
            yield
            if len(pages) == PAGES:
                break
        return pages

    def _read_again(self, kept: Sequence[KeptTemplate]) -> Iterator[None]:
        """Read the articles again that were stored before their template was known."""
        deadline = time.monotonic() + MOST_SECONDS
        left = MOST_READ_AGAIN
        templates = usable(kept)
        for row, older in zip_longest(kept, kept[1:]):
            if row.template is None or row.read_again == ALL:
                continue
            span = Span(older.run if older is not None else 0, row.run, row.read_again)
            ids = reading_again.articles_in(self._connection, self._portal.id, span)
            for start in range(0, len(ids), _AT_ONCE):
                rebuilt: list[Rebuilt] = []
                for article in reading_again.stored_articles(self._connection, ids[start : start + _AT_ONCE]):
                    if time.monotonic() > deadline or len(rebuilt) == left:
                        break
                    if (again := self._rebuild(article, templates)) is not None:
                        rebuilt.append(again)
                    span = replace(span, behind=article.id)
                    yield
                left -= len(rebuilt)
                self._store(rebuilt, row.run, span.behind)
                if left <= 0 or time.monotonic() > deadline:
                    break
            if ids and span.behind < ids[-1]:
                self.report.is_unfinished = True
                return
            yield from self._find_articles(span, templates)
            with writing(self._connection):
                note_read_again(self._connection, self._portal.id, row.run, ALL)

    def _rebuild(self, article: StoredArticle, templates: Sequence[Template]) -> Rebuilt | None:
        """Return an article as the templates read it; None if it is known without reading that nothing changes.

        One of a first run is counted as the next runs count theirs.
        """
        is_counted = not self._use.templates and article.run == self._run
        if article.is_read_by(templates):
            if is_counted:
                self._use.add(article.section, article.url, has_place=True)
            return None
        again = reading_again.read_article_again(self._connection, self._portal, article.number, templates)
        if is_counted and again.page is not None:
            self._use.add(article.section, again.url, has_place=has_template(again.page, templates))
        again.page = None
        return again

    def _store(self, rebuilt: Sequence[Rebuilt], template_run: int, behind: str) -> None:
        changed = [article for article in rebuilt if article.changes]
        with writing(self._connection):
            for article in changed:
                store_rebuilt(self._connection, article, self._run)
            note_read_again(self._connection, self._portal.id, template_run, behind)
        self.report.read_again += len(rebuilt)
        self.report.changed += len(changed)

    def _find_articles(self, span: Span, templates: Sequence[Template]) -> Iterator[None]:
        """Store the articles on pages that were rejected. What there is no time for stays rejected."""
        found: list[FoundArticle] = []
        rows = reading_again.rejected_pages(self._connection, self._portal.id, span, MOST_READ_AGAIN)
        deadline = time.monotonic() + MOST_SECONDS
        for row in rows:
            if time.monotonic() > deadline:
                break
            if article := reading_again.find_article(self._connection, self._portal, row, templates):
                found.append(article)
            yield
        with writing(self._connection):
            for article in found:
                reading_again.store_found(self._connection, self._portal.id, self._run, article)
        self.report.found.update(article.section for article in found)
