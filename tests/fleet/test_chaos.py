"""Workers and a collector as processes, a real NATS server, and what may happen to them, at random.

At the end the collected archive equals what the portals have. At no time do two workers crawl one portal, or two
portals of one group, and no request comes before its portal's delay. `benchmarks/fleet_chaos.py` is the long form.
"""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from support.fleet_chaos import COLLECTOR, Chaos, configure
from support.fleet_checks import judge
from support.fleet_portal import Arrival, ChaosPortal
from support.fleet_programs import Program, running
from support.integrity import sound
from support.nats_server import NatsServer, server_program

pytest.importorskip("nats")

SECONDS = 6.0
DELAY = 0.3
ARTICLES = 60
SEED = int(os.environ.get("FLEET_CHAOS_SEED", "1"))
DURATION = float(os.environ.get("FLEET_CHAOS_SECONDS", "60"))
GROUPS = ("", "", "", "bridge", "bridge", "bridge")
"""Of the portals; those of one group have delays of their own."""


@pytest.mark.slow
@pytest.mark.skipif(server_program() is None, reason="there is no NATS server")
def test_whatever_happens_the_archive_equals_the_portals(tmp_path: Path) -> None:
    portals = [
        ChaosPortal(number, delay=DELAY * (1 + number % 2), articles=ARTICLES // (3 if group else 1), group=group, every="2m", silent=0.02)
        for number, group in enumerate(GROUPS)
    ]  # fmt: skip
    with NatsServer(tmp_path / "nats") as server:
        names = ["one", "two", COLLECTOR]
        configure(tmp_path, server.url, portals, names, seconds=SECONDS)
        *workers, collector = (
            Program(tmp_path, name, "fleet", "collector" if name == COLLECTOR else "worker") for name in names
        )
        chaos = Chaos(tmp_path, portals, server, workers, collector, random.Random(SEED), SECONDS, publishing=1.0)
        with chaos.running():
            chaos.run(DURATION)
            whole = chaos.settles(300)
    assert whole, (chaos.events, chaos.logs())
    found = judge(portals)
    assert not found.breaches, (found.breaches, chaos.events)
    assert found.requests > len(chaos.truth()) and not chaos.ended, chaos.ended
    sound(chaos.archive)


@pytest.mark.slow
@pytest.mark.skipif(server_program() is None, reason="there is no NATS server")
def test_the_crawl_of_a_killed_worker_ends_with_its_lease(tmp_path: Path) -> None:
    portal = ChaosPortal(1, delay=DELAY, articles=80)
    with NatsServer(tmp_path / "nats") as server:
        configure(tmp_path, server.url, [portal], ["one", COLLECTOR], seconds=SECONDS)
        worker = Program(tmp_path, "one", "fleet", "worker")
        with running([Program(tmp_path, COLLECTOR, "fleet", "collector"), worker]):
            deadline = time.monotonic() + 60
            while len(portal.arrivals) < 5:
                assert time.monotonic() < deadline, worker.log()
                time.sleep(0.05)
            worker.kill()
            killed = time.monotonic()
            time.sleep(SECONDS + 3)
    late = [one.moment - killed for one in portal.arrivals if one.moment > killed + SECONDS]
    assert not late and len(portal.arrivals) < 80, late


def arrivals(portal: ChaosPortal, *rows: tuple[float, str, str]) -> ChaosPortal:
    portal.arrivals = [Arrival(moment, portal.name, crawler, path) for moment, crawler, path in rows]
    return portal


ROBOTS = "/robots.txt"
BREACHES = {
    "two crawlers": ([(0, "a", ROBOTS), (2, "b", ROBOTS), (4, "a", "/")], [], "two at once"),
    "a crawl too early": ([(0, "a", ROBOTS), (0.5, "b", ROBOTS)], [], "too early"),
    "the same worker too early": ([(0, "a", ROBOTS), (2, "a", "/"), (2.5, "a", ROBOTS)], [], "too early"),
    "a request too early": ([(0, "a", ROBOTS), (2, "a", "/"), (2.01, "a", "/x")], [], "too early"),
    "two portals of a group": ([(0, "a", ROBOTS), (4, "a", "/")], [(2, "b", ROBOTS)], "two at once"),
    "another of the group too early": ([(0, "a", ROBOTS), (2, "a", "/")], [(3, "a", ROBOTS)], "too early"),
}


@pytest.mark.parametrize("what", BREACHES)
def test_the_judge_sees_each_breach(what: str) -> None:
    first, second, told = BREACHES[what]
    group = "g" if second else ""
    portals = [
        arrivals(ChaosPortal(1, delay=1.0, articles=1, group=group), *first),
        arrivals(ChaosPortal(2, delay=2.0, articles=1, group=group), *second),
    ]
    assert [breach.split(":")[0] for breach in judge(portals).breaches] == [told]


def test_the_judge_finds_nothing_wrong_with_a_good_fleet() -> None:
    portals = [
        arrivals(ChaosPortal(1, delay=1.0, articles=1, group="g"), (0, "a", ROBOTS), (1.1, "a", ROBOTS), (1.7, "a", "/")),
        arrivals(ChaosPortal(2, delay=2.0, articles=1, group="g"), (3.8, "b", ROBOTS), (4.9, "b", "/")),
        arrivals(ChaosPortal(3, delay=2.0, articles=1), (0, "a", ROBOTS), (2.1, "b", ROBOTS), (5, "b", "/")),
    ]  # fmt: skip
    found = judge(portals)
    assert (found.breaches, found.requests, found.crawls) == ([], 8, 5)
