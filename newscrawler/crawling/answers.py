"""Judging answers: what a status means for a crawl, and what went wrong in words."""

from __future__ import annotations

from enum import Enum, auto

from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError, IgnoreRequest, ResponseDataLossError
from twisted.internet.error import ConnectError, ConnectionRefusedError, DNSLookupError
from twisted.python.failure import Failure

BLOCKING_STATUSES = frozenset({202, 401, 403, 405, 412, 418, 429, 451, 521})
"""How Chinese portals and their shields (加速乐, 瑞数 and the like) turn a crawler away: an outcome, not a text."""


class Verdict(Enum):
    """What a status says of the document."""

    PAGE = auto()
    GONE = auto()
    BLOCKED = auto()
    FAILED = auto()


def judge_status(status: int) -> Verdict:
    """Return what an HTTP status says of a document."""
    if status == 200:
        return Verdict.PAGE
    if status in (404, 410):
        return Verdict.GONE
    return Verdict.BLOCKED if status in BLOCKING_STATUSES else Verdict.FAILED


def reason_of(failure: Failure) -> str:
    """Return in words why a request failed."""
    error = failure.value
    if error is None:
        return "unknown failure"
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
        return f"the host name was not found ({error}); check its spelling and the network"
    if isinstance(cause, ConnectError):
        return f"no connection: {cause}"
    return f"{type(error).__name__}: {error}"
