"""After a run: count what it met, hold it against its history, open and close alarms."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from typing import Any

from newscrawler.monitoring import alarms
from newscrawler.monitoring.drift import Finding, Run, Subject, judge
from newscrawler.monitoring.measures import Measures, count_run, keep, measures_of
from newscrawler.monitoring.sections import cut_off, evaluate_sections

HISTORY = 120
"""Runs that are read; of these the newest without an alarm count."""


def review(connection: sqlite3.Connection, portals: Sequence[str] = ()) -> None:
    """Judge the newest finished run of each portal (empty: of all), unless that was done."""
    chosen = portals or [row[0] for row in connection.execute("SELECT id FROM portals ORDER BY id")]
    for portal in chosen:
        connection.execute("BEGIN IMMEDIATE")
        try:
            run = _newest(connection, portal)
            if run is not None:
                review_run(connection, run)
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise


def _newest(connection: sqlite3.Connection, portal: str) -> dict[str, Any] | None:
    """Return the newest finished run of a portal, when it was not judged yet."""
    return _unjudged(
        connection, "SELECT * FROM runs WHERE portal = ? AND finished IS NOT NULL ORDER BY id DESC LIMIT 1", portal
    )


def _unjudged(connection: sqlite3.Connection, query: str, *values: object) -> dict[str, Any] | None:
    """Return the run that a query finds, unless it was judged."""
    cursor = connection.execute(query, values)
    row = cursor.fetchone()
    if row is None:
        return None
    run = dict(zip([column[0] for column in cursor.description], row, strict=True))
    judged = connection.execute("SELECT 1 FROM run_measures WHERE run = ? LIMIT 1", (run["id"],)).fetchone()
    return None if judged else run


def _note_cut_off(connection: sqlite3.Connection, run: dict[str, Any]) -> None:
    """Keep an alarm of the run before, when its process died and nothing has judged it since."""
    query = "SELECT * FROM runs WHERE portal = ? AND id < ? ORDER BY id DESC LIMIT 1"
    before = _unjudged(connection, query, run["portal"], run["id"])
    if before is not None:
        alarms.record(connection, run["portal"], before["id"], cut_off(before), seen=before["finished"])


def review_run(connection: sqlite3.Connection, run: dict[str, Any]) -> None:
    """Judge one finished run, a row of `runs`. Needs a transaction."""
    portal, seen = run["portal"], run["finished"]
    _note_cut_off(connection, run)
    numbers, runs = _history(connection, portal, run["id"])
    current = count_run(connection, run["id"])
    keep(connection, run["id"], current)
    numbers.append(run["id"])
    runs.append(current)
    findings, well = evaluate_sections(connection, run, runs)
    if any(measures.tallies for measures in current.values()):
        verdict = judge(runs, lambda subject: _covered(connection, portal, subject, numbers))
        findings += verdict.findings
        well |= verdict.well
    findings = _without_repetition(connection, portal, findings)
    alarms.record(connection, portal, run["id"], findings, seen=seen)
    alarms.close(connection, portal, well - {finding.subject for finding in findings}, seen=seen)


def _history(connection: sqlite3.Connection, portal: str, before: int) -> tuple[list[int], list[Run]]:
    rows = connection.execute(
        """SELECT id FROM runs WHERE portal = ? AND id < ? AND finished IS NOT NULL AND outcome != 'failed'
           ORDER BY id DESC LIMIT ?""",
        (portal, before, HISTORY),
    ).fetchall()
    numbers = [int(row[0]) for row in reversed(rows)]
    runs: list[dict[str, Measures]] = [measures_of(connection, number) for number in numbers]
    return numbers, list(runs)


def _covered(connection: sqlite3.Connection, portal: str, subject: Subject, numbers: Sequence[int]) -> Collection[int]:
    """Return the indexes of the runs that are no standard for a subject."""
    rows = connection.execute(
        """SELECT state, coalesce(first_run, 0), coalesce(last_run, 0) FROM alarms
           WHERE portal = ? AND section IN ('', ?) AND field = ? AND kind = ?""",
        (portal, subject.section, subject.field, subject.kind),
    ).fetchall()
    covered: set[int] = set()
    for state, first, last in rows:
        if state == "accepted":
            covered |= {index for index, number in enumerate(numbers) if number < first}
            covered -= {index for index, number in enumerate(numbers) if number >= first}
        else:
            covered |= {index for index, number in enumerate(numbers) if first <= number <= last}
    return covered


def _without_repetition(connection: sqlite3.Connection, portal: str, findings: Sequence[Finding]) -> list[Finding]:
    """Leave out what an open alarm about the whole portal says of a section already."""
    said = {
        (alarm.field, alarm.kind) for alarm in alarms.list_alarms(connection, portals=[portal]) if not alarm.section
    }
    said |= {(finding.subject.field, finding.subject.kind) for finding in findings if not finding.subject.section}
    return [
        finding
        for finding in findings
        if not finding.subject.section or (finding.subject.field, finding.subject.kind) not in said
    ]
