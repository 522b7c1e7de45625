"""Three workers and a collector on hosts of their own, a real NATS server, 60 portals, and whatever may happen to them.

    python -m benchmarks.fleet_chaos                                 an hour; as root, on Linux
    python -m benchmarks.fleet_chaos --minutes 5 --portals 12

At random a worker or the collector is killed (kill -9) or stands still, the network of a host is cut, the server of leases
stops or forgets all, a wall clock jumps, a disk is full or slow. Portals publish meanwhile, a third of them in groups,
and some answers never come. At the end the archive must be the portals' truth, and what they noted must show no two
crawls of a portal or of a group at once, and no request before its delay. The exit status is 1 when it does not.
A lease lasts 6 s instead of 30, a portal is crawled every 10 minutes instead of every few hours, and its delay is half a
second, or 8 s where it is to be longer than a lease.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from benchmarks.fleet_hosts import BRIDGE, Host, go_inside, preload
from support.fleet_chaos import COLLECTOR, Chaos, configure
from support.fleet_checks import Verdict, judge
from support.fleet_portal import ChaosPortal
from support.fleet_programs import Program
from support.integrity import rows, verified
from support.nats_server import NatsServer

SECONDS = 6.0
DELAY = 0.5
SLOW = 8.0
"""Longer than a lease: the delay alone keeps the next machine away."""
GROUP_DELAYS = (0.5, 3.0, 0.5)


def main() -> None:
    """Let an hour pass, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--portals", type=int, default=60)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--articles", type=int, default=30, help="of each portal at the beginning")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder for the logs")
    options = parser.parse_args()
    go_inside()
    with tempfile.TemporaryDirectory() as name:
        folder = options.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        sys.exit(0 if play(folder, options) else 1)


def play(folder: Path, options: argparse.Namespace) -> bool:
    """Run the fleet; return whether all is as it must be."""
    chance = random.Random(options.seed)
    library = preload(folder)
    names = [f"worker-{number}" for number in range(1, options.workers + 1)]
    hosts = [Host(folder, each, number, library, chance) for number, each in enumerate([*names, COLLECTOR])]
    portals = list(map(partial(portal_of, articles=options.articles), range(options.portals)))
    try:
        with NatsServer(folder / "nats", host=BRIDGE) as server:
            configure(folder, server.url, portals, [host.name for host in hosts], seconds=SECONDS)
            programs = [
                Program(folder, one.name, "fleet", kind, before=one.before, environment=one.environment)
                for one, kind in zip(hosts, [*["worker"] * len(names), "collector"], strict=True)
            ]
            chaos = Chaos(
                folder, portals, server, programs[:-1], programs[-1], chance, SECONDS, publishing=2.0,
                more=events_of(hosts, chance),
            )  # fmt: skip
            with chaos.running():
                chaos.run(options.minutes * 60)
                for host in hosts:
                    host.set_right()
                ended = time.monotonic()
                whole = chaos.settles(1800)
            return report(chaos, whole, time.monotonic() - ended)
    finally:
        for host in hosts:
            host.end()


def portal_of(number: int, *, articles: int) -> ChaosPortal:
    """Return a portal: of nine, three are a group, and one is slow and has few articles."""
    place = number % 9
    group = f"g{number // 9}" if place < len(GROUP_DELAYS) else ""
    delay = GROUP_DELAYS[place] if group else SLOW if place == 8 else DELAY
    few = max(1, int(articles * DELAY / delay))
    return ChaosPortal(number, delay=delay, articles=few, group=group, host=BRIDGE, silent=0.01)


def events_of(hosts: list[Host], chance: random.Random) -> list:
    """Return what may happen to hosts."""
    return [
        lambda: chance.choice(hosts).cut(chance.uniform(0.2, 2.5) * SECONDS),
        lambda: chance.choice(hosts).cut(chance.uniform(0.2, 2.5) * SECONDS),
        lambda: chance.choice(hosts).fill_disk(chance.uniform(0.5, 2.0) * SECONDS),
        lambda: chance.choice(hosts).slow_disk(chance.uniform(0.5, 2.0) * SECONDS),
        lambda: chance.choice(hosts).set_clock(),
    ]


def report(chaos: Chaos, whole: bool, settled: float) -> bool:
    """Print what happened and what came of it; return whether all is as it must be."""
    found: Verdict = judge(chaos.portals)
    status, verification = verified(chaos.archive)
    kinds = Counter(event.split(":")[0] for event in chaos.events)
    print(f"{len(chaos.events)} events: " + ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items())))
    print(f"ended by themselves and started again: {dict(chaos.ended) or 'none'}")
    print(f"{found.requests:,} requests in {found.crawls:,} crawls; {len(chaos.truth()):,} articles published")
    parcels = rows(chaos.archive, "SELECT count(*), count(DISTINCT worker) FROM parcels")[0]
    homes = rows(
        chaos.archive, "SELECT count(*) FROM (SELECT portal FROM parcels GROUP BY 1 HAVING count(DISTINCT worker) > 1)"
    )
    print(f"{parcels[0]:,} parcels of {parcels[1]} workers; {homes[0][0]} portals went from machine to machine")
    print(f"the archive equals the portals' truth: {'yes' if whole else 'NO'} ({settled:.0f} s after the last event)")
    kinds = Counter(problem["kind"] for problem in verification["problems"])
    print(f"verify: status {status}, {dict(kinds) or 'nothing'}")
    print(f"smallest gap between crawls of a portal or group: {found.between_crawls:.2f} of the delay")
    print(f"smallest gap within a crawl: {found.within_crawls:.2f} of the delay (Scrapy varies it from 0.5 to 1.5)")
    for kind in ("two at once", "too early"):
        print(f"{kind}: {sum(breach.startswith(kind) for breach in found.breaches)}")
    for breach in found.breaches[:20]:
        print(f"  {breach}")
    if not whole:
        missing = sorted(set(chaos.truth()) - set(chaos.stored()))
        print(f"missing: {len(missing)}, {missing[:5]}")
    return whole and not found.breaches and status == 0


if __name__ == "__main__":
    os.nice(-5)
    main()
