"""Portals on loopback, and a mail server and a webhook that keep what they receive."""

from __future__ import annotations

import json
import socketserver
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from newscrawler.demo.model import Response
from newscrawler.demo.server import SiteServer
from support.pages import Pages, html
from support.schedules import PAGES


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> Iterator[SiteServer]:
    monkeypatch.setenv("NEWSCRAWLER_ALLOW_PRIVATE", "1")
    with SiteServer(Pages(PAGES)) as server:
        yield server


@pytest.fixture
def hung(monkeypatch: pytest.MonkeyPatch) -> Iterator[SiteServer]:
    """A portal that never answers."""
    end = threading.Event()

    def wait() -> Response:
        end.wait(300)
        return html("")

    monkeypatch.setenv("NEWSCRAWLER_ALLOW_PRIVATE", "1")
    with SiteServer(Pages({"/": wait, "/robots.txt": Response(404, {}, b"")})) as server:
        yield server
        end.set()


class Sink(socketserver.StreamRequestHandler):
    """Enough of SMTP to take a mail."""

    def handle(self) -> None:
        self.wfile.write(b"220 sink\r\n")
        lines: list[bytes] | None = None
        for line in self.rfile:
            if lines is not None:
                if line == b".\r\n":
                    self.server.mails.append(b"".join(lines).decode())  # type: ignore[attr-defined]
                    lines = None
                    self.wfile.write(b"250 ok\r\n")
                else:
                    lines.append(line)
            elif line.upper().startswith(b"DATA"):
                lines = []
                self.wfile.write(b"354 go on\r\n")
            elif line.upper().startswith(b"RCPT") and self.server.refuses in line.decode():  # type: ignore[attr-defined]
                self.wfile.write(b"550 no such user\r\n")
            elif line.upper().startswith(b"EHLO"):
                self.wfile.write(b"250-sink\r\n250 AUTH PLAIN\r\n")
            elif line.upper().startswith(b"QUIT"):
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 ok\r\n")


class Hook(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(self.server.wait)  # type: ignore[attr-defined]
        self.server.posts.append((self.path, json.loads(body)))  # type: ignore[attr-defined]
        answer = json.dumps(self.server.answer).encode()  # type: ignore[attr-defined]
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        if location := getattr(self.server, "location", ""):
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def sink() -> Iterator[Any]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Sink) as server:
        server.mails, server.refuses = [], "nobody"  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def hook() -> Iterator[Any]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Hook) as server:
        server.posts, server.answer, server.status, server.wait = [], {"errcode": 0}, 200, 0  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()
