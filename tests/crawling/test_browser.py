"""Listings that a browser loads: its pages reach nothing but the portal, through the crawl's own downloader."""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import sqlite3
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any
from urllib.parse import urlsplit

import pytest

from newscrawler.crawling.browser import chromium, page_load
from newscrawler.crawling.browser.memory import memory_of_children
from newscrawler.crawling.tally import count_of
from support import driver
from support.hostile_portal import HostilePortal, Visit, answer
from support.pages import HOMEPAGE, article, small_portal

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="there is no chromium")

FILL = """
const rows = text.split('\\n').map(line => line.split('|')).filter(row => row.length == 3)
document.getElementById('list').innerHTML = rows
  .map(([path, title, day]) => `<li><a href="${path}">${title}</a><span>${day}</span></li>`).join('')
"""
"""A script that makes a list of lines in a form of the portal's own, which no rule of a crawl reads."""


def lines(*numbers: int) -> bytes:
    rows = (f"/2026/0305/{number}.shtml|青石坳第{number}号堤段加固完工|2026-03-05" for number in numbers)
    return answer("\n".join(rows), kind="text/plain; charset=utf-8")


@pytest.fixture
def victim() -> Iterator[tuple[int, list[bytes]]]:
    """A port of this machine that notes whatever arrives there, by TCP and UDP."""
    seen: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagrams.bind(("127.0.0.1", port))

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            seen.append(b"TCP")
            connection.close()

    threading.Thread(target=accept, daemon=True).start()
    yield port, seen
    datagrams.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        seen.append(datagrams.recv(4096))
    datagrams.close()
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    assert seen == []


def page(script: str, data: str = "/data/1.txt", delay: int = 0) -> str:
    load = f"setTimeout(() => fetch('{data}').then(answer => answer.text()).then(fill), {delay})" if data else ""
    return (
        "<html><head><title>频道</title><link rel=stylesheet href=/style.css></head><body><h2>频道</h2>"
        "<ul class=list id=list></ul><img src=/picture.jpg><iframe src=/frame.html></iframe><span>下一页</span>"
        f"<script src=/fill.js></script><script>{script}\n{load}</script></body></html>"
    )


RUDE = """
alert(1); confirm(2); window.open('/popup'); localStorage.a = 1; Notification.requestPermission()
navigator.geolocation.getCurrentPosition(() => 0)
const link = document.createElement('a'); link.href = '/file.zip'; link.download = 'x'; link.click()
fetch('/count', {method: 'PUT', body: 'x'}); fetch('/secret/1')
const form = new FormData(); form.append('file', new Blob(['x'])); fetch('/upload', {method: 'POST', body: form})
"""
SPYING = """
fetch('http://INSIDE/'); new WebSocket('ws://INSIDE/'); new Image().src = 'http://INSIDE/'
fetch('http://localhost:PORT/'); navigator.sendBeacon('http://INSIDE/', 'x'); fetch('http://other.example/')
for (const start of [
  () => new WebTransport('https://INSIDE/'),
  () => new Worker(URL.createObjectURL(new Blob(["fetch('http://INSIDE/')"]))),
  () => new EventSource('http://INSIDE/'),
  () => navigator.serviceWorker.register('/worker.js'),
  () => {
    const peer = new RTCPeerConnection({iceServers: [{urls: 'stun:INSIDE'}]})
    peer.createDataChannel('x'); peer.createOffer().then(offer => peer.setLocalDescription(offer))
  },
]) { try { start() } catch (error) { } }
"""


STORING = """
if (localStorage.length || document.cookie) throw 'what an earlier page stored'
localStorage.a = document.cookie = 'a=1'; indexedDB.open('x'); document.body.append('本频道的天气与水情。'.repeat(20)); self.caches?.open('x')
"""
DETECTING = (
    "if (navigator.webdriver) document.body.innerHTML = '<p>请完成安全验证，拖动滑块</p><div id=nc_1_wrapper></div>'"
)
TOKEN = """
fetch('http://data.t.example/list', {headers: {'token': 'T' + 6 * 7, 'X-Long': 'x'}})
  .then(answer => answer.text()).then(fill)
fetch('/long', {headers: {'X-Long': 'x'.repeat(9000)}})
"""


def for_tokens(visit: Visit) -> None:
    """A list that is there for those who send what the page's script has computed."""
    is_right = visit.headers.get("token") == "T42" and not {"cookie", "authorization"} & visit.headers.keys()
    rows = lines(206)[lines(206).index(b"\r\n\r\n") + 4 :] if is_right else b""
    visit.send(answer(rows, kind="text/plain; charset=utf-8", Access_Control_Allow_Origin="*"))


def crawled(tmp_path: Path, sections: dict[str, str], pages: dict[str, Any]) -> tuple[Any, list[str], dict[str, Any]]:
    """Crawl sections whose listings a browser loads; return the spider, the requests, and the sweep of each path."""
    names = ["宜昌市", "恩施州", "黄冈市", "荆州市", "襄阳市", "十堰市", "荆门市", "鄂州市", "孝感市", "咸宁市"]
    portal = small_portal(
        sections=dict(zip(names, sections, strict=False)), browser={"use": "listing", "wait": "#list li"}
    )
    pages = {
        "/": HOMEPAGE,
        "/robots.txt": answer("User-agent: *\nDisallow: /secret/", kind="text/plain"),
        "/fill.js": answer(f"function fill(text) {{ {FILL} }}", kind="text/javascript"),
        "/data/1.txt": lines(201, 202, 203),
        **sections,
        **pages,
    }
    with HostilePortal(pages) as server:
        spider = driver.crawl(portal, tmp_path / "a.db", via=server.url, settings={"RETRY_TIMES": 0}, timeout=300)
    return spider, server.requests, {urlsplit(one.url).path: one for one in spider.context.sweeps.values()}


def test_listings_are_filled_and_nothing_else_is_reached(tmp_path: Path, victim: tuple[int, list[bytes]]) -> None:
    spying = SPYING.replace("INSIDE", f"127.0.0.1:{victim[0]}").replace("PORT", str(victim[0]))
    bad = {
        "/flood/": (page("for (let n = 0; n < 100; n++) fetch('/flood/' + n)"), "more than 20 requests to the portal"),
        "/broken/": (page("", "/data/none"), "http://www.t.example/data/none answered 503"),
        "/leaving/": (page("location = '/elsewhere/'"), "it goes on to http://www.t.example/elsewhere/"),
        "/challenge/": (
            "<html><script>document.cookie = 'clearance=' + 6 * 7; location.reload()</script></html>",
            "is blocked (script-challenge)",
        ),
    }
    good = {
        "/slow/": page("", delay=1_500),
        "/rude/": page(RUDE, "/data/2.txt"),
        "/spying/": page(spying, "/data/3.txt"),
        "/storing/": page(STORING),
        "/storing-again/": page(STORING),
        "/token/": page(TOKEN, ""),
    }
    pages: dict[str, Any] = {
        "/data/2.txt": lines(204),
        "/data/3.txt": lines(205),
        "/data/none": answer("busy", status=503),
        "/list": for_tokens,
    }
    pages |= {f"/2026/0305/{number}.shtml": article(f"青石坳第{number}号堤段加固完工") for number in range(201, 207)}
    sections = {**good, **{path: made for path, (made, _) in bad.items()}}
    spider, asked, sweeps = crawled(tmp_path, sections, pages)
    assert {path: sweeps[path].outcome for path in good} == dict.fromkeys(good, "end")
    assert {path: sweeps[path].outcome for path in bad} == dict.fromkeys(bad, "failed")
    for path, (_, reason) in bad.items():
        assert reason in sweeps[path].reason
    assert count_of(spider.context.store.tally, "new") == 6

    expected = {"/", "/robots.txt", "/fill.js", "/data/1.txt", *sections, *pages}
    assert {path for path in asked if not re.match(r"/flood/\d", path)} == expected
    assert asked.count("/fill.js") == 1 and len([path for path in asked if re.match(r"/flood/\d", path)]) <= 20
    told = "\n".join(reason for kind, _, reason in spider.context.store.events.samples if kind == "warning")
    assert (
        "PUT http://www.t.example/count" in told
        and "POST http://www.t.example/upload" in told
        and "GET http://www.t.example/long" in told
        and "forbids http://www.t.example/secret/1" in told
    )
    with sqlite3.connect(tmp_path / "a.db") as connection:
        captured = {
            urlsplit(url)._replace(scheme="", netloc="").geturl()
            for (url,) in connection.execute("SELECT url FROM captures")
        }
    assert captured == set(asked), "all that the browser got is kept as it was received"


@pytest.mark.slow
def test_pages_that_never_end_are_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each ends after its time, and the page after it is loaded, also by the next browser process."""
    monkeypatch.setattr(page_load, "PAGE_SECONDS", 8.0)
    monkeypatch.setattr(chromium, "PAGES_PER_BROWSER", 2)
    never = "it showed no element '#list li' within 8 s"
    bad = {
        "/endless/": (page("while (true) { }"), never),
        "/talking/": (page("while (true) alert(1)"), never),
        "/growing/": (
            page("const all = []; while (true) all.push(new Array(1e6).fill(all))"),
            "the browser could not load",
        ),
        # By the number of its requests or by its time, as fast as the machine is.
        "/knocking/": (
            page("for (let n = 0; n < 500; n++) fetch('http://a.example/' + n)"),
            "the browser could not load",
        ),
        "/empty/": (page("", "/data/0.txt"), never),
        "/hoarding/": (
            page("const all = []; setInterval(() => all.push(new Uint8Array(2e8).fill(1)), 50)", ""),
            "the browser could not load",
        ),
        "/detecting/": (page(DETECTING, ""), "blocked"),
        "/long/": (
            page("document.body.append(document.createComment('x'.repeat(2 ** 24)))"),
            "its document is larger than",
        ),
    }
    sections = {**{path: made for path, (made, _) in bad.items()}, "/plain/": page("")}
    _, _, sweeps = crawled(tmp_path, sections, {"/data/0.txt": answer("")})
    for path, (_, reason) in bad.items():
        assert sweeps[path].outcome == "failed" and reason in sweeps[path].reason
    assert sweeps["/plain/"].entries == 3


def test_the_memory_of_a_browser_is_that_of_all_its_processes() -> None:
    child = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"
    grandchild = "x = b'1' * (5 * 10**7 + len(__name__)); print(flush=True); input()"
    # A copy of `support.program` would be below the process that forks, which may be another one's.
    with Popen([sys.executable, "-c", child, grandchild], stdin=PIPE, stdout=PIPE) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdout.readline()
        assert memory_of_children() > 5 * 10**7
        process.stdin.write(b"\n")


@pytest.mark.slow
def test_a_page_whose_browser_uses_too_much_memory_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_load, "MAX_MEMORY", 2**20)
    monkeypatch.setattr(page_load, "MEMORY_SECONDS", 0.0)
    _, _, sweeps = crawled(tmp_path, {"/plain/": page("", "")}, {})
    assert "the browser used more than 1 MiB of memory" in sweeps["/plain/"].reason


def test_without_a_browser_the_definition_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium, "NAMES", ("no-such-browser",))
    _, asked, sweeps = crawled(tmp_path, {"/plain/": page("")}, {})
    assert "install Chromium" in sweeps["/plain/"].reason and "/data/1.txt" not in asked
