"""The web application in this process: pages without a server, for tests of what they show."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from newscrawler.web.app import Application
from support.web import Answer


@dataclass(frozen=True)
class Pages:
    """An application, to be asked for pages."""

    application: Application

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for a path; characters beyond ASCII are escaped."""
        escaped = quote(path, safe="/?=&%+:")
        where, _, query = escaped.partition("?")
        given = {"host": "localhost", **{name.replace("_", "-").lower(): value for name, value in headers.items()}}
        scope = {
            "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": unquote(where),
            "raw_path": where.encode(), "query_string": query.encode(), "root_path": "", "server": ("localhost", 80),
            "client": ("127.0.0.1", 1), "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        }  # fmt: skip
        messages: list[Any] = []

        async def ask() -> None:
            async def receive() -> Any:
                await asyncio.Event().wait()

            async def send(message: Any) -> None:
                messages.append(message)

            await self.application.app(scope, receive, send)

        asyncio.run(ask())
        start, *rest = messages
        found = {name.decode().lower(): value.decode() for name, value in start["headers"]}
        return Answer(start["status"], found, b"".join(message.get("body", b"") for message in rest))


@contextmanager
def pages_of(archive: Path, *, names: Collection[str] = ()) -> Iterator[Pages]:
    """The pages of an archive while the block runs."""
    application = Application(archive, only_loopback=True, names=names)
    try:
        yield Pages(application)
    finally:
        application.close()
