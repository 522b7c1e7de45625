"""The leases of a fleet of our own invention, and its metrics by name and labels."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from newscrawler.fleet.due import FleetPortal
from newscrawler.fleet.file_engine import FileEngine
from newscrawler.fleet.leases import PORTALS, REPORTS, group_key
from newscrawler.portals import Portal

NOW = datetime(2026, 3, 5, 4, 30, tzinfo=UTC)
"""12:30 in China."""


def portal(name: str, **schedule: str) -> FleetPortal:
    values = {
        "id": name,
        "name": "试验网",
        "province": "湖北省",
        "homepage": "http://news.example/",
        "schedule": schedule,
    }
    return FleetPortal(Portal.model_validate(values), name)


PORTALS_AT_HAND = [portal(name, every="6h") for name in ("crawls", "late", "idle", "refused", "fresh")]
ENTRIES: dict[str, dict[str, Any]] = {
    "crawls": {"token": 3, "holder": "one", "home": "one", "started": "2026-03-05T04:01:00Z", "shipped": "a"},
    "late": {"token": 2, "home": "one", "started": "2026-03-04T22:10:00Z", "finished": "2026-03-04T22:20:00Z", "shipped": "b", "sequence": 5},
    "idle": {"token": 9, "home": "two", "started": "2026-03-05T04:01:00Z", "shipped": "c", "sequence": 9},
    "refused": {"token": 1, "home": "two", "started": "2026-03-05T04:01:00Z", "shipped": "d", "sequence": 2},
    "elsewhere": {"token": 1, "home": "two", "started": "2026-03-05T04:01:00Z"},
    group_key("bridge"): {"token": 1, "holder": "one"},
}  # fmt: skip
ALL_REPORTS: dict[str, Any] = {
    "worker.one": {"seen": "2026-03-05T04:29:00Z", "program": "1.0", "crawling": ["crawls"], "at_once": 4, "drained": False},
    "worker.two": {"seen": "2026-03-05T04:00:00Z", "program": "0.9", "crawling": [], "drained": True},
    "portal.late": {"taken": "x", "sequence": 3},
    "portal.idle": {"taken": "c", "sequence": 9},
    "portal.refused": {"taken": "y", "sequence": 1, "refused": "d", "reason": "the digest differs"},
    "collector.main": {"seen": "2026-03-05T04:29:30Z", "alarms": {"field-empty": 2}},
}  # fmt: skip


def make_engine(path: Path) -> FileEngine:
    engine = FileEngine(path)
    for key, value in ENTRIES.items():
        engine.put(PORTALS, key, json.dumps(value).encode())
    for key, value in ALL_REPORTS.items():
        engine.put(REPORTS, key, json.dumps(value).encode())
    return engine


def samples_of(text: str) -> dict[tuple[str, ...], float]:
    return {
        (sample.name.removeprefix("newscrawler_fleet_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
