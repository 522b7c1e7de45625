"""What `verify` notices: every cell of an archive is changed, one after the other, as a fault of a disk does."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from newscrawler.archive import ArchiveError, open_archive
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.integrity.verify import check_archive
from support import nightly
from support.every_table import fill_every_table, key_of

# Each with the reason why no citation, no export and no count rests on it.
UNNOTICED = {
    **dict.fromkeys(
        (f"notifications.{name}" for name in ("alarm", "channel", "change", "level", "sent")),
        "the message is sent once more, or not again; the alarm itself is protected",
    ),
    "export_states.fingerprint": "the article is exported once more",
    "export_states.article": "the article is exported once more",
    "_sqlite_migrations.applied_at": "nobody reads it",
    "_sqlite_migrations.id": "nobody reads it",
    "_sqlite_migrations.migration_set": "the schema tells: its files would be applied twice",
    "_sqlite_migrations.name": "the archive is refused, as one of a newer version",
}
SHADOWS = ("search_index", "search_characters")
"""The tables of FTS5. It checks them itself, and the words of all texts are compared with them."""


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with a row in every table."""
    path = tmp_path_factory.mktemp("cells") / "archive.db"
    fill_every_table(path)
    return path


def cells(archive: Path) -> Iterator[tuple[str, str, str]]:
    with closing(sqlite3.connect(archive)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in names:
            if table.startswith(SHADOWS) or table.startswith("sqlite_"):
                continue
            if not connection.execute(f"SELECT 1 FROM {table}").fetchone():
                raise AssertionError(f"{table} is empty: add a row to support.every_table")
            for name, kind in connection.execute("SELECT name, type FROM pragma_table_info(?)", (table,)).fetchall():
                yield table, name, kind


def changed(value: Any, kind: str) -> Any:
    if kind == "TEXT" or isinstance(value, str):
        return f"{value or ''}x"
    return bytes(reversed(value)) + b"1" if isinstance(value, bytes) else (value or 0) + 1000


def findings(archive: Path) -> list[str]:
    try:
        return [problem.kind for problem in check_archive(archive) if not problem.is_note]
    except ArchiveError:
        return [ArchiveError.__name__]
    except Exception as error:
        return [type(error).__name__]


def test_every_cell_on_which_something_rests_is_protected(full: Path) -> None:
    assert findings(full) == []
    unnoticed, tracebacks = [], []
    with closing(sqlite3.connect(full)) as connection:
        (migrations,) = connection.execute("SELECT max(id) FROM _sqlite_migrations").fetchone()
    # By day only every fourth: each costs a whole check.
    for table, name, kind in list(cells(full))[:: 1 if nightly.is_night() else 4]:
        with closing(sqlite3.connect(full, isolation_level=None)) as connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            keys = key_of(connection, table)
            order = f'SELECT {", ".join(keys)}, "{name}" FROM {table} ORDER BY 1 DESC'
            *row, value = connection.execute(order).fetchone()
            update = f'UPDATE {table} SET "{name}" = ? WHERE {" AND ".join(f"{key} = ?" for key in keys)}'
            new = changed(value, kind)
            assert connection.execute(update, (new, *row)).rowcount == 1
            kinds = findings(full)
            if not kinds:
                unnoticed.append(f"{table}.{name}")
            if kinds and kinds[-1] != "ArchiveError" and kinds[-1].endswith("Error"):
                tracebacks.append((table, name, kinds[-1]))
            # A migration whose name or set was changed is applied again, if it can be.
            if name in ("name", "migration_set"):
                connection.execute("DELETE FROM _sqlite_migrations WHERE id > ?", (migrations,))
            row = [new if key == f'"{name}"' else number for key, number in zip(keys, row, strict=True)]
            assert connection.execute(update, (value, *row)).rowcount == 1
    assert findings(full) == []
    assert tracebacks == []
    assert sorted(set(unnoticed) - UNNOTICED.keys()) == []


@pytest.mark.parametrize("table", ["versions", "credits", "captures", "urls", "listing_sightings", "suppressions"])
def test_a_row_that_was_removed_with_its_digest_is_noticed(small_copy: Path, table: str) -> None:
    """The sum of the run shows it."""
    with closing(sqlite3.connect(small_copy, isolation_level=None)) as connection:
        key = key_of(connection, table)[0]
        connection.execute(f"DELETE FROM {table} WHERE {key} = (SELECT max({key}) FROM {table})")
        connection.execute(
            f"""DELETE FROM row_digests WHERE tbl = ? AND coalesce(json_extract(key, '$[0]'), key)
                NOT IN (SELECT {key} FROM {table})""",
            (table,),
        )
    what = [problem.what for problem in check_archive(small_copy) if problem.kind == "digest"]
    assert any("rows of" in text for text in what), what


@pytest.fixture
def small_copy(full: Path, tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    path.write_bytes(full.read_bytes())
    return path


def test_storing_more_does_not_hide_a_changed_row(small_copy: Path) -> None:
    with closing(sqlite3.connect(small_copy, isolation_level=None)) as connection:
        connection.execute("UPDATE articles SET url = 'http://forged.example/' WHERE n = 1")
    with closing(open_archive(small_copy)) as connection, writing(connection):
        connection.execute("UPDATE articles SET last_seen = '2025-01-01T00:00:00Z'")
    what = [problem.what for problem in check_archive(small_copy) if problem.kind == "digest"]
    assert what == ["not as they were stored: 1 row, as in http://forged.example/"]


def test_a_migration_does_not_hide_a_changed_row(small_copy: Path, tmp_path: Path, monkeypatch: Any) -> None:
    from newscrawler.archive.database import migrations

    with closing(sqlite3.connect(small_copy, isolation_level=None)) as connection:
        connection.execute("UPDATE articles SET url = 'http://forged.example/' WHERE n = 1")
    later = tmp_path / "9999_later.sql"
    later.write_text("ALTER TABLE articles ADD COLUMN later TEXT NOT NULL DEFAULT 'x';\n", encoding="utf-8")
    monkeypatch.setattr(migrations, "FILES", (*migrations.FILES, later))
    open_archive(small_copy).close()
    what = [problem.what for problem in check_archive(small_copy) if problem.kind == "digest"]
    assert what == ["not as they were stored: 1 row, as in http://forged.example/"]
