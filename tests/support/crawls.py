"""Crawls of real servers on loopback, each in a process of its own, as a user runs them."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from newscrawler.demo.server import SiteServer
from support import program
from support.once import made_once
from support.pages import DEFINITION


@dataclass
class Crawl:
    """What a crawl left behind."""

    status: int
    messages: str
    archive: Path

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        connection = sqlite3.connect(self.archive)
        connection.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in connection.execute(query, values)]
        finally:
            connection.close()

    def one(self, query: str, *values: object) -> dict[str, Any]:
        (row,) = self.rows(query, *values)
        return row


@pytest.fixture
def crawl(tmp_path: Path) -> Callable[..., Crawl]:
    """Serve a site and crawl it with a definition; may be called again on the same archive."""

    def run(
        site: Any,
        *arguments: str,
        definition: str = DEFINITION,
        allow_private: bool = True,
        archive: Path | None = None,
        timeout: float = 240,
    ) -> Crawl:
        identifier = definition.split('id = "', 1)[1].split('"', 1)[0]
        file = tmp_path / f"{identifier}.toml"
        file.write_text(definition, encoding="utf-8")
        archive = archive or tmp_path / "archive.db"
        with SiteServer(site) as server:
            environment = {**os.environ, "NEWSCRAWLER_ALLOW_PRIVATE": "1" if allow_private else "0"}
            command = [sys.executable, "-m", "newscrawler", "crawl", str(file), "--archive", str(archive)]
            if archive.exists():
                program.wait_for_next_second()
            done = program.run(
                [*command, "--via", server.url, *arguments],
                env=environment,
                capture_output=True,
                text=True,
                timeout=timeout,
                cwd=tmp_path,
            )
            run.requests = [request.path for request in server.requests]  # type: ignore[attr-defined]
        return Crawl(done.returncode, done.stderr, archive)

    return run


def run_in(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `newscrawler` in a folder, without a terminal; portals on this machine are allowed."""
    return program.run(
        [sys.executable, "-m", "newscrawler", *arguments],
        capture_output=True,
        text=True,
        timeout=240,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "NEWSCRAWLER_ALLOW_PRIVATE": "1", "COLUMNS": "200"},
    )


def check(folder: Path, *arguments: str, definition: str = DEFINITION) -> subprocess.CompletedProcess[str]:
    """Write a definition into a folder and run `newscrawler check` on it there."""
    (folder / "t.toml").write_text(definition, encoding="utf-8")
    return run_in(folder, "check", "./t.toml", *arguments)


def crawl_demo(archive: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "newscrawler", "crawl", "demo", "--archive", str(archive), *arguments]
    environment = {name: value for name, value in os.environ.items() if name != "NEWSCRAWLER_ALLOW_PRIVATE"}
    return program.run(command, capture_output=True, text=True, timeout=240, env=environment)


@pytest.fixture(scope="session")
def demo_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of one crawl of the demo portal, with its messages in crawl.txt.

    For reading only: a test that writes makes a copy.
    """

    def crawl(folder: Path) -> None:
        done = crawl_demo(folder / "demo.db")
        assert done.returncode == 0, done.stderr
        (folder / "crawl.txt").write_text(f"{done.stdout}{done.stderr}", encoding="utf-8")
        assert not (folder / "demo.db-wal").exists(), "the crawl did not close its archive"

    return made_once(tmp_path_factory, "demo", crawl) / "demo.db"
