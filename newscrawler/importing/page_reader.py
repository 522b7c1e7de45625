"""Reading the captured pages of one article, in this process or in one of several. Nothing is written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from newscrawler import places
from newscrawler.archive.captures.reading import CapturedPage, read_capture
from newscrawler.archive.captures.rows import CaptureError, get_capture
from newscrawler.archive.database.opening import open_archive_read_only
from newscrawler.archive.frontier import LISTED_SOURCE
from newscrawler.archive.rows import select_rows
from newscrawler.crawling.time_limit import TimeLimitError, time_limit
from newscrawler.extraction.article_pages import ArticlePages
from newscrawler.extraction.blocks import detect_block
from newscrawler.extraction.model import NotAnArticle, RawArticle
from newscrawler.extraction.templates.model import Template
from newscrawler.normalization.article import Article
from newscrawler.normalization.listed import UNLISTED, Listed
from newscrawler.portals import Portal
from newscrawler.reading import finish_article, read_raw_article
from newscrawler.text.clock import CHINA
from newscrawler.text.urls import identity

AT_ONCE = 20
"""Captures that a process gets at once."""
NEAREST = timedelta(days=90)
"""How far apart the captures of the pages of one article may be; later, the article may be another one."""


@dataclass(slots=True)
class Read:
    """What the captures of one address gave."""

    number: int
    """Row id of the capture of the first page."""
    url: str
    fetched: str
    article: Article | None = None
    reason: str = ""
    """Why there is no article."""
    listed: Listed = UNLISTED
    """What the first listings said of it."""
    captures: tuple[int, ...] = ()
    """Row ids of the captures of its pages."""
    further: tuple[str, ...] = ()
    """Addresses of further pages, also of an article of which a later one was not captured."""


@contextmanager
def reading(
    part: str, portal: Portal, templates: Sequence[Template]
) -> Iterator[Callable[[Sequence[int]], list[Read]]]:
    """Give the function that reads some captures of a part: their row ids in, what they gave out."""
    with closing(open_archive_read_only(Path(part))) as connection:
        reader = PageReader(connection, portal, templates)
        yield lambda numbers: [reader.read(number) for number in numbers]


class PageReader:
    """Reads captures of one part."""

    def __init__(self, connection: sqlite3.Connection, portal: Portal, templates: Sequence[Template]) -> None:
        """Read nothing yet."""
        self._connection = connection
        self._portal = portal
        self._templates = templates

    def read(self, number: int) -> Read:
        """Read the article whose first page is a capture."""
        row = get_capture(self._connection, number)
        read = Read(number, row["url"], row["fetched"])
        try:
            with time_limit():
                raw = self._read_pages(row, read)
        except (CaptureError, TimeLimitError) as error:
            raw = f"it cannot be read: {error}"
        if isinstance(raw, str):
            read.reason = raw
            return read
        listing = self._listing_of(read.url)
        if listing:
            read.listed = Listed(listing["listed_date"], listing["listed_source"])
        read.article = finish_article(
            raw,
            self._portal,
            fetched=datetime.fromisoformat(read.fetched).astimezone(CHINA),
            within=places.division(listing["city_code"]) if listing and listing["city_code"] else None,
            listed=read.listed,
        )
        return read

    def _read_pages(self, row: dict[str, Any], read: Read) -> RawArticle | str:
        """Return the article with all its pages, or why there is none."""
        raw = self._raw(read_capture(self._connection, row))
        read.captures = (row["id"],)
        if isinstance(raw, str):
            return raw
        pages = ArticlePages()
        following = pages.add(raw, read.url, filter(self._portal.owns, raw.next_pages))
        while following is not None:
            further = self._nearest(following, row["fetched"])
            if further is None:
                return f"a further page was not captured: {following}"
            part = self._raw(read_capture(self._connection, further))
            if isinstance(part, str):
                return f"a further page cannot be read: {following}: {part}"
            read.captures = (*read.captures, further["id"])
            read.further = (*read.further, following)
            following = pages.add(part, following, filter(self._portal.owns, part.next_pages))
        return pages.whole

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

    def _listing_of(self, url: str) -> dict[str, Any] | None:
        """Return the earliest date and source that listings show, and the division of the first section."""
        rows = select_rows(
            self._connection,
            f"""SELECT coalesce(min(nullif(l.listed_date, '')) OVER (), '') AS listed_date,
                 {LISTED_SOURCE} AS listed_source, s.city_code
               FROM urls u JOIN listing_sightings l ON l.url = u.id JOIN sections s ON s.id = l.section
               WHERE u.portal = ? AND u.identity = ? ORDER BY l.first_seen, l.section LIMIT 1""",
            (self._portal.id, identity(url)),
        )
        return rows[0] if rows else None


def _other_scheme(url: str) -> str:
    scheme, _, rest = url.partition(":")
    return f"{'http' if scheme == 'https' else 'https'}:{rest}"
