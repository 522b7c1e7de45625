"""Crawls of a hostile portal, each in a process of its own, measured, and checked for what must always hold."""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from support import program
from support.crawls import Crawl
from support.fault_table import Row, as_property
from support.hostile_portal import Answer, HostilePortal
from support.pages import HOMEPAGE, article, listing

MOST_MEBIBYTES = 350
"""A healthy crawl of a few pages needs half of it; the rest is what hostile answers may cost."""
HEALTHY = [
    (f"/2026/0305/{number}.shtml", f"青石坳第{number}号堤段加固完工", "2026-03-05") for number in range(201, 205)
]
ELSEWHERE = [(f"/2026/0306/{number}.shtml", f"白果坪第{number}号水塘清淤", "2026-03-06") for number in range(301, 303)]
TITLES = {title for _, title, _ in (*HEALTHY, *ELSEWHERE)}
DEFINITION = """\
id = "t"
name = "试验网"
province = "湖北省"
homepage = "{homepage}/"
"""


@dataclass
class Faulty(Crawl):
    """A crawl, and what it cost."""

    seconds: float
    cpu: float
    mebibytes: float
    requests: list[str]

    @property
    def outcome(self) -> str:
        return str(self.rows("SELECT outcome FROM runs ORDER BY id DESC LIMIT 1")[0]["outcome"])

    @property
    def titles(self) -> set[str]:
        return {row["title"] for row in self.rows("SELECT title FROM articles_flat")}

    def reason(self, path: str) -> str:
        """Why a document is not stored; fails when it is, or when none is known."""
        (row,) = self.rows("SELECT state, reason FROM urls WHERE url LIKE ?", f"%{path}")
        assert row["state"] in ("failed", "blocked"), row
        return str(row["reason"])

    def is_tried_again(self, path: str) -> bool:
        (row,) = self.rows("SELECT next_try FROM urls WHERE url LIKE ?", f"%{path}")
        return row["next_try"] is not None

    @property
    def recorded(self) -> str:
        """What became of each document and each section, in short."""
        states = Counter(row["state"] for row in self.rows("SELECT state FROM urls"))
        documents = ", ".join(f"{number} {state}" for state, number in sorted(states.items()))
        sweeps = self.rows("SELECT outcome FROM sweeps WHERE run = (SELECT max(id) FROM runs)")
        return f"{documents or 'no document'}; sections {', '.join(sorted(row['outcome'] for row in sweeps)) or 'none'}"

    def check(self) -> None:
        """What holds for every crawl, whatever the portal does."""
        assert "Traceback" not in self.messages, self.messages
        assert self.mebibytes < MOST_MEBIBYTES
        lost = self.rows(
            """SELECT u.url, u.state FROM urls u WHERE u.state = 'pending'
               OR u.state IN ('failed', 'blocked') AND coalesce(u.reason, '') = ''"""
        )
        assert not lost or "--limit" in self.messages or "cap of" in self.messages, lost
        unseen = self.rows("SELECT 1 FROM listing_sightings WHERE url NOT IN (SELECT id FROM urls)")
        assert unseen == []
        owed = self.rows("SELECT 1 FROM urls WHERE state IN ('failed', 'blocked')")
        broken = self.rows("SELECT 1 FROM sweeps WHERE outcome = 'failed' AND run = (SELECT max(id) FROM runs)")
        assert (self.status == 1) == bool(owed or broken or self.outcome == "failed"), self.messages


def site(**changes: Answer) -> dict[str, Answer]:
    """A healthy portal of two sections; changes by path."""
    pages: dict[str, Answer] = {"/": HOMEPAGE, "/yichang/": listing(HEALTHY), "/enshi/": listing(ELSEWHERE)}
    pages |= {path: article(title, day) for path, title, day in (*HEALTHY, *ELSEWHERE)}
    return {**pages, **changes}


def with_listed(paths: list[str]) -> str:
    """The listing of 宜昌, with these documents among the healthy ones."""
    faulty = [(path, f"黄泥冲第{number}号泵站检修", "2026-03-05") for number, path in enumerate(paths, 1)]
    return listing([*HEALTHY[:2], *faulty, *HEALTHY[2:]])


CrawlFault = Callable[..., Faulty]


@pytest.fixture
def crawl_fault(tmp_path: Path, record_property: Callable[[str, object], None]) -> CrawlFault:
    """Crawl a portal and enter a row into the table; may be called again on the same archive.

    `rules` are further lines of the definition, `settings` are laid over Scrapy's, `environment` over the process's.
    """

    def run(
        fault: str,
        portal: HostilePortal,
        *arguments: str,
        rules: str = "",
        crawl: str = "delay = 0",
        settings: dict[str, Any] | None = None,
        environment: dict[str, str] | None = None,
        command: str = "crawl",
        timeout: float = 240,
    ) -> Faulty:
        file, report, archive = tmp_path / "t.toml", tmp_path / "report.json", tmp_path / "archive.db"
        text = DEFINITION.format(homepage=portal.url)
        file.write_text(f"{text}{rules}\n[crawl]\n{crawl}\n", encoding="utf-8")
        changed = {"RETRY_TIMES": 1, "DOWNLOAD_TIMEOUT": 2, **(settings or {})}
        before = len(portal.requests)
        began = time.monotonic()
        done = program.run(
            [
                *(sys.executable, "-m", "support.measured", str(report), json.dumps(changed)),
                *(command, str(file), "--archive", str(archive), *arguments),
            ],
            env={
                **os.environ,
                "NEWSCRAWLER_ALLOW_PRIVATE": "1",
                **(environment or {}),
            },
            capture_output=True,
            text=True,
            timeout=timeout,
            cwd=tmp_path,
        )
        seconds = time.monotonic() - began
        assert report.exists(), done.stderr
        cost = json.loads(report.read_text(encoding="utf-8"))
        crawled = Faulty(
            done.returncode,
            done.stderr,
            archive,
            seconds,
            cost["cpu"],
            cost["mebibytes"],
            portal.requests[before:],
        )
        row = Row(fault, crawled.outcome, crawled.status, seconds, crawled.mebibytes, crawled.recorded)
        record_property(*as_property(row))
        crawled.check()
        return crawled

    return run
