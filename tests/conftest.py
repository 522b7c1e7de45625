"""Fixtures that several folders share."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from support import program

# A machine that is busy with something else makes no example wrong.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

pytest_plugins = ["support.fault_table", "support.crawls", "support.faults"]


@pytest.fixture(scope="session")
def demo_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of one crawl of the demo portal. For reading only: a test that writes makes a copy."""
    archive = tmp_path_factory.mktemp("demo") / "demo.db"
    command = [sys.executable, "-m", "newscrawler", "crawl", "demo", "--archive", str(archive)]
    done = program.run(
        command, cwd=archive.parent, env={**os.environ, "COLUMNS": "200"}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert not archive.with_name("demo.db-wal").exists(), "the crawl did not close its archive"
    return archive
