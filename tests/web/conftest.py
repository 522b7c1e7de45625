"""A real server on a free port, on the archive of a real crawl of the demo portal; and Debian's Chromium."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from newscrawler.demo.server import SiteServer
from support import program
from support.once import made_once
from support.web import (
    NEW_SENTENCE,
    Crawled,
    EditedDemo,
    Server,
    newscrawler,
    serving,
)


@pytest.fixture(scope="session")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    """The archive of a crawl and a refresh, with one edited and one suppressed article. For reading only."""
    site = EditedDemo()

    def make(folder: Path) -> None:
        to_archive = ("--archive", folder / "archive.db")
        with SiteServer(site) as server:
            newscrawler("crawl", "demo", "--via", server.url, *to_archive, cwd=folder)
            site.sentence = NEW_SENTENCE
            program.wait_for_next_second()
            newscrawler("refresh", "demo", "--older-than", "0s", "--via", server.url, *to_archive, cwd=folder)
        newscrawler("suppress", "add", site.hidden.url, "--reason", "asked by the author", *to_archive, cwd=folder)

    archive = made_once(tmp_path_factory, "web", make) / "archive.db"
    with closing(sqlite3.connect(archive)) as connection:
        ids = dict(connection.execute("SELECT url, id FROM articles").fetchall())
    return Crawled(archive, ids[site.edited.url], ids[site.hidden.url], site.hidden.url, site.hidden.title)


@pytest.fixture(scope="session")
def site(crawled: Crawled) -> Iterator[Server]:
    with serving(crawled.path) as server:
        yield server


@pytest.fixture
def copied(crawled: Crawled, tmp_path: Path) -> Path:
    """A copy of the archive that a test may change."""
    target = tmp_path / "archive.db"
    shutil.copy(crawled.path, target)
    return target


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Debian's Chromium, without a window. Continuous integration must have it; elsewhere its tests are skipped.

    For one module: while it is there an event loop runs in this thread, and no other test could run one.
    """
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        message = "there is no chromium: apt-get install chromium fonts-noto-cjk"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    flags = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
    flags += ("--disable-component-update", "--disable-sync")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(flags))
        yield browser
        browser.close()
