"""What a crawl does by the clock: it tells what it waits for, and that the machine's clock was set."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from newscrawler.crawling import context
from newscrawler.crawling.extensions import checkpoints
from newscrawler.demo.server import SiteServer
from support import driver, nightly
from support.pages import HOMEPAGE, Pages, article, html, listing, small_portal

SLOW = "/2026/0305/202.shtml"
ENTRIES = [(f"/2026/0305/{number}.shtml", f"青石坳第{number}号堤段加固完工", "2026-03-05") for number in (201, 202)]


class _Told(logging.Handler):
    """Sets an event when a message holds these words, however long a busy machine takes to get there."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words, self.event = words, threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        """See a message."""
        if self.words in record.getMessage():
            self.event.set()

    @contextmanager
    def of(self, module: str) -> Iterator[None]:
        """Listen to the logger of a module."""
        logger = logging.getLogger(module)
        level = logger.level
        logger.setLevel(logging.WARNING)
        logger.addHandler(self)
        try:
            yield
        finally:
            logger.removeHandler(self)
            logger.setLevel(level)


def _crawl(archive: Path, told: _Told, asked: threading.Event) -> Any:
    """Crawl a portal with an article that is sent once something was told."""

    def slow() -> Any:
        asked.set()
        told.event.wait(50.0)
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
    told = _Told(f"it waits for the response of http://www.t.example{SLOW}")
    with told.of(checkpoints.__name__):
        assert _crawl(tmp_path / "a.db", told, threading.Event()).context.outcome == "done"
    messages = [record.getMessage() for record in caplog.records if record.name == checkpoints.__name__]
    # The next one would come after twice the time.
    assert len([message for message in messages if told.words in message]) == 1, messages


@nightly.by_day(0)
@pytest.mark.parametrize(("step", "way"), [(-7200.0, "back by 7200 s"), (7200.0, "ahead by 7200 s")])
def test_a_clock_that_is_set_during_a_crawl_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: float, way: str
) -> None:
    asked, told = threading.Event(), _Told(way)
    clock = SimpleNamespace(monotonic=time.monotonic, time=lambda: time.time() + (step if asked.is_set() else 0))
    monkeypatch.setattr(checkpoints, "time", clock)
    with told.of(context.__name__):
        spider = _crawl(tmp_path / "a.db", told, asked)
    reasons = [reason for kind, _, reason in spider.context.store.events.samples if kind == "warning"]
    assert [reason for reason in reasons if way in reason], reasons
    assert spider.context.outcome == "done"
