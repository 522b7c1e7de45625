"""Writing in batches: bounds, order, bad records, sudden death, many writers."""

import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from newscrawler.archive import open_archive
from newscrawler.archive.database.batch import Batch
from newscrawler.archive.database.row_digests import watch_rows
from newscrawler.archive.indexing.sync import watch_changes
from support import program
from support.archives import Room, article, store

TESTS = Path(__file__).resolve().parents[1]


@pytest.fixture
def connection(tmp_path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(tmp_path / "plain.db", isolation_level=None)
    watch_changes(connection)
    watch_rows(connection)
    connection.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, word TEXT NOT NULL) STRICT")
    return connection


def insert(connection: sqlite3.Connection, word: object) -> None:
    connection.execute("INSERT INTO t (word) VALUES (?)", (word,))


def committed(connection: sqlite3.Connection) -> list[str]:
    """What another connection sees."""
    path = connection.execute("PRAGMA database_list").fetchone()[2]
    with closing(sqlite3.connect(path)) as other:
        return [row[0] for row in other.execute("SELECT word FROM t ORDER BY n")]


def test_a_batch_is_committed_when_it_is_full_and_in_order(connection: sqlite3.Connection) -> None:
    batch = Batch(connection, size=3, seconds=60)
    seen = []
    for word in "abcdefg":
        batch.add(insert, word)
        seen.append(len(committed(connection)))
    assert seen == [0, 0, 3, 3, 3, 6, 6]
    batch.flush()
    assert committed(connection) == list("abcdefg")


def test_a_batch_is_committed_when_it_is_old(connection: sqlite3.Connection) -> None:
    batch = Batch(connection, size=1000, seconds=0.05)
    batch.add(insert, "a")
    assert committed(connection) == []
    time.sleep(0.06)
    batch.add(insert, "b")
    assert committed(connection) == ["a", "b"]
    batch.add(insert, "c")
    assert committed(connection) == ["a", "b"]


def test_what_a_write_returns_is_called_after_the_commit(connection: sqlite3.Connection) -> None:
    batch = Batch(connection, size=2, seconds=60)
    seen: list[list[str]] = []

    def write(connection: sqlite3.Connection, word: str):
        insert(connection, word)
        return lambda: seen.append(committed(connection))

    batch.add(write, "a")
    batch.add(write, "b")
    assert seen == [["a", "b"], ["a", "b"]]


BAD = {
    "lone surrogate": "\ud800",
    "wrong type": {"a": 1},
    "a list": ["a"],
    "bytes": b"a",
    "a number that is too large": 2**70,
    "nothing": None,
    "an object": object(),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_record_costs_only_itself(connection: sqlite3.Connection, name: str) -> None:
    batch = Batch(connection)
    calls = []

    def write(connection: sqlite3.Connection, *words: object) -> None:
        calls.append(words)
        for word in words:
            insert(connection, word)

    for words in (["a"], ["half", BAD[name]], ["b"]):
        batch.add(write, *words)
    batch.flush()
    assert committed(connection) == ["a", "b"]
    assert batch.refused == 1
    assert len(calls) == 3, "each write runs once"


def test_a_write_that_breaks_costs_only_itself(connection: sqlite3.Connection) -> None:
    batch = Batch(connection)
    batch.add(insert, "a")
    batch.add(lambda _: [][0])
    batch.add(insert, "b")
    batch.flush()
    assert committed(connection) == ["a", "b"]
    assert batch.refused == 1


@pytest.mark.parametrize("word", ["a\0b", "\ufffe", "𠮷", "x" * 2_000_000])
def test_odd_text_is_stored_as_it_is(connection: sqlite3.Connection, word: str) -> None:
    batch = Batch(connection)
    batch.add(insert, word)
    batch.flush()
    assert committed(connection) == [word]
    assert batch.refused == 0


def test_an_archive_that_cannot_be_written_is_no_bad_record(connection: sqlite3.Connection) -> None:
    batch = Batch(connection)
    batch.add(insert, "a")
    path = connection.execute("PRAGMA database_list").fetchone()[2]
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        connection.execute("PRAGMA busy_timeout = 20")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            batch.flush()
    assert batch.refused == 0
    assert not connection.in_transaction


def test_a_full_disk_is_no_bad_record_and_leaves_whole_records(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA max_page_count = 10")
    batch = Batch(connection)
    batch.add(insert, "a")
    batch.flush()
    batch.add(insert, "b")
    batch.add(insert, "x" * 1_000_000)
    with pytest.raises(sqlite3.OperationalError, match="full"):
        batch.flush()
    assert committed(connection) == ["a"]
    assert not connection.in_transaction


def test_a_bad_article_costs_only_itself(room: Room) -> None:
    batch = Batch(room.connection)
    pieces = [article(1), article(2, body="坏\ud800"), article(3, keywords=[5]), article(4, language=None), article(5)]
    for piece in pieces:
        batch.add(store, room.portal, room.run, room.sections, piece, ["宜昌市"])
    batch.flush()
    assert [row["url"][-7:] for row in sorted(room.flat(), key=lambda row: row["url"])] == ["1.shtml", "5.shtml"]
    assert batch.refused == 3
    for table in ("urls", "articles", "versions", "texts", "listing_sightings"):
        assert room.connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (2,), table


WRITER = """
import sys
from pathlib import Path
from support.archives import Room, article, store, HOST
from newscrawler.archive.database.batch import Batch
from newscrawler.extraction.model import Image
path, portal, first, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
room = Room(path, portal)
batch = Batch(room.connection, size=7)


def add(number):
    piece = article(number, images=[Image(f"{HOST}/{number}.jpg", "")])
    batch.add(store, portal, room.run, room.sections, piece, ["宜昌市"])


# The first commit imports what the index needs: on a busy machine that takes longer than the writer may live.
add(first)
batch.flush()
print("ready", flush=True)
sys.stdin.readline()
for number in range(first + 1, first + count):
    add(number)
batch.flush()
room.close()
print(batch.refused)
"""


def writer(path: Path, portal: str, first: int, count: int) -> subprocess.Popen[str]:
    process = program.Popen(
        [sys.executable, "-c", WRITER, str(path), portal, str(first), str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=TESTS,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def start(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def check_whole(connection: sqlite3.Connection) -> int:
    """Check that every article has all that belongs to it; return their number."""
    one = lambda sql: connection.execute(sql).fetchone()[0]  # noqa: E731
    assert one("PRAGMA integrity_check") == "ok"
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    count = one("SELECT count(*) FROM articles")
    assert one("SELECT count(*) FROM articles_flat WHERE body != '' AND cities = '宜昌市'") == count
    for table, each in (("versions", 1), ("texts", 1), ("images", 1), ("credits", 2), ("listing_sightings", 1)):
        assert one(f"SELECT count(*) FROM {table}") == each * count, table
    assert one("SELECT count(*) FROM urls WHERE state = 'done' AND article IS NOT NULL") == count
    assert one("SELECT count(*) FROM urls") == count
    return int(count)


def test_sudden_death_leaves_whole_records(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    before, first, dice = 0, 1, random.Random(20240510)
    for _ in range(4):
        process = writer(path, "ceshi", first, 100_000)
        start(process)
        time.sleep(dice.uniform(0.05, 0.4))
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=120)
        with closing(open_archive(path)) as connection:
            count = check_whole(connection)
        assert count >= before
        before, first = count, first + 100_000
    assert before > 0


def test_many_writers_lose_nothing_and_lock_nobody_out(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    Room(path).close()
    # Two of them write the same articles of one portal, as two crawls that run at the same time do.
    work = [("ceshi", 1), ("ceshi", 1), ("ceshi", 201), ("other", 1)]
    processes = [writer(path, portal, first, 200) for portal, first in work]
    for process in processes:
        start(process)
    answers = [process.communicate(timeout=120) for process in processes]
    assert [error for _, error in answers if error] == []
    assert [answer for answer, _ in answers] == ["0\n"] * 4
    with closing(open_archive(path)) as connection:
        numbers = connection.execute(
            "SELECT portal, count(*), sum(version_count) FROM articles GROUP BY portal ORDER BY portal"
        ).fetchall()
        assert numbers == [("ceshi", 400, 400), ("other", 200, 200)]
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
