"""Sources that earlier imports of an archive read in full. Another import of them reads their ends only.

The record of an import names each such file by a digest of its size, its time, its two ends, and the hosts whose pages
were wanted. A file that was changed, copied or cut is another file, and is read again.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from newscrawler.archive.undo import UNDONE
from newscrawler.importing.sources import Source

COUNT = "read_in_full"
"""The name under which the counts of a run have them."""
END_BYTES = 64 * 2**10
MAX_NAMED = 100_000
"""Files that one import records; further ones are read again."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a file that was read in full."""

    pages: int
    """Pages of the portal in it, which the archive has."""
    portals: tuple[str, ...] = ()
    """Of a file that was read for several portals: those of which it has pages."""


@dataclass(slots=True)
class Reading:
    """What is known of a file that is being read, while it is read."""

    digest: str = ""
    """Empty: it is not recorded, whatever it holds."""
    pages: int = 0
    """Pages of the portal in it, copied or known."""
    others: int = 0
    """Those that rest on captures of other files or imports: they were known, or are revisits."""
    is_whole: bool = True
    """Whether everything in it could be read and was taken."""

    @property
    def state(self) -> list[Any]:
        """The values as JSON holds them."""
        return [self.digest, self.pages, self.others, self.is_whole]


def digest_of(source: Source, hosts: Iterable[str]) -> str:
    """Return the digest by which a file is known, for a portal with these hosts; empty for a saved page.

    A file that lies elsewhere is known by its address alone.

    Raises OSError.
    """
    if source.root is not None:  # to read a page costs no more than to recognise it
        return ""
    if source.url:
        return hashlib.sha256(json.dumps([sorted(hosts), source.url]).encode()).hexdigest()[:32]
    with source.path.open("rb") as stream:
        found = source.path.stat()
        ends = hashlib.sha256(stream.read(END_BYTES))
        stream.seek(max(0, found.st_size - END_BYTES))
        ends.update(stream.read(END_BYTES))
    values = [sorted(hosts), found.st_size, found.st_mtime_ns, source.member, ends.hexdigest()]
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:32]


def digests_of(sources: Iterable[Source], hosts: Iterable[str]) -> list[str]:
    """Return the digest of each file; empty for one that cannot be opened, which is told when it is read."""
    names = sorted(hosts)
    found = []
    for source in sources:
        try:
            found.append(digest_of(source, names))
        except OSError:
            found.append("")
    return found


def known_sources(connection: sqlite3.Connection, portal: str, since: str, until: str) -> dict[str, Known]:
    """Return the digests of files that were read in full, each with what is known of it.

    An import counts if its span holds the span of these days (empty: open), if it was not undone, and if the archive
    has all of its captures. What rests on the captures of other runs counts as long as no run of the portal was undone.
    """
    rows = connection.execute(
        f"""SELECT r.id, r.arguments, r.counts,
              EXISTS (SELECT 1 FROM run_events e WHERE e.run = r.id AND e.reason LIKE '{UNDONE}%')
            FROM runs r WHERE r.portal = ? AND r.finished IS NOT NULL""",
        (portal,),
    ).fetchall()
    is_any_undone = any(row[3] for row in rows)
    known: dict[str, Known] = {}
    for run, arguments, counts, is_undone in rows:
        said, files = _table(arguments), _table(counts)
        if is_undone or not isinstance(files.get(COUNT), dict) or not _holds(said, since, until):
            continue
        (captures,) = connection.execute("SELECT count(*) FROM captures WHERE run = ?", (run,)).fetchone()
        if captures != files.get("copied"):
            continue
        for digest, value in files[COUNT].items():
            match value:
                case [int(pages), int(others), *portals] if not (others and is_any_undone):
                    known[digest] = Known(pages, tuple(map(str, portals)))
    return known


def _holds(arguments: Mapping[str, Any], since: str, until: str) -> bool:
    """Whether the span of an import holds a span."""
    first, last = str(arguments.get("since", "")), str(arguments.get("until", ""))
    return first <= since and (not last or bool(until and until <= last))


def _table(text: str | None) -> dict[str, Any]:
    """Return what a JSON object holds; nothing where an archive that is damaged has none."""
    try:
        value = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
