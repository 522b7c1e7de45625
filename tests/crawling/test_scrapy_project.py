"""The project is an ordinary Scrapy project: `scrapy list` and `scrapy crawl` work in it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from newscrawler.demo.server import DemoServer
from newscrawler.portals.loading import load_portals

ROOT = Path(__file__).resolve().parents[2]


def scrapy(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=90,
    )


def test_every_definition_appears_under_its_id(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(
        'id = "mine"\nname = "我的"\nprovince = "湖北"\nhomepage = "http://m.example/"\n'
    )
    done = scrapy("list", NEWSCRAWLER_PORTALS=str(tmp_path))
    assert done.returncode == 0, done.stderr
    names = done.stdout.split()
    assert {"demo", "hbdysh", "mine"} <= set(names) and len(names) == len(set(names)) == len(load_portals()[0]) + 1


def test_a_portal_is_crawled_with_scrapys_own_command(tmp_path: Path) -> None:
    archive = tmp_path / "a.db"
    with DemoServer() as server:
        done = scrapy(
            *("crawl", "demo", "-a", f"via={server.url}", "-a", "city=宜昌", "-a", "limit=3"),
            *("-s", f"NEWSCRAWLER_ARCHIVE={archive}"),
            NEWSCRAWLER_ALLOW_PRIVATE="1",
        )
    assert done.returncode == 0, done.stderr
    connection = sqlite3.connect(archive)
    assert connection.execute("SELECT count(*) FROM articles").fetchone()[0] == 3
    connection.close()
