"""What the leases need of an engine: small values that are replaced only if nobody else has replaced them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

MAX_VALUE_BYTES = 64 * 1024
"""The largest value that is written or read."""


class FleetError(Exception):
    """Something of the fleet that cannot be used; the message says what, and how to mend it."""


class UnavailableError(FleetError):
    """The engine cannot be reached now, or refuses us. Trying again later may help."""


class ConflictError(FleetError):
    """Somebody else has replaced the value meanwhile."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One value with its revision, which every replacement raises."""

    value: bytes
    revision: int


class Engine(Protocol):
    """Values by bucket and key. Every call raises UnavailableError when the engine cannot be reached."""

    def read(self, bucket: str) -> Mapping[str, Entry]:
        """Return all values of a bucket by key."""

    def replace(self, bucket: str, key: str, value: bytes, revision: int) -> int:
        """Replace the value that has this revision (0: there is none yet); return the new revision.

        Raises ConflictError.
        """

    def put(self, bucket: str, key: str, value: bytes) -> None:
        """Store a value, whatever was there."""

    def close(self) -> None:
        """End the connection."""
