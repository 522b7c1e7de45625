"""A portal that does not change, crawls of it that are cut, and archives compared."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from newscrawler.demo.model import Response
from support import program
from support.living_portal import LivingPortal

DEFINITION = """\
id = "{id}"
name = "试验网"
province = "湖北省"
homepage = "{homepage}"
[crawl]
delay = 0
concurrency = 2
"""


class SteadyPortal(LivingPortal):
    """A portal that does not change, takes its time, and can call somebody after so many answers."""

    def __init__(self, stories: int, *, seconds: float = 0.01, sections: int = 3) -> None:
        super().__init__(random.Random(5), sections=sections, stories=stories, page_size=20)
        self.seconds = seconds
        self.hanging = threading.Event()
        self.hangs_on = ""

    def respond(self, path: str) -> Response:
        if path == self.hangs_on:
            self.hanging.set()
            threading.Event().wait(300)
        time.sleep(self.seconds)
        return super().respond(path)

    def call_after(self, answers: int, act: Callable[[], object]) -> None:
        self.begin(self.crawl + 1)
        self.on_answer = {answers: act}


def define(folder: Path, identifier: str = "steady", homepage: str = "http://www.t.example/") -> str:
    file = folder / f"{identifier}.toml"
    file.write_text(DEFINITION.format(id=identifier, homepage=homepage), encoding="utf-8")
    return str(file)


def start(folder: Path, archive: Path, *definitions: str, via: str | None = None) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "newscrawler", "crawl", *definitions, "--archive", str(archive)]
    return program.Popen(
        [*command, *(["--via", via] if via else [])],
        env={**os.environ, "NEWSCRAWLER_ALLOW_PRIVATE": "1"},
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def rows(archive: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(archive)) as connection:
        return connection.execute(query).fetchall()


def contents(archive: Path) -> dict[str, list[Any]]:
    """All that a reader of the archive sees, without clocks, row numbers and runs."""
    queries = {
        "articles": """SELECT id, url, title, body, source, published, editors, section, cities, listed_date, status,
                         version_count, content_hash FROM articles_flat ORDER BY id""",
        "versions": """SELECT a.id, v.number, v.title, t.body FROM versions v JOIN articles a ON a.n = v.article
                         JOIN texts t ON t.hash = v.text ORDER BY 1, 2""",
        "urls": "SELECT portal, url, state, status, etag FROM urls ORDER BY 1, 2",
        "sections": "SELECT portal, name, url, complete_back_to FROM sections ORDER BY 1, 2",
        "listed": """SELECT s.portal, s.name, u.url, l.title, l.listed_date, l.page, l.position FROM listing_sightings l
                     JOIN sections s ON s.id = l.section JOIN urls u ON u.id = l.url ORDER BY 1, 2, 3""",
        "in sections": """SELECT a.id, s.name FROM article_sections x JOIN articles a ON a.n = x.article
                          JOIN sections s ON s.id = x.section ORDER BY 1, 2""",
    }
    return {name: rows(archive, query) for name, query in queries.items()}


def assert_same(one: Path, other: Path) -> None:
    expected = contents(other)
    for name, found in contents(one).items():
        assert [row for row in found if row not in expected[name]] == [], name
        assert len(found) == len(expected[name]), name


def outcomes(archive: Path) -> list[str]:
    return [row[0] for row in rows(archive, "SELECT outcome FROM runs ORDER BY id")]
