"""The archive's schema: SQL files, applied in the order of their names.

The files in `sql/` are never edited; a change of the schema is a new file. sqlite-utils applies them and keeps a record
of them in the archive. It is imported only when there is something to apply.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import resources
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

_SET = "newscrawler"
"""The name of our migrations among those that sqlite-utils records."""

FILES: tuple[Traversable, ...] = tuple(
    sorted(
        (file for file in resources.files(__package__).joinpath("sql").iterdir() if file.name.endswith(".sql")),
        key=lambda file: file.name,
    )
)
"""The migrations, oldest first."""


def known_migrations() -> list[str]:
    """Return the names of the migrations that this program knows, oldest first."""
    return [file.name.removesuffix(".sql") for file in FILES]


def applied_migrations(connection: sqlite3.Connection) -> list[str]:
    """Return the names of the migrations that an archive has, in the order in which they were applied."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone():
        return []
    rows = connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ? ORDER BY rowid", (_SET,))
    return [str(name) for (name,) in rows]


def pending_migrations(connection: sqlite3.Connection) -> list[str]:
    """Return the names of the migrations that an archive lacks, oldest first."""
    applied = set(applied_migrations(connection))
    return [name for name in known_migrations() if name not in applied]


def apply_migrations(connection: sqlite3.Connection) -> None:
    """Apply the migrations that an archive lacks; inside of a transaction they become part of it.

    Raises sqlite3.Error.
    """
    # sqlite-utils would import both. pandas takes half a second, numpy a tenth.
    with _as_if_absent("pandas"), _as_if_absent("numpy"):
        from sqlite_utils import Database
        from sqlite_utils.migrations import Migrations

    migrations = Migrations(_SET)
    for name, file in zip(known_migrations(), FILES, strict=True):
        migrations(name=name)(_migration(file))
    migrations.apply(Database(connection))


@contextmanager
def _as_if_absent(name: str) -> Iterator[None]:
    """Let an import of a module fail in this context, unless it is imported already."""
    is_loaded = name in sys.modules
    if not is_loaded:
        sys.modules[name] = None  # type: ignore[assignment]  # Python then raises ImportError
    try:
        yield
    finally:
        if not is_loaded:
            del sys.modules[name]


def _migration(file: Traversable) -> Callable[[Database], None]:
    def run(db: Database, /) -> None:
        # Not executescript: it would commit the transaction that holds the migration.
        for statement in statements(file):
            db.conn.execute(statement)

    return run


def statements(file: Traversable) -> Iterator[str]:
    """Yield the statements of a migration, each of which ends at the end of a line."""
    statement = ""
    for line in file.read_text(encoding="utf-8").splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement.strip()
            statement = ""
