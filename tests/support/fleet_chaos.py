"""A fleet of processes with a real NATS server, and what may happen to it, at random."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from support.fleet_portal import ChaosPortal
from support.fleet_programs import Program, running
from support.integrity import rows
from support.nats_server import NatsServer

COLLECTOR = "collector"


def configure(
    folder: Path, url: str, portals: Sequence[ChaosPortal], names: Sequence[str], *, seconds: float, at_once: int = 2
) -> None:
    """Write the definitions of the portals, and a configuration for each program."""
    for portal in portals:
        (folder / f"{portal.name}.toml").write_text(portal.definition, encoding="utf-8")
    listed = ", ".join(f'"{portal.name}.toml"' for portal in portals)
    for name in names:
        (folder / f"{name}.toml").write_text(
            f'name = "chaos"\nworker = "{name}"\nfolder = "{name}"\nparcels = "nats"\n'
            f'archive = "{COLLECTOR}/all.db"\nportals = [{listed}]\nat_once = {at_once}\nmin_free_mb = 1\n'
            f'lease_seconds = {seconds}\n[nats]\nservers = ["{url}"]\n',
            encoding="utf-8",
        )


@dataclass
class Chaos:
    """What happens, one event after the other."""

    folder: Path
    portals: Sequence[ChaosPortal]
    server: NatsServer
    workers: Sequence[Program]
    collector: Program
    chance: random.Random
    seconds: float
    """Of a lease."""
    publishing: float = 0.0
    """New articles per event, on average."""
    more: Sequence[Callable[[], str]] = ()
    """Events that need more than processes: they do something, and return `WHAT: WHOM`."""
    events: list[str] = field(default_factory=list)
    ended: Counter[str] = field(default_factory=Counter)
    """Programs that ended by themselves, and were started again, as a service manager does."""

    @property
    def archive(self) -> Path:
        return self.folder / COLLECTOR / "all.db"

    @contextmanager
    def running(self) -> Iterator[None]:
        with running([*self.workers, self.collector]):
            yield

    def run(self, seconds: float) -> None:
        """Let one thing after the other happen."""
        ends = time.monotonic() + seconds
        kinds = [self._kill, self._kill, self._replace, self._pause, self._collector, self._stop_server, self._forget]
        kinds += self.more
        while time.monotonic() < ends:
            self.pass_time(self.chance.uniform(0.5, 2.0))
            self.events.append(self.chance.choice(kinds)())
            while self.chance.random() < self.publishing / (1 + self.publishing):
                self.chance.choice(self.portals).publish()

    def pass_time(self, leases: float) -> None:
        """Wait for so many times the time of a lease."""
        ends = time.monotonic() + leases * self.seconds
        while time.monotonic() < ends:
            time.sleep(0.2)
            self._start_again()

    def settles(self, seconds: float) -> bool:
        """Whether the archive has all that was published, after so many seconds at most."""
        ends = time.monotonic() + seconds
        while (is_whole := self.stored() == self.truth()) is False and time.monotonic() < ends:
            self.pass_time(0.2)
        return is_whole

    def truth(self) -> list[tuple[str, str]]:
        return sorted((portal.name, title) for portal in self.portals for title in portal.titles)

    def stored(self) -> list[tuple[str, str]]:
        if not self.archive.exists():
            return []
        return [
            (str(portal), str(title))
            for portal, title in rows(self.archive, "SELECT portal, title FROM articles_flat ORDER BY 1, 2")
        ]

    def logs(self) -> str:
        return "\n".join(program.log() for program in (*self.workers, self.collector))

    def _start_again(self) -> None:
        for program in (*self.workers, self.collector):
            if program.process is not None and program.process.poll() is not None:
                self.ended[program.name] += 1
                program.start()

    def _kill(self) -> str:
        worker = self.chance.choice(self.workers)
        worker.kill()
        worker.start()
        return f"killed: {worker.name}"

    def _replace(self) -> str:
        """Drain a machine, and start it again when it has ended, as for an upgrade."""
        worker = self.chance.choice(self.workers)
        process = worker.process
        assert process is not None
        if worker.call("fleet", "drain", worker.name) != 0:
            return f"not drained: {worker.name}"
        try:
            is_drained = process.wait(120) == 0
        except subprocess.TimeoutExpired:
            is_drained = False
        assert worker.call("fleet", "drain", worker.name, "--cancel") == 0, worker.log()
        if process.poll() is not None:
            worker.start()
        return f"{'drained and replaced' if is_drained else 'drained in vain'}: {worker.name}"

    def _pause(self) -> str:
        worker = self.chance.choice(self.workers)
        worker.signal(signal.SIGSTOP)
        time.sleep(self.chance.uniform(0.5, 1.5) * self.seconds)
        worker.signal(signal.SIGCONT)
        return f"stood still: {worker.name}"

    def _collector(self) -> str:
        self.collector.kill()
        self.collector.start()
        return f"killed: {self.collector.name}"

    def _stop_server(self) -> str:
        self.server.kill()
        return self._start_server("server stopped")

    def _forget(self) -> str:
        self.server.forget()
        return self._start_server("server forgot all")

    def _start_server(self, what: str) -> str:
        time.sleep(self.chance.uniform(0, 0.5) * self.seconds)
        self.server.start()
        return what
