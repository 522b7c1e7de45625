"""Why a request failed, in a sentence that names the cause and, if there is one, the fix."""

from __future__ import annotations

import re

from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError, IgnoreRequest, ResponseDataLossError
from twisted.internet.error import ConnectError, ConnectionRefusedError, DNSLookupError
from twisted.python.failure import Failure
from twisted.web._newclient import ResponseFailed

from newscrawler.crawling.downloader.network_guard import refusal_of
from newscrawler.crawling.errors import ResponseLimitError

_OLD_TLS = re.compile(
    r"protocol version|unsupported protocol|dh key too small|legacy renegotiation|no protocols available"
    r"|handshake failure"
)
"""Messages of OpenSSL about a server whose protocol, keys or ciphers are too old."""


def describe_failure(failure: Failure) -> str:
    """Return why a request failed."""
    return describe_error(failure.value) if failure.value is not None else "unknown failure"


def describe_error(error: BaseException) -> str:
    """Return what an error of the download means."""
    if isinstance(error, IgnoreRequest):
        return str(error)
    if isinstance(error, DownloadTimeoutError):
        return "no response in time"
    if isinstance(error, ResponseDataLossError):
        reasons = getattr(error.__cause__, "reasons", ())
        refusal = next((r.value for r in reasons if r is not None and r.check(ResponseLimitError)), None)
        return "the response broke off" if refusal is None else f"no complete response: {refusal}"
    if isinstance(error, DownloadCancelledError):
        return "the response is larger than 16 MiB"
    cause = error.__cause__ or error
    if isinstance(cause, ConnectionRefusedError) or "refused" in str(error).lower():
        return "the connection was refused; check the address, and whether the portal is up"
    if isinstance(cause, DNSLookupError):
        if refusal := refusal_of(str(cause).rstrip(".")):
            return str(refusal)
        return f"the host name was not found ({error}); check its spelling and the network"
    if "SSL" in str(error):
        return _describe_tls(str(error))
    if isinstance(cause, ResponseFailed):
        return _describe_response_failure(cause)
    if isinstance(cause, ConnectError):
        return f"no connection: {cause}"
    return f"{type(error).__name__}: {error}"


def _describe_response_failure(error: ResponseFailed) -> str:
    """Return why no response, or only a part of it, arrived."""
    values = [failure.value for failure in error.reasons if failure is not None]
    # An error of service_identity, which Twisted installs.
    if any(type(value).__name__ == "VerificationError" for value in values):
        return "its certificate is not valid: it is that of another host"
    return f"no complete response: {'; '.join(map(str, values))}"


def _describe_tls(text: str) -> str:
    if "certificate verify failed" in text:
        return "its certificate is not valid, or its issuer is not trusted on this machine"
    if _OLD_TLS.search(text):
        return (
            "it speaks no TLS that is safe; if it has to be crawled all the same, "
            "set legacy_tls = true under [crawl] in its definition"
        )
    return f"no secure connection: {text}"
