"""Pages as they are after a redesign, with the values that were stored of them before it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from newscrawler.archive.captures.reading import read_capture
from newscrawler.archive.captures.rows import CaptureError, get_capture
from newscrawler.archive.columns import NOT_SUPPRESSED
from newscrawler.archive.lookup import find_articles
from newscrawler.archive.rows import select_rows
from newscrawler.crawling.saved_responses import SavedResponses
from newscrawler.extraction.model import NotAnArticle
from newscrawler.extraction.page import Page
from newscrawler.extraction.repair import KnownPage, KnownValues, names_of_markup
from newscrawler.normalization.dates import parse_published
from newscrawler.normalization.people import AUTHOR_ROLES, EDITOR_ROLES
from newscrawler.portals import Portal
from newscrawler.reading import read_portal_page

MAX_PAGES = 40
"""Pages that are read; of a large archive, the newest."""
_MOST_ROWS = 400
"""Articles that are looked at for such pages."""

# The version that was last read from the first capture: later captures may show the redesign. Without captures, the
# newest version.
_FIRST_CAPTURE = """(SELECT f.capture FROM versions f WHERE f.article = a.n AND f.capture IS NOT NULL
                     ORDER BY f.number LIMIT 1)"""
_TRUTH = f"""coalesce((SELECT t.id FROM versions t WHERE t.article = a.n AND t.capture = {_FIRST_CAPTURE}
                       ORDER BY t.number DESC LIMIT 1), a.version)"""


@dataclass(frozen=True, slots=True)
class RefreshedPage:
    """A page of an article that is stored."""

    page: Page
    known: KnownValues
    fetched: str
    """When the page was fetched: ISO 8601, with its zone."""

    @property
    def known_page(self) -> KnownPage:
        """The page as `newscrawler.extraction.repair` takes it."""
        return KnownPage(self.page, self.known, self._read_date)

    def _read_date(self, text: str) -> str:
        published = parse_published(text, base=datetime.fromisoformat(self.fetched))
        return published.iso if published else ""


def refreshed_pages(connection: sqlite3.Connection, portal: Portal) -> list[RefreshedPage]:
    """Return the newest captured pages of articles whose values were stored from an earlier capture with other markup.

    Captures that cannot be read are left out.
    """
    rows = select_rows(
        connection,
        f"""SELECT a.url, {_TRUTH} AS version,
              (SELECT c.id FROM captures c WHERE c.url = a.url AND c.status = 200 ORDER BY c.id DESC LIMIT 1) AS newest
            FROM articles a WHERE a.portal = ? AND {NOT_SUPPRESSED} AND newest IS NOT NULL
            ORDER BY newest DESC LIMIT {_MOST_ROWS}""",
        (portal.id,),
    )
    return list(islice(_refreshed(connection, portal, rows), MAX_PAGES))


def _refreshed(connection: sqlite3.Connection, portal: Portal, rows: list[dict[str, Any]]) -> Iterator[RefreshedPage]:
    for row in rows:
        try:
            newest = get_capture(connection, row["newest"])
            captured = read_capture(connection, newest)
        except CaptureError:
            continue
        content_type = captured.header("content-type")
        page = _other_page(connection, portal, row["version"], captured.url, captured.body, content_type)
        if page is not None:
            yield RefreshedPage(page, known_values(connection, row["version"]), captured.fetched)


def saved_pages_of(connection: sqlite3.Connection, portal: Portal, folder: Path) -> list[RefreshedPage]:
    """Return the pages that `check --save` stored in a folder and whose articles the archive has.

    Raises SavedResponsesError and OSError.
    """
    saved = SavedResponses.read(folder)
    pages: list[RefreshedPage] = []
    for response in saved.responses():
        if response.status != 200 or not portal.owns(response.url) or len(pages) == MAX_PAGES:
            continue
        numbers = [row["n"] for row in find_articles(connection, response.url) if row["portal"] == portal.id]
        found = saved.find(response.url) if len(numbers) == 1 else None
        if found is None:
            continue
        rows = connection.execute(
            f"SELECT {_TRUTH} FROM articles a WHERE a.n = ? AND {NOT_SUPPRESSED}", numbers
        ).fetchall()
        for (version,) in rows:
            page = _other_page(connection, portal, version, response.url, found[1], response.content_type)
            if page is not None:
                pages.append(RefreshedPage(page, known_values(connection, version), response.fetched))
    return pages


def known_values(connection: sqlite3.Connection, version: int) -> KnownValues:
    """Return what a version knows of its article. The body of an article of several pages counts as not known."""
    title, published, evidence, source, body, has_pages = connection.execute(
        """SELECT v.title, v.published, v.published_evidence, v.source, x.body,
             EXISTS (SELECT 1 FROM version_pages p WHERE p.version = v.id)
           FROM versions v JOIN texts x ON x.hash = v.text WHERE v.id = ?""",
        (version,),
    ).fetchone()
    credits = connection.execute("SELECT role, name FROM credits WHERE version = ? ORDER BY position", (version,))
    people = [(str(role), str(name)) for role, name in credits]
    editors, authors = (
        tuple(dict.fromkeys(name for role, name in people if role in roles)) for roles in (EDITOR_ROLES, AUTHOR_ROLES)
    )
    return KnownValues(
        title=title,
        published=published if published and evidence == "page" else "",
        source=source or "",
        editors=editors,
        authors=authors,
        body="" if has_pages else body,
    )


def _other_page(
    connection: sqlite3.Connection, portal: Portal, version: int, url: str, body: bytes, content_type: str | None
) -> Page | None:
    """Return a page if its markup differs from that of the page from which a version was read, else None.

    Where the markup has the same names, the values were read from the present form of the page. They prove nothing.
    """
    page = read_portal_page(body, portal, url=url, content_type=content_type)
    if isinstance(page, NotAnArticle):
        return None
    (capture,) = connection.execute("SELECT capture FROM versions WHERE id = ?", (version,)).fetchone()
    if capture is None:
        return page
    try:
        first = read_capture(connection, get_capture(connection, capture))
    except CaptureError:
        return page
    before = read_portal_page(first.body, portal, url=first.url, content_type=first.header("content-type"))
    is_same = isinstance(before, Page) and names_of_markup(before) == names_of_markup(page)
    return None if is_same else page
