"""Joining archives from several machines into one, without losing a version, a capture or a takedown.

The new archive is built beside its place and put there when it is whole; the archives that are read are never
changed. What is merged twice is there once, and the order of the archives is of no account.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from newscrawler.archive.atomic import folder_beside, put
from newscrawler.archive.captures.transfer import CaptureConflictError, transfer_captures
from newscrawler.archive.captures.warc_files import captures_folder
from newscrawler.archive.database.connection import check_exists, check_version, connect, open_archive
from newscrawler.archive.database.migrations import pending_migrations
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.errors import ArchiveError
from newscrawler.archive.indexing.fulltext import rebuild_index
from newscrawler.archive.indexing.reprints import rebuild_clusters
from newscrawler.archive.integrity.damage import header_problem, structure_problems
from newscrawler.archive.merging.rows import merge_rows

_COUNTED = ("articles", "versions", "urls", "captures", "runs")


class MergeError(Exception):
    """Archives that cannot be merged; the message says why. None of them was changed."""


@dataclass(slots=True)
class Merged:
    """What a merge came to."""

    before: dict[str, int]
    """Rows a table in the archive that was there before."""
    after: dict[str, int]
    missing: list[str] = field(default_factory=list)
    """WARC files that an archive points to and does not have."""


def merge(inputs: Sequence[str | Path], out: str | Path) -> Merged:
    """Merge archives into the one at `out`, which is made when there is none, and otherwise takes part as it is.

    An input of an older version is brought up to date in a copy. Raises ArchiveError for an archive that cannot be
    used, MergeError for all else; `out` is then as it was before.
    """
    out = Path(out)
    paths = _distinct(inputs, out)
    with ExitStack() as stack:
        sources = [stack.enter_context(_readable(path)) for path in paths]
        if out.exists():
            open_archive(out).close()
            _check_sound(out)
        with _errors_explained(out):
            out.parent.mkdir(parents=True, exist_ok=True)
            built = stack.enter_context(folder_beside(out)) / out.name
            holder = stack.enter_context(_held(out))
            before = _counts(holder, "main") if out.exists() else dict.fromkeys(_COUNTED, 0)
            open_archive(built).close()
            _build(holder, built, sources, with_main=out.exists())
            after = _complete(built)
            missing = [name for path in paths for name in _bring_captures(path, out)]
            _put_in_place(built, out, holder)
    return Merged(before, after, missing)


def _distinct(inputs: Sequence[str | Path], out: Path) -> list[Path]:
    """Return the inputs, each once and without the target itself."""
    found: dict[tuple[int, int], Path] = {}
    for path in map(Path, inputs):
        check_exists(path)
        status = path.stat()
        found.setdefault((status.st_dev, status.st_ino), path)
    if out.exists():
        status = out.stat()
        found.pop((status.st_dev, status.st_ino), None)
    limit = sqlite3.connect(":memory:").getlimit(sqlite3.SQLITE_LIMIT_ATTACHED) - 1
    if len(found) > limit:
        raise MergeError(f"{len(found)} archives are too many at once; merge {limit}, then the others.")
    return list(found.values())


def _check_sound(path: Path) -> None:
    damage = header_problem(path)
    try:
        if not damage:
            with closing(connect(path, read_only=True)) as connection:
                check_version(connection, path)
                problems, _ = structure_problems(connection)
                lost = connection.execute("PRAGMA foreign_key_check").fetchone()
                damage = problems[0] if problems else f"rows of {lost[0]} belong to nothing" if lost else ""
    except sqlite3.DatabaseError as error:
        damage = str(error)
    if damage:
        raise ArchiveError(
            f"{path}: is damaged ({damage}); 'newscrawler verify --archive {path}' says more. Nothing was changed."
        )


@contextmanager
def _readable(path: Path) -> Iterator[Path]:
    """Give an archive of today's schema: the one at this path, or a copy that was brought up to date."""
    _check_sound(path)
    with closing(connect(path, read_only=True)) as connection:
        if not pending_migrations(connection):
            yield path
            return
        with tempfile.TemporaryDirectory(prefix="newscrawler-merge-") as folder:
            copied = Path(folder) / path.name
            with closing(sqlite3.connect(copied)) as target:
                connection.execute("BEGIN")
                connection.backup(target)
                connection.execute("COMMIT")
            open_archive(copied).close()
            yield copied


@contextmanager
def _held(out: Path) -> Iterator[sqlite3.Connection]:
    """Connect to the target and keep everybody else out of it, or to nothing when there is none."""
    if not out.exists():
        with closing(sqlite3.connect("", uri=True, isolation_level=None)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")  # as `connect` has it: the inputs may be strangers'
            yield connection
        return
    with closing(connect(out, read_only=False)) as connection:
        connection.execute("PRAGMA busy_timeout = 1000")
        try:
            connection.execute("PRAGMA main.locking_mode = EXCLUSIVE")
            # Leaving WAL mode needs a file that nobody else has open, and the exclusive lock is kept from here on.
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise MergeError(
                f"{out}: is in use by another program ({error}); end its crawls, or merge into a new archive."
            ) from None
        try:
            yield connection
        finally:
            for name in [
                row[1] for row in connection.execute("PRAGMA database_list") if row[1] not in ("main", "temp")
            ]:
                connection.execute(f"DETACH {name}")
            connection.execute("PRAGMA journal_mode = WAL")


@contextmanager
def _errors_explained(out: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError, ValueError, CaptureConflictError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise MergeError(f"{out}: the archives could not be merged: {reason}. Nothing was changed.") from None


def _build(connection: sqlite3.Connection, built: Path, sources: Sequence[Path], *, with_main: bool) -> None:
    """Fill the new archive from the sources, and from the target that the connection holds."""
    connection.execute("ATTACH ? AS merged", (str(built),))
    names = ["main"] if with_main else []
    for number, path in enumerate(sources):
        names.append(f"a{number}")
        connection.execute(f"ATTACH ? AS a{number}", (f"{path.absolute().as_uri()}?mode=ro",))
    # One transaction: of an archive that is being written, one moment is read.
    connection.execute("BEGIN")
    try:
        merge_rows(connection, names)
        lost = connection.execute("PRAGMA merged.foreign_key_check").fetchone()
        if lost:
            raise ValueError(f"rows of {lost[0]} would belong to nothing")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    for name in ("merged", *(name for name in names if name != "main")):
        connection.execute(f"DETACH {name}")


def _complete(built: Path) -> dict[str, int]:
    """Make the search index and the clusters; return the number of rows a table."""
    with closing(open_archive(built)) as connection:
        with writing(connection):
            rebuild_index(connection)
            rebuild_clusters(connection)
        return _counts(connection, "main")


def _counts(connection: sqlite3.Connection, name: str) -> dict[str, int]:
    return {table: connection.execute(f"SELECT count(*) FROM {name}.{table}").fetchone()[0] for table in _COUNTED}


def _bring_captures(source: Path, out: Path) -> list[str]:
    with closing(connect(source, read_only=True)) as connection:
        return transfer_captures(connection, captures_folder(source), captures_folder(out), link=True)


def _put_in_place(built: Path, out: Path, holder: sqlite3.Connection) -> None:
    with closing(sqlite3.connect(built)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        if out.exists():
            # In one transaction of the target, whose lock was never given back.
            connection.backup(holder)
            return
    try:
        put(built, out, replace=False)
    except FileExistsError:
        raise MergeError(f"{out}: appeared meanwhile; merge again.") from None
