"""A fleet worker: leases portals that are due, crawls each in a process of its own, and ships what is new."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from newscrawler import __version__
from newscrawler.archive import ArchiveError
from newscrawler.archive.parcels import ParcelRow
from newscrawler.crawling.lease_file import VARIABLE
from newscrawler.fleet.due import STICKY, Due, FleetPortal, due_work
from newscrawler.fleet.engine import FleetError, UnavailableError
from newscrawler.fleet.held import Held, HeldPortals
from newscrawler.fleet.leases import LeaseLostError, Leases, Seen, group_key
from newscrawler.fleet.parcel import NewerParcelError
from newscrawler.fleet.portal_folder import PortalFolder
from newscrawler.fleet.stores import Store
from newscrawler.monitoring.crawl_process import Job, free_bytes, run_job
from newscrawler.text.clock import stamp
from newscrawler.text.durations import parse_duration

logger = logging.getLogger(__name__)

LOOK_EVERY = 5.0
"""Seconds between two looks at what is due."""
ANSWER_SECONDS = 600.0
"""How long a worker waits for the collector to give it the state of a portal."""


class Worker:
    """Crawls until `stop` is set. It then ends its crawls in good order, ships what they stored, and releases."""

    def __init__(
        self,
        portals: Sequence[FleetPortal],
        leases: Leases,
        store: Store,
        folder: Path,
        *,
        at_once: int = 4,
        least_free: int = 0,
    ) -> None:
        self.stop = threading.Event()
        self.sticky = STICKY
        """How long a portal that is due waits for the worker that has its archive."""
        self._portals = {one.portal.id: one for one in portals}
        self._groups = {one.portal.crawl.group for one in portals if one.portal.crawl.group}
        self._leases = leases
        self._store = store
        self._folder = folder
        self._at_once = at_once
        self._least_free = least_free
        self._beyond: set[str] = set()
        """Portals whose state only a newer version of this program can read."""
        self._calls = threading.RLock()
        """The leases are used by several threads."""
        self._held = HeldPortals(leases, self._calls, folder)

    def run(self, *, once: bool = False) -> None:
        """Lease, crawl and ship until `stop` is set; with `once` until no portal is due that this worker can have."""
        renewing = threading.Event()
        renewer = threading.Thread(target=self._held.renew_until, args=(renewing,), name="renewing", daemon=True)
        renewer.start()
        try:
            with ThreadPoolExecutor(self._at_once, thread_name_prefix="portal") as pool:
                while not self.stop.is_set() and not self._is_drained():
                    self._held.note_delays()
                    has_work = self._begin(pool)
                    if once and not has_work and not self._held:
                        break
                    self.stop.wait(min(LOOK_EVERY, self._leases.seconds / 6))
                if not once:
                    self._stop_crawls()
        finally:
            renewing.set()
            renewer.join()
        self._report(drained=True)

    # Leasing

    def _begin(self, pool: ThreadPoolExecutor) -> bool:
        """Lease portals that are due, as many as this worker crawls at once; return whether any may become free."""
        if (free := free_bytes(self._folder / "any")) < self._least_free:
            # Others have them. A crawl that cannot start here would count as one.
            logger.warning("no portal is leased: only %d bytes are free on the disk", free)
            self._report()
            return False
        try:
            with self._calls:
                seen = self._leases.look(self._portals, self._groups)
            self._report()
            due = self._due(seen)
            for portal, work in due.items():
                if len(self._held) >= self._at_once:
                    break
                held = self._take(portal, seen[portal], work)
                if held is not None:
                    self._held.add(held)
                    pool.submit(self._work, held, seen[portal])
            groups = {self._group_of(portal) for portal in due}
            return any(self._leases.is_new(key) for key in (*self._portals, *(one for one in groups if one)))
        except FleetError as error:
            logger.warning("%s", error)
            return True

    def _take(self, portal: str, seen: Seen, work: Due) -> Held | None:
        """Lease a portal, and before it its group; return None when another one has them. Raises UnavailableError."""
        above = self._known_token(portal)
        key = self._group_of(portal)
        with self._calls:
            group = self._leases.lease(key) if key else None
            if key and group is None:
                return None
            marks = work.marks(seen.entry, datetime.now(UTC))
            lease = self._leases.lease(portal, above=above, **marks)
            if lease is not None:
                return Held(lease, {name: getattr(seen.entry, name) for name in marks}, group)
            if group is not None:
                self._leases.release(group)
        return None

    def _group_of(self, portal: str) -> str:
        group = self._portals[portal].portal.crawl.group
        return group_key(group) if group else ""

    def _due(self, seen: Mapping[str, Seen]) -> dict[str, Due]:
        """Return the portals to be leased and why, in this order: those whose archive is here first."""
        now = datetime.now(UTC)
        found: list[tuple[bool, datetime, str, Due]] = []
        for portal in self._portals:
            if portal in self._held or portal in self._beyond or not self._leases.is_free(seen[portal]):
                continue
            entry = seen[portal].entry
            due = due_work(self._portals[portal].portal, entry, now)
            is_home = entry.home in ("", self._leases.worker)
            if due is not None and (is_home or now - due.since >= self.sticky or entry.holder):
                found.append((not is_home, due.since, portal, due))
        return {portal: due for _, _, portal, due in sorted(found, key=lambda one: one[:3])}

    def _known_token(self, portal: str) -> int:
        try:
            newest = PortalFolder(self._folder, portal).newest()
        except (ArchiveError, sqlite3.Error) as error:
            logger.error("%s: %s", portal, error)
            return 0
        return newest.token if newest else 0

    # One portal

    def _work(self, held: Held, seen: Seen) -> None:
        portal = held.portal
        status: int | None = None
        try:
            folder = self._held.folder(held)
            folder.folder.mkdir(parents=True, exist_ok=True)
            base = self._synchronize(held, folder, is_new=seen.revision == 0)
            self._rest(held, folder)
            status = self._crawl(held, folder)
            self._ship(held, folder, base, status)
        except NewerParcelError as error:
            # Another worker, of that version, shall have it.
            self._beyond.add(portal)
            held.stop.set()
            logger.error("%s: its state cannot be read here: %s", portal, error)
        except UnavailableError as error:
            # Nothing is wrong with the portal: it is due again at once.
            held.stop.set()
            logger.error("%s: %s", portal, error)
        except (FleetError, ArchiveError, sqlite3.Error, OSError) as error:
            logger.error("%s: %s", portal, error)
        except Exception:
            logger.exception("%s: the worker failed", portal)
        finally:
            self._held.give_back(held, status)

    def _synchronize(self, held: Held, folder: PortalFolder, *, is_new: bool) -> ParcelRow | None:
        """Make the archive the one that the fleet has; return its newest parcel. Raises FleetError."""
        portal = held.portal
        entry = held.lease.entry
        local = folder.newest()
        own = local.id if local else ""
        with self._calls:
            refused = self._leases.reports("portal").get(portal, {}).get("refused")
        if entry.shipped == own and entry.shipped != refused and not is_new:
            return local
        is_void = refused == entry.shipped != ""
        answer = self._ask(held, "" if is_void else own)
        base = str(answer.get("base", ""))
        if base != own or is_void:
            if state := str(answer.get("state", "")):
                logger.info("%s: begins with the state that the collector has", portal)
                folder.restore(self._store, state, base)
            else:
                folder.forget()
        local = folder.newest()
        self._held.renew(held, shipped=base, sequence=local.sequence if local else 0)
        return local

    def _ask(self, held: Held, base: str) -> dict[str, Any]:
        """Ask the collector for the state of a portal; return its answer. Raises UnavailableError."""
        portal, token = held.portal, held.lease.entry.token
        with self._calls:
            self._leases.report(f"restore.{portal}", {"token": token, "base": base, "worker": self._leases.worker})
        waited = 0.0
        while waited < ANSWER_SECONDS:
            with self._calls:
                answer = self._leases.reports("answer").get(portal, {})
            if answer.get("token") == token:
                return answer
            if held.stop.wait(0.5) or self.stop.is_set():
                break
            waited += 0.5
        raise UnavailableError("the collector did not give the portal's state; the portal is released")

    def _crawl(self, held: Held, folder: PortalFolder) -> int | None:
        one = self._portals[held.portal]
        with held.lock:
            self._held.write_lease(held)
        job = Job(
            held.lease.entry.command,
            one.portal.id,
            one.name,
            folder.archive,
            parse_duration(one.portal.schedule.deadline),
            self._least_free,
            environment=((VARIABLE, str(folder.lease)),),
        )
        return run_job(job, held.stop)

    def _rest(self, held: Held, folder: PortalFolder) -> None:
        """Let one delay of the portal pass: another machine may have sent it a request just now.

        Nothing that the engine says proves that none did: it may have forgotten, or be an older copy. With a group it
        is the longest delay of its portals: the request may have been for one of them.
        """
        own, group = held.portal, self._group_of(held.portal)
        same = [one for one in self._portals if one == own or (group and self._group_of(one) == group)]
        delay = max(self._portals[one].portal.crawl.delay for one in same)
        held.stop.wait(max(delay, held.delay, folder.robots_delay() or 0.0))

    def _ship(self, held: Held, folder: PortalFolder, base: ParcelRow | None, status: int | None) -> None:
        """Pack what is new, store it, and write its name into the entry: only then it counts. Raises FleetError."""
        if held.lost:
            raise LeaseLostError(f"{held.portal}: the lease was lost; what was not shipped stays here")
        packed = folder.pack(worker=self._leases.worker, token=held.lease.entry.token, before=base)
        if packed is None:
            return
        self._store.put(packed.row.id, packed.path)
        self._held.renew(held, shipped=packed.row.id, sequence=packed.row.sequence, finished=stamp(), status=status)
        folder.note_shipped(packed)
        logger.info("%s: parcel %d was shipped", held.portal, packed.row.sequence)

    # Ending

    def _is_drained(self) -> bool:
        """Whether somebody has asked this worker to end: `fleet drain`."""
        try:
            with self._calls:
                return bool(self._leases.reports("drain").get(self._leases.worker, {}).get("drain"))
        except FleetError:
            return False

    def _stop_crawls(self) -> None:
        for held in self._held:
            held.stop.set()

    def _report(self, *, drained: bool = False) -> None:
        facts = {
            "seen": stamp(),
            "program": __version__,
            "crawling": sorted(held.portal for held in self._held),
            "at_once": self._at_once,
            "drained": drained,
        }
        try:
            with self._calls:
                self._leases.report(f"worker.{self._leases.worker}", facts)
        except FleetError as error:
            logger.warning("%s", error)
