"""Why a request failed, in words that name the cause and, where there is one, the fix."""

from __future__ import annotations

from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError, IgnoreRequest, ResponseDataLossError
from twisted.internet.error import ConnectError, ConnectionRefusedError, DNSLookupError
from twisted.python.failure import Failure

from newscrawler.crawling.addresses import refusal_of


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
    if isinstance(cause, ConnectError):
        return f"no connection: {cause}"
    return f"{type(error).__name__}: {error}"
