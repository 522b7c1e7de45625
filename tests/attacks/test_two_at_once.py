"""Two commands on one archive at once: one waits or is refused. What a killed one leaves is removed by the next."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support import nightly, program
from support.archives import article, fill
from support.integrity import rows, run, verified


def start(*words: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "newscrawler", *map(str, words)]
    return program.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "mine" / "archive.db"
    fill(path, 60)
    return path


def commands(archive: Path, folder: Path) -> dict[str, tuple[tuple[object, ...], Path]]:
    """Name to the words of a command and the file that it writes."""
    bag = folder / "bag"
    run("backup", "create", bag, "--archive", archive)
    return {
        "merge into a new archive": (("merge", archive, "--archive", folder / "new" / "a.db"), folder / "new" / "a.db"),
        "merge into an archive": (("merge", bag / "data" / archive.name, "--archive", archive), archive),
        "backup": (("backup", "create", folder / "b", "--archive", archive), folder / "b" / "data" / archive.name),
        "restore": (("backup", "restore", bag, folder / "r"), folder / "r" / archive.name),
        "salvage": (("salvage", folder / "s.db", "--archive", archive), folder / "s.db"),
        "repair": (("repair", "--archive", archive), archive),
    }


NAMES = ["merge into a new archive", "merge into an archive", "backup", "restore", "salvage", "repair"]


@nightly.by_day(1, 2, 5)
@pytest.mark.parametrize("name", NAMES)
def test_one_of_two_waits_or_is_refused(archive: Path, tmp_path: Path, name: str) -> None:
    words, written = commands(archive, tmp_path)[name]
    both = [start(*words) for _ in range(2)]
    messages = [one.communicate(timeout=120)[1] for one in both]
    statuses = sorted(one.returncode for one in both)
    assert statuses[0] == 0, messages
    assert set(statuses) <= {0, 1, 2}
    assert "Traceback" not in "".join(messages)
    assert verified(written)[0] == 0
    assert rows(written, "SELECT count(*) FROM articles_flat") == [(60,)]
    assert left(tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_kill_leaves_nothing_under_the_final_name(archive: Path, tmp_path: Path, name: str) -> None:
    """And the next one removes what is left under another name."""
    words, written = commands(archive, tmp_path)[name]
    chance = random.Random(name)
    for _ in range(6):
        process = start(*words)
        time.sleep(chance.uniform(0.05, 0.8))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if written != archive and written.exists():
            break  # it was faster
        assert verified(archive)[0] == 0
    done = run(*words)
    assert done.exit_code == 0 or "exists" in done.output + done.stderr, done.output
    assert verified(written)[0] == 0
    assert rows(written, "SELECT count(*) FROM articles_flat WHERE url = ?", article(1).url) == [(1,)]
    assert left(tmp_path) == []


def left(folder: Path) -> list[str]:
    return sorted(os.fspath(path.relative_to(folder)) for path in folder.rglob(".*.part"))
