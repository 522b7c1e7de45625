"""Hosts on this machine: network namespaces with a cable each, a disk of their own, and faults of clock and disk.

Linux only, as root. All is made inside of one more namespace, so nothing is left behind.
"""

from __future__ import annotations

import os
import random
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

BRIDGE = "10.77.0.1"
"""The address of the portals and of the NATS server."""
_INSIDE = "FLEET_HOSTS_INSIDE"


def go_inside() -> None:
    """Start this program again in namespaces of its own, with a bridge. Exits with a message where that cannot be."""
    if os.environ.get(_INSIDE):
        run("ip", "link", "set", "lo", "up")
        run("ip", "link", "add", "hosts", "type", "bridge")
        run("ip", "addr", "add", f"{BRIDGE}/24", "dev", "hosts")
        run("ip", "link", "set", "hosts", "up")
        return
    if sys.platform != "linux" or os.geteuid() != 0:
        sys.exit("Namespaces need Linux and root. The short form needs neither: pytest tests/fleet/test_chaos.py")
    module = [sys.executable, "-m", "benchmarks.fleet_chaos", *sys.argv[1:]]
    os.environ[_INSIDE] = "1"
    os.execvp("unshare", ["unshare", "--net", "--mount", "--propagation", "private", *module])


def run(*words: str) -> None:
    """Run a command. Raises CalledProcessError."""
    subprocess.run(words, check=True, capture_output=True)


def preload(folder: Path) -> Path:
    """Compile what is preloaded into the programs of hosts."""
    library = folder / "faults.so"
    source = Path(__file__).with_name("fleet_faults.c")
    run("cc", "-O2", "-shared", "-fPIC", "-o", str(library), str(source))
    return library


class Host:
    """One machine. `before` and `environment` let a program run on it."""

    def __init__(self, folder: Path, name: str, number: int, library: Path, chance: random.Random) -> None:
        self.name = name
        self._chance = chance
        self._disk = folder / name
        self._disk.mkdir()
        run("mount", "-t", "tmpfs", "-o", "size=512m", "tmpfs", str(self._disk))
        self._faults = folder / f"{name}.faults"
        self._set()
        self._cable = f"host{number}"
        self._holder = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        own = Path("/proc/self/ns/net").readlink()
        while Path(f"/proc/{self._holder.pid}/ns/net").readlink() == own:
            time.sleep(0.01)
        inside = ["nsenter", "--target", str(self._holder.pid), "--net"]
        there = str(self._holder.pid)
        run("ip", "link", "add", self._cable, "type", "veth", "peer", "name", "eth0", "netns", there)
        run("ip", "link", "set", self._cable, "master", "hosts", "up")
        run(*inside, "ip", "addr", "add", f"10.77.0.{number + 10}/24", "dev", "eth0")
        run(*inside, "ip", "link", "set", "eth0", "up")
        run(*inside, "ip", "link", "set", "lo", "up")
        self.before: Sequence[str] = (*inside, "nice", "-n", "10")
        self.environment = {"LD_PRELOAD": str(library), "FLEET_FAULTS": str(self._faults)}

    def end(self) -> None:
        """Remove the host."""
        self._holder.kill()
        self._holder.wait()

    def cut(self, seconds: float) -> str:
        """Pull the cable, and put it in again after so many seconds."""
        run("ip", "link", "set", self._cable, "down")
        time.sleep(seconds)
        run("ip", "link", "set", self._cable, "up")
        return f"network cut: {self.name}"

    def fill_disk(self, seconds: float) -> str:
        """Leave no room, or nearly none, on the disk."""
        filler = self._disk / "filler"
        with filler.open("wb", buffering=0) as file:
            try:
                while file.write(bytes(2**20)) == 2**20:
                    pass
            except OSError:
                pass
            file.truncate(file.tell() - self._chance.choice([0, 0, 10_000, 300_000]))
        time.sleep(seconds)
        filler.unlink()
        return f"disk full: {self.name}"

    def slow_disk(self, seconds: float) -> str:
        """Let each write take its time."""
        self._set(clock=self._clock, disk=self._chance.uniform(0.005, 0.2))
        time.sleep(seconds)
        self._set(clock=self._clock)
        return f"disk slow: {self.name}"

    def set_clock(self) -> str:
        """Set the wall clock, or set it right."""
        days = 86_400
        self._set(clock=self._chance.choice([0, 0, 60, -60, 3600, -3600, days, -days, 400 * days]))
        return f"clock set: {self.name}"

    def set_right(self) -> None:
        """Set the clock right."""
        self._set()

    def _set(self, *, clock: int = 0, disk: float = 0.0) -> None:
        self._clock = clock
        values = struct.pack("=qq", clock, int(disk * 1e6))
        with self._faults.open("r+b" if self._faults.exists() else "wb") as file:
            # In place: the programs have mapped the file.
            file.write(values)
