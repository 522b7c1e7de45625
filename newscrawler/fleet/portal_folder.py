"""A portal on a fleet worker: its archive, a snapshot of what was shipped, its lease."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from protego import Protego

from newscrawler.archive import ArchiveError, open_archive, open_archive_read_only
from newscrawler.archive.crashed_runs import close_crashed_runs
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.parcels import ParcelRow, add_parcel, newest_parcel
from newscrawler.crawling.middlewares.robotstxt import LONGEST_DELAY_SECONDS, seconds_between_requests
from newscrawler.fleet.parcel import PART, ParcelError, pack, unpack
from newscrawler.fleet.part import build_part, finish_state
from newscrawler.fleet.part_check import check_state
from newscrawler.fleet.stores import Store

AGENT = "newscrawler"


@dataclass(frozen=True, slots=True)
class Packed:
    """A parcel that is ready to be shipped."""

    row: ParcelRow
    path: Path
    snapshot: Path


class PortalFolder:
    """The folder of one portal. Only the holder of the portal's lease uses it."""

    def __init__(self, folder: Path, portal: str) -> None:
        self.folder = folder / portal
        self.portal = portal
        self.archive = self.folder / "archive.db"
        self.lease = self.folder / "lease"
        self._shipped = self.folder / "shipped.db"
        self._work = self.folder / "work"

    def newest(self) -> ParcelRow | None:
        """Return the newest parcel of which the archive consists. Raises ArchiveError."""
        if not self.archive.exists():
            return None
        with closing(open_archive(self.archive)) as connection:
            return newest_parcel(connection, self.portal)

    def robots_delay(self) -> float | None:
        """Return the seconds between requests that the newest robots.txt asks for; None: it is not known."""
        if not self.archive.exists():
            return None
        try:
            with closing(open_archive_read_only(self.archive)) as connection:
                rows = connection.execute(
                    "SELECT policy, body FROM robots WHERE run = (SELECT max(run) FROM robots)"
                ).fetchall()
        except (ArchiveError, sqlite3.Error):
            # The crawl may just have begun to make it.
            return None
        if not rows:
            return None
        rules = [Protego.parse(body or "") for policy, body in rows if policy == "rules"]
        delay = max((seconds_between_requests(one, AGENT) for one in rules), default=0.0)
        return min(delay, LONGEST_DELAY_SECONDS)

    def pack(self, *, worker: str, token: int, before: ParcelRow | None) -> Packed | None:
        """Pack what changed since the last parcel; return None when no run did. Raises ArchiveError, sqlite3.Error."""
        if not self.archive.exists():
            return None
        work = self._empty_work()
        with closing(open_archive(self.archive)) as connection:
            close_crashed_runs(connection, self.archive)
        (work / "part").mkdir()
        if not build_part(self.archive, self._shipped, work / "part" / PART, work / "shipped.db"):
            return None
        with (work / "parcel").open("wb") as stream:
            row = pack(
                work / "part",
                stream,
                portal=self.portal,
                worker=worker,
                token=token,
                sequence=before.sequence + 1 if before else 1,
                previous=before.id if before else "",
            )
        shutil.rmtree(work / "part")
        return Packed(row, work / "parcel", work / "shipped.db")

    def note_shipped(self, packed: Packed) -> None:
        """Record that the fleet has a parcel: the next one begins behind it. Raises OSError and sqlite3.Error."""
        packed.snapshot.replace(self._shipped)
        with closing(open_archive(self.archive)) as connection, writing(connection):
            add_parcel(connection, packed.row)
        shutil.rmtree(self._work, ignore_errors=True)

    def restore(self, store: Store, identity: str, base: str) -> None:
        """Replace the archive by the state that the collector gave. Raises ParcelError, FleetError and OSError."""
        work = self._empty_work()
        store.get(identity, work / "state.parcel")
        (work / "state").mkdir()
        with (work / "state.parcel").open("rb") as stream:
            manifest = unpack(stream, identity, work / "state")
        if manifest.portal != self.portal or manifest.previous != base:
            raise ParcelError(f"{self.portal}: the state is that of another portal or time")
        check_state(work / "state" / PART, self.portal)
        finish_state(work / "state" / PART, work / "shipped.db")
        self.forget()
        (work / "state" / PART).rename(self.archive)
        (work / "shipped.db").rename(self._shipped)
        store.remove(identity)
        shutil.rmtree(work, ignore_errors=True)

    def forget(self) -> None:
        """Remove the archive and what was not shipped of it: another worker has gone on without it."""
        for end in ("", "-wal", "-shm", "-journal"):
            self.archive.with_name(f"{self.archive.name}{end}").unlink(missing_ok=True)
        self._shipped.unlink(missing_ok=True)
        shutil.rmtree(self.folder / "warc", ignore_errors=True)

    def _empty_work(self) -> Path:
        shutil.rmtree(self._work, ignore_errors=True)
        self._work.mkdir(parents=True)
        return self._work
