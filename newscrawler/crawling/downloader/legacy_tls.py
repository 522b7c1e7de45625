"""TLS for portals that support nothing better than 1.0. A definition must ask for it; certificates are still verified.

Scrapy's own settings cannot do it: Twisted turns a cipher string into a list of names and so loses the security level,
which forbids TLS 1.0 in OpenSSL 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from twisted.internet.interfaces import IAcceptableCiphers, ICipher, IOpenSSLClientConnectionCreator
from twisted.internet.ssl import TLSVersion, optionsForClientTLS
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer  # type: ignore[import-untyped]

from newscrawler.crawling.downloader.scrapy_http import _get_creator_context

OP_LEGACY_SERVER_CONNECT = 0x4
"""OpenSSL: connect to servers that do not support secure renegotiation."""


@implementer(ICipher)
@dataclass(frozen=True)
class _CipherRule:
    fullName: str  # noqa: N815  # the name is the interface's


@implementer(IAcceptableCiphers)
class _AnyCipher:
    def selectCiphers(self, availableCiphers: Sequence[object]) -> list[_CipherRule]:  # noqa: N802, N803
        """Return all ciphers at the lowest security level. OpenSSL reads the parts as one cipher string."""
        return [_CipherRule("ALL"), _CipherRule("!aNULL"), _CipherRule("@SECLEVEL=0")]


@implementer(IPolicyForHTTPS)
class LegacyTlsPolicy:
    """TLS 1.0 and later with any cipher. Certificates are verified as usual."""

    def creatorForNetloc(self, hostname: bytes, port: int) -> IOpenSSLClientConnectionCreator:  # noqa: N802
        """Return the factory of connections to one host."""
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
