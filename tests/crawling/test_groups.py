"""Portals of one group share a server: its bounds hold for all their crawls together."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from newscrawler.demo.model import Response
from newscrawler.demo.server import SiteServer
from support import nightly, program
from support.integrity import rows
from support.pages import html
from support.shared_server import ARTICLES, Server, never_closer

DELAY = 0.3


@contextmanager
def portals(server: Server, folder: Path, *rules: str) -> Iterator[list[str]]:
    """Give the definitions of as many portals as there are rules."""
    with ExitStack() as stack:
        files = []
        for number, rule in enumerate(rules):
            url = stack.enter_context(SiteServer(server)).url
            file = folder / f"p{number}.toml"
            text = f'id = "p{number}"\nname = "试验网"\nprovince = "湖北省"\nhomepage = "{url}/"\n[crawl]\n{rule}\n'
            file.write_text(text, encoding="utf-8")
            files.append(str(file))
        yield files


def start(folder: Path, *files: str) -> program.Popen:
    return program.Popen(
        [sys.executable, "-m", "newscrawler", "crawl", *files, "--archive", str(folder / "a.db")],
        env={**os.environ, "NEWSCRAWLER_ALLOW_PRIVATE": "1"},
        stdout=program.DEVNULL,
        stderr=program.DEVNULL,
        cwd=folder,
    )


@pytest.mark.parametrize(
    ("times", "is_kept"),
    [
        ([0.0, 0.3, 0.6, 0.9], True),
        ([0.0, 0.52, 0.6, 0.9], True),
        ([0.2, 0.3, 0.6, 0.9], True),
        ([0.0, 0.01, 0.3, 0.6], False),
        ([0.0, 0.3, 0.38, 0.6], False),
        ([0.0, 0.2, 0.4, 0.6, 0.8, 1.0], False),
    ],
    ids=["kept", "one noted late", "the first noted late", "two at once", "one between", "a shorter delay"],
)
def test_what_a_busy_machine_notes_late_is_told_from_what_is_too_close(times: list[float], is_kept: bool) -> None:
    server = Server()
    server.times = times
    assert never_closer(server, 0.3) is is_kept


@nightly.by_day(0)
@pytest.mark.parametrize("way", ["two processes", "one process", "workers"])
def test_requests_to_one_group_are_never_closer_than_the_delay(tmp_path: Path, way: str) -> None:
    server = Server()
    rule = f'delay = {DELAY}\ngroup = "bridge"'
    with portals(server, tmp_path, rule, rule) as files:
        commands = [[one] for one in files] if way == "two processes" else [files]
        if way == "workers":
            commands[0] += ["--workers", "4"]
        assert [one.wait(120) for one in [start(tmp_path, *words) for words in commands]] == [0] * len(commands)
    assert rows(tmp_path / "a.db", "SELECT portal, count(*) FROM articles GROUP BY 1") == [("p0", 8), ("p1", 8)]
    assert len(server.times) >= 2 * (ARTICLES + 3)
    assert never_closer(server, DELAY), sorted(server.gaps)


def test_the_longer_delay_counts_between_two_portals(tmp_path: Path) -> None:
    server = Server()
    with portals(server, tmp_path, 'delay = 0.05\ngroup = "b"', f'delay = {2 * DELAY}\ngroup = "b"') as files:
        crawls = [start(tmp_path, one) for one in files]
        assert [one.wait(120) for one in crawls] == [0, 0]
    # Each request of the slow one has its delay before it and behind it, so at most every second gap is a short one's.
    slow = ARTICLES + 3
    assert sum(gap > 1.8 * DELAY for gap in server.gaps) >= slow - 2, sorted(server.gaps)


def test_what_a_killed_crawl_sent_counts(tmp_path: Path) -> None:
    server = Server()
    rule = f'delay = {5 * DELAY}\ngroup = "bridge"'
    with portals(server, tmp_path, rule, rule) as files:
        one = start(tmp_path, files[0])
        while len(server.times) < 2:
            time.sleep(0.01)
        one.send_signal(signal.SIGKILL)
        one.wait(60)
        other = start(tmp_path, files[1])
        while len(server.times) < 4:
            time.sleep(0.01)
        other.send_signal(signal.SIGKILL)
        other.wait(60)
    assert never_closer(server, 5 * DELAY), server.gaps


@pytest.mark.slow
def test_a_group_has_no_more_requests_under_way_than_one_portal(tmp_path: Path) -> None:
    server = Server(seconds=0.3)
    rule = 'delay = 0\nconcurrency = 2\ngroup = "bridge"'
    with portals(server, tmp_path, rule, rule) as files:
        crawls = [start(tmp_path, one) for one in files]
        assert [one.wait(120) for one in crawls] == [0, 0]
    assert server.most == 2


class Blocking(Server):
    """Refuses all articles."""

    def respond(self, path: str) -> Response:
        answer = super().respond(path)
        return html("no", 403) if path.endswith(".shtml") else answer


def test_a_portal_that_blocks_slows_its_group_down(tmp_path: Path) -> None:
    blocking, other = Blocking(), Server()
    # Long enough for a busy machine to read the refusal before the next request is due, and shorter than a second.
    rule = 'delay = 0.3\nconcurrency = 1\ngroup = "bridge"'
    with ExitStack() as stack:
        (tmp_path / "other").mkdir()
        (one,) = stack.enter_context(portals(blocking, tmp_path, rule))
        (two,) = stack.enter_context(portals(other, tmp_path / "other", rule))
        definition = Path(two)
        definition.write_text(definition.read_text(encoding="utf-8").replace('"p0"', '"p1"'), encoding="utf-8")
        crawls = [start(tmp_path, one), start(tmp_path, two)]
        while len(blocking.times) < 7:
            time.sleep(0.05)
        for crawl in crawls:
            crawl.send_signal(signal.SIGKILL)
            crawl.wait(60)
    # robots.txt, homepage, listing, and the first article, which is blocked. Then a second passes behind each request.
    for moment in blocking.times[4:6]:
        later = [one for one in (*blocking.times, *other.times) if one > moment]
        assert min(later) - moment > 0.8, (blocking.times, other.times)


def test_portals_without_a_group_do_not_wait_for_each_other(tmp_path: Path) -> None:
    server = Server(seconds=0.3)
    with portals(server, tmp_path, "delay = 0\nconcurrency = 2", "delay = 0\nconcurrency = 2") as files:
        crawls = [start(tmp_path, one) for one in files]
        assert [one.wait(120) for one in crawls] == [0, 0]
    assert server.most > 2


@nightly.by_day(0)
@pytest.mark.parametrize(
    "noted", ["garbage", "nan nan", "0 inf", b"\xff\x00", "", "1e300 1", "-5 1", "0 1e300", "1 2 3"]
)
def test_a_note_that_is_wrong_neither_stops_nor_hurries_a_crawl(tmp_path: Path, noted: str | bytes) -> None:
    server = Server()
    (tmp_path / "a.db-locks").mkdir()
    note = tmp_path / "a.db-locks" / "+group-bridge.last"
    note.write_bytes(noted if isinstance(noted, bytes) else noted.encode())
    with portals(server, tmp_path, f'delay = {DELAY}\ngroup = "bridge"') as files:
        began = time.monotonic()
        assert start(tmp_path, *files).wait(120) == 0
    assert server.times[0] - began > DELAY, "what is not known counts as a request just now"
    assert float(note.read_text().split()[1]) >= DELAY


def test_a_note_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    server = Server()
    (tmp_path / "a.db-locks").mkdir()
    outside = tmp_path / "outside"
    outside.write_text("0 0.0")
    (tmp_path / "a.db-locks" / "+group-bridge.last").symlink_to(outside)
    with portals(server, tmp_path, f'delay = {DELAY}\ngroup = "bridge"') as files:
        assert start(tmp_path, *files).wait(120) == 0
    assert outside.read_text() == "0 0.0"
    assert never_closer(server, DELAY)
