"""The parcels of a fleet of which an archive consists."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import astuple, dataclass

from newscrawler.text.clock import stamp


@dataclass(frozen=True, slots=True)
class ParcelRow:
    """A parcel that was taken in."""

    id: str
    portal: str
    sequence: int
    previous: str
    worker: str
    token: int
    made: str


def newest_parcels(connection: sqlite3.Connection) -> Iterator[ParcelRow]:
    """Yield the newest parcel of each portal that has one."""
    rows = connection.execute(
        """SELECT id, portal, sequence, previous, worker, token, made FROM parcels p
           WHERE sequence = (SELECT max(sequence) FROM parcels o WHERE o.portal = p.portal)"""
    )
    for row in rows.fetchall():
        yield ParcelRow(*row)


def newest_parcel(connection: sqlite3.Connection, portal: str) -> ParcelRow | None:
    """Return the newest parcel of a portal."""
    row = connection.execute(
        """SELECT id, portal, sequence, previous, worker, token, made FROM parcels
           WHERE portal = ? ORDER BY sequence DESC LIMIT 1""",
        (portal,),
    ).fetchone()
    return ParcelRow(*row) if row else None


def add_parcel(connection: sqlite3.Connection, parcel: ParcelRow) -> None:
    """Record a parcel as taken in now. Inside the transaction that stores its rows."""
    connection.execute("INSERT OR IGNORE INTO parcels VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*astuple(parcel), stamp()))
