"""Fixtures: the archive of a real crawl of the demo portal, and a real server of it on a free port."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from newscrawler.demo.server import SiteServer
from newscrawler.web.sql.connection import SqlConnection
from support import program
from support.once import made_once
from support.web import NEW_SENTENCE, Crawled, EditedDemo, Server, newscrawler, serving


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


@pytest.fixture
def guarded(crawled: Crawled) -> Iterator[sqlite3.Connection]:
    """The connection of a query."""
    with closing(SqlConnection(crawled.path, seconds=5)) as opened:
        yield opened.connection
