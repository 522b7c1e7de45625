"""Leases: one holder at a time, whatever dies, whatever a server forgets, whatever a clock does."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from newscrawler.fleet.engine import Engine, UnavailableError
from newscrawler.fleet.file_engine import FileEngine
from newscrawler.fleet.leases import PORTALS, Lease, LeaseLostError, Leases
from support.memory_engine import MemoryEngine


class Clock:
    """The clock of one machine; each has its own beginning."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@dataclass
class Machine:
    leases: Leases
    clock: Clock

    def take(self, portal: str, **options: int) -> Lease | None:
        self.leases.look((portal,))
        return self.leases.lease(portal, **options)


def machines(make: Callable[[], Engine], *names: str) -> list[Machine]:
    made = []
    for number, name in enumerate(names):
        clock = Clock(1000.0 * number)
        made.append(Machine(Leases(make(), name, seconds=30, clock=clock), clock))
    return made


def pass_time(seconds: float, *all_machines: Machine) -> None:
    for machine in all_machines:
        machine.clock.now += seconds


def first_lease(machine: Machine, *others: Machine) -> Lease:
    """Take a portal that no one has leased yet: its missing entry is watched first."""
    assert machine.take("p") is None
    pass_time(30, machine, *others)
    lease = machine.take("p")
    assert lease is not None
    return lease


def test_a_portal_goes_from_holder_to_holder_with_growing_tokens(engines: Callable[[], Engine]) -> None:
    one, two = machines(engines, "one", "two")
    lease = first_lease(one, two)
    assert lease.entry.token == 1
    # A renewed lease never becomes free, however long it lasts.
    for _ in range(5):
        assert two.take("p") is None
        pass_time(20, one, two)
        lease = one.leases.renew(lease)
    one.leases.release(lease, shipped="abc", sequence=1)
    # What was released is free at once, and says what was shipped.
    second = two.take("p")
    assert second is not None
    assert (second.entry.token, second.entry.shipped, second.entry.home) == (2, "abc", "two")
    with pytest.raises(LeaseLostError):
        one.leases.renew(lease, shipped="late")
    # Its holder dies: another one watches for the time of a lease, then takes over.
    one.leases.look()
    pass_time(29, one, two)
    assert one.take("p") is None
    pass_time(1, one, two)
    third = one.take("p")
    assert third is not None and third.entry.token == 3
    with pytest.raises(LeaseLostError):
        two.leases.renew(second, shipped="late")
    assert one.leases.look()["p"].entry.shipped == "abc"


def test_an_engine_that_forgets_everything_gives_a_portal_to_nobody_else(tmp_path: Path) -> None:
    path = tmp_path / "fleet.db"
    one, two = machines(lambda: FileEngine(path), "one", "two")
    lease = first_lease(one, two)
    lease = one.leases.renew(lease)
    path.unlink()
    # The holder learns it with its next renewal; nobody takes the portal before the lease would have ended.
    assert two.take("p") is None
    pass_time(lease.until - one.clock.now - 0.1, one, two)
    assert two.take("p") is None
    with pytest.raises(LeaseLostError):
        one.leases.renew(lease)
    pass_time(30, one, two)
    # The token goes on from that of an archive.
    again = two.take("p", above=7)
    assert again is not None and again.entry.token == 8


def test_of_many_only_one_gets_a_free_portal(engines: Callable[[], Engine]) -> None:
    some = machines(engines, "a", "b", "c")
    for machine in some:
        machine.leases.look(("p",))
    pass_time(30, *some)
    for machine in some:
        machine.leases.look(("p",))
    # All saw it free, before one of them tried.
    assert sum(machine.leases.lease("p") is not None for machine in some) == 1


def test_a_process_that_was_started_again_does_not_hold_what_it_held(tmp_path: Path) -> None:
    def make() -> FileEngine:
        return FileEngine(tmp_path / "fleet.db")

    before, after = machines(make, "one", "one")
    lease = first_lease(before, after)
    assert after.take("p") is None
    pass_time(30, before, after)
    taken = after.take("p")
    assert taken is not None
    with pytest.raises(LeaseLostError):
        before.leases.renew(lease)


class Unreliable(FileEngine):
    """Stores, but its answer is lost."""

    loses = False

    def replace(self, bucket: str, key: str, value: bytes, revision: int) -> int:
        found = super().replace(bucket, key, value, revision)
        if self.loses:
            raise UnavailableError("no answer")
        return found


def test_a_lost_answer_loses_no_lease(tmp_path: Path) -> None:
    engine = Unreliable(tmp_path / "fleet.db")
    (one,) = machines(lambda: engine, "one")
    lease = first_lease(one)
    engine.loses = True
    with pytest.raises(UnavailableError):
        one.leases.renew(lease, shipped="a")
    with pytest.raises(UnavailableError):
        one.leases.renew(lease, shipped="b")
    engine.loses = False
    lease = one.leases.renew(lease, shipped="b", sequence=2)
    assert lease.entry.shipped == "b"
    engine.loses = True
    with pytest.raises(UnavailableError):
        one.leases.release(lease)
    engine.loses = False
    one.leases.release(lease)
    assert one.leases.look()["p"].entry.holder == ""


@pytest.mark.parametrize("value", [b"", b"[]", b"{", b"[" * 60_000, b'{"token": -1}', b'{"holder": 3}', b"\xff"])
def test_an_entry_that_cannot_be_read_counts_as_held(tmp_path: Path, value: bytes) -> None:
    engine = FileEngine(tmp_path / "fleet.db")
    engine.put(PORTALS, "p", value)
    (one,) = machines(lambda: engine, "one")
    assert one.take("p") is None
    pass_time(30, one)
    assert one.take("p") is not None


def test_a_report_that_is_too_large_is_shortened(engines: Callable[[], Engine]) -> None:
    """A worker of a thousand portals, a collector with long errors: nobody fails because of what it says."""
    (one,) = machines(engines, "one")
    one.leases.report("worker.one", {"crawling": ["p" * 64] * 1000, "drained": False})
    one.leases.report("collector.main", {"errors": ["错误" * 30_000] * 20, "alarms": {"x" * 2000: 1}, "portals": 3})
    worker, collector = one.leases.reports("worker")["one"], one.leases.reports("collector")["main"]
    assert worker["shortened"] is True and worker["drained"] is False and 0 < len(worker["crawling"]) < 1000
    assert collector["shortened"] is True and collector["portals"] == 3 and len(collector["errors"][0]) >= 10
    one.leases.report("worker.one", {"crawling": ["p"]})
    assert one.leases.reports("worker")["one"] == {"crawling": ["p"]}


@pytest.mark.parametrize("seed", range(30))
def test_never_two_holders_whatever_happens(seed: int) -> None:
    """Machines pause, die, start again and lose the engine at random: at no moment do two of them hold the portal."""
    chance = random.Random(seed)
    engine = MemoryEngine()
    some = machines(lambda: engine, "a", "b", "c")
    held: dict[int, Lease] = {}
    owners = 0
    for _ in range(400):
        pass_time(chance.choice([0.5, 3, 10]), *some)
        number = chance.randrange(3)
        machine, lease = some[number], held.get(number)
        event = chance.random()
        if event < 0.02:
            engine.forget()
        elif event < 0.05:
            clock = machine.clock
            some[number] = Machine(Leases(engine, "abc"[number], seconds=30, clock=clock), clock)
            # Its crawl goes on by itself until the lease's end, but nobody renews it.
        elif lease is None or machine.clock.now >= lease.until:
            held.pop(number, None)
            if (taken := machine.take("p")) is not None:
                held[number] = taken
                owners += 1
        elif event < 0.3:
            try:
                machine.leases.release(lease)
            except LeaseLostError:
                pass
            else:
                del held[number]
        elif event < 0.9:
            # One that has lost it stops at once; until here it may have sent requests.
            with suppress(LeaseLostError):
                held[number] = machine.leases.renew(lease)
        crawling = [n for n, lease in held.items() if some[n].clock.now < lease.until]
        assert len(crawling) <= 1, f"{crawling} hold the portal"
    assert owners > 5
