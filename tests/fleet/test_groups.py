"""Portals of one group are crawled by one worker of the fleet at a time, so that they share their server's delay."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from newscrawler.demo.server import SiteServer
from newscrawler.fleet.collector import Collector
from newscrawler.fleet.due import FleetPortal
from newscrawler.fleet.engine import Engine
from newscrawler.fleet.leases import PORTALS, Leases, group_key
from newscrawler.fleet.status import fleet_status
from newscrawler.fleet.stores import FileStore
from newscrawler.fleet.worker import Worker
from newscrawler.portals import load_portal
from support import nightly
from support.integrity import rows
from support.shared_server import ARTICLES, Server, never_closer

SECONDS = 1.5
DELAY = 0.3
Making = Callable[[], Engine]


@pytest.fixture(autouse=True)
def _private(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSCRAWLER_ALLOW_PRIVATE", "1")


@contextmanager
def portals(folder: Path, *servers: Server, delays: Sequence[float] = (DELAY, DELAY)) -> Iterator[list[FleetPortal]]:
    with ExitStack() as stack:
        found = []
        for number, (server, delay) in enumerate(zip(servers, delays, strict=True)):
            url = stack.enter_context(SiteServer(server)).url
            file = folder / f"p{number}.toml"
            text = f'id = "p{number}"\nname = "试验网"\nprovince = "湖北省"\nhomepage = "{url}/"\n'
            rules = f'[crawl]\ndelay = {delay}\ngroup = "bridge"\n[schedule]\nevery = "10m"\n'
            file.write_text(text + rules, encoding="utf-8")
            found.append(FleetPortal(load_portal(str(file)), str(file)))
        yield found


def worker(engines: Making, folder: Path, name: str, found: list[FleetPortal]) -> Worker:
    leases = Leases(engines(), name, seconds=SECONDS)
    return Worker(found, leases, FileStore(folder / "parcels"), folder / name)


@contextmanager
def collecting(engines: Making, folder: Path) -> Iterator[None]:
    stop = threading.Event()
    leases = Leases(engines(), "collector", seconds=SECONDS)
    collector = Collector(folder / "all.db", leases, FileStore(folder / "parcels"), folder / "collector")

    def collect() -> None:
        while not stop.is_set():
            collector.collect()
            stop.wait(0.1)

    thread = threading.Thread(target=collect)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    collector.collect()


@pytest.mark.slow
def test_two_workers_keep_the_longest_delay_of_a_group(tmp_path: Path, engines: Making) -> None:
    one, two = Server(), Server()
    with portals(tmp_path, one, two, delays=(DELAY, 4 * DELAY)) as found, collecting(engines, tmp_path):
        workers = [worker(engines, tmp_path, name, found) for name in ("one", "two")]
        threads = [threading.Thread(target=one.run) for one in workers]
        for thread in threads:
            thread.start()
        leases = Leases(engines(), "looks", seconds=SECONDS)
        deadline = time.monotonic() + 120
        held = set()
        while not all(seen.entry.finished for seen in leases.look().values()) or len(leases.look()) < 2:
            held.add(tuple(sorted(p for p, seen in leases.look().items() if seen.entry.holder)))
            assert time.monotonic() < deadline
            time.sleep(0.05)
        for each in workers:
            each.stop.set()
        for thread in threads:
            thread.join(60)
        # On a machine that stands still for longer than a lease a crawl ends early: not the matter of this test.
        assert {portal: seen.entry.status for portal, seen in leases.look().items()} == {"p0": 0, "p1": 0}
    assert rows(tmp_path / "all.db", "SELECT portal, count(*) FROM articles GROUP BY 1") == [
        ("p0", ARTICLES),
        ("p1", ARTICLES),
    ]
    assert held <= {(), ("p0",), ("p1",)}, "never both at once"
    first, second = sorted((one.times, two.times))
    assert second[0] - first[-1] > 4 * DELAY * 0.95, "the longest delay lies between the crawls"
    for server, delay in ((one, DELAY / 2), (two, 2 * DELAY)):  # Scrapy varies a delay by half
        assert never_closer(server, delay)
    # The group is not a portal.
    assert [portal["portal"] for portal in fleet_status(leases)["portals"]] == ["p0", "p1"]


@nightly.by_day(0)
def test_a_worker_that_lost_the_group_sends_nothing_more(tmp_path: Path, engines: Making) -> None:
    one, two = Server(), Server()
    with portals(tmp_path, one, two) as found, collecting(engines, tmp_path):
        thread = None
        while len(one.times) < 3:
            if thread is None or not thread.is_alive():  # on a busy machine it may lose its lease before
                crawler = worker(engines, tmp_path, "one", found[:1])
                thread = threading.Thread(target=crawler.run, kwargs={"once": True})
                thread.start()
            time.sleep(0.02)
        assert thread is not None
        engine = engines()
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            engine.put(PORTALS, group_key("bridge"), b'{"token": 99, "holder": "two", "session": "x"}')
            time.sleep(0.05)
        sent = len(one.times)
        assert sent < ARTICLES
        crawler.stop.set()
        while thread.is_alive():
            engine.put(PORTALS, group_key("bridge"), b'{"token": 99, "holder": "two", "session": "x"}')
            thread.join(0.05)
    assert len(one.times) == sent
    assert rows(tmp_path / "all.db", "SELECT count(*) FROM articles") == [(0,)], "the run counts for nothing"


def test_a_group_is_leased_as_a_portal_is(engines: Making) -> None:
    now = [0.0, 1000.0]
    one = Leases(engines(), "one", seconds=30, clock=lambda: now[0])
    two = Leases(engines(), "two", seconds=30, clock=lambda: now[1])
    key = group_key("bridge")

    def looked(leases: Leases) -> Leases:
        assert leases.look((), ("bridge",)) == {}
        return leases

    # A group that nobody has leased yet is watched first: an engine may have forgotten it.
    assert looked(one).is_new(key) and one.lease(key) is None and looked(two).lease(key) is None
    now[:] = [now[0] + 30, now[1] + 30]
    lease = looked(one).lease(key)
    assert lease is not None and lease.entry.token == 1
    assert looked(two).lease(key) is None
    one.release(lease)
    second = looked(two).lease(key)
    assert second is not None and second.entry.token == 2
