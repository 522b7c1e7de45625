"""Run records: what was asked, what came of it, and samples of what went wrong."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from newscrawler import __version__
from newscrawler.archive.columns import NOT_SUPPRESSED
from newscrawler.archive.errors import ArchiveError
from newscrawler.archive.filters import known_portal
from newscrawler.archive.rows import select_rows
from newscrawler.archive.suppressed_names import SuppressedNames
from newscrawler.text.clock import stamp


def start_run(
    connection: sqlite3.Connection, portal: Mapping[str, str], *, command: str, arguments: Mapping[str, Any]
) -> int:
    """Record the portal and the beginning of a run; return the run's row id.

    `portal` holds id, name, province, province_code, homepage and definition (JSON).
    """
    connection.execute(
        """INSERT INTO portals (id, name, province, province_code, homepage, definition)
           VALUES (:id, :name, :province, :province_code, :homepage, :definition)
           ON CONFLICT (id) DO UPDATE SET name = excluded.name, province = excluded.province,
             province_code = excluded.province_code, homepage = excluded.homepage,
             definition = excluded.definition""",
        portal,
    )
    now = datetime.now(UTC)
    while True:
        key = f"{now:%Y%m%dT%H%M%SZ}-{portal['id']}-{secrets.token_hex(2)}"
        if not connection.execute("SELECT 1 FROM runs WHERE key = ?", (key,)).fetchone():
            break
    return int(
        connection.execute(
            """INSERT INTO runs (key, portal, command, arguments, program, started)
               VALUES (?, ?, ?, ?, ?, ?) RETURNING id""",
            (key, portal["id"], command, json.dumps(arguments, ensure_ascii=False), __version__, stamp(now)),
        ).fetchone()[0]
    )


def finish_run(
    connection: sqlite3.Connection, run: int, *, outcome: str, reason: str, counts: Mapping[str, Any]
) -> None:
    """Record how a run ended: outcome (done, incomplete, interrupted, failed), why, and its counts."""
    connection.execute(
        "UPDATE runs SET finished = max(started, ?), outcome = ?, reason = ?, counts = ? WHERE id = ?",
        (stamp(), outcome, reason or None, json.dumps(counts, ensure_ascii=False, sort_keys=True), run),
    )


def add_event(
    connection: sqlite3.Connection, run: int, kind: str, *, url: str | None, section: str | None, reason: str
) -> None:
    """Record one thing that was skipped, failed or blocked."""
    connection.execute(
        "INSERT INTO run_events (run, kind, url, section, reason, seen) VALUES (?, ?, ?, ?, ?, ?)",
        (run, kind, url, section, reason, stamp()),
    )


def record_robots(
    connection: sqlite3.Connection, run: int, host: str, *, status: int | None, policy: str, body: str | None
) -> None:
    """Record the robots.txt that a run obeyed: its text, the status it came with, and what followed from it."""
    connection.execute(
        "INSERT OR REPLACE INTO robots (run, host, status, policy, body, fetched) VALUES (?, ?, ?, ?, ?, ?)",
        (run, host, status, policy, body, stamp()),
    )


def run_timestamps(connection: sqlite3.Connection, run: int) -> list[dict[str, Any]]:
    """Return the timestamps of a run, each a dict with `authority`, an address, and `stamped`, its time."""
    return select_rows(
        connection, "SELECT authority, stamped FROM run_timestamps WHERE run = ? ORDER BY stamped, authority", [run]
    )


def list_runs(connection: sqlite3.Connection, *, portal: str | None = None, limit: int = 20) -> list[dict[str, Any]]:
    """Return the newest runs first, each a dict with the columns of `runs`, `arguments` and `counts` as dicts.

    Texts that name a suppressed article are None. Raises FilterError for a portal that the archive does not know.
    """
    where, values = ("WHERE portal = ?", [known_portal(connection, portal)]) if portal else ("", [])
    rows = select_rows(
        connection, f"SELECT * FROM runs {where} ORDER BY started DESC, id DESC LIMIT ?", [*values, limit]
    )
    return _with_counts(connection, rows)


def find_runs(connection: sqlite3.Connection, key: str) -> list[dict[str, Any]]:
    """Return the runs whose key begins with this, newest first, as `list_runs` does."""
    rows = select_rows(
        connection, "SELECT * FROM runs WHERE substr(key, 1, ?) = ? ORDER BY started DESC", [len(key), key]
    )
    return _with_counts(connection, rows)


def arguments_text(arguments: object) -> str:
    """Return the arguments of a run for people: `limit = 20, via = http://127.0.0.1:8000`; '' where there are none."""
    if not isinstance(arguments, Mapping):
        return str(arguments or "")
    return ", ".join(f"{name} = {value}" for name, value in arguments.items())


def count_text(counts: Mapping[str, Any]) -> str:
    """Return the numbers of a run in words: `12 new, 0 changed, 3 unchanged, 1 failed`.

    What was left as it was because the page had lost something (kept) counts as unchanged.
    """
    names = ("new", "changed", "unchanged", "kept", "failed", "blocked", "gone")
    # An archive from a stranger may hold anything.
    numbers = {name: value if isinstance(value := counts.get(name), int) else 0 for name in names}
    numbers["unchanged"] += numbers.pop("kept")
    always = ("new", "changed", "unchanged")
    return ", ".join(f"{number:,} {name}" for name, number in numbers.items() if number or name in always)


def newest_run(connection: sqlite3.Connection, portal: str, command: str, *, since: str) -> dict[str, Any] | None:
    """Return the newest run of a portal by a command that started at this time or later, as `list_runs` does."""
    rows = select_rows(
        connection,
        """SELECT * FROM runs WHERE portal = ? AND command = ? AND started >= ?
           ORDER BY started DESC, id DESC LIMIT 1""",
        [portal, command, since],
    )
    return next(iter(_with_counts(connection, rows)), None)


def run_articles(connection: sqlite3.Connection, run: int, *, limit: int) -> tuple[int, list[dict[str, Any]]]:
    """Return how many articles a run stored a version of, and the first of them, in the order of storing.

    Each has id, change (new or changed), published, section, title and url. Suppressed articles are left out.
    """
    source = f"FROM versions v JOIN articles a ON a.n = v.article WHERE v.run = ? AND {NOT_SUPPRESSED}"
    count = int(connection.execute(f"SELECT count(*) {source}", [run]).fetchone()[0])
    rows = select_rows(
        connection,
        f"""SELECT a.id, CASE v.number WHEN 1 THEN 'new' ELSE 'changed' END AS change, v.published,
              (SELECT s.name FROM sections s WHERE s.id = a.section) AS section, v.title, a.url
            {source} ORDER BY v.id LIMIT ?""",
        [run, limit],
    )
    return count, rows


def run_events(connection: sqlite3.Connection, run: int) -> list[dict[str, Any]]:
    """Return what a run skipped, met or could not do, in the order of events; none names a suppressed article."""
    names = SuppressedNames.read(connection)
    rows = select_rows(
        connection, "SELECT kind, url, section, reason, seen FROM run_events WHERE run = ? ORDER BY id", [run]
    )
    return [row for row in rows if not (names.are_in(row["url"]) or names.are_in(row["reason"]))]


def run_robots(connection: sqlite3.Connection, run: int) -> list[dict[str, Any]]:
    """Return the robots.txt of each host that a run obeyed: host, status, policy, body, fetched.

    A body that names a suppressed article is None.
    """
    rows = select_rows(
        connection, "SELECT host, status, policy, body, fetched FROM robots WHERE run = ? ORDER BY host", [run]
    )
    cleaned: list[dict[str, Any]] = SuppressedNames.read(connection).removed_from(rows)
    return cleaned


def _with_counts(connection: sqlite3.Connection, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = SuppressedNames.read(connection)
    cleaned: list[dict[str, Any]] = names.removed_from(
        [{**row, "arguments": _table_of(row, "arguments"), "counts": _table_of(row, "counts")} for row in rows]
    )
    return cleaned


def _table_of(row: dict[str, Any], column: str) -> dict[str, Any]:
    try:
        value = json.loads(row[column])
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise ArchiveError(f"run {row['key']}: its {column} are no JSON object; the archive is damaged.")
    return value
