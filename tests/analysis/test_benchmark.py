"""The benchmarks: of what analysts wait for to its end, on a small archive; of the load, ended before."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
PROGRAM = BENCHMARKS / "analysis.py"


def table(*options: object) -> dict[str, str]:
    """Measure to value, as the table shows them."""
    command = [sys.executable, str(PROGRAM), *map(str, options)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr + done.stdout
    rows = re.findall(r"^\| (.+?) \| (.*?) \|", done.stdout, re.MULTILINE)
    return dict(rows[1:])


@pytest.mark.slow
def test_a_small_run_fills_the_table_and_keeps_the_archive(tmp_path: Path) -> None:
    kept = tmp_path / "kept.db"
    found = table("--articles", 300, "--archive", kept, "--only", "help,csv,stats")
    assert kept.exists() and not list(tmp_path.glob("*.unfinished"))
    assert "newscrawler --help, median of 9" in found
    assert re.match(r"[\d,]+ articles/s", found["CSV, newscrawler export"])
    if "CSV, sqlite3 -csv" in found:
        assert found["rows that differ from the shell's"] == "0"
    else:
        assert "apt install sqlite3" in found["CSV beside the shell"]
    assert any(re.match(r"slowest of \d+ reports of stats", measure) for measure in found)


@pytest.mark.slow
def test_the_memory_of_each_format_is_measured(tmp_path: Path) -> None:
    found = table("--articles", 300, "--archive", tmp_path / "kept.db", "--only", "memory")
    for name in ("csv", "jsonl", "sqlite"):
        assert re.match(r"\d+ MB at a quarter, \d+ MB at all", found[f"memory, {name}"])


@pytest.mark.slow
@pytest.mark.skipif(find_spec("starlette") is None, reason="serve needs the extra web")
def test_every_page_that_the_clients_ask_for_is_answered(tmp_path: Path) -> None:
    found = table("--articles", 200, "--archive", tmp_path / "a.db", "--only", "pages")
    timed = [value for measure, value in found.items() if "8 clients" in measure]
    assert len(timed) == 3
    assert all(re.match(r"\d+ / \d+ / \d+ ms$", value) for value in timed), found


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("nginx") is None, reason="the load is served by nginx")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("moment", ["archive.db", "portal"])
def test_a_load_that_is_ended_leaves_nothing_behind(tmp_path: Path, moment: str, number: signal.Signals) -> None:
    # Enough pages that writing or crawling them takes seconds.
    articles = "3000" if moment == "portal" else "600"
    command = [sys.executable, BENCHMARKS / "load.py", "--articles", articles]
    process = subprocess.Popen(command, env={**os.environ, "TMPDIR": str(tmp_path)}, stderr=subprocess.DEVNULL)
    try:
        # While the portal is written, and while it is crawled.
        end = time.monotonic() + 120
        while not list(tmp_path.glob(f"newscrawler-load-*/{moment}")):
            assert process.poll() is None and time.monotonic() < end
            time.sleep(0.05)
        process.send_signal(number)
        assert process.wait(120) == 128 + number
    finally:
        process.kill()
        process.wait()
    assert list(tmp_path.iterdir()) == []
    assert [line for line in commands() if str(tmp_path) in line] == []


def commands() -> list[str]:
    """The command lines of all processes."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(file.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return found
