"""Faults of this program: what one of them loses is recorded, and the crawl is not called done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from newscrawler import reading
from newscrawler.archive import open_archive_read_only
from newscrawler.archive.rows import select_rows
from newscrawler.crawling.spider import listing_requests
from newscrawler.demo.server import SiteServer
from support import driver
from support.faults import ELSEWHERE, HEALTHY, TITLES
from support.pages import Pages, article, listing, small_portal

BAD = HEALTHY[1]


def _crawl(archive: Path) -> Any:
    portal = small_portal(sections={"宜昌市": "/yichang/", "恩施州": "/enshi/"})
    pages: dict[str, Any] = {path: article(title, day) for path, title, day in (*HEALTHY, *ELSEWHERE)}
    pages |= {"/yichang/": listing(HEALTHY), "/enshi/": listing(ELSEWHERE)}
    with SiteServer(Pages(pages)) as server:
        return driver.crawl(portal, archive, via=server.url, settings={"NEWSCRAWLER_CAPTURES": False})


def _failing(function: Any, trigger: str) -> Any:
    def fails(first: Any, *rest: Any, **named: Any) -> Any:
        if trigger in str(getattr(first, "text", first)) + str(named.get("url", "")):
            raise ZeroDivisionError("a fault of ours")
        return function(first, *rest, **named)

    return fails


@pytest.mark.parametrize("where", ["extraction", "normalisation"])
def test_an_article_on_which_the_program_fails_is_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    if where == "extraction":
        monkeypatch.setattr(reading, "read_with_template", _failing(reading.read_with_template, BAD[1]))
    else:
        monkeypatch.setattr(reading, "normalize", _failing(reading.normalize, BAD[1]))
    spider = _crawl(tmp_path / "a.db")
    assert spider.context.outcome == "incomplete", spider.context.outcome_reason
    assert _rows(tmp_path, "SELECT state, reason, next_try IS NOT NULL AS again FROM urls WHERE state <> 'done'") == [
        {
            "state": "failed",
            "reason": "the program could not process it: ZeroDivisionError: a fault of ours",
            "again": 1,
        }
    ]
    assert {row["title"] for row in _rows(tmp_path, "SELECT title FROM articles_flat")} == TITLES - {BAD[1]}
    monkeypatch.undo()
    assert _crawl(tmp_path / "a.db").context.outcome == "done"
    assert {row["title"] for row in _rows(tmp_path, "SELECT title FROM articles_flat")} == TITLES


def test_a_listing_on_which_the_program_fails_fails_its_section(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing_requests, "read_listing", _failing(listing_requests.read_listing, "/yichang/"))
    spider = _crawl(tmp_path / "a.db")
    assert spider.context.outcome == "incomplete" and "宜昌市" in spider.context.outcome_reason
    assert {row["title"] for row in _rows(tmp_path, "SELECT title FROM articles_flat")} == {row[1] for row in ELSEWHERE}


def _rows(folder: Path, query: str) -> list[dict[str, Any]]:
    db = open_archive_read_only(folder / "a.db")
    try:
        return select_rows(db, query)
    finally:
        db.close()
