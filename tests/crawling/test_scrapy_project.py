"""The project is an ordinary Scrapy project: `scrapy list` and `scrapy crawl` work in it."""

from __future__ import annotations

import csv
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

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
    """Its feeds have the columns of articles_flat, as the archive has them at the end; its log ends with the stats."""
    archive = tmp_path / "a.db"
    feeds = {name: tmp_path / f"out.{name}" for name in ("jsonl", "csv", "json", "xml")}
    with DemoServer() as server:
        done = scrapy(
            *("crawl", "demo", "-a", f"via={server.url}", "-a", "city=宜昌", "-a", "limit=3"),
            *("-s", f"NEWSCRAWLER_ARCHIVE={archive}"),
            *(word for path in feeds.values() for word in ("-O", str(path))),
            NEWSCRAWLER_ALLOW_PRIVATE="1",
        )
    assert done.returncode == 0, done.stderr
    assert "Dumping Scrapy stats" in done.stderr and "'item_scraped_count': 3" in done.stderr
    with closing(sqlite3.connect(archive)) as connection:
        connection.row_factory = sqlite3.Row
        rows = {row["id"]: dict(row) for row in connection.execute("SELECT * FROM articles_flat")}
    assert len(rows) == 3
    found = [json.loads(line) for line in feeds["jsonl"].read_text().splitlines()]
    assert {row["id"]: row for row in found} == rows and list(found[0]) == list(next(iter(rows.values())))
    assert "宜昌市" in feeds["jsonl"].read_text(encoding="utf-8"), "not escaped"
    with feeds["csv"].open(encoding="utf-8", newline="") as stream:
        table = {row["id"]: row for row in csv.DictReader(stream)}
    assert table == {
        key: {name: "" if value is None else str(value) for name, value in row.items()} for key, row in rows.items()
    }
    assert {row["id"]: row for row in json.loads(feeds["json"].read_text())} == rows
    assert {item.findtext("id") for item in ElementTree.parse(feeds["xml"]).getroot()} == rows.keys()
