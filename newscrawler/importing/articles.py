"""From the captures of a part to its articles: each page is read as in a crawl, at the time of its capture.

Captures are read in the order of their times. So a page that was captured several times becomes one version per state.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from itertools import islice

from newscrawler.archive import runs
from newscrawler.archive.articles import Fetched, Stored, store_article
from newscrawler.archive.captures.rows import link_pages
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.progress import Progress
from newscrawler.archive.sharing.reading import divided_reading
from newscrawler.archive.undo import remove_article
from newscrawler.extraction import RULES_VERSION
from newscrawler.extraction.templates.model import Template
from newscrawler.importing.page_reader import AT_ONCE, Read, reading
from newscrawler.importing.part import Part
from newscrawler.importing.readers import Readers
from newscrawler.text.clock import stamp
from newscrawler.text.urls import identity

GROUPS = 25
"""Groups of captures whose articles are stored in one transaction."""
MAX_EVENTS = 1_000
"""Pages per reason that the run names. The counts of the run are complete."""
FURTHER_PAGE = "it is a further page of an article"


def _watched(results: Iterable[list[Read]], progress: Progress, total: int) -> Iterator[list[Read]]:
    done = 0
    progress("reading of the pages", done, total)
    for unit in results:
        yield unit
        done += len(unit)
        progress("reading of the pages", done, total)


class ArticleReader:
    """Reads the articles of one part."""

    def __init__(self, part: Part, templates: Sequence[Template], rejected: Counter[str], readers: Readers) -> None:
        """Read nothing yet. `rejected` counts the pages that are not articles, by reason."""
        self._readers = readers
        self._part = part
        self._connection = part.connection
        self._portal = part.portal
        self._templates = templates
        self._rejected = rejected
        self._further: set[str] = set()
        """Identities of the further pages of the articles that were read."""

    def read_all(self, progress: Progress) -> None:
        """Read and store the articles of all captures that are neither homepages nor listings."""
        self._rejected.update(self._part.noted("rejected", {}))
        pages = "SELECT c.url FROM version_pages p JOIN captures c ON c.id = p.capture"
        self._further = {identity(url) for (url,) in self._connection.execute(pages)}
        query = "SELECT id FROM captures WHERE kind = 'unknown' ORDER BY substr(fetched, 1, 19), id"
        numbers = [number for (number,) in self._connection.execute(query)]
        parts = [numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE)]
        arguments = (self._portal, self._templates)
        work = divided_reading(
            reading,
            self._part.path,
            arguments,
            parts,
            workers=self._readers.workers,
            articles=len(numbers),
            portal=self._portal.id,
            processes=self._readers.processes,
        )
        with closing(work) as results:
            units = _watched(results, progress, len(numbers))
            while some := [read for unit in islice(units, GROUPS) for read in unit]:
                with writing(self._connection):
                    for read in some:
                        reason = self._take(read)
                        self._connection.execute("UPDATE captures SET kind = 'article' WHERE id = ?", (read.number,))
                        if reason:
                            self._reject(read.url, reason)
                    self._part.note("rejected", self._rejected)

    def _reject(self, url: str, reason: str) -> None:
        kind = reason.partition(": ")[0]
        self._rejected[kind] += 1
        if self._rejected[kind] <= MAX_EVENTS:
            runs.add_event(self._connection, self._part.run, "skipped", url=url, section=None, reason=reason)

    def _take(self, read: Read) -> str:
        """Store the article of a capture; return why there is none, or an empty string."""
        if identity(read.url) in self._further:
            return FURTHER_PAGE
        for url in read.further:
            self._note_further(url)
        if read.article is None:
            return read.reason
        moment = datetime.fromisoformat(read.fetched)
        fetched = Fetched(
            run=self._part.run,
            seen=stamp(moment),
            extractor=RULES_VERSION,
            listed=read.listed,
            capture=read.captures[0],
        )
        number, outcome = store_article(self._connection, self._portal.id, read.article, fetched)
        if outcome in (Stored.NEW, Stored.CHANGED):
            link_pages(self._connection, number, read.captures[1:])
        self._settle(read.url, number, stamp(moment))
        return ""

    def _note_further(self, url: str) -> None:
        """Let a page count as a further page of an article, also if it was read as an article of its own."""
        name = identity(url)
        if name in self._further:
            return
        self._further.add(name)
        query = "SELECT id, article FROM urls WHERE portal = ? AND identity = ? AND article IS NOT NULL"
        row = self._connection.execute(query, (self._portal.id, name)).fetchone()
        if row is None:
            return
        number, article = row
        self._connection.execute("DELETE FROM url_aliases WHERE url = ?", (number,))
        self._connection.execute("DELETE FROM urls WHERE id = ?", (number,))
        others = self._connection.execute("SELECT 1 FROM urls WHERE article = ?", (article,)).fetchone()
        if others is None:
            remove_article(self._connection, article)
        self._reject(url, FURTHER_PAGE)

    def _settle(self, url: str, article: int, seen: str) -> None:
        """Record that the article of an address was stored, at the time of the capture."""
        row = self._connection.execute(
            """INSERT INTO urls (portal, identity, url, state, status, first_seen, last_fetched, article)
               VALUES (?1, ?2, ?3, 'done', 200, ?4, ?4, ?5)
               ON CONFLICT (portal, identity) DO UPDATE SET state = 'done', status = 200,
                 first_seen = min(first_seen, excluded.first_seen), article = coalesce(article, excluded.article),
                 last_fetched = max(coalesce(last_fetched, ''), excluded.last_fetched)
               RETURNING id, url""",
            (self._portal.id, identity(url), url, seen, article),
        ).fetchone()
        if row[1] != url:
            self._connection.execute(
                "INSERT OR IGNORE INTO url_aliases (portal, alias, url) VALUES (?, ?, ?)",
                (self._portal.id, url, row[0]),
            )
