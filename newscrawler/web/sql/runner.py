"""Where queries run: in threads of their own, so that slow ones do not delay pages."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from newscrawler.web.sql.query import QueryResult, run_query

_THREADS = 3


class QueryRunner:
    """Runs queries on the open views of one archive."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = ThreadPoolExecutor(max_workers=_THREADS, thread_name_prefix="sql")

    async def run(self, sql: str, parameters: dict[str, str], *, rows: int) -> QueryResult:
        """Run a query and return at most `rows` rows. Raises what `run_query` raises."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: run_query(self._path, sql, parameters, rows=rows))

    def close(self) -> None:
        """Let the threads end; queries that wait are dropped."""
        self._threads.shutdown(wait=False, cancel_futures=True)
