"""A request that something held up counts from when it came: the next one comes its delay later."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from math import inf
from pathlib import Path

import pytest

from newscrawler.crawling.downloader.latest_arrival import LatestArrival
from newscrawler.demo.server import SiteServer
from support import driver, nightly
from support.pages import small_portal
from tests.crawling.test_politeness import TimedPages, site

DELAY = 0.6
HELD = 2.0


class Network:
    """Lies between the crawl and a portal, and holds up the n-th request, as a network does that was cut."""

    def __init__(self, port: int, held: int) -> None:
        self._port, self._held, self._count = port, held, 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _pass_on(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self._port)) as portal:
            threading.Thread(target=_copy, args=(portal, client), daemon=True).start()
            try:
                while data := client.recv(65536):
                    self._count += 1
                    if self._count == self._held:
                        time.sleep(HELD)
                    portal.sendall(data)
            except OSError:
                pass

    def close(self) -> None:
        self._listening.close()


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass


@contextmanager
def portal_behind(held: int) -> Iterator[tuple[TimedPages, str]]:
    pages = site()
    with SiteServer(pages) as server:
        network = Network(int(server.url.rpartition(":")[2]), held)
        try:
            yield pages, f"http://127.0.0.1:{network.port}"
        finally:
            network.close()


@nightly.by_day(0, 3)
@pytest.mark.parametrize("group", [None, "bridge"])
@pytest.mark.parametrize("held", [1, 3])
def test_the_next_request_waits_for_one_that_came_late(tmp_path: Path, group: str | None, held: int) -> None:
    with portal_behind(held) as (pages, url):
        portal = small_portal(crawl={"delay": DELAY, "concurrency": 1, "group": group})
        driver.crawl(portal, tmp_path / "a.db", via=url, settings={"NEWSCRAWLER_CAPTURES": False})
    moments = sorted(moment for _, moment in pages.times)
    assert len(moments) > held + 2
    assert min(later - earlier for earlier, later in pairwise(moments)) > DELAY / 2 - 0.1


def test_what_the_portal_itself_takes_is_not_waited_for() -> None:
    arrival = LatestArrival()
    assert arrival.seconds_ago(1.0, 1.2) == pytest.approx(0.2)  # the first: nobody knows how fast the portal is
    assert arrival.seconds_ago(1.0, 1.2) == pytest.approx(1.2)
    assert arrival.seconds_ago(3.0, 3.5) == pytest.approx(1.5)
    assert arrival.seconds_ago(0.5, 0.5) == pytest.approx(0.5)
    assert arrival.seconds_ago(3.0, 3.0) == pytest.approx(0.5)
    assert arrival.seconds_ago(None, 30.0) == 0
    assert arrival.seconds_ago(inf, 30.0) == 0
