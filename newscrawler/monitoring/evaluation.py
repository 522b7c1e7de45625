"""Evaluating a run: count its measures, compare them with its history, open and close alarms."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from typing import Any

from newscrawler.archive.database.transaction import writing
from newscrawler.archive.rows import iterate_rows
from newscrawler.monitoring import alarms
from newscrawler.monitoring.drift import Finding, Run, Subject, detect_drift
from newscrawler.monitoring.measures import Measures, count_run, measures_of, store_measures
from newscrawler.monitoring.redesign import evaluate_design
from newscrawler.monitoring.sections import crash_of, evaluate_sections

HISTORY = 120
"""Runs that are read. Of these, the newest without an alarm are the standard."""


def evaluate_newest(connection: sqlite3.Connection, portals: Sequence[str] = ()) -> None:
    """Evaluate the newest finished run of each of these portals (none: of all), unless it was evaluated before."""
    chosen = portals or [row[0] for row in connection.execute("SELECT id FROM portals ORDER BY id")]
    for portal in chosen:
        with writing(connection):
            run = _newest(connection, portal)
            if run is not None:
                evaluate_run(connection, run)


def _newest(connection: sqlite3.Connection, portal: str) -> dict[str, Any] | None:
    """Return the newest finished run of a portal if it was not evaluated yet."""
    return _unevaluated(
        connection, "SELECT * FROM runs WHERE portal = ? AND finished IS NOT NULL ORDER BY id DESC LIMIT 1", portal
    )


def _unevaluated(connection: sqlite3.Connection, query: str, *values: object) -> dict[str, Any] | None:
    """Return the run that a query selects, unless it was evaluated before."""
    run = next(iterate_rows(connection, query, values), None)
    if run is None:
        return None
    evaluated = connection.execute("SELECT 1 FROM run_measures WHERE run = ? LIMIT 1", (run["id"],)).fetchone()
    return None if evaluated else run


def _record_crash(connection: sqlite3.Connection, run: dict[str, Any]) -> None:
    """Record an alarm for the run before if its process died and nothing has evaluated it since."""
    query = "SELECT * FROM runs WHERE portal = ? AND id < ? ORDER BY id DESC LIMIT 1"
    before = _unevaluated(connection, query, run["portal"], run["id"])
    if before is not None:
        alarms.record(connection, run["portal"], before["id"], crash_of(before), seen=before["finished"])


def evaluate_run(connection: sqlite3.Connection, run: dict[str, Any]) -> None:
    """Evaluate one finished run, a row of `runs`. Needs a transaction."""
    portal, seen = run["portal"], run["finished"]
    _record_crash(connection, run)
    numbers, runs = _history(connection, portal, run["id"])
    current = count_run(connection, run["id"])
    store_measures(connection, run["id"], current)
    numbers.append(run["id"])
    runs.append(current)
    findings, well = evaluate_sections(connection, run, runs)
    if any(measures.tallies for measures in current.values()):
        drift = detect_drift(runs, lambda subject: _covered(connection, portal, subject, numbers))
        proven, well_designed = evaluate_design(connection, run, runs[:-1])
        known = {finding.subject for finding in proven}
        findings += [*proven, *(finding for finding in drift.findings if finding.subject not in known)]
        well |= drift.well | well_designed
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
    """Return the indexes of the runs that are not a standard for a subject."""
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
    """Leave out findings about a section that an open alarm about the whole portal covers."""
    said = {
        (alarm.field, alarm.kind) for alarm in alarms.list_alarms(connection, portals=[portal]) if not alarm.section
    }
    said |= {(finding.subject.field, finding.subject.kind) for finding in findings if not finding.subject.section}
    return [
        finding
        for finding in findings
        if not finding.subject.section or (finding.subject.field, finding.subject.kind) not in said
    ]
