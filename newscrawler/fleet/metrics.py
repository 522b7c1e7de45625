"""Numbers of a fleet in the text format of Prometheus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from prometheus_client import generate_latest, write_to_textfile
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from newscrawler.fleet.due import seconds_of

STATES = ("crawling", "refused", "waiting", "idle", "new")


class FleetMetrics(Collector):
    """The metrics of a state that `fleet_status` returned; None: the leases cannot be read now."""

    def __init__(self, status: Mapping[str, Any] | None) -> None:
        self._status = status

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield one family per metric."""
        up = _gauge("up", "1 when the leases could be read.")
        up.add_metric([], self._status is not None)
        yield up
        if self._status is not None:
            yield from _workers(self._status)
            yield from _portals(self._status["portals"])
            alarms = _gauge("alarms_open", "Open alarms in the archive of the collector by kind.", "kind")
            for kind, count in sorted(self._status["alarms"].items()):
                alarms.add_metric([kind], count)
            yield alarms


def fleet_metrics_text(status: Mapping[str, Any] | None) -> str:
    """Return the metrics of a state."""
    return generate_latest(FleetMetrics(status)).decode()


def write_fleet_metrics(status: Mapping[str, Any] | None, path: str | Path) -> None:
    """Write the metrics to a file, whole or not at all. Raises OSError."""
    write_to_textfile(str(path), FleetMetrics(status))


def _workers(status: Mapping[str, Any]) -> Iterator[GaugeMetricFamily]:
    seen = _gauge("worker_seen_timestamp_seconds", "When a worker reported last.", "worker")
    drained = _gauge("worker_drained", "1 when a worker has ended in good order.", "worker")
    leases = _gauge("leases", "Portals that a worker holds.", "worker")
    held = Counter(one["holder"] for one in status["portals"] if one["holder"])
    for one in status["workers"]:
        if (moment := seconds_of(one["seen"])) is not None:
            seen.add_metric([one["worker"]], moment)
        drained.add_metric([one["worker"]], one["drained"])
    for name in sorted({*held, *(one["worker"] for one in status["workers"])}):
        leases.add_metric([name], held[name])
    collector = _gauge("collector_seen_timestamp_seconds", "When the collector reported last.")
    if (moment := seconds_of(status["collector"]["seen"])) is not None:
        collector.add_metric([], moment)
    yield from (seen, drained, leases, collector)


def _portals(portals: list[dict[str, Any]]) -> Iterator[GaugeMetricFamily]:
    states = _gauge("portals", "Portals by state.", "state")
    counted = Counter(one["state"] for one in portals)
    for state in STATES:
        states.add_metric([state], counted[state])
    started = _gauge("portal_started_timestamp_seconds", "When the newest crawl of a portal began.", "portal")
    finished = _gauge("portal_finished_timestamp_seconds", "When the newest crawl that was shipped ended.", "portal")
    late = _gauge("portal_late_seconds", "How long ago the next crawl of a portal should have begun.", "portal")
    waiting = _gauge("parcels_waiting", "Parcels of a portal that are not in the archive yet.", "portal")
    refused = _gauge("parcel_refused", "1 when the newest parcel of a portal was refused.", "portal")
    for one in portals:
        name = [one["portal"]]
        for gauge, key in ((started, "started"), (finished, "finished")):
            if (moment := seconds_of(one[key])) is not None:
                gauge.add_metric(name, moment)
        if one["late"] is not None:
            late.add_metric(name, one["late"])
        waiting.add_metric(name, max(0, one["parcel"] - one["taken"]))
        refused.add_metric(name, one["state"] == "refused")
    yield from (states, started, finished, late, waiting, refused)


def _gauge(name: str, meaning: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"newscrawler_fleet_{name}", meaning, labels=labels)
