"""New documents on whose pages no article was found: which of them are given up at the end of a run.

One such page beside articles holds none. Where most new documents have none, the portal is at fault, or its pages have
changed: then they are tried again, as other failures are.
"""

from __future__ import annotations

import sqlite3
from collections import Counter

from newscrawler.archive import settling
from newscrawler.crawling.recording.cut_off_pages import CutOffPages
from newscrawler.crawling.recording.writer import ArchiveWriter
from newscrawler.text.urls import identity

FEWEST = 3
"""Pages without an article that may be a fault of the portal. Fewer are given up."""


class RejectedPages:
    """The pages of one run on which no article was found."""

    def __init__(self, writer: ArchiveWriter, portal: str, cut_off: CutOffPages) -> None:
        self._writer = writer
        self._portal = portal
        self._cut_off = cut_off
        self._endings: dict[str, bytes] = {}
        """Address to the end of its page, if that has no `</html>`."""

    def note(self, url: str, ending: bytes) -> None:
        """Remember a document that was recorded as a failure, with the end of its page if that has no `</html>`."""
        self._endings[url] = ending

    def conclude(self, stored: int) -> str:
        """Give up the documents that are at fault themselves; return why the others are not, empty if there are none.

        `stored` is the number of new articles of the run. Everything must be committed.
        """
        rejected = [url for url in self._endings if self._is_rejected(self._writer.connection, url)]
        if len(rejected) >= max(FEWEST, stored):
            return (
                f"{len(rejected):,} of {len(rejected) + stored:,} new pages have no article: "
                "the portal may be at fault or redesigned, so they are tried again"
            )
        alike = Counter(self._endings.values())
        for url in rejected:
            ending = self._endings[url]
            if not (ending and alike[ending] == 1 and self._cut_off.breaks_off(ending)):
                self._writer.add(settling.give_up, self._portal, url)
        return ""

    def _is_rejected(self, connection: sqlite3.Connection, url: str) -> bool:
        """Whether a document is still without an article. The template of the portal may have found one."""
        row = connection.execute(
            "SELECT 1 FROM urls WHERE portal = ? AND identity = ? AND state = 'failed' AND article IS NULL",
            (self._portal, identity(url)),
        ).fetchone()
        return row is not None
