"""The outermost layer: which requests are answered at all, and the security headers of every response."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newscrawler.archive.errors import UserError
from newscrawler.web.errors import error_response
from newscrawler.web.rendering import POLICY
from newscrawler.web.request import BadRequestError, PageRequest

_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""A response may bring a Content-Security-Policy of its own."""
_LONGEST_QUERY = 200_000
_HOST = re.compile(r"(?:\[(?P<address>[0-9A-Fa-f:.]+)\]|(?P<name>[0-9A-Za-z.-]+))(?::[0-9]{0,5})?")
_VERSIONS = ("1.0", "1.1", "2", "3")
"""Of HTTP, as ASGI names them."""


class SecurityMiddleware:
    """Checks method, address and host of each request, and adds headers to each response."""

    def __init__(self, app: ASGIApp, *, only_loopback: bool, names: Collection[str] = ()) -> None:
        """Wrap an application; with `only_loopback` it answers requests that name this machine, or one of `names`."""
        self._app = app
        self._names = frozenset(name.lower().rstrip(".") for name in names)
        self._only_loopback = only_loopback

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(scope)
        app = error_response(PageRequest(scope, receive), *refusal) if refusal else self._app
        await app(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> tuple[int, UserError | None] | None:
        """Return status and reason for a request that is not answered; None for one that is."""
        if scope["method"] not in ("GET", "HEAD"):
            return 405, None
        if not scope.get("raw_path", b"").isascii():
            return 400, BadRequestError("the address has bytes that must be percent-encoded.")
        if len(scope.get("query_string", b"")) > _LONGEST_QUERY:
            return 400, BadRequestError("the address is longer than {most:,} characters.", most=_LONGEST_QUERY)
        if scope["http_version"] not in _VERSIONS:
            return 400, BadRequestError("the request names a version of HTTP that is not known.")
        if {b"content-length", b"transfer-encoding"} <= {name for name, _ in scope["headers"]}:
            # Two servers one behind the other may end such a request in different places (RFC 9112, 6.3).
            return 400, BadRequestError("the request states its length in two ways.")
        hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if self._only_loopback and not all(is_own_host(host, self._names) for host in hosts):
            # A page elsewhere may give its own name our address (DNS rebinding) and read the archive.
            return 421, BadRequestError(
                "this server answers to localhost and 127.0.0.1; start it with --allow-host to give it another name."
            )
        return None


def is_own_host(host: str, names: Collection[str] = ()) -> bool:
    """Whether a Host header, a name or an address with or without a port, means this machine only, or is of `names`."""
    match = _HOST.fullmatch(host)
    if match is None:
        return False
    name = match["address"] or match["name"]
    return is_loopback(name) or name.lower().rstrip(".") in names


def is_host_name(text: str) -> bool:
    """Whether a text is a name or an address as a Host header has it, without a port."""
    return _HOST.fullmatch(text) is not None and not re.search(r":[0-9]*$", text.rpartition("]")[2])


def is_loopback(name: str) -> bool:
    """Whether a host's name or address means this machine only."""
    if name.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
