"""A server that several portals share, and that notes when requests came."""

from __future__ import annotations

import threading
import time
from itertools import pairwise

from newscrawler.demo.model import Response
from support.pages import Pages, article, listing

ARTICLES = 8
LATEST = 0.8
"""How late a request may be noted, in delays."""


class Server(Pages):
    """The same pages for each portal; notes when requests came, and how many were under way."""

    def __init__(self, seconds: float = 0.0) -> None:
        entries = [(f"/2026/0305/{n}.shtml", f"第{n}座便民桥在青禾镇通车", "2026-03-05") for n in range(ARTICLES)]
        home = "<html><body><div class='nav'><a href='/yichang/'>宜昌</a></div></body></html>"
        super().__init__({"/": home, "/yichang/": listing(entries), **{u: article(t) for u, t, _ in entries}})
        self.seconds = seconds
        self.times: list[float] = []
        self.most = self._under_way = 0
        self._lock = threading.Lock()

    def respond(self, path: str) -> Response:
        with self._lock:
            self.times.append(time.monotonic())
            self._under_way += 1
            self.most = max(self.most, self._under_way)
        try:
            time.sleep(self.seconds)
            return super().respond(path)
        finally:
            with self._lock:
                self._under_way -= 1

    @property
    def gaps(self) -> list[float]:
        return [after - before for before, after in pairwise(sorted(self.times))]


def never_closer(server: Server, seconds: float) -> bool:
    """Whether requests may have been sent with this delay: each was noted at most four fifths of it too late.

    A machine that is busy notes requests late, and the next one then follows soon. Requests that were sent too close
    cannot all be explained so.
    """
    sent = -float("inf")
    for noted in sorted(server.times):
        sent = max(sent + seconds, noted - LATEST * seconds)
        if sent > noted:
            return False
    return True
