"""A portal that a worker holds, with the leases that give it the right to crawl it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from newscrawler.fleet.leases import Lease


@dataclass(slots=True)
class Held:
    """A portal that this worker holds. `lock` is for its leases, which two threads renew."""

    lease: Lease
    started_before: str
    """When the crawl before began."""
    group: Lease | None = None
    """The lease of the portal's group, if it has one."""
    stop: threading.Event = field(default_factory=threading.Event)
    lost: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def until(self) -> float:
        """When no request may be sent any more, by `boot_seconds`."""
        return min(self.lease.until, self.group.until) if self.group else self.lease.until

    @property
    def taken_over(self) -> bool:
        """Whether another worker held the portal, or its group, and did not release it."""
        return self.lease.taken_over or (self.group is not None and self.group.taken_over)
