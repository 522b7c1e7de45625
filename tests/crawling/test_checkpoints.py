"""What a crawl does by the clock: it tells what it waits for, and that the machine's clock was set."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from newscrawler.crawling.extensions import checkpoints
from newscrawler.demo.server import SiteServer
from support import driver, nightly
from support.pages import HOMEPAGE, Pages, article, html, listing, small_portal

SLOW = "/2026/0305/202.shtml"
ENTRIES = [(f"/2026/0305/{number}.shtml", f"青石坳第{number}号堤段加固完工", "2026-03-05") for number in (201, 202)]


def _crawl(archive: Path, seconds: float) -> Any:
    def slow() -> Any:
        time.sleep(seconds)
        return html(article(ENTRIES[1][1]))

    pages: dict[str, Any] = {"/": HOMEPAGE, "/yichang/": listing(ENTRIES), ENTRIES[0][0]: article(ENTRIES[0][1])}
    pages[SLOW] = slow
    portal = small_portal(sections={"宜昌市": "/yichang/"})
    with SiteServer(Pages(pages)) as server:
        return driver.crawl(portal, archive, via=server.url, settings={"NEWSCRAWLER_CAPTURES": False})


def test_a_crawl_that_waits_tells_for_what(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(checkpoints, "QUIET_SECONDS", 1.0)
    with caplog.at_level(logging.WARNING, checkpoints.__name__):
        assert _crawl(tmp_path / "a.db", 2.6).context.outcome == "done"
    messages = [record.getMessage() for record in caplog.records if record.name == checkpoints.__name__]
    told = [message for message in messages if f"it waits for the response of http://www.t.example{SLOW}" in message]
    # The next one comes after twice the time. A busy machine makes all of it longer.
    assert 1 <= len(told) <= 3, messages


@pytest.mark.parametrize(("step", "way"), nightly.first(1, [(-7200.0, "back by 7200 s"), (7200.0, "ahead by 7200 s")]))
def test_a_clock_that_is_set_during_a_crawl_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: float, way: str
) -> None:
    began = time.monotonic()
    clock = SimpleNamespace(
        monotonic=time.monotonic, time=lambda: time.time() + (step if time.monotonic() - began > 0.9 else 0)
    )
    monkeypatch.setattr(checkpoints, "time", clock)
    spider = _crawl(tmp_path / "a.db", 2.3)
    reasons = [reason for kind, _, reason in spider.context.store.events.samples if kind == "warning"]
    assert [reason for reason in reasons if way in reason], reasons
    assert spider.context.outcome == "done"
