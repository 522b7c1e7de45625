"""TLS for portals that speak nothing better than 1.0: only where a definition says so, and still verified.

Scrapy's own settings cannot do it: Twisted spells a cipher string out into names, which loses the security level
that forbids TLS 1.0 in OpenSSL 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scrapy.core.downloader.contextfactory import _get_creator_context
from twisted.internet.interfaces import IAcceptableCiphers, ICipher, IOpenSSLClientConnectionCreator
from twisted.internet.ssl import TLSVersion, optionsForClientTLS
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer  # type: ignore[import-untyped]

OP_LEGACY_SERVER_CONNECT = 0x4
"""OpenSSL: connect to servers that know no secure renegotiation."""


@implementer(ICipher)
@dataclass(frozen=True)
class _CipherRule:
    fullName: str  # noqa: N815  # the interface's name


@implementer(IAcceptableCiphers)
class _AnyCipher:
    def selectCiphers(self, availableCiphers: Sequence[object]) -> list[_CipherRule]:  # noqa: N802, N803
        """Return the whole list with the lowest security level, which OpenSSL reads as one cipher string."""
        return [_CipherRule("ALL"), _CipherRule("!aNULL"), _CipherRule("@SECLEVEL=0")]


@implementer(IPolicyForHTTPS)
class LegacyTlsPolicy:
    """TLS 1.0 and later with any cipher; certificates are verified as ever."""

    def creatorForNetloc(self, hostname: bytes, port: int) -> IOpenSSLClientConnectionCreator:  # noqa: N802
        """Return what makes the connections to one host."""
        creator = optionsForClientTLS(
            hostname.decode("ascii"),
            extraCertificateOptions={
                "acceptableCiphers": _AnyCipher(),
                "insecurelyLowerMinimumTo": TLSVersion.TLSv1_0,
                "fixBrokenPeers": True,
            },
        )
        _get_creator_context(creator).set_options(OP_LEGACY_SERVER_CONNECT)
        return creator
