"""A crawl that is killed: told by `health` without a next crawl, kept by the next crawl, and never while one runs."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from newscrawler.demo.model import Response
from newscrawler.demo.server import SiteServer
from support import program
from support.alarms import channels, health
from support.crawls import Crawl
from support.pages import DEFINITION, Pages
from support.schedules import PAGES, waited_for


@pytest.fixture
def under_way(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A crawl that waits for an article, in its own process; its archive is `archive.db`."""
    end, waits = threading.Event(), threading.Event()

    def wait() -> Response:
        waits.set()
        end.wait(60)
        return Response(404, {}, b"")

    definition = tmp_path / "t.toml"
    definition.write_text(DEFINITION, encoding="utf-8")
    command = [sys.executable, "-m", "newscrawler", "crawl", str(definition), "--archive", str(tmp_path / "archive.db")]
    with SiteServer(Pages({**PAGES, "/2026/0305/1002.shtml": wait})) as server:
        process = program.Popen(
            [*command, "--via", server.url],
            env={**os.environ, "NEWSCRAWLER_ALLOW_PRIVATE": "1"},
            cwd=tmp_path,
            stderr=subprocess.DEVNULL,
        )
        try:
            assert waits.wait(120)
            yield process
        finally:
            process.kill()
            process.wait()
            end.set()


def outcomes(archive: Path) -> list[str]:
    connection = sqlite3.connect(archive)
    try:
        return [row[0] for row in connection.execute("SELECT outcome FROM runs ORDER BY id")]
    finally:
        connection.close()


def alarms_of(archive: Path, *arguments: str) -> list[tuple[str, str]]:
    shown = health(archive, *arguments, "--format", "json")
    assert shown.returncode in (0, 3), shown.stderr
    return [(alarm["kind"], alarm["state"]) for alarm in json.loads(shown.stdout)]


def test_a_crawl_that_runs_is_not_called_crashed(tmp_path: Path, under_way: subprocess.Popen[bytes]) -> None:
    archive = tmp_path / "archive.db"
    assert alarms_of(archive) == alarms_of(archive, "--notify") == []
    assert outcomes(archive) == ["running"]
    assert under_way.poll() is None


def test_health_tells_a_killed_crawl_once_and_the_next_crawl_closes_it(
    tmp_path: Path,
    under_way: subprocess.Popen[bytes],
    crawl: Callable[..., Crawl],
    sink: Any,
    hook: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOOK_URL", f"http://127.0.0.1:{hook.server_address[1]}/")
    (tmp_path / "newscrawler.toml").write_text(channels(sink, hook), encoding="utf-8")
    archive = tmp_path / "archive.db"
    under_way.send_signal(signal.SIGKILL)
    under_way.wait()
    for _ in range(2):
        shown = health(archive, "--notify", "--format", "json")
        assert shown.returncode == 3, shown.stderr
        (alarm,) = json.loads(shown.stdout)
        assert (alarm["portal"], alarm["kind"], alarm["state"]) == ("t", "run-cut", "open")
        assert "its process died" in alarm["message"]
    assert outcomes(archive) == ["interrupted"]
    assert (len(sink.mails), len(hook.posts)) == (1, 1)
    done = crawl(Pages(PAGES))
    assert done.status == 0, done.messages
    assert outcomes(archive) == ["interrupted", "done"]
    assert alarms_of(archive) == []
    assert alarms_of(archive, "--all") == [("run-cut", "closed")]
    assert hook.posts[-1][1]["alarms"][0]["change"] == "closed"


def test_plain_health_sees_a_killed_crawl(tmp_path: Path, under_way: subprocess.Popen[bytes]) -> None:
    under_way.kill()
    under_way.wait()
    assert alarms_of(tmp_path / "archive.db") == [("run-cut", "open")]


@pytest.mark.slow
def test_the_next_crawl_keeps_that_the_one_before_crashed(
    tmp_path: Path, under_way: subprocess.Popen[bytes], crawl: Callable[..., Crawl]
) -> None:
    under_way.kill()
    under_way.wait()
    done = crawl(Pages(PAGES))
    assert done.status == 0, done.messages
    assert "crashed runs" in done.messages
    assert alarms_of(tmp_path / "archive.db", "--all") == [("run-cut", "closed")]


def test_a_crawl_that_is_stopped_in_good_order_did_not_crash(
    tmp_path: Path, under_way: subprocess.Popen[bytes]
) -> None:
    archive = tmp_path / "archive.db"
    under_way.send_signal(signal.SIGINT)
    waited_for(lambda: under_way.poll() is not None, 2)
    under_way.send_signal(signal.SIGINT)
    assert under_way.wait(120) == 1
    assert outcomes(archive) == ["interrupted"]
    assert alarms_of(archive, "--notify", "--all") == []
