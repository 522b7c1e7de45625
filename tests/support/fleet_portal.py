"""A portal that publishes while a fleet crawls it, and that notes when which crawler sent a request."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from support.pages import article, listing

ROBOTS = "/robots.txt"
"""What every crawl asks for first."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request, when it came, by the clock of this process."""

    moment: float
    portal: str
    crawler: str
    """The process that started the crawl: a worker that was started again has another one."""
    path: str


class ChaosPortal:
    """One portal on a port of its own. Portals of one `group` stand for portals on one server."""

    def __init__(
        self,
        number: int,
        *,
        delay: float,
        articles: int,
        group: str = "",
        host: str = "127.0.0.1",
        every: str = "10m",
        silent: float = 0.0,
    ) -> None:
        self.name = f"p{number}"
        self.delay, self.group = delay, group
        self.arrivals: list[Arrival] = []
        self._number, self._every = number, every
        self._entries: list[tuple[str, str, str]] = []
        self._lock = threading.Lock()
        chance = random.Random(number)
        for _ in range(articles):
            self.publish()
        portal = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1

            def do_GET(self) -> None:
                page = portal._asked(self.path, self.headers.get("User-Agent", "").rpartition("; ")[2])
                if chance.random() < silent:
                    self.close_connection = True
                    return
                body = (page or "<h1>404</h1>").encode()
                self.send_response(200 if page else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """Crawlers that are killed hang up."""

        self._server = Server((host, 0), Handler)
        self._url = f"http://{host}:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def publish(self) -> None:
        """Add an article to the head of the list."""
        with self._lock:
            count = len(self._entries) + 1
            title = f"第{count}座便民桥在{self._number}号镇通车"
            self._entries.insert(0, (f"/2026/0305/{count}.shtml", title, "2026-03-05"))

    @property
    def titles(self) -> list[str]:
        """Of all that was published."""
        return [title for _, title, _ in self._entries]

    @property
    def definition(self) -> str:
        group = f'group = "{self.group}"\n' if self.group else ""
        return (
            f'id = "{self.name}"\nname = "{self.name}网"\nprovince = "湖北省"\nhomepage = "{self._url}"\n'
            f'[crawl]\ndelay = {self.delay}\nconcurrency = 1\n{group}[schedule]\nevery = "{self._every}"\n'
        )

    def _asked(self, path: str, crawler: str) -> str | None:
        with self._lock:
            self.arrivals.append(Arrival(time.monotonic(), self.name, crawler, path))
            entries = list(self._entries)
        if path == "/":
            return "<html><body><div class='nav'><a href='/yichang/'>宜昌</a></div></body></html>"
        if path == "/yichang/":
            return listing(entries)
        return next(
            (article(title, text=f"这是{self._number}号镇的事。") for one, title, _ in entries if one == path), None
        )
