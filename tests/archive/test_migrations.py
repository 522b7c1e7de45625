"""The schema: frozen files, what a new archive gets, and what becomes of older archives."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner

from newscrawler.archive import open_archive, open_archive_read_only
from newscrawler.archive.columns import view_sql
from newscrawler.archive.database import migrations
from newscrawler.archive.errors import ArchiveError, EarlierBuildError
from newscrawler.archive.integrity.repair import repair_archive
from newscrawler.archive.integrity.salvage import salvage_archive
from newscrawler.cli.main import cli
from support.archives import Room, article, fill
from support.new_archives import applying_migrations

SHA256 = {
    "0001_initial.sql": "57ecf2626704cc8ab50cd2bdd8f51050bf1e435e9174e4261857fc596007c9bf",
    "0002_newspaper_pages.sql": "d1df62aa1fd2226ba17c6b3760d3bff01b3b8da3a11e8bf41342773284a8eb3c",
    "0003_ends_of_listings.sql": "c55c970d63bc104314c6df06481fbe104026d79e1495d721683c96123c9f2316",
    "0004_templates.sql": "261ce23f221c91c38f64467ca4d5db91c19280a532d1b0ef3c4fe0b8edce8d06",
    "0005_row_digests.sql": "45ea6b3ed155b876eff9ea7732beb67dcf517e44b8493316a018036665b79e39",
    "0006_moments_and_runs.sql": "56da8d0c3eb1fd96704dff6aa612a2726e5c74b9a91d5cb9fe06a71ca3ddd102",
    "0007_views_of_queries.sql": "a02e4db2f8e1ef6bf809bda61972fc54feb38670d32463930aaf476be02556e9",
    "0008_cities_of_articles.sql": "5f5f43b39b3da8f2b97d895bc3c462fcb8ec23cd97c8165292a705325c2ace5a",
    "0009_replaced_files.sql": "8173b2941095b15f2f79a2108337a5bf364f5c40f1edaddd8c691a6013574268",
    "0010_parcels.sql": "cff0e8fe185d17c9ef8f52719a2536b24ae44489ab091f0ae529afa0f5ef5b36",
    "0011_annotations.sql": "940bed4e45be56468e1d4cf8cab919708057dadd2afaadbb4ea99459531cfe11",
    "0012_watches.sql": "8cf950134ab882afdc44cfc8b394a63b73f82b5dd36ce5c28d3cc66ea694f8df",
    "0013_stated_entries.sql": "af43674990d0e22741f9c582fae2b0ab99f3ecef3ae63e3a65b5ba5dd933fec8",
    "0014_listed_sources.sql": "d76702a17e4a6183542012d5ef53700f2430022069f3c9b4083dae96f283ee26",
    "0015_vectors.sql": "dae826e0949826b6c3330606187966c4c872f3f953648a5ed9e6ce38a0f504ca",
    "0016_run_timestamps.sql": "c07cce60602a1ed248cada2765d17339c7dfcaa8b25433e366090fbf35470923",
    "0017_missing_since.sql": "acd4bf08a8fe0fd833dff3100d4896df424df5a963766f8ebb3b95472ce00cc0",
}


@pytest.fixture(autouse=True)
def migrating() -> Iterator[None]:
    with applying_migrations():
        yield


def test_a_migration_is_never_edited() -> None:
    """Archives have applied these files: a change of the schema is a new file with a hash of its own."""
    assert {file.name: sha256(file.read_bytes()).hexdigest() for file in migrations.FILES} == SHA256


def test_the_view_is_the_one_that_the_columns_describe(room: Room) -> None:
    """A change of the columns needs a migration that creates the view again."""
    (sql,) = room.connection.execute("SELECT sql FROM sqlite_master WHERE name = 'articles_flat'").fetchone()
    assert sql == view_sql()


def search_options(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    names = ("search_index", "search_characters")
    return [row for name in names for row in connection.execute(f"SELECT k, v FROM {name}_config WHERE k <> 'version'")]


def test_a_search_index_that_is_created_again_has_the_options_of_a_new_one(room: Room) -> None:
    room.store(article())
    assert search_options(room.connection) == [("automerge", 8), ("hashsize", 32 * 2**20)] * 2
    room.connection.execute("DELETE FROM search_index_data")
    room.connection.execute("DELETE FROM search_characters_config WHERE k = 'automerge'")
    room.close()
    repair_archive(room.path)
    with closing(open_archive(room.path)) as connection:
        assert search_options(connection) == [("automerge", 8), ("hashsize", 32 * 2**20)] * 2


def test_an_archive_gets_the_migrations_that_it_lacks_from_who_writes_and_a_copy_is_kept(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    room.store(article())
    room.close()
    later = tmp_path / "9999_later.sql"
    later.write_text(
        "-- A comment; with a semicolon.\nCREATE TABLE later (\n  n INTEGER -- one; two\n) STRICT;\n"
        "INSERT INTO later SELECT n FROM articles;\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(migrations, "FILES", (*migrations.FILES, later))
    assert migrations.known_migrations()[-1] == "9999_later"
    before = room.path.read_bytes()
    # Who only reads is told what to do, and changes nothing: each command that reads, by its own words.
    with pytest.raises(ArchiveError, match=r"it lacks 9999_later\).*newscrawler repair.*Nothing was changed"):
        open_archive_read_only(room.path)
    for words in (["stats"], ["search", "字"], ["runs"], ["verify"], ["health"], ["export", str(tmp_path / "a.csv")]):
        done = CliRunner().invoke(cli, [*words, "--archive", str(room.path)])
        assert done.exit_code == 2 and "it lacks 9999_later" in done.stderr, done.output
    assert room.path.read_bytes() == before
    copied = room.path.with_name("archive.before-9999_later.db")
    assert not copied.exists() and not caplog.records
    with closing(open_archive(room.path)) as connection:
        assert connection.execute("SELECT n FROM later").fetchall() == [(1,)]
    (told,) = caplog.records
    assert told.levelname == "WARNING" and f"kept as it was as {copied}" in told.getMessage()
    with closing(sqlite3.connect(copied)) as old:
        assert "9999_later" not in migrations.applied_migrations(old)
        assert old.execute("SELECT count(*) FROM articles").fetchone() == (1,)
    open_archive_read_only(room.path).close()
    with closing(open_archive(room.path)) as connection:
        assert migrations.applied_migrations(connection) == migrations.known_migrations()


def test_without_room_for_a_copy_nothing_is_migrated(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.close()
    later = tmp_path / "9999_later.sql"
    later.write_text("CREATE TABLE later (n INTEGER) STRICT;\n", encoding="utf-8")
    monkeypatch.setattr(migrations, "FILES", (*migrations.FILES, later))
    # A folder of the copy's name is in the way.
    room.path.with_name("archive.before-9999_later.db").mkdir()
    with pytest.raises(ArchiveError, match="no copy can be kept"):
        open_archive(room.path)
    with closing(sqlite3.connect(room.path)) as connection:
        assert "9999_later" not in migrations.applied_migrations(connection)


def test_a_migration_that_fails_changes_nothing(room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room.close()
    later = tmp_path / "9999_later.sql"
    later.write_text("CREATE TABLE later (n INTEGER) STRICT;\nINSERT INTO later VALUES ('x');\n", encoding="utf-8")
    with monkeypatch.context() as patched:
        patched.setattr(migrations, "FILES", (*migrations.FILES, later))
        with pytest.raises(Exception, match="cannot store TEXT value in INTEGER column"):
            open_archive(room.path)
    with closing(open_archive(room.path)) as connection:
        assert connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'later'").fetchone() is None
        assert migrations.applied_migrations(connection) == migrations.known_migrations()


# Archives of builds before the first release

EARLIER = """
CREATE TABLE portals (id TEXT PRIMARY KEY, name TEXT NOT NULL, province TEXT NOT NULL, province_code TEXT NOT NULL,
  homepage TEXT NOT NULL, definition TEXT NOT NULL) STRICT;
CREATE TABLE texts (hash TEXT PRIMARY KEY, body TEXT NOT NULL, body_html TEXT NOT NULL) STRICT;
CREATE TABLE captures (id INTEGER PRIMARY KEY, url TEXT NOT NULL, file TEXT, offset INTEGER, length INTEGER) STRICT;
CREATE TABLE export_marks (id INTEGER PRIMARY KEY, name TEXT NOT NULL, filter TEXT NOT NULL, exported TEXT NOT NULL)
  STRICT;
CREATE TABLE _sqlite_migrations (id INTEGER PRIMARY KEY, migration_set TEXT, name TEXT, applied_at TEXT);
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES
  ('newscrawler', '0001_first', ''), ('newscrawler', '0010_bookmarks', '');
INSERT INTO captures (url, file, offset, length) VALUES ('http://www.ceshi.example/', 'ceshi/1.warc.gz', 0, 100);
PRAGMA application_id = 0x6E637732;
"""
SAYS = "was written by an earlier build of newscrawler"


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    path = tmp_path / "earlier.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(EARLIER)
    return path


@pytest.mark.parametrize("opened", [open_archive, open_archive_read_only])
def test_an_archive_of_an_earlier_build_is_refused_with_a_way_on(earlier: Path, opened: Callable) -> None:
    before = earlier.read_bytes()
    with pytest.raises(EarlierBuildError, match=SAYS) as error:
        opened(earlier)
    for part in (str(earlier), "left as it is", str(earlier.with_name("warc")), "'newscrawler import ", "--archive"):
        assert part in str(error.value)
    assert earlier.read_bytes() == before


@pytest.mark.parametrize(
    "words",
    [
        "stats", "search 桥", "runs", "health", "verify", "repair",
        "export {folder}/out.csv", "merge {new}", "merge {old}",
    ],
)  # fmt: skip
def test_every_command_refuses_it(earlier: Path, tmp_path: Path, words: str) -> None:
    fill(tmp_path / "new.db", 1)
    before = earlier.read_bytes()
    names = words.format(folder=tmp_path, new=tmp_path / "new.db", old=earlier).split()
    archive = tmp_path / "new.db" if "{old}" in words else earlier
    run = CliRunner().invoke(cli, [*names, "--archive", str(archive)])
    assert (run.exit_code, SAYS in run.stderr) == (2, True), run.output
    assert earlier.read_bytes() == before


def test_an_export_does_not_replace_it(earlier: Path, tmp_path: Path) -> None:
    fill(tmp_path / "new.db", 1)
    before = earlier.read_bytes()
    run = CliRunner().invoke(cli, ["export", str(earlier), "--archive", str(tmp_path / "new.db")])
    assert (run.exit_code, SAYS in run.stderr) == (2, True), run.output
    assert earlier.read_bytes() == before


def test_salvage_refuses_it_even_when_it_is_damaged(earlier: Path, tmp_path: Path) -> None:
    data = earlier.read_bytes()
    earlier.write_bytes(data[: len(data) // 2])
    with pytest.raises(EarlierBuildError, match=SAYS):
        salvage_archive(earlier, tmp_path / "salvaged.db")
    assert not (tmp_path / "salvaged.db").exists()
