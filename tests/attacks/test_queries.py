"""What a query can cost: however it is written, it ends in time, in memory, and for itself alone."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from newscrawler.web.sql.query import Query, QueryError
from newscrawler.web.sql.runner import BusyError, QueryRunner
from newscrawler.web.sql.worker import MEGABYTES
from support import nightly
from support.web import Answer, Crawled, Server, serving

TIME, MEMORY = "took longer than 2 seconds", f"needs more than {MEGABYTES} MB of memory"
CHARACTERS, SQLITE = "more than 32,000,000 characters", "SQLite says"
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
MANY = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) "
LONG = "hex(zeroblob(1900000))"
IN_ONE_STEP = "SELECT instr(zeroblob(3900000), zeroblob(150000) || x'01')"
"""About 17 seconds in one instruction of SQLite's machine."""

SLOW = (
    IN_ONE_STEP,
    "SELECT printf('%.*c', 2000000000, 'x')",
    f"{ENDLESS}SELECT count(*) FROM n",
    "SELECT count(*) FROM articles_flat a, articles_flat b, articles_flat c, articles_flat d, articles_flat e",
    f"WITH RECURSIVE n(i, a) AS (SELECT 1, {LONG} UNION ALL SELECT i + 1, a FROM n) SELECT max(a) FROM n ORDER BY i",
    f"WITH RECURSIVE n(i, a) AS (SELECT 1, {LONG} UNION ALL SELECT i + 1, a FROM n) SELECT count(DISTINCT a) FROM n",
)
LARGE = {
    f"SELECT json_group_object(i, {LONG}) FROM ({MANY}SELECT i FROM n)": MEMORY,
    f"SELECT json_group_array({LONG}) FROM ({MANY}SELECT i FROM n)": MEMORY,
    f"{MANY}SELECT i, hex(zeroblob(20000)) b FROM n ORDER BY b, i": MEMORY,
    f"{MANY}SELECT i, sum(i) OVER (ORDER BY hex(zeroblob(20000)) ROWS UNBOUNDED PRECEDING) FROM n": MEMORY,
    f"{MANY}SELECT count(*) FROM (SELECT DISTINCT i, hex(zeroblob(20000)) FROM n)": MEMORY,
    f"{MANY}SELECT hex(zeroblob(20000 + i)) b, count(*) FROM n GROUP BY b": MEMORY,
    f"{MANY}SELECT hex(zeroblob(20000 + i)) FROM n UNION SELECT hex(zeroblob(10000 + i)) FROM n": MEMORY,
    f"WITH m AS MATERIALIZED ({MANY}SELECT i, hex(zeroblob(20000)) b FROM n) SELECT count(*) FROM m, m o": MEMORY,
    f"SELECT {', '.join([LONG] * 100)}": MEMORY,
    f"{MANY}SELECT group_concat(hex(zeroblob(30000))) FROM n": SQLITE,
    "SELECT randomblob(3900000) FROM articles_flat a, articles_flat b": CHARACTERS,
    f"SELECT replace({LONG}, '0', '00')": SQLITE,
    f"SELECT quote({LONG}) || quote({LONG})": SQLITE,
    f"SELECT trim({LONG}, {LONG})": SQLITE,
    f"SELECT 1{'+1' * 20_000}": SQLITE,
    "SELECT zeroblob(2000000000)": SQLITE,
    f"SELECT {', '.join(['1'] * 101)}": SQLITE,
    f"SELECT 1{' UNION ALL SELECT 1' * 501}": SQLITE,
}
CHEAP = (
    f"SELECT 'a' LIKE '%{'%a' * 20_000}b'",
    f"SELECT {LONG} LIKE '%0%0%0%0%0%0%0%1'",
    "SELECT strftime('%s'" + ", '+1 day'" * 100 + ")",
)


DEEP = (f"SELECT {'(' * 900}1{')' * 900}", f"SELECT json('{'[' * 1500}{']' * 1500}')")
"""What one version of SQLite answers and another refuses."""


def ask(site: Server, query: str) -> Answer:
    return site.get(f"/archive.json?sql={quote(query)}")


def test_slow_queries_end_in_time_and_hold_up_nobody(site: Server) -> None:
    with ThreadPoolExecutor(len(SLOW)) as threads:
        answers = [threads.submit(ask, site, query) for query in SLOW]
        assert site.get("/search").status == 200
        # Three at a time, each two seconds: a page that waits for them comes when all are done.
        assert not all(answer.done() for answer in answers)
        for query, answer in zip(SLOW, answers, strict=True):
            assert (answer.result().status, TIME in answer.result().text) == (400, True), query
    assert ask(site, "SELECT 1").status == 200


# Each of those that fill the memory takes a second or two.
@nightly.by_day(0, *(number for number, said in enumerate(LARGE.values()) if said != MEMORY))
@pytest.mark.parametrize(("query", "said"), LARGE.items(), ids=[query[:40] for query in LARGE])
def test_large_queries_end_at_a_limit_that_is_named(site: Server, query: str, said: str) -> None:
    answer = ask(site, query)
    # A slow machine may reach the other limit first.
    assert answer.status == 400 and (said in answer.text or TIME in answer.text), answer.text
    assert ask(site, "SELECT 1").status == 200


@pytest.mark.parametrize("query", DEEP, ids=["brackets", "JSON"])
def test_deep_queries_are_answered_or_refused(site: Server, query: str) -> None:
    assert ask(site, query).status in (200, 400)
    assert ask(site, "SELECT 1").status == 200


@pytest.mark.parametrize("query", CHEAP, ids=[query[:40] for query in CHEAP])
def test_queries_that_only_look_dangerous_are_answered(site: Server, query: str) -> None:
    assert ask(site, query).status == 200


def workers_of(server: int) -> set[int]:
    """The processes that run queries for a server, by their ids."""
    found = set()
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == server:
                found.add(int(folder.name))
        except OSError:
            continue
    return {pid for pid in found if command_line(pid)}


def command_line(pid: object) -> bytes:
    """Return the command line of a process; empty if it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


linux = pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="reads /proc")


@linux
def test_the_system_bounds_memory_and_files_of_a_query(crawled: Crawled) -> None:
    async def limits() -> str:
        runner = QueryRunner(crawled.path)
        try:
            await runner.run(Query("SELECT 1", {}))
            (worker,) = workers_of(os.getpid()) - before
            return Path(f"/proc/{worker}/limits").read_text()
        finally:
            runner.close()

    before = workers_of(os.getpid())
    values = {line[:26].strip(): line[26:].split()[:2] for line in asyncio.run(limits()).splitlines()}
    assert values["Max address space"] == [str(MEGABYTES * 2**20)] * 2
    assert values["Max file size"] == [str(64 * 2**20)] * 2
    assert values["Max core file size"] == ["0", "0"]


@contextmanager
def half_a_request(site: Server, sent: str) -> Iterator[socket.socket]:
    address = urlsplit(site.address)
    with socket.create_connection((address.hostname, address.port), timeout=60) as client:
        client.sendall(sent.encode())
        yield client


@linux
def test_the_query_of_a_client_that_is_gone_ends(crawled: Crawled) -> None:
    with serving(crawled.path) as server:
        ask(server, "SELECT 1")
        (worker,) = workers_of(server.process.pid)
        with half_a_request(server, f"GET /archive?sql={quote(IN_ONE_STEP)} HTTP/1.1\r\nHost: localhost\r\n\r\n"):
            time.sleep(0.3)
            assert worker in workers_of(server.process.pid)
        begun = time.monotonic()
        while worker in workers_of(server.process.pid):
            time.sleep(0.02)
        # It would end by itself two seconds after it began.
        assert time.monotonic() - begun < 1.6
        assert ask(server, "SELECT 1").status == 200


def test_sigterm_ends_the_server_within_two_seconds_whatever_runs(crawled: Crawled) -> None:
    with serving(crawled.path) as server, ThreadPoolExecutor(8) as threads:
        paths = [f"/archive?sql={quote(query)}" for query in (IN_ONE_STEP, SLOW[1], SLOW[2], IN_ONE_STEP, SLOW[3])]
        running = [threads.submit(server.get, path) for path in paths]
        wide = quote("SELECT hex(zeroblob(1900000)) FROM runs, runs r, runs s LIMIT 8")
        with (
            half_a_request(server, "GET /sea"),
            half_a_request(server, f"GET /archive.json?sql={wide} HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        ):
            time.sleep(1)
            begun = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(120) == 0
            # Two are promised; the rest is for a machine that does something else, too.
            assert time.monotonic() - begun < 4
        for answer in running:
            assert answer.exception() or answer.result().status in (400, 503)
        assert server.process.stderr is not None
        assert "Traceback" not in server.process.stderr.read()


def test_a_query_ends_when_its_server_was_killed(crawled: Crawled) -> None:
    with serving(crawled.path) as server:
        ask(server, "SELECT 1")
        (worker,) = workers_of(server.process.pid)
        with half_a_request(server, f"GET /archive?sql={quote(IN_ONE_STEP)} HTTP/1.1\r\nHost: localhost\r\n\r\n"):
            time.sleep(0.3)
            server.process.kill()
            server.process.wait(120)
        end = time.monotonic() + 120
        while command_line(worker):
            assert time.monotonic() < end
            time.sleep(0.05)


@pytest.mark.slow
def test_a_query_waits_for_others_only_so_long(crawled: Crawled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newscrawler.web.sql.runner.WAIT_SECONDS", 0.3)

    async def run() -> list[object]:
        runner = QueryRunner(crawled.path)
        try:
            queries = [runner.run(Query(IN_ONE_STEP, {})) for _ in range(4)]
            return await asyncio.gather(*queries, return_exceptions=True)
        finally:
            runner.close()

    assert [type(result) for result in asyncio.run(run())] == [QueryError] * 3 + [BusyError]


@pytest.mark.slow
def test_results_for_slow_clients_do_not_fill_the_memory(site: Server) -> None:
    """A client that does not take its result holds it; beyond a limit others are told to come again."""
    wide = f"SELECT {LONG} FROM runs, runs r, runs s LIMIT 8"
    request = f"GET /archive.json?sql={quote(wide)} HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with ExitStack() as clients:
        statuses = [clients.enter_context(half_a_request(site, request)).recv(12) for _ in range(9)]
        assert statuses == [b"HTTP/1.1 200"] * 8 + [b"HTTP/1.1 503"]
        assert ask(site, "SELECT 1").status == 200
    end = time.monotonic() + 120
    while site.get(f"/archive.json?sql={quote(wide)}").status != 200:
        assert time.monotonic() < end
