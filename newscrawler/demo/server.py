"""Serving a portal of our own on a loopback port, with conditional requests."""

from __future__ import annotations

import hashlib
import socket
import threading
from email.utils import parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

from newscrawler.demo.model import Site
from newscrawler.demo.portal import build


class Request(NamedTuple):
    """One request that was answered."""

    method: str
    path: str
    status: int


class SiteServer:
    """A site on `http://127.0.0.1:port`, from entering the context to leaving it.

    `requests` grows with each request answered, in the order of the answers.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self.requests: list[Request] = []
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The address without a trailing slash; RuntimeError while the server is not running."""
        if self._server is None:
            raise RuntimeError("the server is not running: use it as a context manager")
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        """Start serving on a free port."""
        self._server = _Server(self.site, self.requests)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="demo-portal", daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving, close the port and every open connection."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server.close_connections()
        self._server = self._thread = None


class DemoServer(SiteServer):
    """The demo portal on a loopback port; `portal` holds the truth about its articles."""

    def __init__(self) -> None:
        self.portal = build()
        super().__init__(self.portal)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    """Connections waiting to be taken; with the default of 5 a crawl loses some and waits seconds for a new try."""

    def __init__(self, site: Site, requests: list[Request]) -> None:
        self.site = site
        self.requests = requests
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    def server_bind(self) -> None:
        # HTTPServer.server_bind looks the host's name up, which can take seconds where no resolver answers.
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def finish_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        try:
            super().finish_request(request, client_address)
        finally:
            with self._lock:
                self._open.discard(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log nothing: it is not an error of the portal if a crawler closes the connection early."""

    def close_connections(self) -> None:
        """End kept-alive connections, whose threads would wait for a next request."""
        with self._lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "demo-portal"
    sys_version = ""
    # One packet an answer: header and body written apart would wait for each other's acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep standard error free for the program's own messages."""

    def _answer(self, *, with_body: bool) -> None:
        target = self.path
        if not target.startswith("/"):  # a proxy's request line carries the whole URL
            parts = urlsplit(target)
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        response = self.server.site.respond(target)
        headers = dict(response.headers)
        status, body = response.status, response.body
        if status == 200:
            headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            if self._is_known(headers):
                status, body = 304, b""
        self.server.requests.append(Request(self.command, target, status))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body and status != 304:
            self.wfile.write(body)

    def _is_known(self, headers: dict[str, str]) -> bool:
        """Whether the client's copy is current; RFC 9110, 13.2.2: the tag decides where both are sent."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
            return "*" in known or headers["ETag"] in known
        since, modified = self.headers.get("If-Modified-Since"), headers.get("Last-Modified")
        if since is None or modified is None:
            return False
        try:
            return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)
        except (ValueError, TypeError):
            return False
