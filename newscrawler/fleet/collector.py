"""The collector: takes parcels into the one archive, and gives the state of a portal to a worker that takes it over."""

from __future__ import annotations

import logging
import shutil
import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from newscrawler.archive import ArchiveError, open_archive
from newscrawler.archive.errors import UnavailableError as BusyArchiveError
from newscrawler.archive.merging.bookmarks import replace_bookmarks
from newscrawler.archive.merging.merge import MergeError
from newscrawler.archive.merging.take_in import take_in
from newscrawler.archive.parcels import ParcelRow, add_parcel, newest_parcels
from newscrawler.fleet.engine import UnavailableError
from newscrawler.fleet.leases import Leases, PortalEntry
from newscrawler.fleet.parcel import PART, NewerParcelError, ParcelError, pack, read_manifest, unpack
from newscrawler.fleet.part import build_state
from newscrawler.fleet.part_check import check_part
from newscrawler.fleet.stores import MissingError, Store
from newscrawler.text.clock import stamp

logger = logging.getLogger(__name__)

_UNFINISHED = ("part-", "state-")
"""How folders of unfinished work begin. No id of a portal has a hyphen."""
_PARCEL, _FETCHED = ".parcel", ".new"
MAX_CHAIN = 1_000
"""Parcels of one portal that are looked through for the one that was taken in last."""


@dataclass(slots=True)
class Pass:
    """What one pass of a collector did."""

    taken: int = 0
    refused: int = 0
    waiting: int = 0
    """Portals whose newest parcel is not there yet."""
    states: int = 0
    """States given to workers."""
    errors: list[str] = field(default_factory=list)


class Collector:
    """Takes in what the entries of the portals name. There is one collector per archive."""

    def __init__(self, archive: Path, leases: Leases, store: Store, folder: Path) -> None:
        self._archive = archive
        self._leases = leases
        self._store = store
        self._folder = folder
        self._is_tidy = False
        self._newer: dict[str, str] = {}
        """Portal to its newest parcel, when that waits for a newer version of this program."""
        self._reports: dict[str, dict[str, Any]] = {}
        """What was said of the portals, as the engine has it."""

    def collect(self) -> Pass:
        """Take in all parcels that are there, and answer requests for states. Raises UnavailableError, ArchiveError."""
        done = Pass()
        self._folder.mkdir(parents=True, exist_ok=True)
        if not self._is_tidy:
            self._tidy()
        with closing(open_archive(self._archive)) as connection:
            taken = {row.portal: row for row in newest_parcels(connection)}
            alarms = dict(connection.execute("SELECT kind, count(*) FROM alarms WHERE state = 'open' GROUP BY 1"))
        entries = {portal: seen.entry for portal, seen in self._leases.look().items()}
        self._reports = self._leases.reports("portal")
        for portal, entry in entries.items():
            refused = str(self._reports.get(portal, {}).get("refused", ""))
            before = taken.get(portal)
            if entry.shipped and entry.shipped == self._newer.get(portal):
                done.waiting += 1
            elif entry.shipped and entry.shipped not in (refused, before.id if before else ""):
                newest = self._take_in_chain(portal, entry.shipped, before, done)
                if newest is not None:
                    taken[portal] = newest
        for portal, row in taken.items():
            if self._reports.get(portal, {}).get("taken") != row.id:
                self._report(portal, _facts(row))
        self._answer(entries, taken, done)
        self._leases.report(
            "collector.main",
            {
                "seen": stamp(),
                "portals": len(taken),
                "waiting": done.waiting,
                "errors": done.errors[:20],
                "alarms": alarms,
            },
        )
        return done

    def _tidy(self) -> None:
        """Remove what a collector that was killed has left. A worker's portals may lie in the same folder."""
        for path in self._folder.iterdir():
            if path.is_dir() and path.name.startswith(_UNFINISHED):
                shutil.rmtree(path, ignore_errors=True)
            elif path.name.endswith((_PARCEL, _FETCHED)):
                path.unlink(missing_ok=True)
        self._is_tidy = True

    def _take_in_chain(self, portal: str, shipped: str, before: ParcelRow | None, done: Pass) -> ParcelRow | None:
        """Take in the parcels from the one after `before` to the one that the entry names; return the newest."""
        newest = before
        identity = shipped
        try:
            for row in reversed(self._chain(portal, shipped, before)):
                identity = row.id
                self._take_in(row)
                newest = row
                done.taken += 1
        except MissingError as error:
            done.waiting += 1
            logger.warning("%s: waits for a parcel: %s", portal, error)
        except NewerParcelError as error:
            done.waiting += 1
            self._newer[portal] = shipped
            done.errors.append(f"{portal}: {error}")
            logger.error("%s: parcel %s is kept: %s", portal, identity[:12], error)
            self._report(portal, {**_facts(newest), "reason": str(error)})
        except (BusyArchiveError, OSError) as error:
            # Nothing is wrong with the parcel: a disk may be full, or somebody else writes.
            done.waiting += 1
            done.errors.append(f"{portal}: {error}")
            logger.warning("%s: parcel %s waits: %s", portal, identity[:12], error)
        except (ParcelError, MergeError) as error:
            done.refused += 1
            reason = str(error)
            done.errors.append(f"{portal}: {reason}")
            logger.error("%s: parcel %s is refused: %s", portal, identity[:12], reason)
            # The whole way to the announced parcel: what follows a refused one has nothing to stand on.
            self._report(portal, {**_facts(newest), "refused": shipped, "reason": reason[:1000]})
        return newest

    def _chain(self, portal: str, shipped: str, before: ParcelRow | None) -> list[ParcelRow]:
        """Return the parcels from the newest back to the one after `before`. Raises ParcelError and MissingError."""
        chain: list[ParcelRow] = []
        identity = shipped
        while identity != (before.id if before else ""):
            if not identity or len(chain) == MAX_CHAIN:
                raise ParcelError("it does not follow the one that was taken in last")
            row = self._row(identity)
            expected = chain[-1].sequence - 1 if chain else row.sequence
            if row.portal != portal or row.sequence != expected or row.sequence < 1:
                raise ParcelError(f"{identity[:12]} is parcel {row.sequence} of {row.portal}")
            chain.append(row)
            identity = row.previous
        if chain and chain[-1].sequence != (before.sequence if before else 0) + 1:
            raise ParcelError(f"parcel {chain[-1].sequence} does not follow {before.sequence if before else 0}")
        return chain

    def _path(self, identity: str) -> Path:
        return self._folder / f"{identity}{_PARCEL}"

    def _row(self, identity: str) -> ParcelRow:
        """Fetch a parcel, and return what its manifest says. Raises ParcelError, MissingError, UnavailableError."""
        path = self._path(identity)
        if not path.exists():
            new = path.with_suffix(_FETCHED)
            new.unlink(missing_ok=True)
            self._store.get(identity, new)
            new.rename(path)
        with path.open("rb") as stream:
            try:
                return read_manifest(stream, identity).row(identity)
            except ParcelError:
                # It may have been cut off on the way here.
                path.unlink()
                raise

    def _take_in(self, row: ParcelRow) -> None:
        path = self._path(row.id)
        try:
            with (
                tempfile.TemporaryDirectory(dir=self._folder, prefix=_UNFINISHED[0]) as name,
                path.open("rb") as stream,
            ):
                folder = Path(name)
                unpack(stream, row.id, folder)
                check_part(folder / PART, row.portal)

                def finish(connection: sqlite3.Connection) -> None:
                    replace_bookmarks(connection)
                    add_parcel(connection, row)

                result = take_in(folder / PART, self._archive, also=finish)
        except BusyArchiveError:
            raise
        except ArchiveError as error:
            raise ParcelError(str(error)) from None
        finally:
            path.unlink(missing_ok=True)
        self._store.remove(row.id)
        logger.info(
            "%s: parcel %d of %s: %d new articles, %d new versions",
            row.portal,
            row.sequence,
            row.worker,
            result.added["articles"],
            result.added["versions"],
        )
        for name in result.missing:
            logger.warning("%s: the captures in %s did not come with a parcel", row.portal, name)

    def _report(self, portal: str, facts: dict[str, Any]) -> None:
        self._leases.report(f"portal.{portal}", facts)
        self._reports[portal] = facts

    # States

    def _answer(self, entries: Mapping[str, PortalEntry], taken: Mapping[str, ParcelRow], done: Pass) -> None:
        # What was answered is read, not remembered: an engine that forgot all begins again with the same tokens.
        answers = self._leases.reports("answer")
        for portal, request in self._leases.reports("restore").items():
            token, base = request.get("token"), request.get("base")
            if not isinstance(token, int) or answers.get(portal, {}).get("token") == token:
                continue
            row = taken.get(portal)
            newest = row.id if row else ""
            entry = entries.get(portal, PortalEntry())
            if entry.token != token:
                continue
            if entry.shipped not in ("", newest, self._reports.get(portal, {}).get("refused")):
                # Its newest parcel is still under way.
                continue
            answer = {"token": token, "base": newest, "sequence": row.sequence if row else 0, "state": ""}
            if newest and newest != base:
                try:
                    answer["state"] = self._ship_state(portal, row, token)
                except (ArchiveError, sqlite3.Error, OSError) as error:
                    done.errors.append(f"{portal}: its state cannot be given now: {error}")
                    logger.warning("%s: its state cannot be given now: %s", portal, error)
                    continue
                done.states += 1
            self._leases.report(f"answer.{portal}", answer)

    def _ship_state(self, portal: str, row: ParcelRow | None, token: int) -> str:
        with tempfile.TemporaryDirectory(dir=self._folder, prefix=_UNFINISHED[1]) as name:
            folder = Path(name)
            (folder / "state").mkdir()
            build_state(self._archive, portal, folder / "state" / PART)
            with (folder / "packed").open("wb") as stream:
                identity = pack(
                    folder / "state",
                    stream,
                    portal=portal,
                    worker=self._leases.worker,
                    token=token,
                    sequence=row.sequence if row else 0,
                    previous=row.id if row else "",
                ).id
            self._store.put(identity, folder / "packed")
        logger.info("%s: its state was given to a worker", portal)
        return identity


def _facts(row: ParcelRow | None) -> dict[str, Any]:
    """Return what is said of the newest parcel that was taken in."""
    if row is None:
        return {"taken": ""}
    return {
        "taken": row.id,
        "sequence": row.sequence,
        "worker": row.worker,
        "token": row.token,
        "made": row.made,
    }


def collect_while_available(collector: Collector) -> Pass:
    """Run one pass; what cannot be reached now is told, and waited for."""
    try:
        return collector.collect()
    except (UnavailableError, ArchiveError, sqlite3.Error, OSError) as error:
        logger.warning("%s", error)
        return Pass(errors=[str(error)])
