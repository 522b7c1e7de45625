"""Checking some captures, where reading all of them would take too long."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence

from newscrawler.archive.captures.check import CaptureProblem, broken_reference
from newscrawler.archive.captures.reading import checked_record
from newscrawler.archive.captures.rows import CaptureError, get_capture
from newscrawler.archive.captures.warc_files import folder_of, opened_file


def sampled_captures(connection: sqlite3.Connection, count: int) -> dict[str, list[int]]:
    """Return the row ids of so many captures, chosen at random, by WARC file. Files of which none was chosen have none.

    Other files that the archive points to are named, too: whether they are there and long enough can always be checked.
    """
    files: dict[str, list[int]] = {
        str(file): [] for (file,) in connection.execute("SELECT DISTINCT file FROM captures WHERE file IS NOT NULL")
    }
    rows = connection.execute(
        "SELECT file, id FROM captures WHERE file IS NOT NULL ORDER BY random() LIMIT ?", (count,)
    )
    for file, number in rows:
        files[file].append(number)
    return files


def check_sample(connection: sqlite3.Connection, file: str, numbers: Sequence[int]) -> Iterator[CaptureProblem]:
    """Check that a WARC file has all bytes that rows point to, and compare the records of these rows with them."""
    root = folder_of(connection)
    end, captures = connection.execute(
        "SELECT max(offset + length), count(*) FROM captures WHERE file = ?", (file,)
    ).fetchone()
    try:
        with opened_file(root, file) as stream:
            size = os.fstat(stream.fileno()).st_size
    except FileNotFoundError:
        yield CaptureProblem("missing", file, f"there is no such file in {root}; {captures:,} captures point to it")
        return
    if size < end:
        yield CaptureProblem("missing", file, f"the file ends at {size:,}, before {end:,}, up to which captures point")
    for number in sorted(numbers):
        row = get_capture(connection, number)
        try:
            checked_record(root, row)
        except CaptureError as error:
            yield CaptureProblem("damaged", file, f"capture {number} ({row['url']}): {error}")
        else:
            if problem := broken_reference(connection, row):
                yield CaptureProblem("disagrees", file, f"the record at {row['offset']:,}: {problem}")
