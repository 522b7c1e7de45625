"""A server on a free port that sends what a test makes of each request for a page or file."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

Reply = tuple[int, dict[str, str], bytes]
"""Status, headers, body."""


class ReplyServer:
    """Serves while its block runs. `answer` gets the path, with its query, and the headers of a request; `on_post` its body, too."""

    def __init__(
        self,
        answer: Callable[[str, Mapping[str, str]], Reply],
        on_post: Callable[[str, Mapping[str, str], bytes], Reply] | None = None,
    ) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._send(answer(self.path, dict(self.headers)))

            def do_POST(self) -> None:
                assert on_post is not None
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self._send(on_post(self.path, dict(self.headers), body))

            def _send(self, reply: Reply) -> None:
                status, headers, body = reply
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_: Any) -> None:
                """Clients that bound answers hang up."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
