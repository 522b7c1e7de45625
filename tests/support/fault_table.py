"""What the crawler did with each fault, as one table at the end of the test run.

A pytest plugin: a row travels with its test's report, so it arrives from the processes of `pytest -n` as well.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import Any

KEY = "fault"


@dataclass(frozen=True)
class Row:
    fault: str
    outcome: str
    status: int
    seconds: float
    mebibytes: float
    recorded: str


def pytest_terminal_summary(terminalreporter: Any) -> None:
    rows = [
        Row(*value)
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, value in report.user_properties
        if name == KEY
    ]
    if not rows:
        return
    terminalreporter.section("faults: what the crawl did, how long, how much memory, what it recorded")
    terminalreporter.write_line(f"{'fault':37} {'outcome':11} {'exit':>4} {'s':>5} {'MiB':>4}  recorded")
    for row in sorted(rows, key=lambda row: row.fault):
        terminalreporter.write_line(
            f"{row.fault:37} {row.outcome:11} {row.status:4} {row.seconds:5.1f} {row.mebibytes:4.0f}  {row.recorded}"
        )


def as_property(row: Row) -> tuple[str, tuple[object, ...]]:
    """A test's property that the table shows."""
    return KEY, astuple(row)
