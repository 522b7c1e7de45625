"""Clients that send or take little, and many of them: others are answered, and nothing is held for long."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager, suppress
from urllib.parse import urlsplit

import pytest
import uvicorn
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from newscrawler.web.connections import MOST_WAITING, Connections
from newscrawler.web.server import bound_socket
from support import nightly
from support.web import Server

REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
HALVES = {
    "nothing": b"",
    "a method": b"GE",
    "a line": b"GET / HTTP/1.1\r\n",
    "a header": b"GET / HTTP/1.1\r\nHost: local",
    "no empty line": b"GET / HTTP/1.1\r\nHost: localhost\r\n",
    "a body that does not come": b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nabc",
    "chunks that do not come": b"GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    "a second request": REQUEST + b"GET / HT",
}


def test_two_hundred_half_requests_stop_nobody(site: Server) -> None:
    address = urlsplit(site.address)
    with ExitStack() as clients:
        for number in range(300):
            client = clients.enter_context(socket.create_connection((address.hostname, address.port)))
            client.sendall(HALVES["a header"] if number % 2 else HALVES["nothing"])
            if number % 50 == 0:
                assert site.get("/search").status == 200, number
        for _ in range(5):
            assert site.get("/").status == 200


@asynccontextmanager
async def listening(
    connections: Connections, app: Callable[[Scope, Receive, Send], Awaitable[None]]
) -> AsyncIterator[int]:
    """A server of our protocol with an application, on a free port."""
    listener = bound_socket("127.0.0.1", 0)
    config = uvicorn.Config(
        connections.tracked(app), http=connections.protocol(), ws="none", lifespan="off", log_level="critical"
    )
    server = uvicorn.Server(config)
    running = asyncio.ensure_future(server.serve([listener]))
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = server.force_exit = True
        await running


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("here")(scope, receive, send)


@nightly.by_day(0, 1, 2)
@pytest.mark.parametrize("half", HALVES.values(), ids=HALVES)
def test_a_half_request_ends_in_time(half: bytes) -> None:
    async def seconds() -> float:
        async with listening(Connections(head_seconds=0.4), answer) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(half)
            begun = time.monotonic()
            with suppress(ConnectionError):
                await asyncio.wait_for(reader.read(), 120)
            writer.close()
            return time.monotonic() - begun

    # Without the limit it would not end at all.
    assert 0.3 < asyncio.run(seconds()) < 60


def test_a_request_byte_by_byte_ends_in_time() -> None:
    async def run() -> float:
        async with listening(Connections(head_seconds=0.4), answer) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            begun = time.monotonic()
            for byte in b"GET / HTTP/1.1\r\nX-Long: " + b"a" * 1000:
                writer.write(bytes([byte]))
                await asyncio.sleep(0.05)
                if reader.at_eof() or reader.exception():
                    break
            writer.close()
            return time.monotonic() - begun

    # A byte each 0.05 seconds: without the limit of 0.4 seconds, all of them take more than 50.
    assert asyncio.run(run()) < 25


def test_a_page_that_takes_long_is_no_slow_client() -> None:
    async def late(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(1.2)
        await answer(scope, receive, send)

    async def run() -> bytes:
        async with listening(Connections(head_seconds=0.3, stall_seconds=0.3), late) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(REQUEST)
            received = await asyncio.wait_for(reader.read(), 120)
            writer.close()
            return received

    assert asyncio.run(run()).endswith(b"here")


BODY = b"x" * 20_000_000


@pytest.mark.parametrize("pause", [0.0, 0.01, None])
def test_a_response_that_nobody_takes_ends_in_time(pause: float | None) -> None:
    """A client that takes nothing is cut off, and one that takes its response slowly gets it all."""

    async def whole(scope: Scope, receive: Receive, send: Send) -> None:
        await Response(BODY)(scope, receive, send)

    async def run() -> int:
        async with listening(Connections(head_seconds=0.3, stall_seconds=0.5), whole) as port:
            with socket.create_connection(("127.0.0.1", port)) as client:
                client.setblocking(False)
                loop = asyncio.get_running_loop()
                await loop.sock_sendall(client, REQUEST)
                if pause is None:
                    await asyncio.sleep(2)
                taken = 0
                with suppress(ConnectionError):
                    while piece := await asyncio.wait_for(loop.sock_recv(client, 200_000), 120):
                        taken += len(piece)
                        await asyncio.sleep(pause or 0)
                return taken

    taken = asyncio.run(run())
    assert (taken < len(BODY)) if pause is None else (taken > len(BODY))


def test_who_waits_longest_makes_room() -> None:
    """Of the client with the most, so that a client with one connection keeps it."""

    async def run() -> tuple[int, bytes]:
        async with listening(Connections(most_waiting=10), answer) as port:
            first = await asyncio.open_connection("127.0.0.1", port, local_addr=("127.0.0.2", 0))
            others = [await asyncio.open_connection("127.0.0.1", port) for _ in range(40)]
            await asyncio.sleep(0.2)
            first[1].write(REQUEST.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
            received = await asyncio.wait_for(first[0].read(), 120)
            ended = sum(reader.at_eof() or reader.exception() is not None for reader, _ in others)
            for _, writer in (first, *others):
                writer.close()
            return ended, received

    ended, received = asyncio.run(run())
    assert ended == 31 and received.endswith(b"here")
    assert MOST_WAITING < 200
