"""The bookmarks of portals of which an archive holds what another one crawls."""

from __future__ import annotations

import sqlite3

from newscrawler.archive.merging.incoming import PART


def replace_bookmarks(connection: sqlite3.Connection) -> None:
    """Let the portals of the part that was just taken in have its bookmarks, and no others.

    Right where the archive gets all runs of these portals in their order, so that it shows the listings as the crawl
    that placed the bookmarks saw them. Inside of the transaction of `take_in_rows`.
    """
    connection.execute(
        """DELETE FROM main.bookmarks WHERE section IN
             (SELECT s.id FROM main.sections s WHERE s.portal IN (SELECT id FROM part.portals))"""
    )
    connection.execute(
        """INSERT INTO main.bookmarks (section, run, url, page, tail, started)
           SELECT s.new, r.new, b.url, b.page, b.tail, b.started FROM part.bookmarks b
           JOIN map_sections s ON s.archive = :part AND s.old = b.section
           JOIN map_runs r ON r.archive = :part AND r.old = b.run""",
        {"part": PART},
    )
