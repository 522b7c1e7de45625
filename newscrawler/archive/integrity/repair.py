"""Repairing an archive: everything that can be derived from the rest, and pointers to rows that are missing.

A repair never removes what a page said, and it does not write to a file that is damaged itself.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from newscrawler.archive.captures.check import repair_captures
from newscrawler.archive.crashed_runs import close_crashed_runs
from newscrawler.archive.database.connection import open_archive
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.errors import ArchiveError
from newscrawler.archive.integrity.consistency import repair_rows
from newscrawler.archive.integrity.derived_checks import repair_derived
from newscrawler.archive.integrity.problem import RESTORE
from newscrawler.archive.integrity.schema_checks import repair_schema, schema_problems
from newscrawler.archive.integrity.verify import file_damage


class DamagedError(ArchiveError):
    """The file itself is damaged: nothing may be written to it."""


def repair_archive(path: str | Path) -> list[str]:
    """Repair what can be repaired; return one sentence per repair.

    Raises DamagedError when the file itself is damaged, which is then left as it is, and ArchiveError as
    `check_archive` does.
    """
    path = Path(path)
    damage, only_indexes = file_damage(path)
    if damage and not only_indexes:
        raise DamagedError(f"{path}: is damaged ({damage[0]}); it was not repaired and left as it is.")
    repairs: list[str] = []
    with closing(open_archive(path)) as connection:
        lost = [problem for problem in schema_problems(connection) if problem.fix == RESTORE]
        if lost:
            raise DamagedError(f"{path}: {lost[0].where}: {lost[0].what}; it was not repaired and left as it is.")
        with writing(connection):
            if damage:
                connection.execute("REINDEX")
                repairs.append("the indexes of the tables were rebuilt")
            repairs += repair_schema(connection)
            repairs += repair_rows(connection)
            repairs += repair_derived(connection)
        for portal, count in close_crashed_runs(connection, path).items():
            repairs.append(f"runs of {portal}: {count} left open were closed as interrupted")
        repairs += repair_captures(connection)
    return repairs
