"""The schema that an archive should have, and what differs from it.

Whoever can put a trigger into the file can make a takedown void or remove what is stored. So nothing is written to an
archive with a trigger, with an index that we did not create, or with a changed table.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources.abc import Traversable
from pathlib import Path

from newscrawler.archive.database import migrations
from newscrawler.archive.errors import ArchiveError

_OTHERS = ("sqlite_", "_sqlite_")
"""Prefixes of the names of tables that SQLite and sqlite-utils create."""
_CHANGES_WRITES = ("trigger", "index")
"""Kinds of objects that have an effect on what is written, and which we therefore do not accept from others."""

Schema = Mapping[tuple[str, str], str]
"""Kind and name of each object to the statement that creates it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """An object of the schema that is missing, changed, or not one of ours."""

    kind: str
    """table, index, view or trigger."""
    name: str
    actual: str | None
    """Its statement in the archive; None: it is missing."""
    expected: str | None
    """The statement of this version; None: it is not one of ours."""

    def __str__(self) -> str:
        if self.expected is None:
            return f"the {self.kind} {self.name} was not created by this program"
        if self.actual is None:
            return f"the {self.kind} {self.name} is missing"
        return f"the {self.kind} {self.name} differs from that of this version"

    @property
    def forbids_writing(self) -> bool:
        """Whether the program must not write to an archive with this difference."""
        if self.expected is None:
            return self.kind in _CHANGES_WRITES
        return self.kind == "table"


def differences(connection: sqlite3.Connection) -> list[Difference]:
    """Return how the schema of an archive differs from that of the migrations that it has applied."""
    expected = expected_schema(tuple(migrations.applied_migrations(connection)))
    actual = _schema_of(connection)
    return [*_of_ours(actual, expected), *_of_others(actual, expected)]


def check_writable_schema(connection: sqlite3.Connection, path: Path) -> None:
    """Raise ArchiveError when the schema of an archive makes it unsafe to write to it."""
    # A file without tables is a new archive.
    for difference in differences(connection) if _schema_of(connection) else ():
        if difference.forbids_writing:
            is_removed = "'newscrawler repair' removes it" if difference.expected is None else "restore a backup"
            raise ArchiveError(
                f"{path}: {difference}, so nothing is written to it; {is_removed}, or merge the archive into a new one "
                f"('newscrawler merge {path} --archive NEW')."
            )


def expected_schema(applied: tuple[str, ...]) -> Schema:
    """Return the schema of an archive that has these migrations."""
    return _schema(tuple(file for file in migrations.FILES if file.name.removesuffix(".sql") in applied))


@lru_cache(maxsize=8)
def _schema(files: tuple[Traversable, ...]) -> Schema:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        for file in files:
            for statement in migrations.statements(file):
                connection.execute(statement)
        return _schema_of(connection)


def _schema_of(connection: sqlite3.Connection) -> dict[tuple[str, str], str]:
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM main.sqlite_master WHERE sql IS NOT NULL")
    return {
        (kind, name): sql for kind, name, table, sql in rows if kind == "trigger" or not str(table).startswith(_OTHERS)
    }


def _of_ours(actual: Schema, expected: Schema) -> Iterator[Difference]:
    for (kind, name), sql in expected.items():
        if actual.get((kind, name)) != sql:
            yield Difference(kind, name, actual.get((kind, name)), sql)


def _of_others(actual: Schema, expected: Schema) -> Iterator[Difference]:
    for (kind, name), sql in actual.items():
        if (kind, name) not in expected:
            yield Difference(kind, name, sql, None)
