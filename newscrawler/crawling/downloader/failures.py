"""Why a request failed, in words that name the cause and, where there is one, the fix."""

from __future__ import annotations

import re

from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError, IgnoreRequest, ResponseDataLossError
from twisted.internet.error import ConnectError, ConnectionRefusedError, DNSLookupError
from twisted.python.failure import Failure
from twisted.web._newclient import ResponseFailed

from newscrawler.crawling.downloader.network_guard import refusal_of

_OLD_TLS = re.compile(
    r"protocol version|unsupported protocol|dh key too small|legacy renegotiation|no protocols available"
    r"|handshake failure"
)
"""What OpenSSL says of a server whose protocol, keys or ciphers are too old."""


def reason_of(failure: Failure) -> str:
    """Return in words why a request failed."""
    return reason_of_error(failure.value) if failure.value is not None else "unknown failure"


def reason_of_error(error: BaseException) -> str:
    """Return in words what an error of the download means."""
    if isinstance(error, IgnoreRequest):
        return str(error)
    if isinstance(error, DownloadTimeoutError):
        return "no answer in time"
    if isinstance(error, ResponseDataLossError):
        return "the answer broke off"
    if isinstance(error, DownloadCancelledError):
        return "the answer is larger than 16 MiB"
    cause = error.__cause__ or error
    if isinstance(cause, ConnectionRefusedError) or "refused" in str(error).lower():
        return "the connection was refused; check the address, and whether the portal is up"
    if isinstance(cause, DNSLookupError):
        if refusal := refusal_of(str(cause).rstrip(".")):
            return str(refusal)
        return f"the host name was not found ({error}); check its spelling and the network"
    if "SSL" in str(error):
        return _reason_of_tls(str(error))
    if isinstance(cause, ResponseFailed):
        return _reason_of_part(cause)
    if isinstance(cause, ConnectError):
        return f"no connection: {cause}"
    return f"{type(error).__name__}: {error}"


def _reason_of_part(error: ResponseFailed) -> str:
    """What kept an answer from coming, or from coming whole."""
    values = [failure.value for failure in error.reasons if failure is not None]
    # service_identity's; Twisted brings it along.
    if any(type(value).__name__ == "VerificationError" for value in values):
        return "its certificate is not valid: it is that of another host"
    return f"no whole answer: {'; '.join(map(str, values))}"


def _reason_of_tls(text: str) -> str:
    if "certificate verify failed" in text:
        return "its certificate is not valid, or its issuer is not trusted on this machine"
    if _OLD_TLS.search(text):
        return (
            "it speaks no TLS that is safe; if it has to be crawled all the same, "
            "set legacy_tls = true under [crawl] in its definition"
        )
    return f"no secure connection: {text}"
