"""From the captures of a part to its articles: each page is read as in a crawl, at the time of its capture.

Captures are read in the order of their times. So a page that was captured several times becomes one version per state.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from newscrawler import places
from newscrawler.archive import runs
from newscrawler.archive.articles import Fetched, Stored, store_article
from newscrawler.archive.captures.reading import CapturedPage, read_capture
from newscrawler.archive.captures.rows import CaptureError, get_capture, link_pages
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.progress import Progress
from newscrawler.archive.rows import select_rows
from newscrawler.archive.undo import remove_article
from newscrawler.crawling.requests import MAX_ARTICLE_PAGES
from newscrawler.crawling.time_limit import TimeLimitError, time_limit
from newscrawler.extraction import RULES_VERSION
from newscrawler.extraction.article import join_pages
from newscrawler.extraction.blocks import detect_block
from newscrawler.extraction.model import NotAnArticle, RawArticle
from newscrawler.extraction.templates.model import Template
from newscrawler.importing.part import Part
from newscrawler.reading import finish_article, read_raw_article
from newscrawler.text.clock import CHINA, stamp
from newscrawler.text.urls import identity

NEAREST = timedelta(days=90)
"""How far apart the captures of the pages of one article may be; later, the article may be another one."""
BATCH = 200
"""Captures that are read in one transaction."""
MAX_EVENTS = 1_000
"""Pages per reason that the run names. The counts of the run are complete."""
FURTHER_PAGE = "it is a further page of an article"


class ArticleReader:
    """Reads the articles of one part."""

    def __init__(self, part: Part, templates: Sequence[Template], rejected: Counter[str]) -> None:
        """Read nothing yet. `rejected` counts the pages that are not articles, by reason."""
        self._part = part
        self._connection = part.connection
        self._portal = part.portal
        self._templates = templates
        self._rejected = rejected
        self._further: set[str] = set()
        """Identities of the further pages of the articles that were read."""

    def read_all(self, progress: Progress) -> None:
        """Read and store the articles of all captures that are neither homepages nor listings."""
        self._rejected.update(json.loads(self._part.noted("rejected") or "{}"))
        pages = "SELECT c.url FROM version_pages p JOIN captures c ON c.id = p.capture"
        self._further = {identity(url) for (url,) in self._connection.execute(pages)}
        query = "SELECT id FROM captures WHERE kind = 'unknown' ORDER BY substr(fetched, 1, 19), id"
        numbers = [number for (number,) in self._connection.execute(query)]
        for start in range(0, len(numbers), BATCH):
            progress("reading of the pages", start, len(numbers))
            with writing(self._connection):
                for number in numbers[start : start + BATCH]:
                    row = get_capture(self._connection, number)
                    reason = self._read(row)
                    self._connection.execute("UPDATE captures SET kind = 'article' WHERE id = ?", (number,))
                    if reason:
                        self._reject(row["url"], reason)
                self._part.note_now("rejected", self._rejected)

    def _reject(self, url: str, reason: str) -> None:
        kind = reason.partition(": ")[0]
        self._rejected[kind] += 1
        if self._rejected[kind] <= MAX_EVENTS:
            runs.add_event(self._connection, self._part.run, "skipped", url=url, section=None, reason=reason)

    def _read(self, row: Mapping[str, Any]) -> str:
        """Store the article of a capture; return why there is none, or an empty string."""
        if identity(row["url"]) in self._further:
            return FURTHER_PAGE
        try:
            with time_limit():
                raw, pages = self._read_pages(row)
        except (CaptureError, TimeLimitError) as error:
            return f"it cannot be read: {error}"
        if isinstance(raw, str):
            return raw
        listing = self._listing_of(row["url"])
        moment = datetime.fromisoformat(row["fetched"])
        article = finish_article(
            raw,
            self._portal,
            fetched=moment.astimezone(CHINA),
            within=places.division(listing["city_code"]) if listing and listing["city_code"] else None,
            listed_date=listing["listed_date"] if listing else "",
        )
        fetched = Fetched(
            run=self._part.run,
            seen=stamp(moment),
            extractor=RULES_VERSION,
            listed_date=listing["listed_date"] if listing else "",
            capture=pages[0],
        )
        number, outcome = store_article(self._connection, self._portal.id, article, fetched)
        if outcome in (Stored.NEW, Stored.CHANGED):
            link_pages(self._connection, number, pages[1:])
        self._settle(row["url"], number, stamp(moment))
        return ""

    def _read_pages(self, row: Mapping[str, Any]) -> tuple[RawArticle | str, list[int]]:
        """Return the article with all its pages, or why there is none, and the captures of its pages."""
        page = read_capture(self._connection, row)
        raw = self._raw(page)
        if isinstance(raw, str) or not raw.next_pages:
            return raw, [row["id"]]
        parts, numbers = [raw], [row["id"]]
        for url in [url for url in raw.next_pages[: MAX_ARTICLE_PAGES - 1] if self._portal.owns(url)]:
            further = self._nearest(url, row["fetched"])
            if further is None:
                return f"a further page was not captured: {url}", []
            part = self._raw(read_capture(self._connection, further))
            if isinstance(part, str):
                return f"a further page cannot be read: {url}: {part}", []
            parts.append(part)
            numbers.append(further["id"])
            self._note_further(url)
        return join_pages(parts[0], parts[1:]) if len(parts) > 1 else raw, numbers

    def _raw(self, page: CapturedPage) -> RawArticle | str:
        if sign := detect_block(page.status, page.body):
            return f"it is a block ({sign.kind}): {sign.evidence}"
        raw = read_raw_article(
            page.body,
            self._portal.at(page.fetched),
            url=page.url,
            content_type=page.header("content-type"),
            templates=self._templates,
        )
        return f"no article ({raw.reason.value}): {raw.detail}" if isinstance(raw, NotAnArticle) else raw

    def _nearest(self, url: str, fetched: str) -> dict[str, Any] | None:
        """Return the capture of a page that is nearest in time."""
        rows = select_rows(
            self._connection,
            """SELECT * FROM captures WHERE url IN (?, ?) AND status = 200
               ORDER BY abs(julianday(fetched) - julianday(?)), id LIMIT 1""",
            (url, _other_scheme(url), fetched),
        )
        if not rows:
            return None
        distance = datetime.fromisoformat(rows[0]["fetched"]) - datetime.fromisoformat(fetched)
        return rows[0] if abs(distance) <= NEAREST else None

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

    def _listing_of(self, url: str) -> dict[str, Any] | None:
        """Return the earliest date that listings show beside a link, and the division of the first section."""
        rows = select_rows(
            self._connection,
            """SELECT coalesce(min(nullif(l.listed_date, '')) OVER (), '') AS listed_date, s.city_code
               FROM urls u JOIN listing_sightings l ON l.url = u.id JOIN sections s ON s.id = l.section
               WHERE u.portal = ? AND u.identity = ? ORDER BY l.first_seen, l.section LIMIT 1""",
            (self._portal.id, identity(url)),
        )
        return rows[0] if rows else None

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


def _other_scheme(url: str) -> str:
    scheme, _, rest = url.partition(":")
    return f"{'http' if scheme == 'https' else 'https'}:{rest}"
