"""The delay of a portal lies between two machines, too, whatever becomes of the first one and of the leases."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from twisted.internet.testing import StringTransport
from twisted.web._newclient import Request
from twisted.web.http_headers import Headers

from newscrawler.archive import open_archive
from newscrawler.archive.database.transaction import writing
from newscrawler.crawling.downloader.leased_protocol import LeasedProtocol, bound_sending
from newscrawler.crawling.errors import LeaseEndedError
from newscrawler.crawling.lease_file import LeaseFile, write_lease
from newscrawler.demo.model import Response
from newscrawler.demo.server import SiteServer
from newscrawler.fleet.file_engine import FileEngine
from newscrawler.fleet.leases import Leases
from newscrawler.fleet.portal_folder import PortalFolder
from newscrawler.text.boot_clock import boot_seconds
from support import nightly
from support.archives import PORTAL, Room
from support.fleet_programs import Program, running
from support.shared_server import Server

SECONDS = 1.0
"""Of a lease: much shorter than the delays here."""
DELAY = 3.0


def configure(folder: Path, url: str, delay: float, *names: str) -> None:
    (folder / "t.toml").write_text(
        f'id = "t"\nname = "试验网"\nprovince = "湖北省"\nhomepage = "{url}/"\n'
        f'[crawl]\ndelay = {delay}\n[schedule]\nevery = "10m"\n',
        encoding="utf-8",
    )
    for name in names:
        (folder / f"{name}.toml").write_text(
            f'worker = "{name}"\nfolder = "{name}"\nparcels = "parcels"\nleases = "leases.db"\narchive = "all.db"\n'
            f'portals = ["t.toml"]\nlease_seconds = {SECONDS}\nmin_free_mb = 1\n',
            encoding="utf-8",
        )


def wait_until(what: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@nightly.by_day(0)
@pytest.mark.parametrize(
    ("what", "asks"),
    [("forgets", "definition"), ("dies", "definition"), ("dies", "robots.txt"), ("an older copy", "definition")],
)
def test_another_machine_waits_for_the_delay(tmp_path: Path, what: str, asks: str) -> None:
    site = Server()
    if asks == "robots.txt":
        text = f"User-agent: *\nCrawl-delay: {DELAY:.0f}\n"
        site.pages["/robots.txt"] = Response(200, {"Content-Type": "text/plain"}, text.encode())
    leases = tmp_path / "leases.db"
    looks = Leases(FileEngine(leases), "looks", seconds=SECONDS)
    with SiteServer(site) as server:
        configure(tmp_path, server.url, DELAY if asks == "definition" else 0.01, "one", "two", "collector")
        one, two = (Program(tmp_path, name, "fleet", "worker") for name in ("one", "two"))
        with running([Program(tmp_path, "collector", "fleet", "collector"), one]):
            wait_until(lambda: site.times)
            # In the first crawl of the portal, which nobody will ever ship.
            wait_until(lambda: asks == "definition" or looks.look()["t"].entry.delay == DELAY)
            if what != "forgets":
                one.kill()
            if what != "dies":
                leases.unlink()
            if what == "an older copy":
                # From before the newest lease, which it shows as given back.
                FileEngine(leases).put("portals", "t", b'{"token": 1, "started": "2020-01-01T00:00:00Z"}')
            time.sleep(SECONDS)
            before = len(site.times)
            with running([two]):
                wait_until(lambda: len(site.times) > before)
    assert site.times[before] - site.times[before - 1] > DELAY - 0.05


def test_the_delay_of_robots_txt_is_known_when_it_was_read(tmp_path: Path) -> None:
    folder = PortalFolder(tmp_path, PORTAL)
    assert folder.robots_delay() is None
    folder.folder.mkdir()
    Room(folder.archive).close()
    assert folder.robots_delay() is None
    rules = (("rules", "Crawl-delay: 7", 7.0), ("rules", "Crawl-delay: 99999", 300.0), ("rules", "", 0.0))
    for policy, text, seconds in (*rules, ("disallow-all", "Crawl-delay: 7", 0.0)):
        with closing(open_archive(folder.archive)) as connection, writing(connection):
            connection.execute("DELETE FROM robots")
            connection.execute(
                "INSERT INTO robots VALUES (1, 't.example', 200, ?, ?, '2024-05-11T00:00:00Z')",
                (policy, f"User-agent: *\n{text}\nDisallow: /x\n"),
            )
        assert folder.robots_delay() == seconds
    folder.archive.write_bytes(b"x" * 4096)
    assert folder.robots_delay() is None, "what cannot be read tells nothing"


class Layer:
    def __init__(self, transport: object) -> None:
        self.transport = transport


class Plain:
    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def getHandle(self) -> socket.socket:  # noqa: N802
        return self._connection


def test_no_request_is_written_after_the_lease(tmp_path: Path) -> None:
    """It may end while the connection is made."""
    write_lease(tmp_path / "lease", 1, boot_seconds() - 0.1)
    protocol, transport = LeasedProtocol(LeaseFile(tmp_path / "lease"), lambda _: None), StringTransport()
    protocol.makeConnection(transport)
    with pytest.raises(LeaseEndedError):
        protocol.request(Request(b"GET", b"/", Headers({b"Host": [b"t.example"]}), None))
    assert transport.value() == b""


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="only Linux bounds it")
def test_the_system_sends_no_request_again_after_the_lease() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as connection:
        for transport in (Plain(connection), Layer(Plain(connection))):
            bound_sending(transport, 2.5)
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 2500
            bound_sending(transport, 0.0001)
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 1, "0 means no bound"
