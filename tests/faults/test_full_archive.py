"""The archive becomes full during a crawl, wherever it is: one message, no traceback, and the next crawl goes on."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from newscrawler.demo.server import SiteServer
from support import driver, nightly
from support.integrity import verified
from support.pages import Pages, article, html, listing, small_portal

TITLES = [f"青石坳第{number}号堤段加固完工" for number in range(1, 53)]
ENTRIES = [(f"/2026/0305/{number}.shtml", title, "2026-03-05") for number, title in enumerate(TITLES, 201)]
CITIES = ("武汉", "黄石", "十堰", "宜昌", "襄阳", "鄂州", "荆门", "孝感", "荆州", "黄冈", "咸宁", "随州", "恩施州")
SECTIONS = {f"/{number:0900}/": city for number, city in enumerate(CITIES)}
"""With so long addresses, the record of the sections alone needs more pages of SQLite."""
NAVIGATION = "".join(f"<li><a href='{path}'>{city}</a></li>" for path, city in SECTIONS.items())
PAGES: dict[str, Any] = {"/": html(f"<html><body><ul class='nav'>{NAVIGATION}</ul></body></html>")}
PAGES |= {path: listing(ENTRIES[number :: len(SECTIONS)]) for number, path in enumerate(SECTIONS)}
PAGES |= {path: html(article(title)) for path, title, _ in ENTRIES}


@nightly.by_day(1)
@pytest.mark.parametrize("room", [0, 12, 30])
def test_a_full_archive_ends_the_crawl_with_its_cause(
    room: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """`room` is in pages of SQLite: none for the sections, some for the listing, for the first articles."""

    def fill(spider: Any) -> None:
        connection = spider.context.store.connection
        (count,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {count + room}")

    portal = small_portal()
    settings = {"NEWSCRAWLER_CAPTURES": False, "NEWSCRAWLER_BATCH_SIZE": 5}
    with SiteServer(Pages(PAGES)) as server, caplog.at_level(logging.ERROR, "scrapy"):
        spider = driver.crawl(portal, tmp_path / "a.db", via=server.url, settings=settings, on_open=fill)
        assert spider.context.fatal == "the archive cannot be written: database or disk is full"
        assert not [record.getMessage() for record in caplog.records if record.exc_info]
        assert verified(tmp_path / "a.db")[0] == 0
        again = driver.crawl(portal, tmp_path / "a.db", via=server.url, settings=settings)
    assert again.context.outcome == "done" and not again.context.fatal
