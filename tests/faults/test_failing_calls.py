"""Every write, sync, rename or open may fail once: afterwards the archive is sound and the message names the cause."""

from __future__ import annotations

import re
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from support import nightly, program
from support.failing_calls import FAULTS, Fault, can_trace, run_with_fault
from support.integrity import verified
from support.once import made_once

pytestmark = pytest.mark.skipif(not can_trace(), reason="needs strace, and the right to trace programs")

COMMANDS = {
    "crawl": ["crawl", "demo", "--limit", "4"],
    "refresh": ["refresh", "demo", "--older-than", "0d", "--limit", "2"],
    "reextract": ["reextract"],
    "merge": ["merge", "other/archive.db", "--archive", "archive.db"],
    "import": ["import", "other/warc", "--portal", "demo"],
    "backup": ["backup", "create", "backups/new"],
    "export": ["export", "articles.csv"],
    "export sqlite": ["export", "part.sqlite", "--format", "sqlite"],
    "suppress": ["suppress", "add", "http://www.demo.newscrawler.example/2019/0708/50567.shtml", "--reason", "asked"],
    "repair": ["repair"],
}
MADE = {"backup": "backups/new", "export": "articles.csv", "export sqlite": "part.sqlite"}
"""What a command makes: it is there and whole, or absent."""
CAUSES = re.compile(
    "disk|space|full|Input/output|I/O|Permission|permission|open files|memory|not permitted|readonly|read-only|unable to open"
    "|incomplete|interrupted"
)
NIGHTLY = range(1, 120)


@pytest.fixture
def folder(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive of a few articles with captures, and another archive to merge."""

    def make(place: Path) -> None:
        for archive, limit in ((place / "archive.db", "5"), (place / "other" / "archive.db", "8")):
            archive.parent.mkdir(exist_ok=True)
            command = [
                sys.executable,
                "-m",
                "newscrawler",
                "crawl",
                "demo",
                "--limit",
                limit,
                "--archive",
                str(archive),
            ]
            program.run(command, capture_output=True, check=False)

    own = tmp_path / "work"
    shutil.copytree(made_once(tmp_path_factory, "failing-calls", make), own)
    return own


def articles(archive: Path) -> set[tuple[str, str]]:
    with closing(sqlite3.connect(archive)) as connection:
        return set(connection.execute("SELECT url, body FROM articles_flat"))


def arguments(name: str) -> list[str]:
    given = COMMANDS[name]
    return given if "--archive" in given else [*given, "--archive", "archive.db"]


def check(name: str, fault: Fault, number: int, folder: Path) -> bool:
    """Run a command with a fault and check what is left; return whether a call failed."""
    before = articles(folder / "archive.db")
    outcome = run_with_fault(arguments(name), fault, number, folder)
    where = f"{name}: call {number} of {fault}\n{outcome.messages}"
    assert outcome.status in (0, 1, 3), where
    if outcome.failed and not outcome.spoke:
        assert "Traceback" not in outcome.messages, where
        assert outcome.status != 1 or CAUSES.search(outcome.messages), where
    made = folder / MADE[name] if name in MADE else None
    if made is not None:
        assert outcome.spoke or made.exists() == (outcome.status == 0), where
        left = [path for path in made.parent.iterdir() if path.name.startswith(".") and path.name.endswith(".part")]
        assert not left, where
    status, found = verified(folder / "archive.db")
    assert status == 0, f"{where}\n{found}"
    hidden = len(before - articles(folder / "archive.db"))
    assert hidden <= (name == "suppress"), where
    assert outcome.spoke or hidden == (name == "suppress" and outcome.status == 0), where
    if outcome.failed and outcome.status and not outcome.spoke:
        again = program.run(
            [sys.executable, "-m", "newscrawler", *arguments(name)],
            cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert again.returncode in (0, 3), f"{where}\nand again:\n{again.stdout}{again.stderr}"
    return outcome.failed


@nightly.by_day(1)
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_the_first_call_fails(fault: Fault, folder: Path) -> None:
    assert check("export", fault, 1, folder)


@nightly.by_day(6)
@pytest.mark.parametrize(
    ("name", "calls", "number"),
    [
        ("crawl", "write", 12),
        ("refresh", "pwrite64", 20),
        ("reextract", "fsync", 1),
        ("merge", "pwrite64", 60),
        ("merge", "rename", 1),
        ("import", "write", 12),
        ("import", "fsync", 4),
        ("repair", "write", 1),
        ("suppress", "pwrite64", 3),
    ],
)
def test_a_call_in_the_middle_fails(name: str, calls: str, number: int, folder: Path) -> None:
    """A few of `test_any_call_fails`, of each command and of each kind of file."""
    (fault,) = (fault for fault in FAULTS if fault.calls.split(",")[0] == calls)
    assert check(name, fault, number, folder)


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=str)
@pytest.mark.parametrize("name", COMMANDS)
def test_any_call_fails(name: str, fault: Fault, folder: Path, tmp_path: Path) -> None:
    for number in NIGHTLY:
        own = tmp_path / f"call-{number}"
        shutil.copytree(folder, own)
        if not check(name, fault, number, own):
            break
        shutil.rmtree(own)
