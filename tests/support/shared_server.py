"""A server that several portals share, and that notes when requests came."""

from __future__ import annotations

import threading
import time
from itertools import pairwise

from newscrawler.demo.model import Response
from support.pages import Pages, article, listing

ARTICLES = 8


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
    """Whether requests came with this delay; one that was noted late is soon followed by the next one."""
    return sum(server.gaps) >= seconds * (len(server.gaps) - 1) and min(server.gaps) > seconds / 2
