"""Crawls of one day write to one file: it only grows from a sound end, and copies of it stay as they are."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from newscrawler.archive import open_archive
from newscrawler.archive.captures import day_files
from newscrawler.archive.captures.check import repair_captures
from newscrawler.archive.captures.day_files import end_path, files_of_day
from newscrawler.archive.captures.pruning import prune
from newscrawler.archive.captures.queue import CaptureQueue
from newscrawler.archive.captures.recovery import recover
from newscrawler.archive.captures.warc_building import Exchange
from newscrawler.archive.captures.warc_files import folder_of
from newscrawler.archive.captures.warc_writer import WarcWriter
from newscrawler.archive.database.batch import Batch
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.integrity.backup import back_up, restore
from newscrawler.archive.merging.take_in import take_in
from support import nightly, program
from support.archives import PORTAL, Room, start_run
from support.captures import check_captures, passes_warcio_check, problems, small_site, warc_files
from support.crawls import Crawl, crawl_demo

MORNING, EVENING, NEXT_DAY = "20260710T000500Z", "20260710T235500Z", "20260711T000500Z"
_numbers = count()


class Crawls:
    """An archive to which runs of chosen times add captures."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with closing(Room(path)):
            pass

    def begin(self, moment: str, serial: int = 1, run: str = "") -> tuple[sqlite3.Connection, CaptureQueue]:
        """Begin to capture: in a new run, or as another worker of one."""
        connection = open_archive(self.path)
        key = run or f"{moment}-{PORTAL}-{next(_numbers):04x}"
        if not run:
            with writing(connection):
                number = start_run(connection, PORTAL)
                connection.execute("UPDATE runs SET key = ? WHERE id = ?", (key, number))
        (number,) = connection.execute("SELECT id FROM runs WHERE key = ?", (key,)).fetchone()
        recover(connection, PORTAL)
        earlier = files_of_day(connection, PORTAL, key)
        writer = WarcWriter(
            folder_of(connection) / PORTAL, key, {"isPartOf": key}, 10**9, first_serial=serial, earlier=earlier
        )
        return connection, CaptureQueue(connection, PORTAL, number, writer)

    def crawl(self, moment: str, pages: int = 2, size: int = 20) -> None:
        connection, queue = self.begin(moment)
        with closing(connection):
            capture(connection, queue, pages, size)
            queue.close()
            with writing(connection):
                connection.execute("UPDATE runs SET outcome = 'done', finished = started")

    @property
    def files(self) -> list[str]:
        return [path.name for path in warc_files(self.path)]

    def rows(self) -> list[tuple[str, str, str, int]]:
        """Run, address, file and offset of each capture."""
        with closing(sqlite3.connect(self.path)) as connection:
            return connection.execute(
                "SELECT r.key, c.url, c.file, c.offset FROM captures c JOIN runs r ON r.id = c.run ORDER BY c.url"
            ).fetchall()

    def is_sound(self, *expected: str) -> bool:
        found = problems(self.path)
        assert [problem.split()[0] for problem in found] == list(expected), found
        return passes_warcio_check(self.path)


def capture(connection: sqlite3.Connection, queue: CaptureQueue, pages: int, size: int = 20) -> None:
    batch = Batch(connection, before=queue.write)
    for _ in range(pages):
        number = next(_numbers)
        payload = os.urandom(size)
        batch.add(
            queue.add_row,
            queue.add(
                Exchange(
                    "article",
                    f"http://www.ceshi.example/{number:05}.shtml",
                    f"2026-07-10T00:00:00.{number:06}Z",
                    "GET",
                    [],
                    200,
                    "HTTP/1.1",
                    [],
                    payload,
                    hashlib.sha256(payload).hexdigest(),
                )
            ),
        )
    batch.flush()


@pytest.fixture
def crawls(tmp_path: Path) -> Crawls:
    return Crawls(tmp_path / "a" / "archive.db")


def test_crawls_of_a_day_write_to_one_file_and_each_says_which_records_are_its_own(crawls: Crawls) -> None:
    for moment in (MORNING, "20260710T010500Z", EVENING):
        crawls.crawl(moment)
    crawls.crawl(NEXT_DAY)
    first, second = crawls.files
    assert first.startswith(MORNING) and second.startswith(NEXT_DAY)
    assert crawls.is_sound()
    runs = []
    with warc_files(crawls.path)[0].open("rb") as stream:
        for record in ArchiveIterator(stream):
            if record.rec_type == "warcinfo":
                assert record.rec_headers.get_header("WARC-Filename") == first
                info = record.rec_headers.get_header("WARC-Record-ID")
                runs.append(record.content_stream().read().decode().split("isPartOf: ")[1].split()[0])
            else:
                assert record.rec_headers.get_header("WARC-Warcinfo-ID") == info
    assert [key[:16] for key in runs] == [MORNING, "20260710T010500Z", EVENING]
    assert len(list(crawls.path.parent.rglob(".*.end"))) == 1, "those of earlier days are removed"


def test_rows_that_are_lost_come_back_with_their_own_runs(crawls: Crawls) -> None:
    for moment in (MORNING, EVENING):
        crawls.crawl(moment)
    for kind in ("unknown-record", "foreign"):  # as it was written, and after pruning has copied it
        before = crawls.rows()
        with closing(open_archive(crawls.path)) as connection:
            connection.execute("DELETE FROM captures")
            assert {problem.kind for problem in check_captures(connection)} == {kind}
            assert f"{len(before)} captures without a row were added" in repair_captures(connection)[0]
        assert crawls.rows() == before
        assert crawls.is_sound()
        with closing(open_archive(crawls.path)) as connection:
            connection.execute("UPDATE runs SET outcome = 'done', finished = started")
            crawls.crawl(NEXT_DAY)
            list(prune(connection, crawls.path, PORTAL, before="2099"))


@nightly.by_day(0, 2)
@pytest.mark.parametrize("killed", ["before the first batch", "after a batch", "within a record", "at the end"])
def test_a_killed_crawl_leaves_the_file_to_those_before_it(crawls: Crawls, killed: str) -> None:
    crawls.crawl(MORNING)
    (name,) = crawls.files
    whole = warc_files(crawls.path)[0].read_bytes()
    connection, queue = crawls.begin("20260710T010500Z")
    if killed != "before the first batch":
        capture(connection, queue, 2)
    # Records that are on the disk, and have no row.
    queue.add(
        Exchange(
            "article",
            "http://x.example/",
            MORNING,
            "GET",
            [],
            200,
            "HTTP/1.1",
            [],
            b"x",
            hashlib.sha256(b"x").hexdigest(),
        )
    )
    if killed == "at the end":
        queue.close()
    else:
        queue.write()
        (opened,) = warc_files(crawls.path, ".open")
        if killed == "within a record":
            os.truncate(opened, opened.stat().st_size - 40)
        # As if the process were gone: without the lock the file counts as left by a crash.
        queue._writer._lock.release()  # type: ignore[union-attr]
    connection.close()
    crawls.crawl(EVENING)
    if killed == "at the end":
        assert crawls.files == [name]
    else:
        assert len(crawls.files) == 2 and crawls.files[1].startswith(EVENING), "from an unknown end nobody goes on"
    path = warc_files(crawls.path)[0]
    assert path.name == name and path.read_bytes().startswith(whole)
    assert crawls.is_sound(*(["torn"] if killed == "within a record" else []))
    by_run = [key[:16] for key, *_ in crawls.rows()]
    assert by_run.count(MORNING) == 2 and by_run.count(EVENING) == 2
    assert by_run.count("20260710T010500Z") >= (0 if killed == "before the first batch" else 2)


def test_a_backup_by_links_stays_as_it_is(crawls: Crawls, tmp_path: Path) -> None:
    crawls.crawl(MORNING)
    back_up(crawls.path, tmp_path / "bag")
    crawls.crawl("20260710T010500Z")
    crawls.crawl(EVENING)
    assert [name[:16] for name in crawls.files] == [MORNING, "20260710T010500Z"], "one is in the backup, one grows"
    restored = restore(tmp_path / "bag", tmp_path / "restored")
    assert len(Crawls.rows(at(restored.archive))) == 2
    # Neither the copy nor the original goes on with what both have, so they can be merged.
    at(restored.archive).crawl(EVENING)
    take_in(crawls.path, restored.archive)
    assert len(at(restored.archive).rows()) == 8
    assert at(restored.archive).is_sound()


def at(path: Path) -> Crawls:
    crawls = Crawls.__new__(Crawls)
    crawls.path = path
    return crawls


def test_a_copy_of_the_folder_is_not_what_was_written(crawls: Crawls, tmp_path: Path) -> None:
    crawls.crawl(MORNING)
    shutil.copytree(crawls.path.parent, tmp_path / "b")
    copied = at(tmp_path / "b" / "archive.db")
    copied.crawl(EVENING)
    assert len(copied.files) == 2
    crawls.crawl(EVENING)
    assert len(crawls.files) == 1


def test_an_archive_takes_in_what_grew(crawls: Crawls, tmp_path: Path) -> None:
    target = Crawls(tmp_path / "b" / "archive.db")
    for moment in (MORNING, "20260710T010500Z", EVENING):
        crawls.crawl(moment)
        take_in(crawls.path, target.path)
        assert target.rows() == crawls.rows()
        assert target.is_sound()
    assert len(target.files) <= 3


def test_a_copy_of_a_file_to_which_a_later_run_has_added_is_no_problem(crawls: Crawls, tmp_path: Path) -> None:
    """A backup copies the rows first, then the files."""
    crawls.crawl(MORNING)
    copied = tmp_path / "b" / "archive.db"
    copied.parent.mkdir()
    shutil.copy(crawls.path, copied)
    crawls.crawl(EVENING)
    shutil.copytree(crawls.path.parent / "warc", copied.parent / "warc")
    assert at(copied).is_sound()


def test_large_files_and_those_of_another_archive_stay(crawls: Crawls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(day_files, "GROWS_BELOW", 5_000)
    crawls.crawl(MORNING, size=6_000)
    crawls.crawl("20260710T010500Z", size=10)
    assert len(crawls.files) == 2
    other = Crawls(crawls.path.with_name("other.db"))
    other.crawl(EVENING)
    crawls.crawl(EVENING)
    assert len(crawls.files) == 3, "one of the other archive, and no new one of the first"


@pytest.mark.parametrize("how", ["changed", "linked", "open"])
def test_a_file_that_is_not_as_it_was_finished_stays(crawls: Crawls, how: str, tmp_path: Path) -> None:
    crawls.crawl(MORNING)
    (path,) = warc_files(crawls.path)
    whole = path.read_bytes()
    if how == "changed":
        path.write_bytes(whole + b"\0")
        path.write_bytes(whole[:-1])
    elif how == "linked":
        os.link(path, tmp_path / "linked")
    else:
        end = end_path(path)
        end.rename(tmp_path / "end")
        end.symlink_to(tmp_path / "end")
    crawls.crawl(EVENING)
    assert len(crawls.files) == 2
    assert path.read_bytes() == (whole[:-1] if how == "changed" else whole)


def test_workers_take_a_file_each(crawls: Crawls) -> None:
    for moment in (MORNING, EVENING):
        one = crawls.begin(moment)
        (run,) = one[0].execute("SELECT key FROM runs ORDER BY id DESC LIMIT 1").fetchone()
        two = crawls.begin(moment, 10_001, run)
        for connection, queue in (one, two):
            capture(connection, queue, 1)
        for connection, queue in (one, two):
            queue.close()
            connection.close()
        assert len(crawls.files) == 2
    assert len(crawls.rows()) == 4
    assert crawls.is_sound()


@pytest.mark.slow
def test_real_crawls_with_workers_leave_a_file_of_each(tmp_path: Path) -> None:
    archive = tmp_path / "demo.db"
    for _ in range(2):
        done = crawl_demo(archive, "--limit", "10", "--workers", "2")
        assert done.returncode == 0, done.stderr
    assert len(warc_files(archive)) <= 2
    assert problems(archive) == []


@pytest.fixture
def reader(crawl: Callable[..., Crawl]) -> Iterator[Crawl]:
    yield crawl(small_site())


@pytest.mark.slow
def test_readers_and_backups_run_beside_crawls(reader: Crawl, crawl: Callable[..., Crawl], tmp_path: Path) -> None:
    """The file changes its name when a crawl takes it up, and again when the crawl ends."""
    code = (
        "import sys; from contextlib import closing; from itertools import count; from pathlib import Path\n"
        "from newscrawler.archive import open_archive_read_only\n"
        "from newscrawler.archive.integrity.backup import back_up\n"
        "from support.captures import check_captures\n"
        "archive, out = map(Path, sys.argv[1:])\n"
        "for number in count():\n"
        "    with closing(open_archive_read_only(archive)) as connection:\n"
        "        found = list(check_captures(connection))\n"
        "    assert found == [], found\n"
        "    assert back_up(archive, out / str(number), link=False).missing == []\n"
        "    print(number, flush=True)\n"
    )
    out = tmp_path / "backups"
    process = program.Popen([sys.executable, "-c", code, str(reader.archive), str(out)], stdout=program.PIPE, text=True)
    try:
        for _ in range(4):
            assert crawl(small_site(), "--full").status == 0
        assert process.poll() is None
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
    assert len(warc_files(reader.archive)) == 1
    assert len(list(out.glob("[0-9]*"))) > 3
