"""Checking a whole archive, from the pages of its file to the records of its captures. A check only reads."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from newscrawler.archive.captures.check import CaptureProblem, check_file, files_to_check, torn_ends
from newscrawler.archive.captures.sample import check_sample, sampled_captures
from newscrawler.archive.crashed_runs import may_be_crawling, open_runs
from newscrawler.archive.database.causes import cause_of
from newscrawler.archive.database.connection import check_exists, connect
from newscrawler.archive.database.opening import open_archive_read_only
from newscrawler.archive.errors import ArchiveError, UnavailableError
from newscrawler.archive.integrity.checked_files import CheckedFiles, state_of
from newscrawler.archive.integrity.consistency import RULES, SAMPLES, broken_rules, format_rows
from newscrawler.archive.integrity.damage import header_problem, readable_tables, structure_problems
from newscrawler.archive.integrity.derived_checks import index_problems, reprint_problems
from newscrawler.archive.integrity.hash_checks import digest_problems, hash_problems
from newscrawler.archive.integrity.problem import REPAIR, RESTORE, Problem
from newscrawler.archive.integrity.schema_checks import lost_table, schema_problems
from newscrawler.archive.integrity.timestamps import Roots, timestamp_problems
from newscrawler.archive.integrity.wrong_cells import explain_damage
from newscrawler.archive.progress import Progress, unwatched
from newscrawler.archive.worker_processes import divided, process_count
from newscrawler.text.clock import stamp

_Step = tuple[str, str, tuple[int, ...] | None]
"""The name of a check and, for the check of a WARC file, the name of the file and the row ids to check; None: all."""
_CAPTURES = "files of captures"


@dataclass(slots=True)
class CaptureReading:
    """Which captures a check reads, and at its end how many these were. Everything else is always checked."""

    sample: int | None = None
    """So many captures, chosen at random; None: all."""
    checked: CheckedFiles | None = None
    """Files that need not be read; the check notes in it which files it found whole."""
    captures: int = 0
    """How many captures the archive has."""
    read: int = 0
    """How many of them were read."""


def check_archive(
    path: str | Path,
    *,
    workers: int | None = 1,
    reading: CaptureReading | None = None,
    roots: Roots | None = None,
    progress: Progress = unwatched,
) -> Iterator[Problem]:
    """Yield everything that is wrong with an archive; may run beside a crawl. `progress` is told each check.

    `workers` is the number of processes; None: one per core, and one for a small archive. The result is the same.
    `reading` says which captures to read; `roots` vouch for the authorities of timestamps, by default those that this
    system trusts.

    Raises ArchiveError when there is no archive at this path, or when it is of a newer version.
    """
    path = Path(path)
    progress("pages of the file")
    damage, only_indexes = file_damage(path)
    if damage and not only_indexes:
        yield _damage_problem(path, damage)
        return
    for text in damage[:SAMPLES]:
        yield Problem("index", path.name, text, REPAIR)
    with closing(open_archive_read_only(path)) as connection:
        try:
            schema = list(schema_problems(connection))
            yield from schema
            if lost_table(connection):
                # The queries of the other checks need these tables.
                return
            articles = int(connection.execute("SELECT count(*) FROM articles").fetchone()[0])
            reading = reading or CaptureReading()
            files = _files_to_read(connection, reading)
            # As they are before anybody reads them: what changes meanwhile is read again the next time.
            began, states = stamp(), {name: state_of(connection, name) for _, name, _ in files if reading.checked}
            steps: list[_Step] = [*_CHECKS, *files]
            workers = process_count(workers, articles, len(steps))
            results = divided(_checking, (str(path),), steps, workers=workers, queued=1, ahead=len(steps))
            with closing(results):
                for number, (what, file, _) in enumerate(steps):
                    progress(what, *((number - len(_CHECKS), len(files)) if file else ()))
                    problems = next(results)
                    if file in states and reading.checked is not None:
                        reading.checked.note(file, None if problems else states[file], began)
                    yield from problems
            yield from timestamp_problems(connection, roots)
            yield from _crashed_run_notes(connection, path)
            yield from map(_capture_problem, torn_ends(connection))
        except sqlite3.DatabaseError as error:
            if cause := cause_of(error):
                raise UnavailableError(f"{path}: could not be checked to the end: {cause}.") from None
            yield _damage_problem(path, [str(error)])


@contextmanager
def _checking(path: str) -> Iterator[Callable[[_Step], list[Problem]]]:
    """Give the function that takes one step of the check of an archive, in this process or in one of several."""
    with closing(open_archive_read_only(path)) as connection:

        def check(step: _Step) -> list[Problem]:
            what, file, numbers = step
            if numbers is not None:
                return [_capture_problem(problem) for problem in check_sample(connection, file, numbers)]
            if file:
                return [_capture_problem(problem) for problem in check_file(connection, file)]
            # A check compares one snapshot; a crawl may be writing.
            connection.execute("BEGIN")
            try:
                return list(_CHECK_FUNCTIONS[what](connection))
            finally:
                connection.execute("ROLLBACK")

        yield check


def _files_to_read(connection: sqlite3.Connection, reading: CaptureReading) -> list[_Step]:
    """Return the checks of WARC files, and count their captures."""
    counts = dict(
        connection.execute("SELECT file, count(*) FROM captures WHERE file IS NOT NULL GROUP BY file").fetchall()
    )
    reading.captures = sum(counts.values())
    if reading.sample is not None:
        files = sampled_captures(connection, reading.sample)
        reading.read = sum(map(len, files.values()))
        return [(_CAPTURES, file, tuple(numbers)) for file, numbers in files.items()]
    names = files_to_check(connection)
    if reading.checked is not None:
        names = [name for name in names if not reading.checked.is_unchanged(connection, name)]
    reading.read = sum(counts.get(name, 0) for name in names)
    return [(_CAPTURES, name, None) for name in names]


def _crashed_run_notes(connection: sqlite3.Connection, path: Path) -> Iterator[Problem]:
    for run in open_runs(connection):
        if not may_be_crawling(path, run["portal"]):
            what = "was left open: its process ended without closing it"
            yield Problem("run", run["key"], what, "the portal's next crawl closes it", is_note=True)


def file_damage(path: Path) -> tuple[list[str], bool]:
    """Return what is wrong with the file itself, and whether only indexes of tables are affected.

    Raises ArchiveError when there is no archive at this path.
    """
    check_exists(path)
    if problem := header_problem(path):
        return [problem], False
    try:
        with closing(connect(path, read_only=True)) as connection:
            return structure_problems(connection)
    except sqlite3.DatabaseError as error:
        if cause := cause_of(error):
            raise UnavailableError(f"{path}: cannot be checked now: {cause}. It need not be damaged.") from None
        if "not a database" in str(error):
            raise ArchiveError(f"{path}: is not a SQLite file; name another path with --archive.") from None
        return [str(error)], False


def _damage_problem(path: Path, damage: list[str]) -> Problem:
    tables = [
        f"{table.table} {format_rows(table.rows)}{' and no further' if table.error else ''}"
        for table in readable_tables(path)
    ]
    more = f" and {len(damage) - 1} more" if len(damage) > 1 else ""
    if cell := explain_damage(path):
        more += f"; {cell}"
    return Problem(
        "damage",
        str(path),
        f"{damage[0]}{more}. What can be read from the first row on: {', '.join(tables)}.",
        "restore a backup ('newscrawler backup restore BACKUP FOLDER'), or copy what can be read into a new archive "
        f"('newscrawler salvage NEW --archive {path}'); '.recover' of the program sqlite3 may recover more. "
        "The file was left as it is",
    )


def _row_problems(connection: sqlite3.Connection) -> Iterator[Problem]:
    for broken in broken_rules(connection):
        rule = broken.rule
        what = f"{rule.message}: {format_rows(broken.count)}, as in {', '.join(broken.samples)}"
        yield Problem(rule.kind, rule.table, what, rule.fix or (REPAIR if rule.repair else RESTORE))
    # Some pointers have rules of their own.
    ruled = {(rule.table, parent) for rule in RULES for parent in rule.parents}
    orphans = Counter((row[0], row[2]) for row in connection.execute("PRAGMA foreign_key_check"))
    for (table, parent), count in orphans.items():
        if (table, parent) not in ruled:
            yield Problem("orphan", table, f"{format_rows(count)} without a row of {parent}", RESTORE)


def _capture_problem(problem: CaptureProblem) -> Problem:
    fix = "restore the file from a backup" if problem.is_serious else ""
    return Problem(f"capture {problem.kind}", problem.file, problem.detail, fix, is_note=not problem.is_serious)


_CHECK_FUNCTIONS: dict[str, Callable[[sqlite3.Connection], Iterator[Problem]]] = {
    "rows": _row_problems,
    "row digests": digest_problems,
    "hashes of texts": hash_problems,
    "search index": index_problems,
    "reprints": reprint_problems,
}
_CHECKS: tuple[_Step, ...] = tuple((name, "", None) for name in _CHECK_FUNCTIONS)
