"""A portal of one page: lists come by POST, the text of articles as JSON; the server sends the same page for each route."""

from __future__ import annotations

import json
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

SHELL = (
    "<html><head><title>云上青石</title></head><body><noscript>请启用脚本</noscript><div id='app'></div>"
    "<script src='/static/app.js'></script></body></html>"
)
SIZE = 4
"""Entries of one answer."""


@dataclass
class Story:
    """One article of the portal."""

    id: int
    title: str
    day: str
    text: str = ""

    @property
    def url(self) -> str:
        """Its address for readers."""
        return f"http://www.t.example/news.html?id={self.id}"

    @property
    def markup(self) -> str:
        """The text as the interface sends it."""
        lines = [
            f"{self.title}，这是{self.day}的事。{self.text}",
            "入夏以来，山里的雨水比往年多了三成，河道边的几户人家早早把粮食搬到了楼上。",
            "村干部挨家查看屋后的沟渠，把堵住的地方一处处掏开，又在低洼处垒起了沙袋。",
            "（山口晚报记者 梁知远）",
        ]
        image = '<p><img src="/upload/1.jpg"></p>'
        return image + "".join(f"<p>　　{line}</p>" for line in lines) + "</div></div>"


@dataclass
class DataPortal:
    """The portal. `answer(path, body)` may be replaced; it returns the bytes, or None for 404."""

    stories: list[Story] = field(default_factory=list)
    requests: list[tuple[str, str, str, dict[str, str]]] = field(default_factory=list)
    """Method, target, body and headers of each request."""
    answer: Callable[[str, str], bytes | None] = field(init=False)
    detail: Callable[[Story], dict[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        """Answer as the portal does."""
        self.answer = self.respond
        self.detail = lambda story: {
            "code": 0,
            "data": {
                "title": story.title,
                "content": story.markup,
                "published_at": f"{story.day} 08:30:00",
                "source": {"name": "山口晚报"},
                "editor": "丁一鸣",
            },
        }

    def respond(self, target: str, body: str) -> bytes | None:
        """Return the answer to a request; None if there is none."""
        parts = urlsplit(target)
        query = dict(parse_qsl(parts.query))
        if parts.path in ("/", "/news.html"):
            return SHELL.encode()
        if parts.path == "/api/list":
            asked = json.loads(body)
            number = asked["page"]["no"]
            rows = self.stories[(number - 1) * SIZE : number * SIZE] if asked["channel"] == "17" else []
            listed = [{"id": one.id, "list_title": one.title, "published_at": one.day} for one in rows]
            return json.dumps({"code": 0, "data": {"rows": listed}}, ensure_ascii=False).encode()
        if parts.path == "/api/article":
            found = next((one for one in self.stories if str(one.id) == query.get("id")), None)
            return json.dumps(self.detail(found), ensure_ascii=False).encode() if found else None
        return None


def stories(number: int) -> list[Story]:
    """Return articles, the newest first."""
    return [Story(9000 - n, f"青石坳第{n + 1}段水渠修成通水", f"2026-06-{28 - n:02}") for n in range(number)]


DATA_KEYS: dict[str, Any] = {
    "sections": {"宜昌市": "/api/list?channel=17"},
    "listing": {
        "json": {
            "url": "/news.html?id={id}",
            "method": "POST",
            "body": '{"channel":"{channel}","page":{"no":1,"size":4}}',
            "next": {"page.no": "page"},
        }
    },
    "article": {
        "json": {
            "url": "/api/article?id={id}",
            "title": "data.title",
            "body": "data.content",
            "published": "data.published_at",
            "source": "data.source.name",
            "editors": "data.editor",
        }
    },
}
"""Keys of the definition of the portal."""


@contextmanager
def serving(portal: DataPortal) -> Iterator[str]:
    """Serve the portal on a free loopback port; yields its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._send("")

        def do_POST(self) -> None:
            self._send(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())

        def _send(self, body: str) -> None:
            portal.requests.append((self.command, self.path, body, dict(self.headers)))
            answer = portal.answer(self.path, body) if self.path != "/robots.txt" else b"User-agent: *\nAllow: /\n"
            tag = f'"{zlib.crc32(answer or b"")}"'
            if answer is not None and self.headers.get("If-None-Match") == tag:
                self.send_response(304)
                self.end_headers()
                return
            self.send_response(200 if answer is not None else 404)
            self.send_header("ETag", tag)
            self.send_header("Access-Control-Allow-Origin", "*")
            is_json = answer is not None and answer[:1] in (b"{", b"[")
            self.send_header("Content-Type", "application/json" if is_json else "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(answer or b"")))
            self.end_headers()
            self.wfile.write(answer or b"")

        def log_message(self, format: str, *args: Any) -> None:
            """Keep standard error free."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
