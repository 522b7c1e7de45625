"""A lake: what is appended, read by another engine, is what the archive has."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from newscrawler.archive import open_archive
from newscrawler.archive.database.transaction import writing
from support.archives import CITIES, Room, article
from support.integrity import rows, run

duckdb = pytest.importorskip("duckdb")

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "guides" / "lake.md").read_text(encoding="utf-8")
NEWEST = PAGE.split("```sql\n")[1].split("```")[0].replace("'lake/", "'{lake}/")
"""The query that the page gives."""


def newest(lake: Path) -> list[dict[str, Any]]:
    found = duckdb.sql(f"{NEWEST.format(lake=lake)} ORDER BY id")
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def agree(lake: Path, archive: Path) -> None:
    names = ("id", "title", "province", "status", "char_count", "body")
    stored = rows(archive, f"SELECT {', '.join(names)} FROM articles_flat ORDER BY id")
    assert [tuple(row[name] for name in names) for row in newest(lake)] == stored


def test_a_lake_grows_by_what_changed_and_reads_as_the_archive(tmp_path: Path) -> None:
    archive, lake = tmp_path / "archive.db", tmp_path / "lake"
    room = Room(archive)
    months = ("2024-05-10", "2024-06-11", "")
    for number in range(1, 10):
        date = months[number % 3]
        changes = {"published": date, "published_date": date} if date else {"published": None, "published_date": None}
        room.store(article(number, **changes), cities=[CITIES[number % 3]] if date else [])

    def append(*options: str) -> str:
        done = run("export", "--append", lake, "--archive", archive, *options)
        assert done.exit_code == 0, done.output
        return done.stderr

    assert "9 new; 3 parts written" in append()
    assert sorted(path.relative_to(lake).as_posix() for path in lake.rglob("*.parquet")) == [
        "province=湖北省/month=2024-05/part-00000001.parquet",
        "province=湖北省/month=2024-06/part-00000001.parquet",
        "province=湖北省/month=__HIVE_DEFAULT_PARTITION__/part-00000001.parquet",
    ]
    agree(lake, archive)
    assert "nothing has changed; 0 parts" in append()
    # Edited, moved to another month, withdrawn, new, suppressed.
    room.store(
        article(1, title="改了题目", published="2024-06-11", published_date="2024-06-11"), seen="2024-06-12T00:00:00Z"
    )
    room.store(article(10), cities=[CITIES[0]])
    with writing(room.connection):
        room.connection.execute("UPDATE articles SET status = 'gone' WHERE n = 2")
    room.close()
    ((hidden,),) = rows(archive, "SELECT id FROM articles WHERE n = 3")
    assert run("suppress", "add", hidden, "--reason", "作者要求", "--archive", archive).exit_code == 0
    text = append()
    assert all(clause in text for clause in ("1 new", "1 changed", "1 gone", "1 removed")), text
    agree(lake, archive)
    assert len(newest(lake)) == 9
    # The part with the suppressed article is still there, until a compaction.
    assert "第3座" in str(duckdb.sql(f"SELECT title FROM read_parquet('{lake}/*/*/*.parquet')").fetchall())
    text = append("--compact")
    assert "9 new" in text and "removed" in text
    agree(lake, archive)
    assert "第3座" not in str(duckdb.sql(f"SELECT title FROM read_parquet('{lake}/*/*/*.parquet')").fetchall())
    assert {path.name for path in lake.rglob("*.parquet")} == {"part-00000003.parquet"}
    assert "nothing has changed" in append()


def test_an_append_that_broke_off_is_repeated(tmp_path: Path) -> None:
    archive, lake = tmp_path / "archive.db", tmp_path / "lake"
    room = Room(archive)
    room.store(article(1), cities=[CITIES[0]])
    room.store(article(2, published="2024-06-11", published_date="2024-06-11"), cities=[CITIES[0]])
    room.close()
    # The second part cannot be written: its folder is a file.
    (lake / "province=湖北省").mkdir(parents=True)
    blocker = lake / "province=湖北省" / "month=2024-06"
    blocker.write_text("x")
    done = run("export", "--append", lake, "--archive", archive)
    assert done.exit_code == 1 and "the next append repeats" in done.stderr
    assert rows(archive, "SELECT count(*) FROM export_cursors") == [(0,)]
    blocker.unlink()
    assert run("export", "--append", lake, "--archive", archive).exit_code == 0
    agree(lake, archive)


def test_object_storage_by_fsspec(tmp_path: Path) -> None:
    fsspec = pytest.importorskip("fsspec")
    archive = tmp_path / "archive.db"
    room = Room(archive)
    room.store(article(1), cities=[CITIES[0]])
    room.close()
    for _ in range(2):
        done = run("export", "--append", "memory://bucket/lake", "--archive", archive)
        assert done.exit_code == 0, done.output
    found = fsspec.filesystem("memory").glob("/bucket/lake/*/*/*.parquet")
    assert [path.rpartition("/")[2] for path in found] == ["part-00000001.parquet"]
    with closing(open_archive(archive)) as connection:
        assert connection.execute("SELECT name FROM export_cursors").fetchall() == [("lake memory://bucket/lake",)]


@pytest.mark.parametrize(
    "options",
    [
        ["--compact"],
        ["--append", "--partition", "city"],
        ["--append", "--as-of", "2024-01-01"],
        ["--append", "--columns", "id"],
    ],
)
def test_what_does_not_go_together(tmp_path: Path, options: list[str]) -> None:
    Room(tmp_path / "archive.db").close()
    done = run("export", *options, tmp_path / "lake", "--archive", tmp_path / "archive.db")
    assert done.exit_code == 2 and "--append" in done.stderr
