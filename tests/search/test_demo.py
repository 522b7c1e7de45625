"""The demo portal, crawled as a user crawls it, and the benchmark, run as a reader of its numbers runs it."""

import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from newscrawler.archive.indexing.check import check_index

ROOT = Path(__file__).resolve().parents[2]


def test_the_demo_portal_has_three_reprints_and_no_more(demo_archive: Path) -> None:
    connection = sqlite3.connect(demo_archive)
    reprints = connection.execute("SELECT origin_id, id, days_late FROM reprints").fetchall()
    assert len({origin for origin, _, _ in reprints}) == 3
    assert len({article for _, article, _ in reprints}) == 3
    assert all(late > 0 for _, _, late in reprints)
    assert connection.execute("SELECT count(*) FROM reprint_members").fetchone()[0] == 6
    assert check_index(connection) == []
    connection.close()


@pytest.mark.slow
def test_the_benchmark_runs_and_finds_everything() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "archive.py", "--size", "300"],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert re.search(r"\| recall \| 1\.0000 of [\d,]+ \|", done.stdout)
    assert "| found besides | 0 |" in done.stdout
