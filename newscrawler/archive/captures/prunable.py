"""The captures that an archive can do without, and the WARC files that are worth writing again without them.

A capture is only removed if an earlier and a later one of the same address stay, so what they prove stays proven:

* a repeated answer: the capture before and the one after it, of the same address, are answers with the same status and
  the same payload;
* an idle listing: a listing, homepage or robots.txt of a run that found nothing new, and on which nothing rests.

What a version of an article was read from stays, also what holds the payload of another capture, and every image.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from newscrawler.archive.captures.warc_files import folder_of, is_finished

SMALL_BYTES = 64 * 2**20
"""A file below this size is joined with others of its month."""
_WORTH_WRITING = 5
"""A larger file is written again if a fifth of it can be removed."""

_IDLE_RUNS = """
  SELECT id FROM runs r WHERE portal = :portal AND outcome = 'done' AND command IN ('crawl', 'refresh')
    AND id NOT IN (SELECT run FROM versions)
    AND id NOT IN (SELECT first_run FROM listing_sightings)
    AND id NOT IN (SELECT complete_run FROM sections WHERE complete_run IS NOT NULL)
    AND id NOT IN (SELECT run FROM bookmarks)
    AND id NOT IN (SELECT run FROM templates)
    AND id NOT IN (SELECT first_run FROM alarms WHERE first_run IS NOT NULL)
    AND id NOT IN (SELECT last_run FROM alarms WHERE last_run IS NOT NULL)
    AND id NOT IN (SELECT run FROM run_events WHERE kind IN ('failed', 'blocked', 'gone', 'warning'))
    AND id NOT IN (SELECT max(run) FROM sweeps WHERE outcome = 'end' GROUP BY section)"""

# An answer 304 says that the page is as before.
_PRUNABLE = f"""
  INSERT INTO temp.prunable
  WITH answers AS (
    SELECT c.id, c.kind, c.run, c.file, iif(c.status = 304, 200, c.status) || ' ' || c.digest AS answer
    FROM captures c),
  ordered AS (
    SELECT a.*, lag(answer) OVER one_address AS before, lead(answer) OVER one_address AS after
    FROM answers a JOIN captures c USING (id)
    WINDOW one_address AS (PARTITION BY c.url ORDER BY c.fetched, c.id))
  SELECT id FROM ordered
  WHERE run IN (SELECT id FROM runs WHERE portal = :portal AND command IN ('crawl', 'refresh') AND finished < :before)
    AND file IS NOT NULL AND kind <> 'image'
    AND (before = answer AND after = answer
      OR kind IN ('listing', 'homepage', 'robots') AND before IS NOT NULL AND after IS NOT NULL
        AND run IN ({_IDLE_RUNS}))
    AND id NOT IN (SELECT capture FROM versions WHERE capture IS NOT NULL)
    AND id NOT IN (SELECT capture FROM version_pages)
    AND id NOT IN (SELECT refers_to FROM captures WHERE refers_to IS NOT NULL)"""

_FILES = """
  WITH sized AS (
    SELECT c.file, c.fetched, r.finished, r.command, p.id IS NOT NULL AS is_prunable,
      lead(c.offset) OVER (PARTITION BY c.file ORDER BY c.offset) - c.offset AS size, c.offset
    FROM captures c JOIN runs r ON r.id = c.run LEFT JOIN temp.prunable p ON p.id = c.id WHERE r.portal = :portal)
  SELECT file, min(substr(fetched, 1, 7)), count(*), sum(is_prunable),
    sum(iif(is_prunable, coalesce(size, 0), 0)), max(iif(is_prunable AND size IS NULL, offset, NULL))
  FROM sized WHERE file IS NOT NULL GROUP BY file
  HAVING min(coalesce(finished, '~') < :before AND command IN ('crawl', 'refresh')) ORDER BY 2, 1"""


@dataclass(frozen=True, slots=True)
class PrunableFile:
    """A finished WARC file of runs that ended long enough ago."""

    file: str
    """Its name, with the portal's folder."""
    month: str
    """Of its first capture, UTC: `2026-07`."""
    size: int
    """In bytes."""
    captures: int
    removable: int
    """How many captures can be removed."""
    removable_bytes: int
    """What they need, with the requests that belong to them."""


@dataclass(frozen=True, slots=True)
class Pack:
    """Files of one portal and month that one new file replaces."""

    portal: str
    month: str
    files: tuple[PrunableFile, ...]

    @property
    def removable(self) -> int:
        """How many captures are removed."""
        return sum(file.removable for file in self.files)

    @property
    def size(self) -> int:
        """Bytes of the files."""
        return sum(file.size for file in self.files)

    @property
    def removable_bytes(self) -> int:
        """Bytes that are not written again."""
        return sum(file.removable_bytes for file in self.files)

    @property
    def is_emptied(self) -> bool:
        """Whether no capture is left, so that there is no new file."""
        return self.removable == sum(file.captures for file in self.files)


def packs(connection: sqlite3.Connection, portal: str, *, before: str, max_bytes: int) -> list[Pack]:
    """Return the files of a portal that are worth replacing, of runs that ended before a moment of our clock.

    A pack has files of one month, of `max_bytes` at most where it has more than one. The table `temp.prunable` then
    has the ids of the captures that can be removed.
    """
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS prunable (id INTEGER PRIMARY KEY)")
    connection.execute("DELETE FROM temp.prunable")
    connection.execute(_PRUNABLE, {"portal": portal, "before": before})
    files = list(_files(connection, portal, before))
    return [
        pack
        for month, of_month in groupby(files, lambda file: file.month)
        for some in _divided(list(of_month), max_bytes)
        if _is_worthwhile(pack := Pack(portal, month, tuple(some)))
    ]


def _files(connection: sqlite3.Connection, portal: str, before: str) -> Iterator[PrunableFile]:
    root = folder_of(connection)
    rows = connection.execute(_FILES, {"portal": portal, "before": before}).fetchall()
    for name, month, captures, removable, size_before_last, last in rows:
        if not is_finished(root, portal, name):
            continue  # a file that is missing or open is left to `verify`
        size = (root / name).stat().st_size
        removed = size_before_last + (max(0, size - last) if last is not None else 0)
        if size < SMALL_BYTES or removed * _WORTH_WRITING >= size:
            yield PrunableFile(name, month, size, captures, removable, removed)


def _divided(files: Sequence[PrunableFile], max_bytes: int) -> Iterator[list[PrunableFile]]:
    some: list[PrunableFile] = []
    for file in files:
        if some and sum(one.size for one in some) + file.size > max_bytes:
            yield some
            some = []
        some.append(file)
    if some:
        yield some


def _is_worthwhile(pack: Pack) -> bool:
    return len(pack.files) > 1 or pack.removable_bytes * _WORTH_WRITING >= pack.size
