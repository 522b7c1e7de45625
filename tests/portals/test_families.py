"""Included definitions, crawled: replicas with a portal's own addresses and the markup of its family, on loopback."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from newscrawler.portals.crawl_rules import CrawlRules
from newscrawler.portals.model import PortalKind
from newscrawler.text.clock import CHINA
from portals.test_included import ARTICLES, REAL, UNSEEN
from support import driver, families, nightly

FIRST_OF_ITS_FAMILY = {str(REAL[name].evidence.family): name for name in sorted(REAL, reverse=True)}


def crawled(name: str, tmp_path: Path) -> tuple[families.Replica, dict[str, dict]]:
    """The replica of a portal, and what the archive of its crawl holds, by URL."""
    portal = REAL[name].model_copy(update={"crawl": CrawlRules(delay=0, concurrency=8)})
    replica = families.build(portal, ARTICLES.get(name) or ARTICLES.get(str(portal.evidence.family)) or "")
    archive = tmp_path / "archive.db"
    options = {}
    if portal.kind is PortalKind.NEWSPAPER:
        options["since"] = (datetime.now(CHINA) - timedelta(days=2)).date().isoformat()
    with families.serving(replica) as address:
        driver.crawl(portal, archive, via=address, settings={"NEWSCRAWLER_CAPTURES": False}, **options)
    with closing(sqlite3.connect(archive)) as connection:
        connection.row_factory = sqlite3.Row
        assert [row["outcome"] for row in connection.execute("SELECT outcome FROM runs")] == ["done"]
        return replica, {row["url"]: dict(row) for row in connection.execute("SELECT * FROM articles_flat")}


def check(name: str, tmp_path: Path) -> None:
    replica, rows = crawled(name, tmp_path)
    assert replica.stories
    assert sorted(rows) == sorted(replica.stories)
    differences = []
    for url, story in replica.stories.items():
        row = rows[url]
        truth = families.truth(name, story)
        differences += [(url, key, row[key], value) for key, value in truth.items() if (row[key] or "") != value]
    assert differences == []
    for section, urls in replica.sections.items():
        assert {rows[url]["section"] for url in urls} == {section}, section


@nightly.by_day(0, 1)
@pytest.mark.parametrize("family", sorted(FIRST_OF_ITS_FAMILY))
def test_a_portal_of_each_family_is_crawled_whole(family: str, tmp_path: Path) -> None:
    check(FIRST_OF_ITS_FAMILY[family], tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(REAL.keys() - UNSEEN - set(FIRST_OF_ITS_FAMILY.values())))
def test_every_portal_is_crawled_whole(name: str, tmp_path: Path) -> None:
    check(name, tmp_path)
