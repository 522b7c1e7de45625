"""Merging archives from several machines into one, without losing a version, a capture or a suppression.

The new archive is built beside its path and moved there when it is complete; the inputs are never changed. Merging is
idempotent and does not depend on the order of the inputs.
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
from newscrawler.archive.database.causes import cause_of, reason_of
from newscrawler.archive.database.connection import check_exists, check_version, connect, distrust
from newscrawler.archive.database.migrations import pending_migrations
from newscrawler.archive.database.opening import open_archive
from newscrawler.archive.database.row_digests import changed_rows, digest_all
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.errors import ArchiveError, UnavailableError
from newscrawler.archive.indexing.fulltext import rebuild_index
from newscrawler.archive.indexing.reprints import rebuild_clusters
from newscrawler.archive.integrity.damage import header_problem, structure_problems
from newscrawler.archive.integrity.schema_checks import lost_table
from newscrawler.archive.integrity.wrong_cells import explain_damage
from newscrawler.archive.merging.effects import effects
from newscrawler.archive.merging.rows import merge_rows
from newscrawler.archive.progress import Progress, unwatched

_COUNTED = ("articles", "versions", "urls", "captures", "runs")


class MergeError(Exception):
    """Archives that cannot be merged; the message says why. None of them was changed."""


@dataclass(slots=True)
class MergeResult:
    """The numbers of rows before and after a merge."""

    before: dict[str, int]
    """Rows per table of the target as it was; zeros when there was none."""
    after: dict[str, int]
    """Rows per table of the target after the merge."""
    missing: list[str] = field(default_factory=list)
    """WARC files that an input points to and does not have."""
    effects: list[str] = field(default_factory=list)
    """What changed in articles that the target had, and rows of inputs that are not as they were stored; sentences."""


def merge(inputs: Sequence[str | Path], out: str | Path, *, progress: Progress = unwatched) -> MergeResult:
    """Merge archives into the one at `out`. It is created when there is none; otherwise its rows are merged too.

    An input of an older version is migrated in a copy. Raises ArchiveError for an archive that cannot be used,
    MergeError for any other failure; `out` is then unchanged.
    """
    out = Path(out)
    paths = _distinct(inputs, out)
    with ExitStack() as stack:
        sources = []
        for number, path in enumerate(paths):
            progress("check of the inputs", number, len(paths))
            sources.append(stack.enter_context(_readable(path)))
        if out.exists():
            open_archive(out).close()
            _check_sound(out)
        with _merge_errors(out, paths):
            out.parent.mkdir(parents=True, exist_ok=True)
            built = stack.enter_context(folder_beside(out)) / out.name
            target = stack.enter_context(_locked_target(out))
            before = _counts(target, "main") if out.exists() else dict.fromkeys(_COUNTED, 0)
            open_archive(built).close()
            warnings = [sentence for path in paths for sentence in _changed_rows(path)]
            progress("rows")
            warnings += _build(target, built, sources, with_main=out.exists())
            progress("search index and reprints")
            after = _build_derived_tables(built)
            missing = []
            for number, path in enumerate(paths):
                progress("captures of the inputs", number, len(paths))
                missing += _transfer_captures(path, out)
            _put_in_place(built, out, target)
    return MergeResult(before, after, missing, warnings)


def _distinct(inputs: Sequence[str | Path], out: Path) -> list[Path]:
    """Return the inputs, each once and without the target itself."""
    distinct: dict[tuple[int, int], Path] = {}
    for path in map(Path, inputs):
        check_exists(path)
        status = path.stat()
        distinct.setdefault((status.st_dev, status.st_ino), path)
    if out.exists():
        status = out.stat()
        distinct.pop((status.st_dev, status.st_ino), None)
    limit = sqlite3.connect(":memory:").getlimit(sqlite3.SQLITE_LIMIT_ATTACHED) - 1
    if len(distinct) > limit:
        raise MergeError(f"{len(distinct)} archives are too many at once; merge {limit}, then the others.")
    return list(distinct.values())


def _check_sound(path: Path) -> None:
    damage = header_problem(path)
    try:
        if not damage:
            with closing(connect(path, read_only=True)) as connection:
                check_version(connection, path)
                problems, _ = structure_problems(connection)
                damage = problems[0] if problems else lost_table(connection) or _lost_rows(connection)
    except sqlite3.DatabaseError as error:
        if cause := cause_of(error):
            raise UnavailableError(f"{path}: cannot be read now: {cause}. Nothing was changed.") from None
        damage = str(error)
    if damage:
        raise ArchiveError(
            f"{path}: is damaged ({damage}); 'newscrawler verify --archive {path}' says more. Nothing was changed."
        )


def _lost_rows(connection: sqlite3.Connection) -> str:
    lost = connection.execute("PRAGMA foreign_key_check").fetchone()
    return f"rows of {lost[0]} point to missing rows" if lost else ""


@contextmanager
def _readable(path: Path) -> Iterator[Path]:
    """Give the path of an archive with the current schema: this one, or a migrated copy."""
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
def _locked_target(out: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection that locks the target exclusively, or one to an empty database when there is no target."""
    if not out.exists():
        with closing(sqlite3.connect("", uri=True, isolation_level=None)) as connection:
            distrust(connection)  # as in `connect`: the inputs may come from strangers
            yield connection
        return
    with closing(connect(out, read_only=False)) as connection:
        connection.execute("PRAGMA busy_timeout = 1000")
        try:
            connection.execute("PRAGMA main.locking_mode = EXCLUSIVE")
            # Leaving WAL mode needs a file that nobody else has open. The exclusive lock is held from here on.
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
def _merge_errors(out: Path, inputs: Sequence[Path]) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError, ValueError, CaptureConflictError) as error:
        reason = reason_of(error)
        if reason is error and isinstance(error, sqlite3.Error):
            damage = (f"{path}: {clause}" for path in inputs if (clause := explain_damage(path)))
            reason = next(damage, error)
        raise MergeError(f"{out}: the archives could not be merged: {reason}. Nothing was changed.") from None


def _changed_rows(path: Path) -> Iterator[str]:
    with closing(connect(path, read_only=True)) as connection:
        # An archive of an earlier version has no digests.
        if not pending_migrations(connection):
            for rows in changed_rows(connection):
                yield (
                    f"{path}: rows of {rows.table} are {rows.what}, as {rows.labels[0]}; "
                    f"'newscrawler verify --archive {path}' says more"
                )


def _build(connection: sqlite3.Connection, built: Path, sources: Sequence[Path], *, with_main: bool) -> list[str]:
    """Fill the new archive from the sources, and from the target when `with_main` is true.

    Returns what changed in rows that the target had, in sentences.
    """
    connection.execute("ATTACH ? AS merged", (str(built),))
    names = ["main"] if with_main else []
    for number, path in enumerate(sources):
        names.append(f"a{number}")
        connection.execute(f"ATTACH ? AS a{number}", (f"{path.absolute().as_uri()}?mode=ro",))
    # One transaction, so that an archive that is being written is read at one moment.
    connection.execute("BEGIN")
    try:
        merge_rows(connection, names)
        lost = connection.execute("PRAGMA merged.foreign_key_check").fetchone()
        if lost:
            raise ValueError(f"rows of {lost[0]} would point to missing rows")
        changes = list(effects(connection, names[1:])) if with_main else []
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    for name in ("merged", *(name for name in names if name != "main")):
        connection.execute(f"DETACH {name}")
    return changes


def _build_derived_tables(built: Path) -> dict[str, int]:
    """Build the search index and the clusters; return the number of rows per table."""
    with closing(open_archive(built)) as connection:
        with writing(connection):
            digest_all(connection)
            rebuild_index(connection)
            rebuild_clusters(connection)
        return _counts(connection, "main")


def _counts(connection: sqlite3.Connection, name: str) -> dict[str, int]:
    return {table: connection.execute(f"SELECT count(*) FROM {name}.{table}").fetchone()[0] for table in _COUNTED}


def _transfer_captures(source: Path, out: Path) -> list[str]:
    with closing(connect(source, read_only=True)) as connection:
        return transfer_captures(connection, captures_folder(source), captures_folder(out), link=True)


def _put_in_place(built: Path, out: Path, target: sqlite3.Connection) -> None:
    with closing(sqlite3.connect(built)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        if out.exists():
            # In one transaction of the target, whose lock was never released.
            connection.backup(target)
            return
    try:
        put(built, out, replace=False)
    except FileExistsError:
        raise MergeError(f"{out}: appeared meanwhile; merge again.") from None
