"""Checking a whole archive, from the pages of its file to the records of its captures. A check only reads."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from newscrawler.archive.captures.check import check_captures
from newscrawler.archive.crashed_runs import may_be_crawling, open_runs
from newscrawler.archive.database.causes import cause_of
from newscrawler.archive.database.connection import check_exists, connect, open_archive_read_only
from newscrawler.archive.errors import ArchiveError, UnavailableError
from newscrawler.archive.integrity.consistency import RULES, SAMPLES, broken_rules, format_rows
from newscrawler.archive.integrity.damage import header_problem, readable_tables, structure_problems
from newscrawler.archive.integrity.derived_checks import index_problems, reprint_problems
from newscrawler.archive.integrity.hash_checks import digest_problems, hash_problems
from newscrawler.archive.integrity.problem import REPAIR, RESTORE, Problem
from newscrawler.archive.integrity.schema_checks import lost_table, schema_problems
from newscrawler.archive.integrity.wrong_cells import explain_damage
from newscrawler.archive.progress import Progress, untold


def check_archive(path: str | Path, *, progress: Progress = untold) -> Iterator[Problem]:
    """Yield everything that is wrong with an archive; may run beside a crawl. `progress` is told each check.

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
            # All checks compare one snapshot.
            connection.execute("BEGIN")
            schema = list(schema_problems(connection))
            yield from schema
            if lost_table(connection):
                # The queries of the other checks need these tables.
                return
            progress("rows")
            yield from _row_problems(connection)
            progress("row digests")
            yield from digest_problems(connection)
            progress("hashes of texts")
            yield from hash_problems(connection)
            progress("search index")
            yield from index_problems(connection)
            progress("reprints")
            yield from reprint_problems(connection)
            yield from _crashed_run_notes(connection, path)
            connection.execute("COMMIT")
            yield from _capture_problems(connection, progress)
        except sqlite3.DatabaseError as error:
            if cause := cause_of(error):
                raise UnavailableError(f"{path}: could not be checked to the end: {cause}.") from None
            yield _damage_problem(path, [str(error)])


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


def _capture_problems(connection: sqlite3.Connection, progress: Progress) -> Iterator[Problem]:
    for problem in check_captures(connection, progress=progress):
        fix = "restore the file from a backup" if problem.is_serious else ""
        yield Problem(f"capture {problem.kind}", problem.file, problem.detail, fix, is_note=not problem.is_serious)
