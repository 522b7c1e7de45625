"""Evaluating sections and whole runs: listings that fail, move or fall silent, and runs that are missing."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from newscrawler.crawling.sweep import LOST_RULE
from newscrawler.monitoring.drift import Finding, Run, Subject

LEAST_SILENCE = 14
"""The least number of days without a new entry before a section is silent. Spring Festival takes up to ten."""
LEAST_DAYS = 5
HABIT_OF = timedelta(days=60)
"""For a portal without a schedule, crawls of this period show how often it is crawled."""
_LASTING = re.compile(r"answered (404|410)|redirects to the homepage|leaves the portal|cannot be read|shows no entry")
"""Reasons for a failed listing that a second attempt does not change."""
_MOVED = "the section moved to "

LOST = "rule-lost"
"""Of the listing's entries here; of an article's fields in `drift`."""

FAILED, CUT, EMPTY, BROKEN, MOVED, GONE, SILENT, MISSED = (
    "run-failed", "run-cut", "section-empty", "section-failed", "section-moved", "section-gone", "section-silent",
    "run-missed",
)  # fmt: skip

STANDING = (FAILED, EMPTY, BROKEN, GONE, SILENT, MISSED)
"""Conditions that each run finds again while they last. Once accepted, they open no alarm until they have ended."""


def evaluate_sections(
    connection: sqlite3.Connection, run: Mapping[str, Any], runs: Sequence[Run]
) -> tuple[list[Finding], set[Subject]]:
    """Evaluate a finished run and its sections; return the findings, and the subjects that are normal.

    `run` is a row of `runs`; `runs` holds the measures of it and of the runs before it, oldest first.
    """
    crash = crash_of(run)
    findings, well = _evaluate_each(connection, run, runs)
    return findings + crash, well if crash else well | {Subject("", "", CUT)}


def crash_of(run: Mapping[str, Any]) -> list[Finding]:
    """Return the finding about a crashed run; nothing for any other.

    `run` is a row of `runs`. A run that was stopped normally has counts.
    """
    if run["outcome"] != "interrupted" or run["counts"] != "{}":
        return []
    message = (
        f"the run that began at {run['started']} crashed: its process died, for example because it was killed or the "
        "machine stopped; the next crawl continues from there"
    )
    return [_whole(CUT, message, "a run that closes its record")]


def _evaluate_each(
    connection: sqlite3.Connection, run: Mapping[str, Any], runs: Sequence[Run]
) -> tuple[list[Finding], set[Subject]]:
    if run["outcome"] == "failed":
        return [_whole(FAILED, run["reason"] or "the crawl failed", "a run that reads its sections")], set()
    sweeps = connection.execute(
        """SELECT s.id, s.name, s.url, w.outcome, coalesce(w.reason, '') FROM sweeps w JOIN sections s
           ON s.id = w.section WHERE w.run = ? AND w.finished IS NOT NULL ORDER BY s.id""",
        (run["id"],),
    ).fetchall()
    failed = [sweep for sweep in sweeps if sweep[3] == "failed"]
    if sweeps and len(failed) == len(sweeps) > 1:
        reason = f"none of {len(sweeps)} sections could be read; {failed[0][1]}: {failed[0][4]}"
        return [_whole(FAILED, reason, "a run that reads its sections", failed[0][2])], set()
    findings: list[Finding] = []
    well = {Subject("", "", MISSED)} if run["command"] == "crawl" else set()
    if len(failed) < len(sweeps):
        # A refresh reads no sections: that it goes well says nothing of the crawls.
        well.add(Subject("", "", FAILED))
    for number, name, url, outcome, reason in sweeps:
        if outcome == "failed":
            findings += _failed(connection, run["id"], number, name, url, reason)
            continue
        well |= {Subject(name, "", kind) for kind in (EMPTY, BROKEN, GONE)}
        for finding, kind in (
            (_moved(connection, run, runs, name, url), MOVED),
            (_silent(connection, run, number, name, url), SILENT),
        ):
            if finding:
                findings.append(finding)
            else:
                well.add(Subject(name, "", kind))
    lost, well_read = _lost_rules(run, {name: url for _, name, url, outcome, _ in sweeps if outcome != "failed"})
    findings += lost
    well |= well_read
    findings += _vanished(connection, run, {sweep[1] for sweep in sweeps})
    return findings, well


def _whole(kind: str, message: str, before: str, *samples: str) -> Finding:
    return Finding(Subject("", "", kind), message, before, "none", 1.0, samples)


def _failed(connection: sqlite3.Connection, run: int, number: int, name: str, url: str, reason: str) -> list[Finding]:
    """A reason that lasts is an alarm at once; one that may pass, when it met the sweep before, too."""
    if not _LASTING.search(reason):
        row = connection.execute(
            """SELECT outcome FROM sweeps WHERE section = ? AND run < ? AND finished IS NOT NULL
               ORDER BY run DESC LIMIT 1""",
            (number, run),
        ).fetchone()
        if row is None or row[0] != "failed":
            return []
    kind = EMPTY if "shows no entry" in reason else BROKEN
    return [Finding(Subject(name, "", kind), reason, "entries", "none", 1.0, (url,))]


def _moved(
    connection: sqlite3.Connection, run: Mapping[str, Any], runs: Sequence[Run], name: str, url: str
) -> Finding | None:
    sections = json.loads(run["counts"]).get("sections", {})
    reason = (sections.get(name) or {}).get("reason") or ""
    if reason.startswith(_MOVED):
        old, new = url, reason.removeprefix(_MOVED)
    elif name in _named_sections(connection, run["portal"]):
        return None  # the definition says where it is
    else:
        urls = [past[name].url for past in runs[:-1] if name in past and past[name].url]
        old, new = (urls[-1] if urls else url), url
    if old.rstrip("/") == new.rstrip("/"):
        return None
    return Finding(Subject(name, "", MOVED), f"the section is now at {new}; it was at {old}", old, new, 0.5, (new,))


def _lost_rules(run: Mapping[str, Any], read: Mapping[str, str]) -> tuple[list[Finding], set[Subject]]:
    """Find the sections, name to URL, whose listing the definition's rule finds no entry in any more."""
    if not read:
        return [], set()
    sections = json.loads(run["counts"]).get("sections", {})
    reasons = {name: (sections.get(name) or {}).get("reason") or "" for name in read}
    lost = {name: reason for name, reason in reasons.items() if reason.startswith(LOST_RULE)}
    well = {Subject(name, "listing", LOST) for name in read if name not in lost}
    if not lost:
        return [], well | {Subject("", "listing", LOST)}
    if 1 < len(lost) > len(read) / 2:
        reason, urls = next(iter(lost.values())), tuple(read[name] for name in lost)
        message = f"{reason} of {len(lost)} of {len(read)} sections"
        return [
            Finding(Subject("", "listing", LOST), message, "listing.entry", "the general rules", 1.0, urls[:5])
        ], well
    return [
        Finding(Subject(name, "listing", LOST), reason, "listing.entry", "the general rules", 0.5, (read[name],))
        for name, reason in lost.items()
    ], well


def _named_sections(connection: sqlite3.Connection, portal: str) -> Collection[str]:
    text = connection.execute("SELECT definition FROM portals WHERE id = ?", (portal,)).fetchone()[0]
    sections = json.loads(text).get("sections", {})
    return sections if isinstance(sections, dict) else ()


def _silent(connection: sqlite3.Connection, run: Mapping[str, Any], number: int, name: str, url: str) -> Finding | None:
    today = date.fromisoformat(run["started"][:10])
    rows = connection.execute(
        """SELECT DISTINCT substr(first_seen, 1, 10) FROM listing_sightings
           WHERE section = ? AND first_seen > ? ORDER BY 1""",
        (number, (today - timedelta(days=400)).isoformat()),
    )
    days = [date.fromisoformat(row[0]) for row in rows]
    if len(days) < LEAST_DAYS:
        return None
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    silence = (today - days[-1]).days
    if silence <= max(LEAST_SILENCE, 3 * max(gaps)):
        return None
    message = f"no new entry for {silence} days; the longest time without one was {max(gaps)} days"
    return Finding(Subject(name, "", SILENT), message, f"{max(gaps)} days", f"{silence} days", 1.0, (url,))


def _vanished(connection: sqlite3.Connection, run: Mapping[str, Any], swept: set[str]) -> list[Finding]:
    """Sections of the last crawls that this one, which was to read all, did not find any more."""
    if not swept or not _reads_all(run["command"], run["arguments"]):
        return []
    rows = connection.execute(
        """SELECT id, command, arguments FROM runs WHERE portal = ? AND id < ? AND finished IS NOT NULL
           AND command = 'crawl' AND outcome IN ('done', 'incomplete') ORDER BY id DESC LIMIT 10""",
        (run["portal"], run["id"]),
    )
    before = [number for number, command, arguments in rows if _reads_all(command, arguments)][:3]
    if len(before) < 3:
        return []
    sections = connection.execute(
        f"""SELECT s.name, s.url FROM sweeps w JOIN sections s ON s.id = w.section
            WHERE w.run IN ({", ".join("?" * len(before))}) GROUP BY s.id HAVING count(*) = ?""",
        (*before, len(before)),
    )
    return [
        Finding(Subject(name, "", GONE), "the homepage links to it no more", "a section", "none", 1.0, (url,))
        for name, url in sections
        if name not in swept
    ]


def _reads_all(command: str, arguments: str) -> bool:
    return command == "crawl" and not json.loads(arguments).get("cities")


def missed_run(
    connection: sqlite3.Connection, portal: str, now: datetime, every: timedelta | None = None
) -> Finding | None:
    """Return what to say when a portal's crawl is overdue.

    `every` is the longest time between two crawls by the portal's schedule; without it, the longest of late. Crawls
    of a few days show no habit: someone may have tried the program.
    """
    rows = connection.execute(
        """SELECT started FROM runs WHERE portal = ? AND command = 'crawl' AND finished IS NOT NULL
           AND started > (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', max(started), ?) FROM runs
                          WHERE portal = ? AND command = 'crawl' AND finished IS NOT NULL)
           ORDER BY started DESC""",
        (portal, f"-{HABIT_OF.days} days", portal),
    )
    starts = [datetime.strptime(row[0], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) for row in rows]
    if not starts:
        return None
    usual = every
    if usual is None:
        if len(starts) < LEAST_DAYS or starts[0] - starts[-1] < timedelta(days=LEAST_DAYS):
            return None
        usual = max(later - earlier for later, earlier in pairwise(starts))
    if now - starts[0] <= max(2 * usual, usual + timedelta(hours=6)):
        return None
    hours = (now - starts[0]) / timedelta(hours=1)
    message = f"no crawl has ended since {starts[0]:%Y-%m-%dT%H:%MZ}, for {hours:.0f} hours; one is due every {usual}"
    return Finding(Subject("", "", MISSED), message, f"every {usual}", f"none for {hours:.0f} hours", 1.0)
