"""What tests cost, in seconds of processors: a table by folder and the dearest tests, at the end of a run.

A plug-in that is asked for by `PYTHONPATH=tests python -m pytest -p support.costs`. Unlike the time of the clock, it
does not depend much on what else the machine does. A test counts with the processes that it starts; what several tests
share counts for the first of them.
"""

from __future__ import annotations

import os
import resource
from collections import Counter
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

KEY = "seconds of processors"
DEAREST = 40
_BEFORE = pytest.StashKey[float]()
_TICKS = os.sysconf("SC_CLK_TCK")


def used() -> float:
    """Return what this process and those below it have used so far; of those that still run, on Linux only."""
    ended = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    seconds = sum(one.ru_utime + one.ru_stime for one in ended)
    below = _children(os.getpid())
    while below:
        process = below.pop()
        below += _children(process)
        with suppress(OSError, IndexError):
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            seconds += sum(map(int, fields[11:15])) / _TICKS
    return seconds


def _children(process: int) -> list[int]:
    found: list[int] = []
    with suppress(OSError):
        for thread in Path(f"/proc/{process}/task").iterdir():
            found += map(int, (thread / "children").read_text().split())
    return found


def pytest_configure(config: pytest.Config) -> None:
    """Let each process of `pytest -n` have a server that forks of its own: otherwise one is charged for all."""
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        os.environ["PYTEST_XDIST_TESTRUNUID"] += f"-{worker}"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    item.stash[_BEFORE] = used()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    report = yield
    if call.when == "teardown":
        report.user_properties.append((KEY, used() - item.stash[_BEFORE]))
    return report


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: Any) -> None:
    tests: Counter[str] = Counter()
    folders: Counter[str] = Counter()
    for report in terminalreporter.stats.get("", ()):
        for name, seconds in getattr(report, "user_properties", ()):
            if name == KEY:
                tests[report.nodeid.partition("[")[0]] += seconds
                folders["/".join(report.nodeid.partition("::")[0].split("/")[:2])] += seconds
    terminalreporter.section("seconds of processors")
    for title, counted in (("dearest tests", tests.most_common(DEAREST)), ("folders", folders.most_common())):
        terminalreporter.write_line(f"{title}:")
        for name, seconds in counted:
            terminalreporter.write_line(f"{seconds:8.1f} {name}")
    terminalreporter.write_line(f"{sum(folders.values()):8.1f} all tests, {used():.1f} with starts and collection")
