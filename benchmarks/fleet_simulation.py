"""A fleet on paper: portals, machines, failures and days, with a clock of its own. Nothing is crawled.

    python -m benchmarks.fleet_simulation                       10,000 portals, 50 machines, 30 days
    python -m benchmarks.fleet_simulation --portals 100000 --machines 500

Machines lease portals by the rules of newscrawler.fleet: sticky, several at once, taken over when a lease was not renewed.
What a crawl costs is drawn from distributions whose values stand below; they are assumptions, printed with the result.
"""

from __future__ import annotations

import argparse
import heapq
import random
from dataclasses import dataclass, field

from newscrawler.fleet.due import STICKY
from newscrawler.fleet.leases import SECONDS as LEASE
from newscrawler.fleet.worker import LOOK_EVERY

HOUR = 3600.0
DAY = 24 * HOUR
RENEWED = 6
"""Renewals per lease time."""


@dataclass
class Assumptions:
    """What is assumed of portals and machines."""

    every: float = 6 * HOUR
    delay: float = 1.0
    listing_requests: int = 40
    """Requests of a crawl that finds nothing new."""
    articles_a_day: float = 40.0
    """New articles per portal and day, on average; portals differ by a factor of ten."""
    slow_share: float = 0.05
    slow_factor: float = 10.0
    """So many portals answer so much more slowly."""
    machine_fails_every: float = 10 * DAY
    machine_is_back_after: float = 2 * HOUR
    network_fails_every: float = 5 * DAY
    network_is_back_after: float = 0.25 * HOUR
    at_once: int = 100
    entry_bytes: int = 700
    """Of one entry in the server's store, with its overhead."""
    parcel_bytes_per_article: int = 60_000
    """Capture and rows."""
    parcel_bytes: int = 120_000
    """Of a parcel without articles: its archive, listings' captures."""
    take_in_seconds: float = 0.35
    """Of an empty parcel at the collector: unpacking, checks, one transaction."""
    take_in_seconds_per_article: float = 0.003


@dataclass
class Machine:
    """One worker."""

    is_up: bool = True
    held: set[int] = field(default_factory=set)
    epoch: int = 0


@dataclass
class Result:
    """What came of it."""

    crawls: int = 0
    requests: int = 0
    lost: int = 0
    takeovers: int = 0
    articles: int = 0
    parcel_bytes: float = 0.0
    late: list[float] = field(default_factory=list)
    busy: float = 0.0
    leased_seconds: float = 0.0
    collector_busy: float = 0.0
    queue: float = 0.0
    worst_queue: float = 0.0


def simulate(portals: int, machines: int, days: float, seed: int, assumed: Assumptions) -> Result:
    """Run the days event by event."""
    chance = random.Random(seed)
    rate = [assumed.articles_a_day * chance.lognormvariate(-0.5, 1.0) / DAY for _ in range(portals)]
    slow = [assumed.slow_factor if chance.random() < assumed.slow_share else 1.0 for _ in range(portals)]
    offset = [chance.uniform(0, assumed.every) for _ in range(portals)]
    crawled_at = [0.0] * portals
    home = [number % machines for number in range(portals)]
    fleet = [Machine() for _ in range(machines)]
    waiting: dict[int, float] = {}
    result = Result()
    collector_free = 0.0
    events: list[tuple[float, int, str, int, int]] = []
    count = 0

    def at(moment: float, what: str, number: int, epoch: int = 0) -> None:
        nonlocal count
        count += 1
        heapq.heappush(events, (moment, count, what, number, epoch))

    def begin(portal: int, machine: int, now: float) -> None:
        due = waiting.pop(portal)
        result.late.append(now - due)
        holder = fleet[machine]
        holder.held.add(portal)
        if home[portal] != machine:
            result.takeovers += 1
            home[portal] = machine
        articles = int(rate[portal] * (now - crawled_at[portal]) + chance.random())
        requests = assumed.listing_requests + articles
        seconds = requests * assumed.delay * slow[portal]
        found[portal] = (articles, requests, seconds)
        at(now + seconds, "end", portal, holder.epoch)

    def find_work(now: float) -> None:
        for portal in list(waiting):
            own = fleet[home[portal]]
            if own.is_up and len(own.held) < assumed.at_once:
                begin(portal, home[portal], now)
            elif now - waiting[portal] >= STICKY.total_seconds():
                free = [n for n, one in enumerate(fleet) if one.is_up and len(one.held) < assumed.at_once]
                if free:
                    begin(portal, min(free, key=lambda n: len(fleet[n].held)), now)

    found: dict[int, tuple[int, int, float]] = {}
    for portal in range(portals):
        at(offset[portal], "due", portal)
    for machine in range(machines):
        at(chance.expovariate(1 / assumed.machine_fails_every), "down", machine)
        at(chance.expovariate(1 / assumed.network_fails_every), "cut", machine)
    at(60.0, "look", 0)
    while events and events[0][0] < days * DAY:
        now, _, what, number, epoch = heapq.heappop(events)
        if what == "due":
            at(now + assumed.every, "due", number)
            if number not in waiting and number not in found:
                waiting[number] = now
                own = fleet[home[number]]
                if own.is_up and len(own.held) < assumed.at_once:
                    begin(number, home[number], now + chance.uniform(0, LOOK_EVERY))
        elif what == "end" and number in found and fleet[home[number]].epoch == epoch:
            articles, requests, seconds = found.pop(number)
            fleet[home[number]].held.discard(number)
            crawled_at[number] = now
            result.crawls += 1
            result.requests += requests
            result.articles += articles
            result.leased_seconds += seconds
            result.parcel_bytes += assumed.parcel_bytes + articles * assumed.parcel_bytes_per_article
            took = assumed.take_in_seconds + articles * assumed.take_in_seconds_per_article
            collector_free = max(collector_free, now) + took
            result.collector_busy += took
            result.worst_queue = max(result.worst_queue, collector_free - now)
        elif what in ("down", "cut"):
            one = fleet[number]
            if one.is_up:
                one.is_up = False
                one.epoch += 1
                for portal in one.held:
                    _, requests, seconds = found.pop(portal)
                    result.lost += 1
                    result.requests += requests // 2
                    # It is free when its lease has ended.
                    waiting[portal] = now + LEASE
                one.held.clear()
                back = assumed.machine_is_back_after if what == "down" else assumed.network_is_back_after
                at(now + back, "up", number)
            again = assumed.machine_fails_every if what == "down" else assumed.network_fails_every
            at(now + chance.expovariate(1 / again), what, number)
        elif what == "up":
            fleet[number].is_up = True
        elif what == "look":
            find_work(now)
            at(now + 60.0, "look", 0)
    return result


def main() -> None:
    """Simulate and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--portals", type=int, default=10_000)
    parser.add_argument("--machines", type=int, default=50)
    parser.add_argument("--days", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    assumed = Assumptions()
    result = simulate(options.portals, options.machines, options.days, options.seed, assumed)
    seconds = options.days * DAY
    late = sorted(result.late)
    crawling = result.leased_seconds / seconds
    renewals = crawling * RENEWED / LEASE
    rows = [
        ("crawls", f"{result.crawls:,}"),
        ("crawls lost with their machine", f"{result.lost:,} ({result.lost / max(1, result.crawls):.2%})"),
        ("portals taken over", f"{result.takeovers:,}"),
        ("requests to portals", f"{result.requests:,} ({result.requests / seconds:,.0f} per second)"),
        ("articles", f"{result.articles:,}"),
        ("late: median, 99 %, worst", " / ".join(f"{late[int(len(late) * p)]:,.0f} s" for p in (0.5, 0.99, 0.9999))),
        ("portals crawled at once, mean", f"{crawling:,.0f} of {options.machines * assumed.at_once:,}"),
        ("writes to the server of leases", f"{renewals + 2 * result.crawls / seconds:,.0f} per second"),
        (
            "entries read by all machines",
            f"{(renewals + 2 * result.crawls / seconds) * options.machines:,.0f} per second",
        ),
        ("entries in its store", f"{options.portals * assumed.entry_bytes * 4 / 1e6:,.0f} MB"),
        ("parcels", f"{result.parcel_bytes / options.days / 1e9:,.1f} GB per day"),
        ("collector busy", f"{result.collector_busy / seconds:.1%} of one core"),
        ("longest queue of the collector", f"{result.worst_queue / 60:,.0f} min"),
    ]
    print(f"{options.portals:,} portals, {options.machines} machines, {options.days:g} days; {assumed}\n")
    for name, value in rows:
        print(f"| {name} | {value} |")


if __name__ == "__main__":
    main()
