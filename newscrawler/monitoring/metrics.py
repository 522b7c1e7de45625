"""Numbers of an archive in the text format of Prometheus, for node_exporter's textfile collector."""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
from datetime import UTC, datetime
from pathlib import Path

_HELP = {
    "newscrawler_articles": ("gauge", "Articles in the archive."),
    "newscrawler_run_started_timestamp_seconds": ("gauge", "When the last finished run began."),
    "newscrawler_run_finished_timestamp_seconds": ("gauge", "When the last finished run ended."),
    "newscrawler_run_outcome": ("gauge", "1 for the outcome of the last finished run."),
    "newscrawler_run_articles": ("gauge", "Articles of the last finished run by what became of them."),
    "newscrawler_run_requests": ("gauge", "Requests of the last finished run."),
    "newscrawler_run_bytes": ("gauge", "Bytes received in the last finished run."),
    "newscrawler_run_responses": ("gauge", "Answers of the last finished run by status."),
    "newscrawler_alarms_open": ("gauge", "Open alarms by kind."),
}
_RESULTS = ("listed", "new", "changed", "unchanged", "kept", "failed", "blocked", "gone", "skipped")


def metrics_text(connection: sqlite3.Connection) -> str:
    """Return the metrics of all portals."""
    lines: dict[str, list[str]] = {name: [] for name in _HELP}

    def add(metric: str, value: float, **labels: str) -> None:
        pairs = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items())
        lines[metric].append(f"{metric}{{{pairs}}} {value:.15g}")

    for (portal,) in connection.execute("SELECT id FROM portals ORDER BY id").fetchall():
        count = connection.execute("SELECT count(*) FROM articles WHERE portal = ?", (portal,)).fetchone()[0]
        add("newscrawler_articles", count, portal=portal)
        run = connection.execute(
            """SELECT started, finished, outcome, counts FROM runs WHERE portal = ? AND finished IS NOT NULL
               ORDER BY id DESC LIMIT 1""",
            (portal,),
        ).fetchone()
        if run is None:
            continue
        started, finished, outcome, text = run
        counts = json.loads(text)
        add("newscrawler_run_started_timestamp_seconds", _seconds(started), portal=portal)
        add("newscrawler_run_finished_timestamp_seconds", _seconds(finished), portal=portal)
        for name in ("done", "incomplete", "interrupted", "failed"):
            add("newscrawler_run_outcome", outcome == name, portal=portal, outcome=name)
        for name in _RESULTS:
            add("newscrawler_run_articles", counts.get(name, 0), portal=portal, result=name)
        add("newscrawler_run_requests", counts.get("requests", 0), portal=portal)
        add("newscrawler_run_bytes", counts.get("bytes", 0), portal=portal)
        for status, number in counts.get("responses", {}).items():
            add("newscrawler_run_responses", number, portal=portal, status=status)
    for portal, kind, number in connection.execute(
        "SELECT portal, kind, count(*) FROM alarms WHERE state = 'open' GROUP BY 1, 2 ORDER BY 1, 2"
    ):
        add("newscrawler_alarms_open", number, portal=portal, kind=kind)
    parts = []
    for name, (kind, meaning) in _HELP.items():
        parts += [f"# HELP {name} {meaning}", f"# TYPE {name} {kind}", *lines[name]]
    return "\n".join(parts) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _seconds(moment: str) -> float:
    return datetime.strptime(moment, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()


def write_metrics(connection: sqlite3.Connection, path: str | Path) -> None:
    """Write the metrics to a file, whole or not at all: its reader may look at any moment. Raises OSError."""
    path = Path(path)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(metrics_text(connection))
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
