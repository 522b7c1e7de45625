"""Where queries run: in processes of their own (`worker.py`), a few at the same time.

A process answers one query after the other. It is killed when its query's client is gone or the server ends; the system
ends it when its query takes too long. Then the next query gets a new one.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, cast

from newscrawler.archive.errors import ArchiveError, LockedError
from newscrawler.web.sql.query import Query, QueryError
from newscrawler.web.sql.worker import MEGABYTES, SECONDS, TIME_OVER

MOST_AT_ONCE = 3
"""The most queries that run at the same time."""
WAIT_SECONDS = 10.0
"""How long a query waits for others."""
_LONGEST_LINE = 100_000


class BusyError(Exception):
    """A query that was not run, since others ran for too long. HTTP 503."""


class QueryRunner:
    """Runs queries on the open views of one archive."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._free = asyncio.Semaphore(MOST_AT_ONCE)
        self._threads = ThreadPoolExecutor(max_workers=MOST_AT_ONCE, thread_name_prefix="sql")
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._is_closed = False

    async def run(self, query: Query) -> bytes:
        """Run a query; return its result in its form. When this is cancelled, the query ends at once.

        Raises QueryError, BusyError, LockedError, ArchiveError.
        """
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._free.acquire()
        except TimeoutError:
            raise BusyError from None
        try:
            return await self._run(query)
        finally:
            self._free.release()

    async def _run(self, query: Query) -> bytes:
        if self._is_closed:
            raise BusyError
        worker = self._worker()
        self._busy.add(worker)
        try:
            head, body = await asyncio.get_running_loop().run_in_executor(self._threads, worker.answer, query)
        except BaseException:
            worker.kill()
            raise
        finally:
            self._busy.discard(worker)
        if worker.status is None:
            self._idle.append(worker)
        if "error" in head:
            raise _error_of(head)
        return body

    def _worker(self) -> _Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.is_ready:
                return worker
        return _Worker(self._path)

    def close(self) -> None:
        """End all queries; those that wait are dropped."""
        self._is_closed = True
        for worker in (*self._busy, *self._idle):
            worker.kill()
        self._threads.shutdown(wait=False, cancel_futures=True)


class _Worker:
    """A process that answers queries."""

    def __init__(self, path: Path) -> None:
        # Modules are found where this process finds them, and never in the current folder because of `-m`.
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self._process = subprocess.Popen(  # noqa: S603  # our own interpreter and module
            [sys.executable, "-P", "-m", "newscrawler.web.sql.worker", str(path.absolute())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        self.status: int | None = None
        """The exit status, once a query was not answered to its end; None before."""

    @property
    def is_ready(self) -> bool:
        """Whether the process is there."""
        return self._process.poll() is None

    def answer(self, query: Query) -> tuple[dict[str, Any], bytes]:
        """Return the first line of the answer and the bytes after it, when it arrives."""
        queries, answers = cast(IO[bytes], self._process.stdin), cast(IO[bytes], self._process.stdout)
        head: dict[str, Any] = {}
        body = b""
        with suppress(BrokenPipeError):
            queries.write(json.dumps(asdict(query)).encode() + b"\n")
            queries.flush()
            line = answers.readline(_LONGEST_LINE)
            head = json.loads(line) if line.endswith(b"\n") else {}
            body = answers.read(head.get("length", 0))
        if not head or len(body) < head.get("length", 0) or head.get("error") == "memory":
            self.kill()
            self.status = self._process.wait()
            head = head if head.get("error") == "memory" else {"error": self.status}
        return head, body

    def kill(self) -> None:
        """End the process."""
        self._process.kill()


def _error_of(head: dict[str, Any]) -> Exception:
    match head["error"]:
        case "query":
            return QueryError(head["message"], **head["values"])
        case "locked":
            return LockedError(head["message"])
        case "archive":
            return ArchiveError(head["message"])
        case "memory":
            return QueryError(
                "the query needs more than {megabytes} MB of memory and was ended; read fewer or shorter columns, or "
                "sort fewer rows.",
                megabytes=MEGABYTES,
            )
        case status if status == TIME_OVER:
            return QueryError(
                "the query took longer than {seconds} seconds and was ended; narrow it down.", seconds=int(SECONDS)
            )
        case int(status) if status < 0:
            return QueryError("the system ended the process of the query; narrow the query down, or try again.")
        case _:
            return ArchiveError("the process for queries failed; its messages are in the log")
