"""Asking servers of web archives: one request at a time, at a bounded rate, and with bounds on all that they answer.

Archives of the web are run for everybody: a server that says it is asked too often is left alone as long as it wants.
"""

from __future__ import annotations

import http.client
import math
import random
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPHandler, HTTPRedirectHandler, HTTPSHandler, Request, build_opener, getproxies

from newscrawler import __version__
from newscrawler.archive.captures.decoding import DecodingError
from newscrawler.archive.captures.payloads import body_of
from newscrawler.crawling.downloader.network_guard import is_allowed
from newscrawler.crawling.errors import PrivateAddressError
from newscrawler.crawling.middlewares.retry import seconds_asked

USER_AGENT = f"newscrawler/{__version__} (reading of web archives for research)"
SILENCE_SECONDS = 60.0
"""How long a server may send nothing: an index of millions of captures is searched slowly."""
ANSWER_SECONDS = 600.0
"""How long an answer may take in all."""
TRIES = 4
FIRST_WAIT_SECONDS = 5.0
BUSY_WAIT_SECONDS = 60.0
"""After 429 and 503 without `Retry-After`."""
LONGEST_WAIT_SECONDS = 900.0
"""A server that wants a longer pause is asked in a later import."""
_BUSY = (429, 503)
_TEMPORARY = (500, 502, 504)
_PART = 65_536


class RemoteError(Exception):
    """An answer that is of no use; the message says why."""


class StopError(RemoteError):
    """A server that should not be asked any more in this import."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """Return the first header of this name (in lower case), or an empty string."""
        return next((value for own, value in self.headers if own.lower() == name), "")

    def text(self) -> str:
        """Return the body as text, its content coding undone. Raises RemoteError."""
        try:
            return body_of(self.body, list(self.headers)).decode("utf-8", "replace")
        except DecodingError as error:
            raise RemoteError(f"the answer cannot be read: {error}") from None


class Client:
    """Sends requests one after the other. Not for several threads at once."""

    def __init__(
        self,
        delay: float,
        *,
        sleep: Callable[[float], object] = time.sleep,
        on_wait: Callable[[str], object] = bool,
    ) -> None:
        """Send nothing yet. `delay`: seconds between two requests. `on_wait` is told why a long wait begins."""
        self._delay = delay
        self._sleep = sleep
        self._on_wait = on_wait
        self._last = -math.inf
        self._connection: http.client.HTTPConnection | None = None
        self._opener = build_opener(_Http(self._connection_of), _Https(self._connection_of), _NoRedirect)
        self.requests = 0

    def get(self, url: str, *, max_bytes: int, headers: Mapping[str, str] | None = None) -> Answer:
        """Return what the server answers, whatever its status, but for one that may pass: then it is asked again.

        Redirects are not followed. Raises RemoteError; StopError if the server should not be asked again today.
        """
        host = urlsplit(url).hostname or url
        for number in range(TRIES):
            try:
                answer = self._ask(url, max_bytes, headers or {})
            except (OSError, http.client.HTTPException) as error:
                reason, asked = f"{host} cannot be reached: {_cause(error)}", None
                wait = FIRST_WAIT_SECONDS
            else:
                if answer.status not in (*_BUSY, *_TEMPORARY):
                    return answer
                reason = f"{host} answered {answer.status}"
                asked = seconds_asked(answer.header("retry-after"))
                wait = BUSY_WAIT_SECONDS if answer.status in _BUSY else FIRST_WAIT_SECONDS
                if asked is not None and asked > LONGEST_WAIT_SECONDS:
                    raise StopError(f"{reason} and asks for a pause of {asked / 60:,.0f} minutes.")
            if number == TRIES - 1:
                raise StopError(f"{reason}, {TRIES} times in a row.")
            seconds = asked if asked is not None else wait * 2**number * random.uniform(1.0, 1.25)  # noqa: S311
            self._on_wait(f"{reason}; waiting {seconds:.0f} s")
            self._sleep(seconds)
        raise AssertionError  # the loop returns or raises

    def _ask(self, url: str, max_bytes: int, headers: Mapping[str, str]) -> Answer:
        wait = self._last + self._delay - monotonic()
        if wait > 0:
            self._sleep(wait)
        self.requests += 1
        own = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **headers}
        request = Request(url, headers=own)  # noqa: S310  # http or https: the addresses of services are checked
        watch = threading.Timer(ANSWER_SECONDS, self._cut_off)
        watch.daemon = True
        watch.start()
        try:
            with self._opener.open(request, timeout=SILENCE_SECONDS) as response:
                return _answer(response, max_bytes)
        except HTTPError as error:
            with error:
                return _answer(error, max_bytes)
        except PrivateAddressError as error:
            raise StopError(f"{error}.") from None
        except URLError as error:
            raise OSError(str(error.reason)) from None
        except ValueError as error:  # an address that cannot be sent
            raise RemoteError(f"{url[:200]}: {error}") from None
        finally:
            watch.cancel()
            self._last = monotonic()

    def _cut_off(self) -> None:
        """End an answer that takes too long, also one that sends a byte now and then. Runs in a thread."""
        connection = self._connection
        if connection is not None and connection.sock is not None:
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    def _connection_of(self, kind: type[http.client.HTTPConnection], *args: Any, **options: Any) -> Any:
        """Return a new connection, which is guarded, and the one that `_cut_off` ends."""
        self._connection = kind(*args, **options)
        self._connection._create_connection = _connect  # type: ignore[attr-defined]
        return self._connection


def _answer(response: Any, max_bytes: int) -> Answer:
    parts: list[bytes] = []
    size = 0
    while part := response.read(_PART):
        size += len(part)
        if size > max_bytes:
            raise RemoteError(f"the answer has more than {max_bytes:,} bytes")
        parts.append(part)
    return Answer(response.status, tuple(response.headers.items()), b"".join(parts))


def _connect(address: tuple[str, int], timeout: float, source: None = None) -> socket.socket:
    """Connect to a host, if all its addresses are public, or allowed, or it is the proxy that the user named."""
    host, port = address
    error: OSError | None = None
    for *_, target in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        own = str(target[0])
        if not is_allowed(own, port) and address not in _proxies():
            raise PrivateAddressError(host, own)
        try:
            return socket.create_connection((own, port), timeout)
        except OSError as failure:
            error = failure
    raise error or OSError(f"{host} has no address")


def _proxies() -> set[tuple[str, int]]:
    found = set()
    for value in getproxies().values():
        with suppress(ValueError):
            parts = urlsplit(value if "://" in value else f"http://{value}")
            found.add((parts.hostname or "", parts.port or 80))
    return found


def _cause(error: Exception) -> str:
    return str(error) or type(error).__name__


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Do not follow: the capture of another time is another capture, and another server another archive."""


class _Http(HTTPHandler):
    def __init__(self, connect: Callable[..., Any]) -> None:
        super().__init__()
        self._connect = connect

    def http_open(self, req: Request) -> Any:
        return self.do_open(partial(self._connect, http.client.HTTPConnection), req)


class _Https(HTTPSHandler):
    def __init__(self, connect: Callable[..., Any]) -> None:
        super().__init__()
        self._connect = connect

    def https_open(self, req: Request) -> Any:
        own = partial(self._connect, http.client.HTTPSConnection, context=ssl.create_default_context())
        return self.do_open(own, req)
