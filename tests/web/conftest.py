"""A real server on a free port, on the archive of a real crawl of the demo portal; and Debian's Chromium."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from newscrawler.demo.model import Response
from newscrawler.demo.portal import DemoPortal, build
from newscrawler.demo.server import SiteServer

OLD_SENTENCE = "值夜的人换成了三班"
NEW_SENTENCE = "值夜的人换成了两班，天亮才走"
HIDDEN_WORD = "撤稿专用词"
START_SECONDS = 60


class EditedDemo:
    """The demo portal with sentences of ours in two articles; one of them is edited between two crawls."""

    def __init__(self) -> None:
        self._portal: DemoPortal = build()
        stories = [article for article in self._portal.articles if article.images and article.summary]
        self.edited, self.hidden = stories[0], stories[1]
        self.sentence = OLD_SENTENCE

    def respond(self, path: str) -> Response:
        answer = self._portal.respond(path)
        for article, sentence in ((self.edited, self.sentence), (self.hidden, HIDDEN_WORD)):
            if urlsplit(article.url).path == path:
                # After the first full stop of the story: as an editor inserts a sentence.
                start = article.body.split("。")[0]
                page = answer.body.decode().replace(f"{start}。", f"{start}。{sentence}。")
                assert sentence in page
                return Response(answer.status, {"Content-Type": answer.headers["Content-Type"]}, page.encode())
        return answer


def newscrawler(*arguments: object, cwd: Path, allow_private: bool = True) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "newscrawler", *map(str, arguments)],
        cwd=cwd, env={**os.environ, "NEWSCRAWLER_ALLOW_PRIVATE": "1" if allow_private else "0"},
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@dataclass(frozen=True)
class Crawled:
    """The archive, and articles of it by what is special about them."""

    path: Path
    edited: str
    hidden: str
    hidden_url: str
    hidden_title: str

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(self.path)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query, values)]

    def one(self, query: str, *values: object) -> Any:
        (row,) = self.rows(query, *values)
        return next(iter(row.values()))


@pytest.fixture(scope="session")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    """The archive of a crawl and a refresh, with one edited and one suppressed article. For reading only."""
    folder = tmp_path_factory.mktemp("web")
    archive = folder / "archive.db"
    site = EditedDemo()
    with SiteServer(site) as server:
        newscrawler("crawl", "demo", "--via", server.url, "--archive", archive, cwd=folder)
        site.sentence = NEW_SENTENCE
        newscrawler("refresh", "demo", "--older-than", "0s", "--via", server.url, "--archive", archive, cwd=folder)
    newscrawler("suppress", "add", site.hidden.url, "--reason", "asked by the author", "--archive", archive, cwd=folder)
    with closing(sqlite3.connect(archive)) as connection:
        ids = dict(connection.execute("SELECT url, id FROM articles").fetchall())
    return Crawled(archive, ids[site.edited.url], ids[site.hidden.url], site.hidden.url, site.hidden.title)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Server:
    """A running `newscrawler serve`."""

    address: str
    process: subprocess.Popen[str]

    def get(self, path: str, *, method: str = "GET", **headers: str) -> Answer:
        """Ask for a path as it is spelt; header names with _ for -."""
        with closing(http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=60)) as connection:
            connection.putrequest(method, path, skip_host="Host" in headers)
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())


@contextmanager
def serving(archive: Path, *options: object) -> Iterator[Server]:
    """Serve an archive on a free port while the block runs."""
    command = [
        sys.executable,
        "-m",
        "newscrawler",
        "serve",
        "--archive",
        str(archive),
        "--port",
        "0",
        *map(str, options),
    ]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=archive.parent)
    try:
        assert process.stderr is not None
        said = ""
        for line in process.stderr:
            said += line
            if found := re.search(r"on (http://\S+/)", line):
                yield Server(found[1].rstrip("/"), process)
                return
        raise AssertionError(f"the server did not start: {said}")
    finally:
        process.terminate()
        process.wait(20)
        process.stderr.close()


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
