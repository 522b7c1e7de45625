"""A server that ends a connection without an answer, as many do when it was kept: it is asked again after the delay."""

from __future__ import annotations

from pathlib import Path

import pytest

from newscrawler.demo.model import Response
from newscrawler.demo.server import SiteServer
from support import driver, nightly
from support.integrity import rows
from support.pages import small_portal
from support.shared_server import ARTICLES, Server

DELAY = 0.4


class EndingServer(Server):
    """Ends the connection of the first request for a path."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path
        self.asked: list[float] = []

    def respond(self, path: str) -> Response:
        response = super().respond(path)
        if path == self._path:
            self.asked.append(self.times[-1])
            if len(self.asked) == 1:
                raise ConnectionAbortedError
        return response


@nightly.by_day(0, 3)
@pytest.mark.parametrize("group", [{}, {"group": "bridge"}], ids=["alone", "in a group"])
@pytest.mark.parametrize("path", ["/yichang/", "/2026/0305/3.shtml"], ids=["listing", "article"])
def test_a_request_without_an_answer_waits_for_the_delay(tmp_path: Path, path: str, group: dict[str, str]) -> None:
    pages = EndingServer(path)
    portal = small_portal(crawl={"delay": DELAY, "concurrency": 1, **group})
    with SiteServer(pages) as server:
        spider = driver.crawl(portal, tmp_path / "a.db", via=server.url, settings={"DOWNLOAD_DELAY_JITTER": 0})
    assert spider.context.outcome == "done", spider.context.outcome_reason
    first, second = pages.asked
    assert second - first > DELAY - 0.05
    assert min(pages.gaps) > DELAY / 2, "on a busy machine one is noted late"
    assert rows(tmp_path / "a.db", "SELECT count(*) FROM articles") == [(ARTICLES,)]
