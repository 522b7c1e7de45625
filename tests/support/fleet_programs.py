"""Workers and the collector of a fleet as processes, which may be killed and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from support import program


class Program:
    """`newscrawler WORDS --config FOLDER/NAME.toml`; its crawls name themselves NAME.STARTS to the portals."""

    def __init__(
        self,
        folder: Path,
        name: str,
        *words: str,
        before: Sequence[str] = (),
        environment: dict[str, str] | None = None,
    ) -> None:
        self.folder, self.name, self.words, self.before = folder, name, words, before
        self.environment = environment or {}
        self.starts = 0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.starts += 1
        self.process = self._begin(*self.words)

    def call(self, *words: str) -> int:
        """Run another command on the same machine to its end; return its status."""
        return self._begin(*words).wait()

    def _begin(self, *words: str) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "NEWSCRAWLER_ALLOW_PRIVATE": "1",
            "NEWSCRAWLER_CONTACT": f"{self.name}.{self.starts}",
            **self.environment,
        }
        config = ["--config", str(self.folder / f"{self.name}.toml")]
        with (self.folder / f"{self.name}.log").open("ab") as log:
            # What runs before it starts an interpreter of its own.
            started = subprocess.Popen if self.before else program.Popen
            return started(
                [*self.before, sys.executable, "-m", "newscrawler", *words, *config],
                env=environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )

    def kill(self) -> None:
        """Kill it as kill -9 does. A crawl that it started goes on until the end of its lease."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def signal(self, number: int) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def log(self) -> str:
        return (self.folder / f"{self.name}.log").read_text(errors="replace")[-3000:]


@contextmanager
def running(programs: Sequence[Program]) -> Iterator[None]:
    for one in programs:
        one.start()
    try:
        yield
    finally:
        for one in programs:
            one.signal(signal.SIGCONT)
            one.kill()
