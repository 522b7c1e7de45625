"""What every service of captured pages does: it lists captures, query by query, and gives the record of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit

from newscrawler.importing.remote.index_lines import Index, IndexedCapture
from newscrawler.importing.selection import EARLIEST

Query = Mapping[str, str]
"""One question about the index; what it means is the service's own. JSON can hold it."""


@dataclass(slots=True)
class Listed:
    """What one query found."""

    index: Index
    further: Sequence[Query] = ()
    """Queries that follow from it."""
    problem: str = ""
    """Why not all of it is known; empty: it is."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """The record of one capture."""

    member: bytes
    """A gzip member with a WARC record."""
    origin: Mapping[str, str] = field(default_factory=dict)
    """Where it is from: fields of the `metadata` record behind its copy."""


class Service(Protocol):
    """A server, or a list, that knows captures of others."""

    name: str
    """As messages and the record of the run name it."""

    def queries(self, hosts: Sequence[str], since: str, until: str) -> Sequence[Query]:
        """Return the first queries for the captures of these hosts, from and to these ISO dates. Raises RemoteError."""

    def ask(self, query: Query) -> Listed:
        """Ask one query. Raises RemoteError, StopError and OSError."""

    def fetch(self, capture: IndexedCapture) -> Fetched:
        """Return the record of a capture. Raises RemoteError, StopError and OSError."""


def checked_base(url: str) -> str:
    """Return the base address of a service, without the slash at its end. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("is not an address such as https://web.archive.org/web")
    return url.rstrip("/")


def span(since: str, until: str) -> tuple[str, str]:
    """Return the first and the last second of a span of days, as 14 digits each; the whole web without a span."""
    last = until or (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    return (since or f"{EARLIEST}-01-01").replace("-", "") + "000000", last.replace("-", "") + "235959"
