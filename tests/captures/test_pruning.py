"""Pruning removes what repeats, keeps what anything rests on, and loses nothing wherever it is killed."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import sys
import zlib
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from newscrawler.archive import open_archive, open_archive_read_only, runs
from newscrawler.archive.captures import cdxj
from newscrawler.archive.captures.pruning import prune
from newscrawler.archive.captures.queue import CaptureQueue
from newscrawler.archive.captures.reading import read_capture
from newscrawler.archive.captures.warc_building import Exchange
from newscrawler.archive.captures.warc_files import folder_of
from newscrawler.archive.captures.warc_writer import WarcWriter
from newscrawler.archive.database.batch import Batch
from newscrawler.archive.database.locks import lock_portal
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.integrity.repair import repair_archive
from newscrawler.archive.reports.citation import citation
from support import nightly
from support.archives import PORTAL, Room, article
from support.captures import check_captures, warc_files
from support.integrity import execute, kinds, run, verified

LATER = "2027-01-01T00:00:00Z"
HOST = "http://www.ceshi.example"


class History:
    """An archive with one run per call of `crawl`, each with a WARC file of its own."""

    def __init__(self, path: Path) -> None:
        self.room = Room(path)
        self.connection = self.room.connection
        self.number = 0

    def crawl(self, *answers: tuple[str, str, int, bytes], command: str = "crawl", day: str = "") -> list[int]:
        """Capture answers: kind, path, status, payload; return the row ids of the captures."""
        self.number += 1
        day = day or f"2026-07-{self.number:02}"
        with writing(self.connection):
            portal = dict(self.connection.execute("SELECT * FROM portals").fetchone())
            number = runs.start_run(self.connection, portal, command=command, arguments={})
            (key,) = self.connection.execute("SELECT key FROM runs WHERE id = ?", (number,)).fetchone()
        folder = folder_of(self.connection) / PORTAL
        queue = CaptureQueue(self.connection, PORTAL, number, WarcWriter(folder, key, {"isPartOf": key}, 10**9))
        batch = Batch(self.connection, before=queue.write)
        keys = []
        for kind, path, status, payload in answers:
            digest = hashlib.sha256(payload).hexdigest()
            fetched = f"{day}T00:00:{len(keys):02}Z"
            sent = [(b"If-None-Match", b'"1"')] if status == 304 else []
            exchange = Exchange(
                kind, HOST + path, fetched, "GET", sent, status, "HTTP/1.1", [(b"ETag", b'"1"')], payload, digest
            )
            keys.append(queue.add(exchange))
            batch.add(queue.add_row, keys[-1])
            batch.flush()
        queue.close()
        with writing(self.connection):
            self.connection.execute(
                "UPDATE runs SET outcome = 'done', started = ?1, finished = ?1 WHERE id = ?2",
                (f"{day}T01:00:00Z", number),
            )
        return [queue.row_id(key) or 0 for key in keys]

    def prune(self, before: str = LATER) -> list[Any]:
        return list(prune(self.connection, self.room.path, PORTAL, before=before))


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    history = History(tmp_path / "archive.db")
    history.connection.row_factory = sqlite3.Row
    yield history
    history.room.close()


def left(connection: sqlite3.Connection) -> dict[int, tuple[str, int, str, bytes]]:
    """Every capture that is left, as it is read from its file, with its request where one follows."""
    rows = [dict(row) for row in connection.execute("SELECT * FROM captures ORDER BY id")]
    pages = {row["id"]: read_capture(connection, row) for row in rows}
    return {number: (page.url, page.status, page.fetched, page.raw) for number, page in pages.items()}


def index_places(archive: Path) -> set[tuple[str, int]]:
    lines = (archive.parent / "warc" / PORTAL / cdxj.NAME).read_text().splitlines()
    found = [json.loads(line.split(" ", 2)[2]) for line in lines]
    assert len(found) == len(lines) and lines == sorted(lines)
    return {(f"{PORTAL}/{row['filename']}", int(row["offset"])) for row in found}


def sound(archive: Path, connection: sqlite3.Connection) -> None:
    assert list(check_captures(connection)) == []
    rows = {(row["file"], row["offset"]) for row in connection.execute("SELECT file, offset FROM captures")}
    assert index_places(archive) == rows
    for path in warc_files(archive):
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream, check_digests="raise"):
                record.content_stream().read()


SAME, OTHER = b"page", b"other page"
# One address over several crawls: payloads (None: 304, a number: a status without a page), and which are left.
REPEATED: list[tuple[str, str, list[bytes | int | None], list[int]]] = [
    ("an answer that repeats", "article", [SAME] * 5, [0, 4]),
    ("confirmed by 304", "article", [SAME, None, None, None], [0, 3]),
    ("changed and back", "article", [SAME, SAME, SAME, OTHER, OTHER, OTHER, SAME, SAME, SAME], [0, 2, 3, 5, 6, 8]),
    ("withdrawn: the first and the last 404", "article", [SAME, SAME, 404, 404, 404], [0, 1, 2, 4]),
    ("withdrawn and back", "article", [SAME, 404, SAME], [0, 1, 2]),
    ("images", "image", [SAME] * 3, [0, 1, 2]),
    ("idle listings, each another", "listing", [b"1", b"2", b"3", b"4"], [0, 3]),
    ("articles, each another", "article", [b"1", b"2", b"3", b"4"], [0, 1, 2, 3]),
    ("robots.txt", "robots", [SAME] * 4, [0, 3]),
]


@nightly.by_day(1, 3, 6)
@pytest.mark.parametrize(("kind", "answers", "places"), [row[1:] for row in REPEATED], ids=[row[0] for row in REPEATED])
def test_what_repeats_is_removed(
    history: History, kind: str, answers: list[bytes | int | None], places: list[int]
) -> None:
    made = []
    for answer in answers:
        status, payload = (
            (answer, b"gone") if isinstance(answer, int) else (304 if answer is None else 200, answer or b"")
        )
        made += history.crawl((kind, "/1", status, payload))
    before = left(history.connection)
    done = history.prune()
    after = left(history.connection)
    assert [made.index(number) for number in after] == places
    assert after == {number: before[number] for number in after}
    assert sum(row.removed for row in done) == len(made) - len(places)
    sound(history.room.path, history.connection)
    assert len(warc_files(history.room.path)) == 1
    assert [row for row in history.prune() if row.removed] == [], "a second time there is nothing to do"


def test_what_something_rests_on_stays(history: History) -> None:
    """The captures of versions and of their pages, runs that found something, young runs, imports, errors."""
    first = history.crawl(("article", "/1", 200, SAME), ("article", "/2", 200, SAME), ("listing", "/l", 200, b"0"))
    made = [history.crawl(("article", "/1", 200, SAME), ("article", "/2", 200, SAME), ("listing", "/l", 200, b"%d" % n))
            for n in range(1, 8)]  # fmt: skip
    imported = history.crawl(("listing", "/l", 200, b"x"), command="import")
    history.crawl(
        ("article", "/1", 200, SAME), ("article", "/2", 200, SAME), ("listing", "/l", 200, b"9"), day="2026-09-01"
    )
    history.room.store(article(1))
    numbers = [row["run"] for row in history.connection.execute("SELECT DISTINCT run FROM captures ORDER BY run")]
    with writing(history.connection):
        history.connection.execute("UPDATE versions SET capture = ?", (made[0][0],))
        history.connection.execute("INSERT INTO version_pages SELECT id, 2, ? FROM versions", (made[1][1],))
        execute_all = history.connection.execute
        execute_all("UPDATE sections SET complete_run = ? WHERE id = 1", (numbers[3],))
        runs.add_event(history.connection, numbers[4], "failed", url=None, section=None, reason="x")
        execute_all("UPDATE runs SET outcome = 'incomplete' WHERE id = ?", (numbers[5],))
    history.prune(before="2026-08-01T00:00:00Z")
    after = left(history.connection)
    assert {*first, *imported, made[0][0], made[1][1], made[2][2], made[3][2], made[4][2]} <= after.keys()
    assert not {made[0][2], made[1][2], made[1][0], made[2][0], made[3][1]} & after.keys()
    sound(history.room.path, history.connection)
    assert not {"digest", "orphan"} & kinds(verified(history.room.path)[1])


def test_small_files_are_joined_by_month_and_citations_lead_to_the_bytes(history: History) -> None:
    made = [
        history.crawl(("article", f"/{n}", 200, b"text %d" % n), day=f"2026-0{7 + n % 2}-0{n + 1}")[0] for n in range(6)
    ]
    other = history.crawl(("article", "/late", 200, SAME), day="2026-12-01")
    history.room.store(article(1))
    with writing(history.connection):
        history.connection.execute("UPDATE versions SET capture = ?", (made[3],))
    before = left(history.connection)
    history.prune(before="2026-11-01T00:00:00Z")
    assert left(history.connection) == before
    names = {row["file"] for row in history.connection.execute("SELECT file FROM captures WHERE id <> ?", other)}
    assert len(names) == 2 and {name.split("/")[1][: len(PORTAL) + 8] for name in names} == {
        f"{PORTAL}-2026-07", f"{PORTAL}-2026-08"
    }  # fmt: skip
    sound(history.room.path, history.connection)
    (proof,) = citation(history.connection, history.room.flat()[0]["id"]).captures
    data = (history.room.path.parent / "warc" / str(proof.file)).read_bytes()[proof.offset :]
    member = zlib.decompressobj(31).decompress(data)
    assert member.endswith(b"\r\n\r\ntext 3\r\n\r\n")
    # The old place can be found: the name of the old file stands in front of its records.
    old = history.connection.execute("SELECT file FROM replaced_files WHERE replacement = ?", (proof.file,)).fetchall()
    packed = (history.room.path.parent / "warc" / str(proof.file)).read_bytes()
    text = b"".join(_members(packed))
    assert len(old) == 3 and all(f"WARC-Filename: {Path(row['file']).name}".encode() in text for row in old)
    assert len(warc_files(history.room.path)) == 3


def _members(data: bytes) -> Iterator[bytes]:
    while data:
        inflater = zlib.decompressobj(31)
        yield inflater.decompress(data)
        data = inflater.unused_data


def test_rows_that_are_lost_come_back_with_their_runs(history: History) -> None:
    for number in range(3):
        history.crawl(("article", f"/{number}", 200, b"text %d" % number))
    history.prune()
    columns = "run, kind, url, fetched, status, file, offset, length, digest"
    rows = [tuple(row) for row in history.connection.execute(f"SELECT {columns} FROM captures ORDER BY offset")]
    history.room.close()
    execute(history.room.path, "DELETE FROM captures")
    assert any("3 captures without a row" in sentence for sentence in repair_archive(history.room.path))
    with closing(sqlite3.connect(history.room.path)) as connection:
        assert connection.execute(f"SELECT {columns} FROM captures ORDER BY offset").fetchall() == rows


def test_files_that_are_not_sound_or_not_only_ours_stay(history: History, tmp_path: Path) -> None:
    for _ in range(4):
        history.crawl(("article", "/1", 200, SAME))
    files = {path: path.read_bytes() for path in warc_files(history.room.path)}
    rows = left(history.connection)
    lock = lock_portal(history.room.path, PORTAL)
    assert history.prune()[0].problem.startswith("portal ")
    lock.release()
    history.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(history.room.path, tmp_path / "copy.db")
    assert "copy.db has captures in the same files" in history.prune()[0].problem
    (tmp_path / "copy.db").unlink()
    damaged = sorted(files)[2]
    damaged.write_bytes(files[damaged][:-30])
    assert f"{damaged.name}: the record at" in history.prune()[0].problem
    damaged.write_bytes(files[damaged])
    assert {path: path.read_bytes() for path in warc_files(history.room.path)} == files
    assert left(history.connection) == rows
    assert history.connection.execute("SELECT count(*) FROM replaced_files").fetchone()[0] == 0
    assert history.prune()[0].removed == 2


MUTATING = ("os.rename", "os.remove", "os.link", "os.rmdir", "os.mkdir", "os.truncate")


def killed_at(archive: Path, point: int) -> bool:
    """Prune in a process that dies at the n-th change of the disk or end of a transaction; False when it ended before."""
    child = os.fork()
    if child == 0:
        steps = 0

        def step(*_: object) -> None:
            nonlocal steps
            steps += 1
            if steps == point:
                os._exit(9)

        sys.addaudithook(lambda event, _: step() if event in MUTATING else None)
        connection = open_archive(archive)
        connection.set_trace_callback(lambda text: step() if text in ("COMMIT", "BEGIN IMMEDIATE") else None)
        steps = 0
        list(prune(connection, archive, PORTAL, before=LATER))
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


@nightly.by_day(0)
@pytest.mark.parametrize("start", range(1, 9))
def test_wherever_it_is_killed_nothing_is_lost(history: History, tmp_path: Path, start: int) -> None:
    """Every eighth point from `start` on, so that all cases together try each."""
    for number in range(4):
        history.crawl(("article", "/1", 200, SAME), ("article", f"/x{number}", 200, b"text"))
    wanted = left(history.connection)
    history.room.close()
    for point in count(start, 8):
        folder = tmp_path / str(point)
        folder.mkdir()
        shutil.copy(history.room.path, folder)
        shutil.copytree(tmp_path / "warc", folder / "warc")
        archive = folder / "archive.db"
        was_killed = killed_at(archive, point)
        with closing(open_archive_read_only(archive)) as connection:
            connection.row_factory = sqlite3.Row
            found = left(connection)
            assert len(found) in (6, 8) and found == {number: wanted[number] for number in found}, point
            assert not [problem for problem in check_captures(connection) if problem.is_serious], point
        # Either way on leads to a sound archive.
        if point % 2:
            repair_archive(archive)
        with closing(open_archive(archive)) as connection:
            connection.row_factory = sqlite3.Row
            list(prune(connection, archive, PORTAL, before=LATER))
            assert left(connection).keys() <= wanted.keys() and len(left(connection)) == 6, point
            sound(archive, connection)
            assert len(warc_files(archive)) == 1
        assert [path.name for path in (folder / "warc" / PORTAL).iterdir() if path.name.endswith(".part")] == []
        if not was_killed:
            break
    assert point > 20


def test_the_command_says_what_it_would_do_and_does_it(history: History) -> None:
    for _ in range(5):
        history.crawl(("listing", "/l", 200, SAME))
    history.room.close()
    archive = history.room.path
    size = sum(path.stat().st_size for path in warc_files(archive))
    plan = run("prune", "--dry-run", "--format", "json", "--archive", archive)
    assert plan.exit_code == 0, plan.output
    assert len(warc_files(archive)) == 5
    (row,) = json.loads(plan.stdout)
    assert (row["captures"], row["removed"], row["files"], row["size"]) == (5, 3, 5, size)
    assert "3 captures would be removed" in run("prune", "--dry-run", "--archive", archive).stdout
    assert json.loads(run("prune", "--older-than", "9999d", "--format", "json", "--archive", archive).stdout) == []
    done = run("prune", PORTAL, "--format", "json", "--archive", archive)
    (made,) = json.loads(done.stdout)
    freed = size - sum(path.stat().st_size for path in warc_files(archive))
    assert done.exit_code == 0 and made["removed"] == 3 and made["freed"] == freed
    # The plan counts what the records need; the new file has a description of its own.
    assert 0 < row["freed"] - freed < 1_000 or 0 <= freed - row["freed"] < 3_000
    assert verified(archive)[0] == 0
    assert run("prune", "none", "--archive", archive).exit_code == 2
    assert run("prune", "--older-than", "x", "--archive", archive).exit_code == 2
