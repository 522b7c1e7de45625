"""Taking one part into an archive while others read it, at the cost of what the part has.

A part is a small archive, with captures beside it, that somebody else made: rows of runs that the archive does not
have, and the rows to which they point. `merge` gives the same for any archives, in any order; it builds a new file.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from newscrawler.archive.captures.transfer import CaptureConflictError, transfer_captures
from newscrawler.archive.captures.warc_files import captures_folder
from newscrawler.archive.database.causes import is_passing, reason_of
from newscrawler.archive.database.connection import connect, database_uri
from newscrawler.archive.database.opening import open_archive
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.errors import UnavailableError
from newscrawler.archive.merging.incoming import take_in_rows
from newscrawler.archive.merging.merge import MergeError


@dataclass(slots=True)
class TakenIn:
    """What a part brought."""

    added: Counter[str] = field(default_factory=Counter)
    """New rows per table."""
    missing: list[str] = field(default_factory=list)
    """WARC files to which the part points, and which are neither with it nor with the archive."""


def take_in(
    part: str | Path, out: str | Path, *, also: Callable[[sqlite3.Connection], object] = lambda connection: None
) -> TakenIn:
    """Take the rows and captures of a part into the archive at `out`, which is created if there is none.

    `also` is called in the same transaction. The part is brought to the current schema where it is older. Raises
    ArchiveError for a file that is not an archive that can be used, its subclass UnavailableError when the same may
    succeed later, MergeError for any other failure. The rows of `out` are then unchanged; WARC files may have been
    added, to which nothing points.
    """
    part, out = Path(part), Path(out)
    open_archive(part, creates=False).close()
    result = TakenIn()
    with closing(open_archive(out)) as connection:
        try:
            connection.execute("ATTACH ? AS part", (database_uri(part, read_only=True),))
            if connection.execute("SELECT 1 FROM part.export_cursors LIMIT 1").fetchone():
                raise ValueError("the part has cursors of exports; use 'newscrawler merge'")
            # A capture is there before a row points to it.
            result.missing = _transfer(part, out)
            with writing(connection):
                connection.execute("PRAGMA defer_foreign_keys = ON")
                result.added = take_in_rows(connection)
                also(connection)
        except (sqlite3.Error, OSError, ValueError, CaptureConflictError) as error:
            kind = UnavailableError if is_passing(error) else MergeError
            raise kind(
                f"{out}: the part {part} could not be taken in: {reason_of(error)}. Nothing was changed."
            ) from None
    return result


def _transfer(part: Path, out: Path) -> list[str]:
    with closing(connect(part, read_only=True)) as connection:
        missing = transfer_captures(connection, captures_folder(part), captures_folder(out), link=True)
    return [name for name in missing if not (captures_folder(out) / name).is_file()]
