"""Runs of `scrapy crawl` are held against their history as those of `newscrawler crawl` are, and judged once."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from newscrawler.demo.server import SiteServer
from support import nightly, program
from support.alarms import channels, site
from support.crawls import Crawl
from support.pages import DEFINITION

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path: Path, sink: Any, hook: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with this project's scrapy.cfg, a definition, channels, and room for an archive."""
    monkeypatch.setenv("HOOK_URL", f"http://127.0.0.1:{hook.server_address[1]}/")
    monkeypatch.setenv("NEWSCRAWLER_ALLOW_PRIVATE", "1")
    (tmp_path / "newscrawler.toml").write_text(channels(sink, hook), encoding="utf-8")
    (tmp_path / "portals").mkdir()
    (tmp_path / "portals" / "t.toml").write_text(DEFINITION, encoding="utf-8")
    shutil.copy(ROOT / "scrapy.cfg", tmp_path)
    return tmp_path


def scrapy_crawl(folder: Path, pages: Any, *arguments: str) -> subprocess.CompletedProcess[str]:
    program.wait_for_next_second()
    with SiteServer(pages) as server:
        command = [sys.executable, "-m", "scrapy", "crawl", "t", "-a", f"via={server.url}"]
        return program.run(
            [*command, "-s", f"NEWSCRAWLER_ARCHIVE={folder / 'archive.db'}", *arguments],
            cwd=folder,
            env=dict(os.environ),
            capture_output=True,
            text=True,
            timeout=90,
        )


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(folder / "archive.db")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


@pytest.mark.slow
def test_a_lost_field_is_told_when_the_spider_has_closed(project: Path, sink: Any, hook: Any) -> None:
    assert scrapy_crawl(project, site(2)).returncode == 0
    lost = scrapy_crawl(project, site(3, editor=""))
    assert lost.returncode == 0, lost.stderr
    assert "editors is filled in 0% of 12; it was 100% of 24" in lost.stderr
    assert (len(sink.mails), len(hook.posts)) == (1, 1)
    assert hook.posts[0][1]["alarms"][0]["kind"] == "field-empty"
    assert rows(project, "SELECT kind, state FROM alarms") == [("field-empty", "open")]
    assert [row[0] for row in rows(project, "SELECT DISTINCT run FROM run_measures ORDER BY run")] == [1, 2]
    mended = scrapy_crawl(project, site(4), "-a", f"archive={project / 'archive.db'}")
    assert rows(project, "SELECT state FROM alarms") == [("closed",)], mended.stderr
    assert (len(sink.mails), len(hook.posts)) == (2, 2)


@pytest.mark.slow
def test_a_channel_that_fails_leaves_the_run_done_and_judged(project: Path, hook: Any) -> None:
    hook.status = 500
    scrapy_crawl(project, site(2))
    lost = scrapy_crawl(project, site(3, editor=""))
    assert lost.returncode == 0
    assert "channel chat: the webhook answered 500" in lost.stderr
    (project / "newscrawler.toml").write_text("[[mail]]\nname = 1\n", encoding="utf-8")
    wrong = scrapy_crawl(project, site(4))
    assert wrong.returncode == 0
    assert "newscrawler.toml" in wrong.stderr
    assert rows(project, "SELECT outcome FROM runs") == [("done",)] * 3
    assert rows(project, "SELECT state FROM alarms") == [("closed",)]


@nightly.by_day(0)
@pytest.mark.parametrize("workers", ["1", "2"])
def test_newscrawler_crawl_judges_its_run_itself(
    project: Path, crawl: Callable[..., Crawl], workers: str, sink: Any, hook: Any
) -> None:
    for pages in (site(2), site(3, editor="")):
        done = crawl(pages, "--workers", workers)
    assert done.status == 3, done.messages
    assert done.messages.count("editors is filled in 0%") == 1
    assert "monitoring.extension" not in done.messages
    assert (len(sink.mails), len(hook.posts)) == (1, 1)
    assert len(done.rows("SELECT 1 FROM alarms")) == 1
