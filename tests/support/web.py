"""The web server in a process of its own, on the archive of the demo portal."""

from __future__ import annotations

import http.client
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from newscrawler.demo.model import Response
from newscrawler.demo.portal import DemoPortal, build
from support import program

OLD_SENTENCE = "值夜的人换成了三班"
NEW_SENTENCE = "值夜的人换成了两班，天亮才走"
HIDDEN_WORD = "撤稿专用词"


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
    done = program.run(
        [sys.executable, "-m", "newscrawler", *map(str, arguments)],
        cwd=cwd, env={**os.environ, "NEWSCRAWLER_ALLOW_PRIVATE": "1" if allow_private else "0"},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


@dataclass(frozen=True)
class Crawled:
    """The archive, and articles of it by what is special about them."""

    path: Path
    edited: str
    hidden: str
    hidden_url: str
    hidden_title: str

    @property
    def traces(self) -> tuple[str, ...]:
        """Texts of the suppressed article."""
        return self.hidden, self.hidden_url, self.hidden_title, HIDDEN_WORD

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(self.path)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query, values)]

    def one(self, query: str, *values: object) -> Any:
        (row,) = self.rows(query, *values)
        return next(iter(row.values()))


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
    process = program.Popen(command, stderr=subprocess.PIPE, text=True, cwd=archive.parent)
    assert process.stderr is not None
    try:
        said = ""
        for line in process.stderr:
            said += line
            if found := re.search(r"on (http://\S+/)", line):
                yield Server(found[1].rstrip("/"), process)
                return
        raise AssertionError(f"the server did not start: {said}")
    finally:
        process.terminate()
        process.wait(120)
        process.stderr.close()


PATHS = (
    "/",
    "/search",
    "/search?q=村民",
    "/search?q=村民&sort=newest&city=宜昌&since=2019-01-01",
    "/search?q=没有这样的词语",
    "/concordance?q=村民",
    "/concordance?q=村民&sort=right&city=宜昌",
    "/calendar",
    "/calendar?q=村民&year=2019",
    "/map",
    "/map?q=村民&province=湖北",
    "/cities",
    "/outlets",
    "/editors",
    "/city?name=宜昌市",
    "/outlet?name=三江晚报",
    "/withdrawals",
    "/withdrawals?kind=edited",
    "/coverage",
    "/coverage?portal=demo&section=宜昌市",
    "/runs",
    "/alarms",
    "/alarms?all=1",
    "/sql",
    "/archive?sql=SELECT url, title, char_count, :word AS word FROM articles_flat&word=x",
    "/archive/runs",
)


def path_of(text: str) -> str:
    return quote(text, safe="/?=&%")


def own_pages(crawled: Crawled) -> tuple[str, ...]:
    run = crawled.one("SELECT key FROM runs ORDER BY id LIMIT 1")
    return (
        *PATHS,
        f"/article/{crawled.edited}",
        f"/article/{crawled.edited}/changes",
        f"/article/{crawled.edited}/event",
        f"/run/{run}",
        "/nothing/here",
    )
