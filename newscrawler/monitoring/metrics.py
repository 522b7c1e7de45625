"""Numbers of an archive in the text format of Prometheus, for node_exporter's textfile collector."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import generate_latest, write_to_textfile
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

_RESULTS = ("listed", "new", "changed", "unchanged", "kept", "failed", "blocked", "gone", "skipped", "not articles")


class ArchiveCollector(Collector):
    """Reads the metrics of all portals of an archive."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield one family per metric."""
        articles = _gauge("articles", "Articles in the archive.")
        started = _gauge("run_started_timestamp_seconds", "When the last finished run started.")
        finished = _gauge("run_finished_timestamp_seconds", "When the last finished run ended.")
        outcomes = _gauge("run_outcome", "1 for the outcome of the last finished run.", "outcome")
        results = _gauge("run_articles", "Articles of the last finished run by result.", "result")
        requests = _gauge("run_requests", "Requests of the last finished run.")
        size = _gauge("run_bytes", "Bytes received in the last finished run.")
        responses = _gauge("run_responses", "Responses of the last finished run by status.", "status")
        alarms = _gauge("alarms_open", "Open alarms by kind.", "kind")
        learnt = _gauge("template_learnt_timestamp_seconds", "When the template of the portal's pages was learnt.")
        for portal, seconds in self._connection.execute(
            "SELECT portal, CAST(strftime('%s', max(learnt)) AS INTEGER) FROM templates GROUP BY 1 ORDER BY 1"
        ):
            learnt.add_metric([portal], seconds or 0)
        for portal, count, start, end, outcome, text in self._connection.execute(
            """SELECT p.id, (SELECT count(*) FROM articles a WHERE a.portal = p.id),
                      r.started, r.finished, r.outcome, r.counts
               FROM portals p LEFT JOIN runs r ON r.id =
                 (SELECT max(id) FROM runs WHERE portal = p.id AND finished IS NOT NULL)
               ORDER BY p.id"""
        ):
            articles.add_metric([portal], count)
            if start is None:
                continue
            counts = json.loads(text)
            started.add_metric([portal], _seconds(start))
            finished.add_metric([portal], _seconds(end))
            for name in ("done", "incomplete", "interrupted", "failed"):
                outcomes.add_metric([portal, name], outcome == name)
            for name in _RESULTS:
                results.add_metric([portal, name], counts.get(name, 0))
            requests.add_metric([portal], counts.get("requests", 0))
            size.add_metric([portal], counts.get("bytes", 0))
            for status, number in counts.get("responses", {}).items():
                responses.add_metric([portal, status], number)
        for portal, kind, number in self._connection.execute(
            "SELECT portal, kind, count(*) FROM alarms WHERE state = 'open' GROUP BY 1, 2 ORDER BY 1, 2"
        ):
            alarms.add_metric([portal, kind], number)
        yield from (articles, started, finished, outcomes, results, requests, size, responses, alarms, learnt)


def metrics_text(connection: sqlite3.Connection) -> str:
    """Return the metrics of all portals."""
    return generate_latest(ArchiveCollector(connection)).decode()


def write_metrics(connection: sqlite3.Connection, path: str | Path) -> None:
    """Write the metrics to a file, whole or not at all: its reader may look at any moment. Raises OSError."""
    write_to_textfile(str(path), ArchiveCollector(connection))


def _gauge(name: str, meaning: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"newscrawler_{name}", meaning, labels=["portal", *labels])


def _seconds(moment: str) -> float:
    return datetime.strptime(moment, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
