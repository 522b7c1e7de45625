"""Alarms in the archive: opened, worsened, closed, accepted, and the changes that channels have yet to receive."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from newscrawler.archive.suppressed_names import SuppressedNames
from newscrawler.monitoring.drift import Finding, Subject
from newscrawler.monitoring.sections import MOVED, STANDING
from newscrawler.text.clock import stamp

WORSE = 0.25
"""How much the level of an alarm must rise for another notification."""
_COLUMNS = (
    "id, portal, section, field, kind, state, level, message, before, after, samples, first_seen, last_seen, closed"
)
_COLUMNS_OF_A = ", ".join(f"a.{name}" for name in _COLUMNS.split(", "))


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm of a portal. Times are UTC; `closed` is empty while it is open."""

    id: int
    portal: str
    section: str
    field: str
    kind: str
    state: str
    level: float
    message: str
    before: str
    after: str
    samples: tuple[str, ...]
    first_seen: str
    last_seen: str
    closed: str

    @property
    def where(self) -> str:
        """Portal, section and field, as people read them."""
        return " / ".join(part for part in (self.portal, self.section, self.field) if part)

    @property
    def subject(self) -> Subject:
        """What it is about."""
        return Subject(self.section, self.field, self.kind)


def list_alarms(connection: sqlite3.Connection, *, portals: Sequence[str] = (), only_open: bool = True) -> list[Alarm]:
    """Return alarms, those of the portal as a whole first, the newest first; empty `portals` means all.

    What names a suppressed article is left out of their texts and samples.
    """
    conditions = ["state = 'open'"] if only_open else []
    if portals:
        conditions.append(f"portal IN ({', '.join('?' * len(portals))})")
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM alarms {where} ORDER BY portal, section != '', first_seen DESC, id DESC",
        tuple(portals),
    )
    names = SuppressedNames.read(connection)
    return [_alarm(row, names) for row in rows]


def _alarm(row: Sequence[object], names: SuppressedNames) -> Alarm:
    """Return the alarm of a row, without what names a suppressed article."""
    values: dict[str, Any] = dict(zip(_COLUMNS.split(", "), row, strict=True))
    samples = json.loads(values["samples"])
    listed = map(str, samples) if isinstance(samples, list) else ()
    values["samples"] = tuple(sample for sample in listed if not names.are_in(sample))
    texts = {name: names.removed_from(values[name]) or "" for name in ("message", "before", "after")}
    return Alarm(**{**values, **texts, "closed": values["closed"] or ""})


def record(
    connection: sqlite3.Connection, portal: str, run: int | None, findings: Iterable[Finding], *, seen: str
) -> None:
    """Open an alarm for each finding, or update the open one; an accepted state opens none.

    Needs a transaction.
    """
    for finding in findings:
        subject = finding.subject
        values = (portal, subject.section, subject.field, subject.kind)
        if _is_accepted(connection, values, finding):
            continue
        connection.execute(
            """INSERT INTO alarms (portal, section, field, kind, level, message, before, after, samples, first_run,
                 last_run, first_seen, last_seen)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
               ON CONFLICT (portal, section, field, kind) WHERE state = 'open' DO UPDATE SET
                 message = excluded.message, after = excluded.after, level = max(level, excluded.level),
                 samples = CASE WHEN excluded.samples = '[]' THEN samples ELSE excluded.samples END,
                 last_run = coalesce(excluded.last_run, last_run), last_seen = excluded.last_seen""",
            (
                *values,
                finding.level,
                finding.message,
                finding.before,
                finding.after,
                json.dumps(finding.samples, ensure_ascii=False),
                run,
                run,
                seen,
                seen,
            ),
        )


def _is_accepted(connection: sqlite3.Connection, values: tuple[str, ...], finding: Finding) -> bool:
    """Whether somebody accepted this state before. Drift is compared with the accepted state already."""
    if finding.subject.kind not in (*STANDING, MOVED):
        return False
    newest = connection.execute(
        """SELECT state, after FROM alarms WHERE portal = ? AND section = ? AND field = ? AND kind = ?
           ORDER BY id DESC LIMIT 1""",
        values,
    ).fetchone()
    is_accepted = newest is not None and newest[0] == "accepted"
    return is_accepted and (finding.subject.kind != MOVED or newest[1] == finding.after)


def close(connection: sqlite3.Connection, portal: str, subjects: Iterable[Subject], *, seen: str) -> None:
    """Close the open alarms about these subjects, and end the acceptance of lasting ones. Needs a transaction."""
    subjects = list(subjects)
    connection.executemany(
        """UPDATE alarms SET state = 'closed', closed = ?
           WHERE portal = ? AND section = ? AND field = ? AND kind = ? AND state = 'open'""",
        [(seen, portal, subject.section, subject.field, subject.kind) for subject in subjects],
    )
    connection.executemany(
        """UPDATE alarms SET state = 'closed'
           WHERE portal = ? AND section = ? AND field = ? AND kind = ? AND state = 'accepted'""",
        [
            (portal, subject.section, subject.field, subject.kind)
            for subject in subjects
            if subject.kind in (*STANDING, MOVED)
        ],
    )


def accept(connection: sqlite3.Connection, number: int) -> Alarm | None:
    """Accept what an open alarm shows as the new normal; None when no open alarm has this number."""
    row = connection.execute(
        f"UPDATE alarms SET state = 'accepted', closed = ? WHERE id = ? AND state = 'open' RETURNING {_COLUMNS}",
        (stamp(), number),
    ).fetchone()
    return _alarm(row, SuppressedNames.read(connection)) if row else None


@dataclass(frozen=True, slots=True)
class Change:
    """A change of an alarm that a channel is to be notified of."""

    change: str
    """opened, worsened, closed or accepted."""
    alarm: Alarm


def pending_changes(connection: sqlite3.Connection, channel: str) -> list[Change]:
    """Return the changes that a channel has not received. An alarm that opened and closed in between is left out."""
    rows = connection.execute(
        f"""SELECT {_COLUMNS_OF_A}, sent.change, sent.level FROM alarms a
            LEFT JOIN (SELECT alarm, change, level, max(rowid) FROM notifications WHERE channel = ?
              GROUP BY alarm) sent
              ON sent.alarm = a.id
            WHERE a.state = 'open' OR sent.change IN ('opened', 'worsened')
            ORDER BY a.portal, a.section != '', a.id""",
        (channel,),
    ).fetchall()
    changes = []
    names = SuppressedNames.read(connection)
    for *values, sent, level in rows:
        alarm = _alarm(values, names)
        if alarm.state != "open":
            changes.append(Change(alarm.state, alarm))
        elif sent is None:
            changes.append(Change("opened", alarm))
        elif alarm.level >= level + WORSE:
            changes.append(Change("worsened", alarm))
    return changes


def mark_notified(connection: sqlite3.Connection, channel: str, changes: Iterable[Change]) -> None:
    """Record that a channel has received these changes. Needs a transaction."""
    connection.executemany(
        "INSERT INTO notifications (alarm, channel, change, level, sent) VALUES (?, ?, ?, ?, ?)",
        [(change.alarm.id, channel, change.change, change.alarm.level, stamp()) for change in changes],
    )
