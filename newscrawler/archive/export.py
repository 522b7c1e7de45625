"""Exporting articles: streamed in the order in which they were first stored, whole or not at all."""

from __future__ import annotations

import csv
import os
import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import TextIO

from sqlite_utils import Database

from newscrawler.archive.filters import ArticleFilter
from newscrawler.archive.flat import COLUMN_NAMES, FROM, select_list

FETCH_ROWS = 500
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins with one of these may run as a formula in a spreadsheet (OWASP, "CSV Injection")."""


class ExportError(Exception):
    """An export that cannot be made; the message says why and what to do."""


class WriteError(Exception):
    """An export that broke off while it was written; nothing of it is left."""


def columns_named(names: Sequence[str]) -> tuple[str, ...]:
    """Return the columns as asked for (default: all); raises ExportError for an unknown one."""
    for name in names:
        if name not in COLUMN_NAMES:
            near = get_close_matches(name, COLUMN_NAMES, n=3) or COLUMN_NAMES
            raise ExportError(f"there is no column {name!r}; the nearest are {', '.join(near)}.")
    return tuple(names) or COLUMN_NAMES


def without_body(columns: Sequence[str]) -> tuple[str, ...]:
    """Return the columns without the body; raises ExportError when none is left."""
    left = tuple(name for name in columns if name != "body")
    if not left:
        raise ExportError("without the body no column is left; name others with --columns.")
    return left


def rows(db: Database, chosen: ArticleFilter, columns: tuple[str, ...]) -> Iterator[Sequence[object]]:
    """Return the rows of the articles that are meant, without holding more than a few hundred of them.

    Raises FilterError at once when the filter names something unknown.
    """
    where, values = chosen.where(db)
    cursor = db.conn.execute(f"SELECT {select_list(columns)} {FROM} WHERE {where} ORDER BY a.n", values)
    return chain.from_iterable(iter(lambda: cursor.fetchmany(FETCH_ROWS), []))


def export_csv(
    db: Database, out: str, chosen: ArticleFilter, *, columns: tuple[str, ...] = COLUMN_NAMES, excel: bool = False
) -> int:
    """Write a CSV file (RFC 4180, UTF-8) and return the number of its rows; `-` is standard output.

    For `excel` it begins with a byte order mark, and cells that a spreadsheet would run as a formula begin
    with an apostrophe. The file appears under its name only when it is whole.
    """
    found = rows(db, chosen, columns)
    with whole_file(out) as stream:
        if excel:
            stream.write("\ufeff")
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow(columns)
        count = 0
        for row in found:
            writer.writerow([_harmless(cell) for cell in row] if excel else row)
            count += 1
    return count


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


@contextmanager
def whole_file(out: str) -> Iterator[TextIO]:
    """Give a text stream beside the target, renamed to it at the end; on failure the target stays as it was."""
    if out == "-":
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8", newline="")
        try:
            yield sys.stdout
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise WriteError(f"standard output cannot be written: {error.strerror or error}.") from None
        return
    target = Path(out)
    try:
        if target.is_dir():
            raise ExportError(f"{target}: is a directory; name a file, as in {target / 'articles.csv'}.")
        target = target.resolve()
        is_device = target.exists() and not target.is_file()
        # A pipe or a device is written to, not replaced.
        beside = target if is_device else target.with_name(f".{secrets.token_hex(8)}.part")
        stream = beside.open("w" if is_device else "x", encoding="utf-8", newline="")
    except (OSError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ExportError(f"{out}: cannot be written: {reason}; make the folder, or name another file.") from None
    try:
        with stream:
            yield stream
            stream.flush()
            if not is_device:
                os.fsync(stream.fileno())
        if not is_device:
            beside.replace(target)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise WriteError(f"{out}: could not be written: {error.strerror or error}; nothing of it is left.") from None
    finally:
        if not is_device:
            beside.unlink(missing_ok=True)
