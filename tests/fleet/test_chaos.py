"""Workers and a collector as processes, a real NATS server, and what may happen to them, at random.

At the end the collected archive equals what the portals have. At no time do two workers crawl one portal, and no
request comes before its portal's delay.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from support.integrity import rows, sound
from support.nats_server import NatsServer, server_program
from support.pages import article, listing

pytest.importorskip("nats")

SECONDS = 6.0
DELAY = 0.3
ARTICLES = 80
SEED = int(os.environ.get("FLEET_CHAOS_SEED", "1"))
DURATION = float(os.environ.get("FLEET_CHAOS_SECONDS", "60"))


class Portal:
    """One portal on a port of its own, which notes when which crawler sent a request."""

    def __init__(self, number: int) -> None:
        entries = [
            (f"/2026/0305/{one}.shtml", f"第{one}座便民桥在{number}号镇通车", "2026-03-05") for one in range(ARTICLES)
        ]
        pages = {
            "/": "<html><body><div class='nav'><a href='/yichang/'>宜昌</a></div></body></html>",
            "/yichang/": listing(entries),
            **{path: article(title, text=f"这是{number}号镇的第{path}件事。") for path, title, _ in entries},
        }
        self.name = f"p{number}"
        self.titles = sorted(title for _, title, _ in entries)
        self.requests: list[tuple[float, str]] = []
        portal = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                portal.requests.append((time.monotonic(), self.headers.get("User-Agent", "").rpartition("; ")[2]))
                page = pages.get(self.path)
                body = (page or "<h1>404</h1>").encode()
                self.send_response(200 if page else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def definition(self) -> str:
        return (
            f'id = "{self.name}"\nname = "{self.name}网"\nprovince = "湖北省"\n'
            f'homepage = "http://127.0.0.1:{self.server.server_port}/"\n'
            f'[crawl]\ndelay = {DELAY}\nconcurrency = 1\n[schedule]\nevery = "10m"\n'
        )


class Program:
    """A worker or the collector as a process, which may be killed and started again."""

    def __init__(self, folder: Path, name: str, *words: str) -> None:
        self.folder, self.name, self.words = folder, name, words
        self.starts = 0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.starts += 1
        environment = {
            **os.environ,
            "NEWSCRAWLER_ALLOW_PRIVATE": "1",
            "NEWSCRAWLER_CONTACT": f"{self.name}.{self.starts}",
        }
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "newscrawler", *self.words, "--config", str(self.folder / f"{self.name}.toml")],
                env=environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def signal(self, number: int) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)


@contextmanager
def running(programs: list[Program]) -> Iterator[None]:
    for program in programs:
        program.start()
    try:
        yield
    finally:
        for program in programs:
            program.signal(signal.SIGCONT)
            program.kill()


def configure(folder: Path, name: str, url: str, portals: list[Portal]) -> None:
    names = ", ".join(f'"{portal.name}.toml"' for portal in portals)
    (folder / f"{name}.toml").write_text(
        f'name = "chaos"\nworker = "{name}"\nfolder = "{name}"\nparcels = "nats"\narchive = "all.db"\n'
        f"portals = [{names}]\nat_once = 2\nmin_free_mb = 1\nlease_seconds = {SECONDS}\n"
        f'[nats]\nservers = ["{url}"]\n',
        encoding="utf-8",
    )


def trouble(chance: random.Random, server: NatsServer, workers: list[Program], collector: Program) -> str:
    """Do one thing that happens to fleets; return what."""
    worker = chance.choice(workers)
    what = chance.choice(["kill", "kill", "pause", "collector", "server", "forget"])
    if what == "kill":
        worker.kill()
        worker.start()
    elif what == "pause":
        worker.signal(signal.SIGSTOP)
        time.sleep(chance.uniform(0.5, 1.5) * SECONDS)
        worker.signal(signal.SIGCONT)
    elif what == "collector":
        collector.kill()
        collector.start()
    else:
        server.forget() if what == "forget" else server.kill()
        time.sleep(chance.uniform(0, 0.5) * SECONDS)
        server.start()
    return f"{what} {worker.name if what in ('kill', 'pause') else ''}"


@pytest.mark.slow
@pytest.mark.skipif(server_program() is None, reason="there is no NATS server")
def test_whatever_happens_the_archive_equals_the_portals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    chance = random.Random(SEED)
    portals = [Portal(number) for number in range(5)]
    for portal in portals:
        (tmp_path / f"{portal.name}.toml").write_text(portal.definition, encoding="utf-8")
    with NatsServer(tmp_path / "nats") as server:
        names = ["one", "two"]
        for name in [*names, "collector"]:
            configure(tmp_path, name, server.url, portals)
        workers = [Program(tmp_path, name, "fleet", "worker") for name in names]
        collector = Program(tmp_path, "collector", "fleet", "collector")
        events = []
        with running([*workers, collector]):
            ends = time.monotonic() + DURATION
            while time.monotonic() < ends:
                time.sleep(chance.uniform(0.5, 2.0) * SECONDS)
                events.append(trouble(chance, server, workers, collector))
            deadline = time.monotonic() + 240
            expected = sorted(title for portal in portals for title in portal.titles)
            while stored(tmp_path / "all.db") != expected and time.monotonic() < deadline:
                time.sleep(1)
        assert stored(tmp_path / "all.db") == expected, (events, logs(tmp_path))
    for portal in portals:
        check_requests(portal, events)
    sound(tmp_path / "all.db")


@pytest.mark.slow
@pytest.mark.skipif(server_program() is None, reason="there is no NATS server")
def test_the_crawl_of_a_killed_worker_ends_with_its_lease(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    portal = Portal(1)
    (tmp_path / f"{portal.name}.toml").write_text(portal.definition, encoding="utf-8")
    with NatsServer(tmp_path / "nats") as server:
        for name in ("one", "collector"):
            configure(tmp_path, name, server.url, [portal])
        worker = Program(tmp_path, "one", "fleet", "worker")
        with running([Program(tmp_path, "collector", "fleet", "collector"), worker]):
            deadline = time.monotonic() + 60
            while len(portal.requests) < 5:
                assert time.monotonic() < deadline, logs(tmp_path)
                time.sleep(0.05)
            worker.kill()
            killed = time.monotonic()
            time.sleep(SECONDS + 3)
    late = [moment - killed for moment, _ in portal.requests if moment > killed + SECONDS]
    assert not late and len(portal.requests) < ARTICLES, late


def stored(archive: Path) -> list[str]:
    if not archive.exists():
        return []
    return [str(title) for (title,) in rows(archive, "SELECT title FROM articles_flat ORDER BY title")]


def check_requests(portal: Portal, events: list[str]) -> None:
    """Never two crawlers at once, never a request before the delay."""
    crawlers = [crawler for _, crawler in portal.requests]
    # A crawler that has given way to another one does not come back: each process has a name of its own. A worker may
    # lease a portal again, but not while another one has it: its requests lie then behind the other's last one by a
    # lease or a release, which takes longer than a request.
    for (earlier, one), (later, other) in zip(portal.requests, portal.requests[1:], strict=False):
        # Scrapy varies the delay between half and one and a half.
        least = 0.5 * DELAY if one == other else DELAY
        assert later - earlier > least - 0.1, (portal.name, one, other, later - earlier, events)
    assert crawlers


def logs(folder: Path) -> str:
    return "\n".join(path.read_text(errors="replace")[-3000:] for path in sorted(folder.glob("*.log")))
