"""A worker's folder, a collector and what lies between them, in one process, with a clock of its own."""

from __future__ import annotations

from pathlib import Path

from newscrawler.archive import open_archive
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.runs import finish_run
from newscrawler.fleet.collector import Collector
from newscrawler.fleet.leases import Lease, Leases
from newscrawler.fleet.portal_folder import PortalFolder
from newscrawler.fleet.stores import FileStore
from support.archives import CITIES, PORTAL, Room, article, start_run
from support.memory_engine import MemoryEngine


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Site:
    """A worker's folder, a collector and what lies between them, in one process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = Clock()
        self.engine = MemoryEngine()
        self.store = FileStore(folder / "parcels")
        self.leases = Leases(self.engine, "one", clock=self.clock)
        self.portal = PortalFolder(folder / "worker", PORTAL)
        self.archive = folder / "collector" / "all.db"
        self.collector = Collector(
            self.archive, Leases(self.engine, "collector", clock=self.clock), self.store, folder / "collector" / "work"
        )

    def lease(self) -> Lease:
        self.leases.look((PORTAL,))
        self.clock.now += 30
        self.leases.look((PORTAL,))
        lease = self.leases.lease(PORTAL)
        assert lease is not None
        return lease

    def crawl(self, *numbers: int, **changes: str) -> None:
        """Store articles in a run of their own."""
        room = Room(self.portal.archive) if not self.portal.archive.exists() else reopened(self.portal.archive)
        for number in numbers:
            room.store(
                article(number, **changes), cities=[CITIES[number % 3]], seen=f"2024-05-{11 + room.run}T00:00:00Z"
            )
        with writing(room.connection):
            finish_run(room.connection, room.run, outcome="done", reason="", counts={})
        room.close()

    def ship(self, lease: Lease) -> Lease:
        packed = self.portal.pack(worker="one", token=lease.entry.token, before=self.portal.newest())
        assert packed is not None
        self.store.put(packed.row.id, packed.path)
        lease = self.leases.renew(lease, shipped=packed.row.id, sequence=packed.row.sequence)
        self.portal.note_shipped(packed)
        return lease


def reopened(path: Path) -> Room:
    room = object.__new__(Room)
    room.path, room.portal, room.connection = path, PORTAL, open_archive(path)
    with writing(room.connection):
        room.run = start_run(room.connection, PORTAL)
    room.sections = dict(room.connection.execute("SELECT name, id FROM sections").fetchall())
    return room
