"""Which network addresses may be connected to: public ones, and others only where the user allowed it.

Names and odd notations alike (`localhost`, `2130706433`, `0x7f.1`) are judged by the address they lead to, at
the moment of the connection, so a name whose answer changes between two look-ups gains nothing.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Sequence
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import DNSLookupError

ALLOW_VARIABLE = "NEWSCRAWLER_ALLOW_PRIVATE"

_allowed_endpoints: set[tuple[str, int]] = set()
_refused: dict[str, PrivateAddressError] = {}
"""Names whose address was refused: Twisted only says that such a name was not found."""


class PrivateAddressError(IgnoreRequest):
    """A request would have connected to a private, loopback or otherwise special address."""

    def __init__(self, host: str, address: str) -> None:
        where = host if host == address else f"{host} ({address})"
        super().__init__(
            f"{where} is not a public address, which is never fetched; set {ALLOW_VARIABLE}=1 if it is meant"
        )


def allow_endpoint(address: str, port: int) -> None:
    """Allow connections of this process to one address and port, as the demo does for its own server."""
    _allowed_endpoints.add((address, port))


def is_allowed(address: str, port: int | None = None) -> bool:
    """Whether a connection to this IP address may be made; without a port: to any port of it."""
    if os.environ.get(ALLOW_VARIABLE) == "1":
        return True
    if is_public(address):
        return True
    return any(own == address and port in (None, own_port) for own, own_port in _allowed_endpoints)


def check_literal(url: str) -> None:
    """Raise PrivateAddressError when a URL's host is an IP address that must not be connected to.

    The connection itself is judged, too; this spares a private host even the attempt, by which open ports show.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").split("%", 1)[0]
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return
    if not is_allowed(host, parts.port or (443 if parts.scheme == "https" else 80)):
        raise PrivateAddressError(host, host)


def refusal_of(message: str) -> PrivateAddressError | None:
    """Return the refusal behind a failed look-up, by the host name that its message names."""
    return next((error for name, error in _refused.items() if f" {name}." in f" {message}."), None)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open Internet, looked at through its IPv4-mapped forms."""
    try:
        parsed = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        embedded = parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo[1] if parsed.teredo else None)
        if embedded is not None:
            parsed = embedded
        elif parsed in _NAT64:
            parsed = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        elif parsed not in _GLOBAL_UNICAST or parsed in _DOCUMENTATION:
            return False
    if any(parsed in network for network in _NOT_OF_PORTALS):
        return False
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved


_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
"""RFC 4291, 2.4, and IANA's registry: all that is assigned to hosts of the open Internet."""
_DOCUMENTATION = ipaddress.ip_network("3fff::/20")
"""RFC 9637, which older Pythons do not know."""
_NOT_OF_PORTALS = (ipaddress.ip_network("192.0.0.0/24"), ipaddress.ip_network("168.63.129.16/32"))
"""What Pythons take for global: protocol assignments (RFC 6890), with a cloud's metadata service at 192.0.0.192; and
the address by which a machine of another cloud reaches its host."""


class GuardedResolver(CachingThreadedResolver):
    """Scrapy's resolver, with the addresses that must not be connected to refused."""

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:  # noqa: N802
        """Resolve a host name to an address that may be connected to."""
        if ":" in name:  # an IPv6 address, which this resolver does not look up
            resolved: Deferred[str] = succeed(name)
        else:
            resolved = super().getHostByName(name, timeout)
        return resolved.addCallback(self._judge, name)

    @staticmethod
    def _judge(address: str, name: str) -> str:
        if not is_allowed(address):
            # Twisted takes any other error for a bug, and writes its traceback to the log.
            _refused[name] = PrivateAddressError(name, address)
            raise DNSLookupError(str(_refused[name]))
        return address
