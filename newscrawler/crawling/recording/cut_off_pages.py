"""Pages of articles that break off: they have no `</html>`, and the portal's pages have one.

Such a page is neither a version nor a new article: its text may be a part of the text. What shows that it breaks off:

- the page that the stored version was read from has `</html>`, or, where the document or that page is not stored,
  most article pages do: those of this run, and of the run before that read some;
- it ends as no other page of the run does. Pages of one make that lack `</html>` end with the same furniture.

So pages wait for one that ends as they do, at most until the end of the run. A page that broke off after as many bytes
a week before is the page as the portal has it.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from newscrawler.archive.captures.reading import read_capture
from newscrawler.archive.captures.rows import CaptureError, get_capture
from newscrawler.crawling.items import FetchedArticle
from newscrawler.crawling.recording.frontier_records import FrontierRecords
from newscrawler.extraction.page_endings import open_ending
from newscrawler.text.clock import stamp
from newscrawler.text.urls import identity

FEWEST = 3
"""Article pages that show how the portal's pages end."""
CLOSED, OPEN = "closed_pages", "open_pages"
"""Keys of a run's record: article pages with `</html>`, and those without it that are whole."""
_NUMBER = "coalesce(CAST(json_extract(counts, '$.{}') AS INTEGER), 0)"
_MOST_RUNS = 1_000
"""The newest runs among which one with such pages is looked for."""
_MOST_WAITING = 100
"""Articles that wait at the same time: they are in memory."""
_STAYS_FOR = timedelta(days=7)
"""A page that breaks off at the same place after so long is not broken."""


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    """An article whose page has no `</html>`."""

    item: FetchedArticle
    content_hash: str
    had_end: bool
    """Whether the page of the stored version had one."""


class CutOffPages:
    """Holds back the articles of one run whose pages break off, until it is known what they are."""

    def __init__(self, connection: sqlite3.Connection, portal: str, run: int, frontier: FrontierRecords) -> None:
        self._connection = connection
        self._portal = portal
        self._run = run
        self._frontier = frontier
        self._closed = self._open = 0
        self._before: tuple[int, int] | None = None
        """The same numbers of an earlier run, once they were looked up."""
        self._waiting: list[_Waiting] = []
        self._endings: set[bytes] = set()
        """How several pages without `</html>` end."""

    def sift(self, item: FetchedArticle) -> list[FetchedArticle]:
        """Return the articles that may be stored now: this one, with those that waited for its like; or none."""
        if not item.ending or item.article is None:
            self._closed += 1
            return [item]
        content_hash = item.article.content_hash
        had_end = None if item.ending in self._endings else self._had_end(item, content_hash)
        if item.ending in self._endings or had_end is False:
            self._open += 1
            return [item]
        likes = [one for one in self._waiting if one.item.ending == item.ending and one.content_hash != content_hash]
        self._waiting.append(_Waiting(item, content_hash, bool(had_end)))
        if likes:
            self._endings.add(item.ending)
            return self._release([one for one in self._waiting if one.item.ending == item.ending])
        unsure = [one for one in self._waiting if not one.had_end]
        # The portal's pages may have no end: then as many as would show that they have one wait at most.
        if len(unsure) > FEWEST and not self._are_closed():
            return self._release(unsure)
        return self._settle(self._waiting[:1]) if len(self._waiting) > _MOST_WAITING else []

    def _release(self, waiting: list[_Waiting]) -> list[FetchedArticle]:
        self._waiting = [one for one in self._waiting if one not in waiting]
        self._open += len(waiting)
        return [one.item for one in waiting]

    def conclude(self) -> list[FetchedArticle]:
        """Record the articles that were cut off as failures, at the end of the run; return the others that waited."""
        return self._settle(self._waiting)

    def _settle(self, waiting: list[_Waiting]) -> list[FetchedArticle]:
        is_certain = bool(waiting) and self._are_closed()
        cut_off = [one for one in waiting if is_certain or one.had_end]
        for one in cut_off:
            self._frontier.settle_failed(one.item.sweep, one.item.url, _reason(one.item), status=one.item.status)
        self._waiting = [one for one in self._waiting if one not in cut_off]
        return self._release([one for one in waiting if one not in cut_off])

    def breaks_off(self, ending: bytes) -> bool:
        """Whether a page with this ending, and without an article, breaks off."""
        return ending not in self._endings and self._are_closed()

    def add_to(self, counts: dict[str, Any]) -> None:
        """Add how many article pages have `</html>`, and how many whole ones do not, to the numbers of the run."""
        counts.update({name: number for name, number in ((CLOSED, self._closed), (OPEN, self._open)) if number})

    def _had_end(self, item: FetchedArticle, content_hash: str) -> bool | None:
        """Whether the page of the stored version has `</html>`; None where there is none.

        False also where the page that has none now is the document's all the same.
        """
        row = self._connection.execute(
            """SELECT u.reason, u.last_fetched, v.content_hash, v.capture FROM urls u
               LEFT JOIN articles a ON a.n = u.article LEFT JOIN versions v ON v.id = a.version
               WHERE u.portal = ? AND u.identity = ?""",
            (self._portal, identity(item.url)),
        ).fetchone()
        if row is None:
            return None
        reason, fetched, stored_hash, capture = row
        breaks_off_behind_the_text = stored_hash == content_hash
        stays = reason == _reason(item) and (fetched or "") <= stamp(datetime.now(UTC) - _STAYS_FOR)
        if breaks_off_behind_the_text or stays:
            return False
        try:
            page = read_capture(self._connection, get_capture(self._connection, capture)) if capture else None
        except CaptureError:
            page = None
        return None if page is None else not open_ending(page.body)

    def _are_closed(self) -> bool:
        """Whether the portal's article pages have `</html>`: those of this run, and of the one before that read any."""
        if self._before is None:
            self._before = self._connection.execute(
                f"""SELECT closed, open FROM (
                      SELECT {_NUMBER.format(CLOSED)} AS closed, {_NUMBER.format(OPEN)} AS open FROM runs
                      WHERE portal = ? AND id < ? ORDER BY started DESC LIMIT ?)
                    WHERE closed + open > 0 LIMIT 1""",
                (self._portal, self._run, _MOST_RUNS),
            ).fetchone() or (0, 0)
        closed, unclosed = self._closed + self._before[0], self._open + self._before[1]
        return closed >= FEWEST and closed > unclosed


def _reason(item: FetchedArticle) -> str:
    return f"cut off after {item.size:,} bytes: the page has no </html>, as the portal's other article pages have"
