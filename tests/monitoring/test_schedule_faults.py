"""The scheduler through a clock that is set, a disk that fills up, kill -9 and a portal that hangs: real processes."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import pytest

from newscrawler.archive.database.locks import PortalBusyError, lock_portal
from newscrawler.demo.model import Response
from newscrawler.demo.server import SiteServer
from newscrawler.monitoring import scheduler as scheduler_module
from newscrawler.monitoring.crawl_process import Job
from newscrawler.monitoring.scheduler import Plan, Scheduler
from newscrawler.portals.schedule import times_of_every
from newscrawler.text.clock import CHINA
from support import program
from support.pages import Pages
from support.schedules import PAGES, job, overdue, runs, start, waited_for, written

# The clock


class Clock:
    """A wall clock that the test sets; it goes on at its usual speed."""

    offset = timedelta(0)

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        clock = self

        class Moved(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Any:
                return datetime.now(tz) + clock.offset

        real = time.time
        monkeypatch.setattr(scheduler_module, "datetime", Moved)
        monkeypatch.setattr("apscheduler.schedulers.base.datetime", Moved)
        monkeypatch.setattr("apscheduler.executors.base.datetime", Moved)
        monkeypatch.setattr(scheduler_module, "LOOK_EVERY", 0.05)
        monkeypatch.setattr(scheduler_module.time, "time", lambda: real() + clock.offset.total_seconds())

    def set(self, moment: datetime) -> None:
        self.offset = moment - datetime.now(CHINA)


@contextmanager
def running(scheduler: Scheduler) -> Iterator[None]:
    thread = threading.Thread(target=scheduler.run)
    thread.start()
    try:
        yield
    finally:
        scheduler.stop.set()
        thread.join(120)
        assert not thread.is_alive()


@pytest.mark.slow
def test_a_clock_that_is_set_makes_one_crawl_forward_and_none_twice(
    tmp_path: Path, portal: SiteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    clock.set(datetime(2027, 3, 1, 6, 30, tzinfo=CHINA))
    ended: list[str] = []
    plan = Plan(job(tmp_path, extra=("--via", portal.url)), times_of_every("6h"))
    scheduler = Scheduler([plan], after=ended.append)

    def next_time() -> str:
        return f"{scheduler.next_times()[plan.id].astimezone(CHINA):%m-%d %H:%M}"

    with running(scheduler):
        assert waited_for(lambda: bool(scheduler.next_times()), 120)
        assert next_time() == "03-01 12:00"
        # Forward over nine times, as after sleep: one crawl makes up for all.
        clock.set(datetime(2027, 3, 3, 14, 0, tzinfo=CHINA))
        assert waited_for(lambda: len(ended) == 1, 120)
        assert waited_for(lambda: next_time() == "03-03 18:00", 120)
        # Back by two days, over times that had passed: no crawl now, the next is at the clock's next time.
        clock.set(datetime(2027, 3, 1, 14, 0, tzinfo=CHINA))
        assert waited_for(lambda: next_time() == "03-01 18:00", 120)
        time.sleep(1)
        assert len(ended) == 1
        clock.set(datetime(2027, 3, 1, 18, 0, 1, tzinfo=CHINA))
        assert waited_for(lambda: len(ended) == 2, 120)
        # Back by a minute, before the time that was just crawled for: it comes round again, the crawl does not.
        clock.set(datetime(2027, 3, 1, 17, 59, 20, tzinfo=CHINA))
        time.sleep(1)
        assert next_time() == "03-02 00:00"
        clock.set(datetime(2027, 3, 1, 18, 0, 40, tzinfo=CHINA))
        time.sleep(1)
        assert len(ended) == 2
    assert runs(tmp_path / "archive.db") == [("crawl", "done")] * 2


# The disk


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 MB."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)], capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip(f"no small disk can be mounted: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def scheduler_on(folder: Path, url: str, definition: Path, least_free: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "newscrawler", "schedule", str(definition), "--via", url]
    return program.Popen(
        [*command, "--archive", str(folder / "archive.db"), "--min-free", least_free],
        cwd=folder.parent,
        stderr=subprocess.PIPE,
        text=True,
    )


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """Return what a scheduler says until it says this; fail when it ends first, or after a minute."""
    assert process.stderr is not None
    said = ""
    limit = threading.Timer(60, process.kill)
    limit.start()
    try:
        for line in process.stderr:
            said += line
            if words in line:
                return said
    finally:
        limit.cancel()
    raise AssertionError(f"it never said {words!r}: {said}")


def ended(process: subprocess.Popen[str]) -> str:
    """End a scheduler in good order; return what it said."""
    process.send_signal(signal.SIGTERM)
    try:
        _, messages = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 0, messages
    return messages


def test_a_full_disk_stops_the_crawl_before_it_is_full_and_no_other_begins(small_disk: Path, tmp_path: Path) -> None:
    overdue(small_disk)
    waits, end = threading.Event(), threading.Event()

    def wait() -> Response:
        waits.set()
        end.wait(120)
        return Response(404, {}, b"")

    filler = small_disk / "filler"
    definition = written(tmp_path, 'every = "1d"')
    archive = small_disk / "archive.db"
    with (
        SiteServer(Pages({**PAGES, "/2026/0305/1002.shtml": wait})) as server,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("NEWSCRAWLER_ALLOW_PRIVATE", "1")
        process = scheduler_on(small_disk, server.url, definition, "40MB")
        try:
            assert waits.wait(120)
            filler.write_bytes(bytes(30 * 1024 * 1024))
            said = read_until(process, "stopped, only ")
            # The signal follows the message. A last page that came before it would leave the crawl done.
            time.sleep(1)
            end.set()
            assert waited_for(lambda: runs(archive)[-1][1] != "running", 120)
            ended(process)
        finally:
            end.set()
            process.kill()
        assert "bytes are free on the disk" in said
        assert runs(archive)[-1] == ("crawl", "interrupted")
        # The disk was never full: what the crawl had is in the archive, which is whole.
        connection = sqlite3.connect(archive)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (1,)
        connection.execute("UPDATE runs SET started = '2026-01-01T00:00:00Z', finished = '2026-01-01T00:00:00Z'")
        connection.commit()
        connection.close()
        # As on the next day: nothing begins while the disk is as full.
        process = scheduler_on(small_disk, server.url, definition, "40MB")
        read_until(process, "not started, only ")
        ended(process)
        assert len(runs(archive)) == 2


# Kill -9


def test_a_crawl_outlives_its_killed_scheduler_and_is_not_doubled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSCRAWLER_ALLOW_PRIVATE", "1")
    overdue(tmp_path)
    archive = tmp_path / "archive.db"
    waits, end = threading.Event(), threading.Event()
    asked: list[str] = []

    def wait() -> Response:
        asked.append("1002")
        waits.set()
        end.wait(60)
        return Response(404, {}, b"")

    with SiteServer(Pages({**PAGES, "/2026/0305/1002.shtml": wait})) as server:
        first = start(tmp_path, server.url)
        try:
            assert waits.wait(120)
            first.send_signal(signal.SIGKILL)
            first.communicate()
            with pytest.raises(PortalBusyError):
                lock_portal(archive, "t")
            # As if the time of the next crawl had come while the first one still runs.
            connection = sqlite3.connect(archive)
            connection.execute("UPDATE runs SET started = '2026-01-01T00:00:00Z'")
            connection.commit()
            connection.close()
            second = start(tmp_path, server.url)
            read_until(second, "not started, another crawl of it is running")
            end.set()
            assert waited_for(lambda: runs(archive)[-1][1] == "done", 120)
            ended(second)
        finally:
            end.set()
            first.kill()
    assert runs(archive) == [("crawl", "done")] * 2
    assert asked == ["1002"]


def test_a_crawl_that_is_killed_under_the_scheduler_is_told_and_gone_on_with(
    tmp_path: Path, hung: SiteServer, portal: SiteServer
) -> None:
    """The scheduler's last resort, and the machine's: the next one of the same portal takes up what was left."""
    from newscrawler.cli.schedule import _after_crawl
    from newscrawler.monitoring.crawl_process import run_job

    archive = tmp_path / "archive.db"
    ends = threading.Event()
    threading.Thread(target=lambda: waited_for(lambda: hung.requests, 120) and ends.set(), daemon=True).start()
    # No time to end in good order, not even for the second signal.
    assert run_job(job(tmp_path, extra=("--via", hung.url)), ends, grace=timedelta(0)) == -signal.SIGKILL
    assert runs(archive) == [("crawl", "running")]
    _after_crawl(archive, None)
    assert runs(archive) == [("crawl", "interrupted")]
    connection = sqlite3.connect(archive)
    assert connection.execute("SELECT kind, state FROM alarms").fetchall() == [("run-cut", "open")]
    assert run_job(job(tmp_path, extra=("--via", portal.url)), threading.Event()) == 0
    assert connection.execute("SELECT kind, state FROM alarms").fetchall() == [("run-cut", "closed")]
    connection.close()


# A portal that hangs


def test_a_hung_portal_is_ended_and_the_next_crawl_of_the_same_slot_runs(
    tmp_path: Path, hung: SiteServer, portal: SiteServer
) -> None:
    """With room for one crawl at a time, the other portal waits for the deadline of the one that hangs, no longer."""
    folder = tmp_path / "two"
    folder.mkdir()
    definition = written(folder, 'every = "1d"')
    definition.write_text(definition.read_text().replace('"t"', '"u"'), encoding="utf-8")
    archive = tmp_path / "archive.db"
    # Long enough for a crawl to have begun on a busy machine.
    hangs = job(tmp_path, deadline=timedelta(seconds=8), extra=("--via", hung.url))
    other = Job("crawl", "u", str(definition), archive, timedelta(seconds=60), 0, ("--via", portal.url))
    plans = [Plan(each, times_of_every("1d")) for each in (hangs, other)]
    done: list[str] = []
    scheduler = Scheduler(plans, at_once=1, grace=timedelta(seconds=4), after=done.append)
    past = datetime.now(UTC) - timedelta(days=2)
    thread = threading.Thread(target=scheduler.run, args=({plan.id: past for plan in plans},))
    thread.start()
    try:
        assert waited_for(lambda: len(done) == 2, 120)
    finally:
        scheduler.stop.set()
        thread.join(120)
    assert done == ["t", "u"]
    outcomes = dict(sqlite3.connect(archive).execute("SELECT portal, outcome FROM runs").fetchall())
    assert outcomes["u"] == "done"
    assert outcomes["t"] in ("interrupted", "running")
