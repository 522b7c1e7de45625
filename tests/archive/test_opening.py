"""Opening an archive: new, old, foreign, damaged, read-only, and by many at once."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from newscrawler.archive import ArchiveError, open_archive, open_archive_read_only
from newscrawler.archive.columns import COLUMN_NAMES
from newscrawler.archive.database import connection as connecting
from newscrawler.archive.database.connection import APPLICATION_ID
from newscrawler.archive.errors import LockedError
from support.archives import Room, article
from support.new_archives import applying_migrations

NOBODY = 65534

CONTRACT = (
    "id, url, portal, province, city, city_code, cities, county, county_code, section, title, subtitle, source, "
    "published, published_date, published_evidence, listed_date, editors, authors, summary, body, keywords, "
    "article_type, char_count, language, image_count, first_seen, last_seen, status, version_count, content_hash, "
    "page, page_no, published_at, run, listed_source, missing_since"
)


@pytest.fixture(autouse=True)
def migrating() -> Iterator[None]:
    with applying_migrations():
        yield


def pragma(connection: sqlite3.Connection, name: str) -> object:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_new_archive_gets_its_folders_its_mark_and_its_pragmas(tmp_path: Path) -> None:
    path = tmp_path / "数据" / "a b%20?#" / "archive.db"
    with closing(open_archive(path)) as connection:
        assert pragma(connection, "journal_mode") == "wal"
        assert pragma(connection, "foreign_keys") == 1
        assert pragma(connection, "application_id") == APPLICATION_ID == 0x6E637733
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            connection.execute(
                "INSERT INTO runs (key, portal, command, arguments, program, started) VALUES ('k','none','c','','','')"
            )
    assert sorted(entry.name for entry in path.parent.iterdir()) == ["archive.db"]


def test_an_archive_is_found_again_as_it_was(tmp_path: Path) -> None:
    room = Room(tmp_path / "archive.db")
    room.store(article())
    room.close()
    for opened in (open_archive, open_archive_read_only):
        with closing(opened(room.path)) as connection:
            assert connection.execute("SELECT title FROM articles_flat").fetchall() == [("青禾镇修好第1座便民桥",)]


def test_an_empty_file_becomes_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    path.touch()
    with closing(open_archive(path)) as connection:
        assert connection.execute("SELECT count(*) FROM articles_flat").fetchone() == (0,)


def test_the_columns_are_those_of_the_contract(room: Room) -> None:
    names = tuple(row[1] for row in room.connection.execute("PRAGMA table_info(articles_flat)"))
    assert names == tuple(CONTRACT.split(", ")) == COLUMN_NAMES


def test_a_reader_cannot_write(room: Room) -> None:
    with (
        closing(open_archive_read_only(room.path)) as connection,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        connection.execute("DELETE FROM articles")


def test_a_locked_archive_is_waited_for_once(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader gives up soon. A writer has patience, but not twice."""
    monkeypatch.setattr(connecting, "READ_SECONDS", 0.2)
    monkeypatch.setattr(connecting, "BUSY_SECONDS", 2.0)
    room.close()
    with closing(sqlite3.connect(room.path, isolation_level=None)) as holder:
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        for opened, least, most in ((open_archive_read_only, 0.1, 1.5), (open_archive, 1.5, 3.5)):
            begun = time.monotonic()
            with pytest.raises(
                LockedError, match="is locked by another program; wait until it has finished, or end it"
            ):
                opened(room.path)
            assert least < time.monotonic() - begun < most
    assert open_archive_read_only(room.path).execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize("opened", [open_archive, open_archive_read_only])
def test_a_directory_is_refused(tmp_path: Path, opened) -> None:
    with pytest.raises(ArchiveError, match=r"is a directory; name a file, as in .*archive\.db"):
        opened(tmp_path)


@pytest.mark.parametrize("opened", [open_archive, open_archive_read_only])
def test_what_is_no_file_is_refused(tmp_path: Path, opened) -> None:
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    with pytest.raises(ArchiveError, match="is not a regular file"):
        opened(fifo)


@pytest.mark.parametrize("opened", [open_archive, open_archive_read_only])
def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path, opened) -> None:
    with pytest.raises(ArchiveError, match="cannot be reached: File name too long"):
        opened(tmp_path / ("长" * 200))


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ArchiveError, match="its folder cannot be created"):
        open_archive(tmp_path / "file" / "archive.db")


def test_an_archive_beside_the_one_that_is_not_there_is_named(tmp_path: Path) -> None:
    """As after `make demo`, which makes data/demo.db. Other databases, copies and folders are not meant."""
    open_archive(tmp_path / "demo.db").close()
    open_archive(tmp_path / "demo.before-0002_x.db").close()
    sqlite3.connect(tmp_path / "other.db").close()
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(ArchiveError, match=r"crawl', or name \S+/demo\.db with --archive\.$"):
        open_archive_read_only(tmp_path / "archive.db")


def test_reading_what_is_not_there_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="there is no archive yet; run 'newscrawler crawl'"):
        open_archive_read_only(tmp_path / "archive.db")
    assert contents(tmp_path) == {}


def test_a_missing_folder_is_not_made_for_a_reader(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError):
        open_archive_read_only(tmp_path / "none" / "archive.db")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("opened", [open_archive, open_archive_read_only])
@pytest.mark.parametrize(
    "data",
    [b"title,source\r\n", b"x" * 5000, b"SQLite format 3", random.Random(3).randbytes(4096)],
    ids=["CSV", "letters", "the header alone", "any bytes"],
)
def test_a_file_that_is_no_database_stays_as_it_is(tmp_path: Path, opened, data: bytes) -> None:
    path = tmp_path / "archive.db"
    path.write_bytes(data)
    with pytest.raises(ArchiveError, match=r"is not a SQLite file.*left as it is"):
        opened(path)
    assert contents(tmp_path) == {"archive.db": data}


@pytest.mark.parametrize("opened", [open_archive, open_archive_read_only])
@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_a_foreign_database_stays_as_it_is(tmp_path: Path, opened, mode: str) -> None:
    path = tmp_path / "theirs.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA journal_mode = {mode}")
        connection.execute("CREATE TABLE notes (text TEXT)")
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(ArchiveError, match="not a newscrawler archive"):
        opened(path)
    assert path.read_bytes() == before


def test_a_log_that_another_program_left_is_not_folded_into_its_file(tmp_path: Path) -> None:
    """As its program crashed, the last transactions stand in the log only: they are not ours to move."""
    with closing(sqlite3.connect(tmp_path / "live.db")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE notes (text TEXT)")
        connection.commit()
        (tmp_path / "crashed").mkdir()
        for name in ("live.db", "live.db-wal"):
            shutil.copy(tmp_path / name, tmp_path / "crashed" / name)
    path = tmp_path / "crashed" / "live.db"
    before, log = path.read_bytes(), path.with_name("live.db-wal").read_bytes()
    assert log
    with pytest.raises(ArchiveError, match="not a newscrawler archive"):
        open_archive(path)
    assert path.read_bytes() == before
    assert path.with_name("live.db-wal").read_bytes() == log


@pytest.mark.parametrize("opened", [open_archive, open_archive_read_only])
def test_an_archive_of_a_newer_version_is_named_and_left(tmp_path: Path, opened) -> None:
    room = Room(tmp_path / "archive.db")
    room.connection.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('newscrawler', '9999_moon', '')"
    )
    room.close()
    before = contents(tmp_path)
    with pytest.raises(ArchiveError, match=r"newer newscrawler \(it has 9999_moon\); upgrade with"):
        opened(room.path)
    assert contents(tmp_path)["archive.db"] == before["archive.db"]


@pytest.mark.parametrize("opened", [open_archive, open_archive_read_only])
def test_a_damaged_archive_is_an_error_with_a_way_on(tmp_path: Path, opened) -> None:
    room = Room(tmp_path / "archive.db")
    room.close()
    data = room.path.read_bytes()
    room.path.write_bytes(data[:100] + b"\xff" * (len(data) - 100))
    with pytest.raises(ArchiveError, match="restore a backup"):
        opened(room.path)


def test_many_that_start_at_once_make_one_schema(tmp_path: Path) -> None:
    path = tmp_path / "new" / "archive.db"
    code = (
        "import sys, time\n"
        "from newscrawler.archive import open_archive\n"
        "print('ready', flush=True)\n"
        "sys.stdin.readline()\n"
        "db = open_archive(sys.argv[1])\n"
        "print(db.execute('SELECT count(*) FROM _sqlite_migrations').fetchone()[0])\n"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(8)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=60) for process in processes]
    assert [error for _, error in answers if error] == []
    with closing(open_archive(path)) as connection:
        names = connection.execute("SELECT name FROM _sqlite_migrations").fetchall()
        assert len(names) == len(set(names))
        assert pragma(connection, "integrity_check") == "ok"
    assert {answer.strip() for answer, _ in answers} == {str(len(names))}


def as_nobody(code: str, *arguments: object) -> str:
    """Run code as a user who owns nothing, since root may write everywhere."""
    drop = f"import os\nif os.getuid() == 0: os.setgid({NOBODY}); os.setuid({NOBODY})\n"
    # What is imported late is imported here: nobody may be kept away from the interpreter's files, too.
    imports = "import sys\nfrom newscrawler.archive import *\nfrom newscrawler.archive.database import migrations\nimport sqlite_utils\n"
    done = subprocess.run(
        [sys.executable, "-c", imports + drop + code, *map(str, arguments)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def kept_away() -> Iterator[Path]:
    """An archive in a folder that everybody may enter and nobody but us may write.

    It lies outside of pytest's own folder, which every start of pytest closes to others.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        room = Room(folder / "archive.db")
        room.store(article())
        room.close()
        room.path.chmod(0o444)
        folder.chmod(0o555)
        yield room.path
        folder.chmod(0o755)


OPEN = "try: print({name}(sys.argv[1]).execute('SELECT title FROM articles_flat').fetchone()[0])\n"
FAIL = "except ArchiveError as error: print('refused:', error)\n"


def test_a_read_only_archive_is_refused_for_writing(kept_away: Path) -> None:
    assert as_nobody(OPEN.format(name="open_archive") + FAIL, kept_away) == (
        f"refused: {kept_away}: is read-only; make it writable or name another with --archive."
    )


@pytest.mark.slow
def test_an_archive_in_a_folder_that_cannot_be_written_can_be_read(kept_away: Path) -> None:
    assert as_nobody(OPEN.format(name="open_archive_read_only") + FAIL, kept_away) == "青禾镇修好第1座便民桥"


@pytest.mark.slow
def test_an_archive_that_may_not_be_reached_is_an_error(kept_away: Path) -> None:
    kept_away.parent.chmod(0o700)
    for name in ("open_archive", "open_archive_read_only"):
        answer = as_nobody(OPEN.format(name=name) + FAIL, kept_away)
        assert answer.startswith("refused:"), answer
        assert "Permission denied" in answer


@pytest.mark.slow
def test_a_new_archive_in_a_folder_that_cannot_be_written_is_an_error(kept_away: Path) -> None:
    answer = as_nobody(OPEN.format(name="open_archive") + FAIL, kept_away.with_name("new.db"))
    assert answer.startswith("refused:")
    assert "check the permissions" in answer
