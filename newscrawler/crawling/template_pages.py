"""The pages from which a portal's template is learnt: those of its newest articles, from their captures."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, zip_longest

from newscrawler.archive.captures.reading import read_capture
from newscrawler.archive.captures.rows import CaptureError, get_capture
from newscrawler.archive.columns import NOT_SUPPRESSED
from newscrawler.extraction.model import NotAnArticle
from newscrawler.extraction.page import Page
from newscrawler.portals import Portal
from newscrawler.reading import read_portal_page

MOST_ROWS = 400
"""The newest articles of a portal among which pages are chosen."""
_LONGEST_CAPTURE = 1_000_000
"""Bytes of a record on the disk. A longer one holds no usual page."""


def captures_of_newest(connection: sqlite3.Connection, portal: str) -> list[int]:
    """Return the row ids of the captures of a portal's newest articles, in turn from each of its sections.

    Newest are those that were published last: a first crawl may end with the oldest pages. The order depends on
    nothing else than the articles.
    """
    rows = connection.execute(
        f"""SELECT v.capture, coalesce(s.name, '') FROM articles a JOIN versions v ON v.id = a.version
            JOIN captures c ON c.id = v.capture LEFT JOIN sections s ON s.id = a.section
            WHERE a.portal = ? AND c.length <= ? AND {NOT_SUPPRESSED}
            ORDER BY v.published_date DESC, a.id LIMIT ?""",
        (portal, _LONGEST_CAPTURE, MOST_ROWS),
    )
    by_section: dict[str, list[int]] = defaultdict(list)
    for capture, section in rows:
        by_section[section].append(capture)
    turns = zip_longest(*(captures for _, captures in sorted(by_section.items())))
    return [capture for capture in chain.from_iterable(turns) if capture is not None]


def captured_pages(connection: sqlite3.Connection, portal: Portal, captures: Iterable[int]) -> Iterator[Page]:
    """Yield the pages of captures. Those that cannot be read are left out."""
    for number in captures:
        try:
            captured = read_capture(connection, get_capture(connection, number))
        except CaptureError:
            continue
        content_type = captured.header("content-type")
        page = read_portal_page(captured.body, portal, url=captured.url, content_type=content_type)
        if not isinstance(page, NotAnArticle):
            yield page
