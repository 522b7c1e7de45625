"""What a worker holds: portals with the leases that give it the right to crawl them, which it renews until it ends."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from newscrawler.crawling.lease_file import write_lease
from newscrawler.fleet.engine import FleetError, UnavailableError
from newscrawler.fleet.leases import Lease, LeaseLostError, Leases
from newscrawler.fleet.portal_folder import PortalFolder

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Held:
    """A portal that this worker holds. `lock` is for its leases, which two threads renew."""

    lease: Lease
    before: dict[str, str]
    """What the entry said of the work before, in the fields that this lease has changed."""
    group: Lease | None = None
    """The lease of the portal's group, if it has one."""
    robots: dict[str, float] = field(default_factory=dict)
    """The `delay` that the robots.txt of this crawl asks for; empty until it is known."""
    stop: threading.Event = field(default_factory=threading.Event)
    lost: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def portal(self) -> str:
        """Its id."""
        return self.lease.portal

    @property
    def until(self) -> float:
        """When no request may be sent any more, by `boot_seconds`."""
        return min(self.lease.until, self.group.until) if self.group else self.lease.until

    @property
    def delay(self) -> float:
        """Seconds between requests that the robots.txt of the portal, or of one of its group, asked for last."""
        return max(self.lease.entry.delay, self.group.entry.delay if self.group else 0.0)


class HeldPortals:
    """The portals that a worker holds. `calls` is held while the leases are used: several threads use them."""

    def __init__(self, leases: Leases, calls: threading.RLock, folder: Path) -> None:
        self._leases = leases
        self._calls = calls
        self._folder = folder
        self._held: dict[str, Held] = {}

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, portal: str) -> bool:
        return portal in self._held

    def __iter__(self) -> Iterator[Held]:
        return iter(list(self._held.values()))

    def add(self, held: Held) -> None:
        """Renew these leases from now on."""
        self._held[held.portal] = held

    def folder(self, held: Held) -> PortalFolder:
        """Return the folder of a portal that is held."""
        return PortalFolder(self._folder, held.portal)

    def note_delays(self) -> None:
        """Look what the running crawls were told by robots.txt.

        They may die with this machine: whoever comes after them must keep the delay, too. Not for the thread that
        renews: a disk may be slow.
        """
        for held in self:
            self._note_delay(held)

    def _note_delay(self, held: Held) -> None:
        delay = self.folder(held).robots_delay()
        if delay is not None:
            held.robots["delay"] = delay

    def write_lease(self, held: Held) -> None:
        """Tell the crawl how long it may send requests. Raises OSError."""
        write_lease(self.folder(held).lease, held.lease.entry.token, held.until)

    def renew(self, held: Held, **changes: Any) -> None:
        """Renew a lease now. Raises LeaseLostError; what cannot be reached is tried again until the lease ends."""
        while True:
            try:
                with held.lock, self._calls:
                    held.lease = self._leases.renew(held.lease, **changes)
                return
            except UnavailableError as error:
                logger.warning("%s: %s", held.portal, error)
                time.sleep(1)

    def renew_until(self, ended: threading.Event) -> None:
        """Renew all leases, again and again until `ended`."""
        while not ended.wait(self._leases.seconds / 6):
            for held in self:
                self._renew_all_of(held)

    def _renew_all_of(self, held: Held) -> None:
        try:
            with held.lock, self._calls:
                if held.lost or self._held.get(held.portal) is not held:
                    return
                held.lease = self._leases.renew(held.lease, **held.robots)
                if held.group is not None:
                    held.group = self._leases.renew(held.group, **held.robots)
            if self.folder(held).lease.exists():
                self.write_lease(held)
        except LeaseLostError as error:
            logger.error("%s", error)
            held.lost = True
            held.stop.set()
        except (FleetError, OSError) as error:
            logger.warning("%s: the lease could not be renewed: %s", held.portal, error)

    def give_back(self, held: Held, status: int | None) -> None:
        """Release a portal and its group, and renew them no more."""
        self._note_delay(held)
        # What was stopped here is due for another worker.
        undone = held.before if held.stop.is_set() else {}
        try:
            with held.lock, self._calls:
                self._held.pop(held.portal, None)
                if not held.lost:
                    try:
                        self._leases.release(held.lease, status=status, **undone, **held.robots)
                    finally:
                        if held.group is not None:
                            self._leases.release(held.group, **held.robots)
        except FleetError as error:
            logger.warning("%s: is not released: %s", held.portal, error)
        finally:
            self.folder(held).lease.unlink(missing_ok=True)
