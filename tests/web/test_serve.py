"""`newscrawler serve` as a command: how it starts, what it refuses, how it ends."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from newscrawler.text.installation import install_line
from support import program
from support.web import Crawled, Server, serving


def serve(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return program.run(
        [sys.executable, "-m", "newscrawler", "serve", *map(str, arguments)],
        capture_output=True, text=True, timeout=60, check=False, env={**os.environ, **environment},
    )  # fmt: skip


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly(crawled: Crawled, number: signal.Signals) -> None:
    with serving(crawled.path) as server:
        assert server.get("/").status == 200
        server.process.send_signal(number)
        assert server.process.wait(120) == 0
        assert server.process.stderr is not None
        assert server.process.stderr.read() == ""


def test_it_is_served_to_this_machine_only(site: Server) -> None:
    assert site.address.startswith("http://127.0.0.1:")


def test_another_host_is_served_with_a_warning(crawled: Crawled, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "newscrawler",
        "serve",
        "--archive",
        crawled.path,
        "--port",
        "0",
        "--host",
        "0.0.0.0",
    ]
    process = program.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        assert "everyone who can reach 0.0.0.0 can read the archive" in process.stderr.readline()
        assert "Serving" in process.stderr.readline()
    finally:
        process.terminate()
        process.wait(120)
        process.stderr.close()


def test_a_missing_archive(tmp_path: Path) -> None:
    done = serve("--archive", tmp_path / "none.db")
    assert done.returncode == 2
    assert "there is no archive yet" in done.stderr
    assert not list(tmp_path.iterdir())


def test_what_is_no_archive(tmp_path: Path) -> None:
    text, other = tmp_path / "text.db", tmp_path / "other.db"
    text.write_text("no database at all, but long enough to be looked at" * 10)
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE t (x)")
    for path, said in (
        (text, "is not a SQLite file"),
        (other, "not a newscrawler archive"),
        (tmp_path, "is a directory"),
    ):
        done = serve("--archive", path)
        assert done.returncode == 2, path
        assert said in done.stderr


def test_a_locked_archive(copied: Path) -> None:
    with closing(sqlite3.connect(copied, isolation_level=None)) as connection:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        done = serve("--archive", copied)
    assert done.returncode == 1
    assert "is locked by another program" in done.stderr


def test_a_port_that_is_taken(crawled: Crawled) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = serve("--archive", crawled.path, "--port", taken.getsockname()[1])
    assert done.returncode == 2
    assert "cannot be served on" in done.stderr


def test_a_host_that_is_none(crawled: Crawled) -> None:
    done = serve("--archive", crawled.path, "--port", 0, "--host", "203.0.113.1")
    assert done.returncode == 2
    assert "203.0.113.1 port 0 cannot be served on" in done.stderr


def test_the_extra_is_named_when_it_is_missing(crawled: Crawled, tmp_path: Path) -> None:
    (tmp_path / "starlette.py").write_text("raise ImportError('as if it were not installed')")
    done = serve("--archive", crawled.path, PYTHONPATH=str(tmp_path))
    assert done.returncode == 2
    assert "run: " + install_line("web") in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_archive_in_a_folder_that_cannot_be_written(crawled: Crawled, tmp_path: Path) -> None:
    folder = tmp_path / "readonly"
    folder.mkdir()
    shutil.copy(crawled.path, folder / "archive.db")
    folder.chmod(0o555)
    try:
        with serving(folder / "archive.db") as server:
            assert server.get("/").status == 200
    finally:
        folder.chmod(0o755)
