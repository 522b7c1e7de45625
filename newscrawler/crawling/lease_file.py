"""The lease of a crawl that a fleet started: a file that says how long requests may be sent.

The fleet worker writes it again whenever it has renewed the lease. The crawl looks at it before each request. So a
crawl whose worker died, hangs or was cut off sends nothing after the end of its lease.
"""

from __future__ import annotations

import os
from pathlib import Path

from newscrawler.archive.atomic import new_file
from newscrawler.crawling.errors import LeaseEndedError
from newscrawler.text.boot_clock import boot_seconds

VARIABLE = "NEWSCRAWLER_LEASE"
"""Environment variable with the path of the file; not set: the crawl needs no lease."""


def write_lease(path: Path, token: int, until: float) -> None:
    """Say until when requests may be sent, by `boot_seconds`. Raises OSError."""
    with new_file(path) as new:
        new.write_text(f"{token} {until}", encoding="ascii")


class LeaseFile:
    """The lease as the crawl sees it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def token(self) -> int:
        """The number of the lease; 0 where the file cannot be read."""
        return self._read()[0]

    def check(self) -> float:
        """Return for how many seconds more requests may be sent. Raises LeaseEndedError when none may."""
        left = self._read()[1] - boot_seconds()
        if left <= 0:
            raise LeaseEndedError("the lease of the fleet on this portal has ended")
        return left

    def _read(self) -> tuple[int, float]:
        try:
            token, until = self._path.read_text(encoding="ascii").split()
            return int(token), float(until)
        except (OSError, ValueError):
            return 0, 0.0


def own_lease() -> LeaseFile | None:
    """Return the lease that this process must observe; None: it needs none."""
    path = os.environ.get(VARIABLE)
    return LeaseFile(Path(path)) if path else None


def lease_argument() -> dict[str, int]:
    """Return what a run records of its lease: the token."""
    lease = own_lease()
    return {"lease": lease.token} if lease is not None else {}
