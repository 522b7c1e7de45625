"""Repairing an archive: everything that can be derived from the rest, and pointers to rows that are missing.

A repair never removes what a page said, and it does not write to a file that is damaged itself.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from newscrawler.archive.captures.check import repair_captures
from newscrawler.archive.crashed_runs import close_crashed_runs
from newscrawler.archive.database.connection import connect
from newscrawler.archive.database.opening import open_archive
from newscrawler.archive.database.row_digests import accepting_changes
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.errors import ArchiveError
from newscrawler.archive.integrity.consistency import repair_rows
from newscrawler.archive.integrity.derived_checks import repair_derived
from newscrawler.archive.integrity.schema_checks import lost_table, remove_added, repair_schema
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
    repairs = _remove_added(path)
    with closing(open_archive(path)) as connection, accepting_changes(connection):
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


def _remove_added(path: Path) -> list[str]:
    """Remove what others added to the schema, before anything else is written: a trigger would run.

    Raises DamagedError when a table is missing or changed.
    """
    with closing(connect(path, read_only=False)) as connection, writing(connection):
        if lost := lost_table(connection):
            raise DamagedError(f"{path}: {lost}; it was not repaired and left as it is.")
        return remove_added(connection)
