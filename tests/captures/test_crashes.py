"""What a crash, a full disk or a flipped byte leaves: nothing committed is lost, and what is wrong is said."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from newscrawler.archive import open_archive
from newscrawler.archive.captures import cdxj
from newscrawler.archive.captures.check import repair_captures
from newscrawler.archive.captures.day_files import end_path
from newscrawler.archive.captures.reading import read_capture
from newscrawler.archive.captures.rows import CaptureError
from newscrawler.archive.captures.warc_files import lock_path
from newscrawler.archive.lock_files import exclusive
from newscrawler.demo.server import SiteServer
from support import nightly, program
from support.captures import FIRST, check_captures, passes_warcio_check, problems, small_site, warc_files
from support.crawls import Crawl
from support.pages import DEFINITION, Pages, article, listing


def large_site(articles: int) -> Pages:
    paths = [(f"/2026/0305/{n}.shtml", f"山口的第{n}件事已经办好了", "2026-03-05") for n in range(1, articles + 1)]
    pages = {path: article(title, text="水位又涨了一些。" * 200) for path, title, _ in paths}
    return Pages({"/": "<html><body><a href='/yichang/'>宜昌</a></body></html>", "/yichang/": listing(paths), **pages})


def pointers_resolve(archive: Path) -> int:
    """Read every committed capture back; return how many there are."""
    with sqlite3.connect(archive) as connection:
        connection.row_factory = sqlite3.Row
        rows = connection.execute("SELECT * FROM captures").fetchall()
        for row in rows:
            read_capture(connection, dict(row))
    return len(rows)


@nightly.by_day(0)
@pytest.mark.parametrize("seed", range(3))
def test_killed_crawls_lose_no_committed_capture(crawl: Callable[..., Crawl], tmp_path: Path, seed: int) -> None:
    site, archive = large_site(200), tmp_path / "archive.db"
    definition = tmp_path / "t.toml"
    definition.write_text(DEFINITION, encoding="utf-8")
    generator = random.Random(seed)
    # Commit often, so that a kill meets every stage between record and commit.
    code = (
        "from newscrawler import settings; settings.NEWSCRAWLER_BATCH_SIZE = 7;"
        "from newscrawler.cli.main import main; main()"
    )
    with SiteServer(site) as server:
        command = [sys.executable, "-c", code, "crawl", str(definition), "--archive", str(archive)]
        for _ in range(3):
            process = program.Popen(
                [*command, "--via", server.url],
                env={**os.environ, "NEWSCRAWLER_ALLOW_PRIVATE": "1"},
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            served = len(server.requests)
            deadline = time.monotonic() + 120
            while len(server.requests) < served + 5 and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.005)
            time.sleep(generator.uniform(0, 0.5))
            process.send_signal(signal.SIGKILL)
            process.wait()
            if archive.exists():
                pointers_resolve(archive)
    done = crawl(site)
    assert done.status == 0, done.messages
    assert warc_files(archive, ".open") == []
    assert passes_warcio_check(archive)
    assert [problem for problem in problems(archive) if not problem.startswith("torn")] == []
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == 200
    assert done.rows("SELECT 1 FROM versions WHERE capture IS NULL") == []
    assert pointers_resolve(archive) == len((archive.parent / "warc" / "t" / cdxj.NAME).read_text().splitlines())


def test_a_torn_record_is_set_aside_and_reported(crawl: Callable[..., Crawl]) -> None:
    done = crawl(small_site())
    (path,) = warc_files(done.archive)
    whole = path.read_bytes()
    last = done.one("SELECT * FROM captures ORDER BY offset DESC LIMIT 1")
    # As if killed after the last record was written, in the middle of the next, and before the commit.
    path.rename(path.with_name(path.name + ".open")).write_bytes(whole + whole[last["offset"] :][:100])
    with sqlite3.connect(done.archive) as connection:
        connection.execute("DELETE FROM captures WHERE id = ?", (last["id"],))
    assert any(problem.startswith("open") for problem in problems(done.archive))
    again = crawl(small_site())
    assert again.status == 0, again.messages
    assert "1 capture after the last commit was added; its torn end of 100 bytes was moved to" in again.messages
    assert again.rows("SELECT 1 FROM run_events WHERE kind = 'warning' AND reason LIKE '%torn end%'")
    assert path.read_bytes() == whole
    assert path.with_name(path.name + ".torn").read_bytes() == whole[last["offset"] :][:100]
    adopted = again.one("SELECT * FROM captures WHERE file LIKE ? AND offset = ?", f"%{path.name}", last["offset"])
    assert {name: adopted[name] for name in last if name != "id"} == {name: last[name] for name in last if name != "id"}
    assert passes_warcio_check(again.archive)
    assert [problem.split()[0] for problem in problems(again.archive)] == ["torn"]


@pytest.mark.slow
def test_zeros_at_the_end_are_set_aside(crawl: Callable[..., Crawl]) -> None:
    """A file system that lost power may have lengthened the file without its data."""
    done = crawl(small_site())
    (path,) = warc_files(done.archive)
    whole = path.read_bytes()
    path.rename(path.with_name(path.name + ".open")).write_bytes(whole + bytes(5_000))
    assert crawl(small_site()).status == 0
    assert path.read_bytes() == whole
    assert pointers_resolve(done.archive)


@pytest.mark.slow
def test_files_of_other_archives_in_the_folder_are_left_alone(crawl: Callable[..., Crawl], tmp_path: Path) -> None:
    first = crawl(small_site())
    (path,) = warc_files(first.archive)
    opened = path.rename(path.with_name(path.name + ".open"))
    other = crawl(small_site(), archive=tmp_path / "other.db")
    assert opened.exists()
    assert [problem.split()[0] for problem in problems(other.archive)] == ["foreign"]


def test_a_crawl_under_way_is_no_problem(crawl: Callable[..., Crawl]) -> None:
    done = crawl(small_site())
    (path,) = warc_files(done.archive)
    opened = path.rename(path.with_name(path.name + ".open"))
    with opened.open("ab") as stream, exclusive(lock_path(opened)):
        stream.write(b"\x1f\x8b half a record")
        stream.flush()
        assert problems(done.archive) == []
        assert pointers_resolve(done.archive)
        assert crawl(small_site()).status == 0
        assert opened.exists()


@nightly.by_day(1)
@pytest.mark.parametrize("part", ["start", "middle", "end"])
def test_a_flipped_byte_is_found(crawl: Callable[..., Crawl], part: str) -> None:
    done = crawl(small_site())
    (path,) = warc_files(done.archive)
    row = done.one("SELECT * FROM captures WHERE url LIKE '%/1.shtml'")
    at = row["offset"] + {"start": 0, "middle": row["length"] // 2, "end": row["length"] - 6}[part]
    data = bytearray(path.read_bytes())
    data[at] ^= 0x10
    path.write_bytes(data)
    with sqlite3.connect(done.archive) as connection:
        (problem,) = check_captures(connection)
        assert problem.is_serious
        assert f"{row['offset']:,}" in problem.detail
        with pytest.raises(CaptureError, match=path.name):
            read_capture(connection, row)
    assert pointers_resolve_except(done.archive, row["id"])


def pointers_resolve_except(archive: Path, number: int) -> bool:
    with sqlite3.connect(archive) as connection:
        connection.row_factory = sqlite3.Row
        rows = connection.execute("SELECT * FROM captures WHERE id != ?", (number,)).fetchall()
        return all(read_capture(connection, dict(row)).url for row in rows)


@nightly.by_day(0, 1)
@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ("UPDATE captures SET digest = 'ab' || substr(digest, 3) WHERE url LIKE '%/1.shtml'", "disagrees"),
        ("UPDATE captures SET offset = offset + 1 WHERE url LIKE '%/1.shtml'", "missing"),
        ("UPDATE captures SET status = 404 WHERE url LIKE '%/1.shtml'", "disagrees"),
        ("UPDATE captures SET url = url || 'x' WHERE url LIKE '%/1.shtml'", "disagrees"),
        ("UPDATE captures SET file = 't/none.warc.gz' WHERE url LIKE '%/1.shtml'", "missing"),
        ("UPDATE captures SET file = '../../etc/passwd' WHERE url LIKE '%/1.shtml'", "missing"),
        ("UPDATE captures SET offset = 99999999 WHERE url LIKE '%/1.shtml'", "missing"),
    ],
)
def test_a_row_that_does_not_agree_is_found(crawl: Callable[..., Crawl], change: str, kind: str) -> None:
    done = crawl(small_site())
    with sqlite3.connect(done.archive) as connection:
        number = connection.execute("SELECT id FROM captures WHERE url LIKE '%/1.shtml'").fetchone()[0]
        connection.execute(change)
    assert kind in [problem.split()[0] for problem in problems(done.archive)]
    with sqlite3.connect(done.archive) as connection:
        connection.row_factory = sqlite3.Row
        row = dict(connection.execute("SELECT * FROM captures WHERE id = ?", (number,)).fetchone())
        with pytest.raises(CaptureError):
            read_capture(connection, row)


def test_repair_enters_lost_rows_and_makes_the_index_anew(crawl: Callable[..., Crawl]) -> None:
    crawl(small_site())
    end_path(*warc_files(crawl(small_site()).archive)).unlink()  # so that there is a second file
    done = crawl(small_site(), "--full")
    index = done.archive.parent / "warc" / "t" / cdxj.NAME
    before, lines = done.rows("SELECT * FROM captures ORDER BY file, offset"), index.read_text()
    index.unlink()
    with closing(open_archive(done.archive)) as connection:
        connection.execute("UPDATE versions SET capture = NULL")
        connection.execute("DELETE FROM captures")
        assert {problem.kind for problem in check_captures(connection)} == {"unknown-record"}
        assert len(repair_captures(connection)) == 3
    assert problems(done.archive) == []
    assert index.read_text() == lines
    after = done.rows("SELECT * FROM captures ORDER BY file, offset")
    ignored = ("id", "refers_to")
    assert [{k: v for k, v in row.items() if k not in ignored} for row in after] == [
        {k: v for k, v in row.items() if k not in ignored} for row in before
    ]
    assert [row["refers_to"] is None for row in after] == [row["refers_to"] is None for row in before]
    assert pointers_resolve(done.archive) == len(before)


def test_a_missing_file_is_found(crawl: Callable[..., Crawl]) -> None:
    done = crawl(small_site())
    warc_files(done.archive)[0].unlink()
    (problem,) = problems(done.archive)
    assert problem.startswith("missing")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_ends_the_crawl_and_commits_nothing_without_its_record(
    crawl: Callable[..., Crawl], tmp_path: Path
) -> None:
    program = (
        "import errno, os, newscrawler.archive.captures.warc_writer as warc_writer\n"
        "real, left = os.write, [9_000]\n"
        "def full(fd, data):\n"
        "    left[0] -= len(data)\n"
        "    if left[0] < 0:\n"
        "        real(fd, bytes(data)[:100])\n"
        "        raise OSError(errno.ENOSPC, 'No space left on device')\n"
        "    return real(fd, data)\n"
        "class Os:\n"
        "    write = staticmethod(full)\n"
        "    def __getattr__(self, name): return getattr(os, name)\n"
        "warc_writer.os = Os()\n"
    )
    (tmp_path / "sitecustomize.py").write_text(program)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(tmp_path))
        done = crawl(large_site(30))
    assert done.status == 1
    assert "captures cannot be written" in done.messages
    assert "No space left on device" in done.messages
    assert pointers_resolve(done.archive) == done.one("SELECT count(*) AS n FROM captures")["n"]
    assert done.rows("SELECT 1 FROM versions WHERE capture IS NULL") == []
    (tmp_path / "sitecustomize.py").unlink()
    again = crawl(large_site(30))
    assert again.status == 0, again.messages
    assert again.one("SELECT count(*) AS n FROM articles")["n"] == 30
    assert passes_warcio_check(again.archive)
    assert FIRST in set(crawl.requests)  # type: ignore[attr-defined]
