"""Which network addresses the crawler may connect to: public ones, and others only if the user allows them.

Host names and unusual notations (`localhost`, `2130706433`, `0x7f.1`) are checked by the address to which they lead, at
the moment of the connection. A name whose address changes between two look-ups therefore gains nothing.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Sequence
from urllib.parse import urlsplit

from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import DNSLookupError

from newscrawler.crawling.errors import ALLOW_PRIVATE, PrivateAddressError

_allowed_endpoints: set[tuple[str, int]] = set()
_refused: dict[str, PrivateAddressError] = {}
"""Host names whose address was refused. Twisted reports only that such a name was not found."""


def allow_endpoint(address: str, port: int) -> None:
    """Allow this process to connect to one address and port, as the demo does for its own server."""
    _allowed_endpoints.add((address, port))


def is_allowed(address: str, port: int | None = None) -> bool:
    """Whether this process may connect to an IP address; without a port, to any port of it."""
    if os.environ.get(ALLOW_PRIVATE) == "1":
        return True
    if is_public(address):
        return True
    return any(own == address and port in (None, own_port) for own, own_port in _allowed_endpoints)


def check_literal(url: str) -> None:
    """Raise PrivateAddressError if the host of a URL is an IP address to which the crawler must not connect.

    The connection itself is checked, too. Here even the attempt is avoided, which would show whether a port is open.
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
    """Return the refusal that made a look-up fail, by the host name in its message; None if it failed otherwise."""
    return next((error for name, error in _refused.items() if f" {name}." in f" {message}."), None)


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public Internet. An IPv4 address within an IPv6 address counts."""
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
"""RFC 4291, 2.4, and IANA's registry: all that is assigned to hosts of the public Internet."""
_DOCUMENTATION = ipaddress.ip_network("3fff::/20")
"""RFC 9637; older versions of Python do not know it."""
_NOT_OF_PORTALS = (ipaddress.ip_network("192.0.0.0/24"), ipaddress.ip_network("168.63.129.16/32"))
"""Not hosts of portals, though Python calls them global: protocol assignments (RFC 6890), with the metadata service of
one cloud at 192.0.0.192; and the address by which a machine of another cloud reaches its host."""


class GuardedResolver(CachingThreadedResolver):
    """Scrapy's resolver, which refuses the addresses to which the crawler must not connect."""

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:  # noqa: N802
        """Resolve a host name to an address to which the crawler may connect."""
        if ":" in name:  # an IPv6 address, which this resolver does not look up
            resolved: Deferred[str] = succeed(name)
        else:
            resolved = super().getHostByName(name, timeout)
        return resolved.addCallback(self._check, name)

    @staticmethod
    def _check(address: str, name: str) -> str:
        if not is_allowed(address):
            # Twisted takes any other error for a bug, and writes its traceback to the log.
            _refused[name] = PrivateAddressError(name, address)
            raise DNSLookupError(str(_refused[name]))
        return address
