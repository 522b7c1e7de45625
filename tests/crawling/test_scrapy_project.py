"""The project is an ordinary Scrapy project: `scrapy list` and `scrapy crawl` work in it."""

from __future__ import annotations

import ast
import csv
import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pyarrow.parquet
from scrapy.contracts import ContractsManager
from scrapy.contracts.default import ReturnsContract, UrlContract

from newscrawler.crawling.spider.loader import PageSpiderLoader
from newscrawler.demo.portal import build
from newscrawler.demo.server import DemoServer
from newscrawler.portals.loading import load_portals
from support import program

ROOT = Path(__file__).resolve().parents[2]


def scrapy(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return program.run(
        [sys.executable, "-m", "scrapy", *arguments],
        cwd=cwd,
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
    feeds = {name: tmp_path / f"out.{name}" for name in ("jsonl", "csv", "json", "xml", "parquet")}
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
    typed = {row["id"]: row for row in pyarrow.parquet.read_table(feeds["parquet"]).to_pylist()}
    assert typed.keys() == rows.keys()
    for key, row in typed.items():
        assert row["title"] == rows[key]["title"] and row["published_date"] == date.fromisoformat(
            rows[key]["published_date"]
        )
        assert row["editors"] == rows[key]["editors"].split("、")
    assert {item.findtext("id") for item in ElementTree.parse(feeds["xml"]).getroot()} == rows.keys()


def test_commands_that_look_at_a_page_store_nothing(tmp_path: Path) -> None:
    """parse, shell, fetch and check do what Scrapy's do: no run, no archive, no capture, no log."""
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = newscrawler.settings\n")
    (tmp_path / "portals").mkdir()
    story = next(article for article in build().articles if article.editors)
    with DemoServer() as server:
        (tmp_path / "portals" / "local.toml").write_text(
            f'id = "local"\nname = "楚乡演示网"\nprovince = "湖北"\nhomepage = "{server.url}/"\n[crawl]\ndelay = 0\n'
        )

        def done(*arguments: str) -> str:
            run = scrapy(*arguments, "-L", "ERROR", cwd=tmp_path, NEWSCRAWLER_ALLOW_PRIVATE="1")
            assert run.returncode == 0 and "Traceback" not in run.stderr, run.stderr
            return run.stdout

        page = f"{server.url}/{story.url.split('/', 3)[3]}"
        parsed = done("parse", "--spider", "local", "--nocolour", page)
        (item,) = ast.literal_eval(parsed.partition("-\n")[2].partition("# Requests")[0])
        assert item["title"] == story.title and item["editors"] and item["portal"] == "local"
        # The homepage leads to sections, those to articles and next pages: -d follows them.
        found = done("parse", "--spider", "local", "--nocolour", "-d", "2", f"{server.url}/")
        assert f"<GET {server.url}/yichang/>" not in found and f"<GET {page}>" in found
        (following,) = re.findall(rf"<GET ({server.url}/yichang/\w+\.shtml)>", found)
        listed = re.findall(
            r"<GET (\S+)>", done("parse", "--spider", "local", "--nocolour", "-c", "parse_listing", following)
        )
        assert listed and not set(listed) <= set(re.findall(r"<GET (\S+)>", found)), (
            "the second page shows other articles"
        )
        assert "楚乡演示网" in done("shell", "--spider", "local", f"{server.url}/", "-c", "response.css('title').get()")
        assert "<title>楚乡演示网</title>" in done("fetch", f"{server.url}/")
        checked = scrapy("check", "local", cwd=tmp_path, NEWSCRAWLER_ALLOW_PRIVATE="1")
        assert checked.returncode == 0 and "Ran 1 contract" in checked.stderr and "OK" in checked.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["portals", "scrapy.cfg"]


def test_contracts_name_an_address_of_the_portal() -> None:
    loader, contracts = PageSpiderLoader(), ContractsManager([UrlContract, ReturnsContract])
    urls = {}
    for portal in load_portals()[0]:
        spider = loader.spider_class(portal)
        methods = contracts.tested_methods_from_spidercls(spider)
        assert len(methods) == (portal.kind.value == "portal"), portal.id
        for name in methods:
            lines = [line.split() for line in getattr(spider, name).__doc__.splitlines() if line.startswith("@")]
            assert [line[0] for line in lines] == ["@url", "@returns"] and portal.owns(lines[0][1]), portal.id
            urls[portal.id] = lines[0][1]
    assert len(urls) > 50
