"""A Dask cluster of this machine: a scheduler and workers that are processes, each of which a test can kill."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

SECONDS = 60.0
"""How long a process may take to start or to end."""


class DaskCluster:
    """Scheduler and workers on loopback, without dashboards. Each worker does one task at once, and has no nanny."""

    def __init__(self, folder: Path, workers: int = 2, *, allowed_failures: int = 3) -> None:
        """Start nothing yet. Logs and files of the workers lie in the folder.

        A task whose worker dies more often than `allowed_failures` is given up.
        """
        self._folder = folder
        self._settings = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": str(allowed_failures)}
        self._folder.mkdir()
        self._count = workers
        self._port = _free_port()
        self.address = f"tcp://127.0.0.1:{self._port}"
        self.scheduler: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> DaskCluster:
        self.start_scheduler()
        for _ in range(self._count):
            self.start_worker()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for process in (*self.workers, *([self.scheduler] if self.scheduler else [])):
            process.kill()
            process.wait()

    def start_scheduler(self) -> None:
        """Start the scheduler, again at the same address, and wait until it listens."""
        self.scheduler = self._started("scheduler", "--host", "127.0.0.1", "--port", str(self._port))
        until = time.monotonic() + SECONDS
        while True:
            with socket.socket() as attempt:
                if attempt.connect_ex(("127.0.0.1", self._port)) == 0:
                    return
            assert time.monotonic() < until, "the scheduler does not listen"
            time.sleep(0.05)

    def start_worker(self) -> None:
        """Start one more worker; the scheduler learns of it when it is ready."""
        self.workers.append(
            self._started(
                "worker", self.address, "--nthreads", "1", "--no-nanny", "--local-directory", str(self._folder)
            )
        )

    def kill_scheduler(self) -> None:
        """Kill the scheduler; its workers end by themselves, or are killed."""
        assert self.scheduler is not None
        self.scheduler.send_signal(signal.SIGKILL)
        self.scheduler.wait()
        for worker in self.workers:
            worker.kill()
            worker.wait()
        self.workers = []

    def kill_worker(self) -> None:
        """Kill the first worker."""
        worker = self.workers.pop(0)
        worker.send_signal(signal.SIGKILL)
        worker.wait()

    def _started(self, kind: str, *arguments: str) -> subprocess.Popen[bytes]:
        tests = Path(__file__).resolve().parents[1]
        environment = {**os.environ, **self._settings, "PYTHONPATH": os.pathsep.join((str(tests), str(tests.parent)))}
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments, "--no-dashboard"]
        with (self._folder / f"{kind}.log").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, env=environment)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
