"""Crawls with several processes: one run, nothing lost or doubled, the same patience with the portal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from newscrawler.crawling.runner.crawl_state import CrawlState, SectionState, join_states
from newscrawler.crawling.runner.workers import deal
from newscrawler.crawling.shard import Shard
from newscrawler.demo.server import SiteServer
from newscrawler.portals import Portal
from support import nightly, program
from support.crawls import crawl_demo
from support.steady_portal import SteadyPortal, contents, define, rows, start


def portal(number: int, **crawl: Any) -> Portal:
    values = {"id": f"p{number}", "name": "甲", "province": "湖北省", "homepage": f"http://p{number}.example/"}
    return Portal.model_validate({**values, "crawl": crawl})


def start_two(folder: Path, archive: Path, *definitions: str, via: str | None = None) -> subprocess.Popen[str]:
    return start(folder, archive, *definitions, "--workers", "2", via=via)


def assert_alike(one: Path, other: Path) -> None:
    """All that a reader sees, but for which of several sections listed an article first: that is who was quicker."""
    whole, expected = contents(one), contents(other)
    for found in (whole, expected):
        found["articles"] = [(*row[:7], *row[8:]) for row in found["articles"]]
    for name in expected:
        assert [row for row in whole[name] if row not in expected[name]] == [], name
        assert len(whole[name]) == len(expected[name]), name


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(condition: Any, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("portals", "workers", "shards"),
    [
        (1, 1, [["p0"]]),
        (1, 3, [["p0 0/3"], ["p0 1/3"], ["p0 2/3"]]),
        (2, 2, [["p0"], ["p1"]]),
        (2, 3, [["p0 0/2"], ["p0 1/2"], ["p1"]]),
        (3, 2, [["p0", "p2"], ["p1"]]),
    ],
)
def test_portals_are_divided_among_workers_or_into_shards(portals: int, workers: int, shards: list[list[str]]) -> None:
    dealt = deal([portal(number) for number in range(portals)], workers, None)
    found = [
        [one.id if shard.count == 1 else f"{one.id} {shard.index}/{shard.count}" for one, shard in worker]
        for worker in dealt
    ]
    assert found == shards


def test_a_portal_has_no_more_shards_than_its_bounds_allow() -> None:
    assert len(deal([portal(1, concurrency=2)], 8, None)) == 2
    assert len(deal([portal(1, concurrency=8, max_requests=3)], 8, None)) == 3
    assert len(deal([portal(1, concurrency=8)], 8, 5)) == 5


def test_workers_together_send_no_more_requests_than_one_would() -> None:
    whole = portal(1, delay=1.5, concurrency=5, max_requests=10, max_bytes=1001)
    parts = [Shard(index, 3).restrict(whole).crawl for index in range(3)]
    assert [part.delay for part in parts] == [4.5] * 3
    assert [part.concurrency for part in parts] == [1] * 3
    assert [part.max_requests for part in parts] == [4, 3, 3]
    assert sum(part.max_bytes or 0 for part in parts) == 1001
    assert Shard().restrict(whole).crawl == whole.crawl
    taken = [position for index in range(3) for position in range(17) if Shard(index, 3).has_section(position)]
    assert sorted(taken) == list(range(17))


def test_parts_make_one_crawl_whose_worst_outcome_counts() -> None:
    one = CrawlState("p", "甲", outcome="done", responses=3, sections=[SectionState("a", "end", "", 1, 2, 2)])
    one.counts = {"new": 2, "responses": {"200": 3}, "settings": {"RETRY_TIMES": 2}}
    other = CrawlState("p", "甲", outcome="incomplete", reason="1 articles could not be stored", responses=4)
    other.counts = {"new": 1, "responses": {"200": 2, "404": 1}, "settings": {"RETRY_TIMES": 2}}
    whole = join_states([one, other])
    assert (whole.outcome, whole.reason, whole.responses) == ("incomplete", "1 articles could not be stored", 7)
    assert whole.counts == {"new": 3, "responses": {"200": 5, "404": 1}, "settings": {"RETRY_TIMES": 2}}
    assert [section.name for section in whole.sections] == ["a"]


@pytest.mark.slow
def test_two_workers_bring_the_demo_as_one_does_in_one_run(demo_archive: Path, tmp_path: Path) -> None:
    two = tmp_path / "two.db"
    done = crawl_demo(two, "--workers", "2")
    assert done.returncode == 0, done.stderr
    assert "demo: 136 new" in done.stderr
    assert_alike(demo_archive, two)
    ((outcome, counts),) = rows(two, "SELECT outcome, counts FROM runs")
    assert outcome == "done"
    assert json.loads(counts)["new"] == 136 and len(json.loads(counts)["sections"]) == 17
    again = crawl_demo(two, "--workers", "2")
    assert again.returncode == 0 and "0 new, 0 changed" in again.stderr
    sound = program.run(
        [sys.executable, "-m", "newscrawler", "verify", "--archive", str(two)], capture_output=True, text=True
    )
    assert sound.returncode == 0, sound.stdout + sound.stderr


def test_portals_that_are_dealt_out_are_crawled_whole(tmp_path: Path) -> None:
    with SiteServer(SteadyPortal(20)) as one, SiteServer(SteadyPortal(20)) as two:
        definitions = [define(tmp_path, "one", one.url), define(tmp_path, "two", two.url)]
        process = start_two(tmp_path, tmp_path / "a.db", *definitions)
        _, messages = process.communicate(timeout=120)
    assert process.returncode == 0, messages
    assert rows(tmp_path / "a.db", "SELECT portal, count(*) FROM articles GROUP BY 1 ORDER BY 1") == [
        ("one", 20),
        ("two", 20),
    ]
    assert rows(tmp_path / "a.db", "SELECT count(*) FROM runs WHERE outcome = 'done'") == [(2,)]


def test_a_worker_that_dies_leaves_an_interrupted_run_and_the_next_crawl_goes_on(tmp_path: Path) -> None:
    definition, archive, whole = define(tmp_path), tmp_path / "a.db", tmp_path / "whole.db"
    process: list[subprocess.Popen[str]] = []
    site = SteadyPortal(80, seconds=0.03)
    with SiteServer(site) as server:
        site.call_after(40, lambda: os.kill(program.workers_of(process[0])[0], signal.SIGKILL))
        process.append(start_two(tmp_path, archive, definition, via=server.url))
        _, messages = process[0].communicate(timeout=120)
        assert process[0].returncode == 1, messages
        assert "ended by signal 9; the next crawl goes on from here" in messages
        assert rows(archive, "SELECT outcome FROM runs") == [("interrupted",)]
        site.call_after(0, lambda: None)
        assert start_two(tmp_path, archive, definition, via=server.url).wait(120) == 0
        assert start(tmp_path, whole, definition, via=server.url).wait(120) == 0
    assert_alike(archive, whole)


@nightly.by_day(0)
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_workers_end_with_the_process_that_started_them(tmp_path: Path, number: int) -> None:
    definition, archive = define(tmp_path), tmp_path / "a.db"
    process: list[subprocess.Popen[str]] = []
    workers: list[int] = []
    site = SteadyPortal(80, seconds=0.05)

    def strike() -> None:
        workers.extend(program.workers_of(process[0]))
        process[0].send_signal(number)

    with SiteServer(site) as server:
        site.call_after(40, strike)
        process.append(start_two(tmp_path, archive, definition, via=server.url))
        process[0].wait(120)
        wait_for(lambda: not any(map(is_alive, workers)))
        assert len(workers) == 2
        if number == signal.SIGTERM:
            assert process[0].returncode == 1
            assert rows(archive, "SELECT outcome FROM runs") == [("interrupted",)]
        site.call_after(0, lambda: None)
        assert start(tmp_path, archive, definition, via=server.url).wait(120) == 0
    assert rows(archive, "SELECT count(*) FROM articles") == [(80,)]
    assert rows(archive, "SELECT count(*) FROM runs WHERE outcome = 'running'") == [(0,)]
